"""`flask check`: all that is wrong with the content and its feeds, or with any feed of the web, one line each."""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask.cli import with_appcontext

from longwave.cli.command import Command, tell
from longwave.cli.folder import settings
from longwave.edition import check_site
from longwave.errors import LongwaveError, Problem
from longwave.feeds.audit.findings import Finding, gather
from longwave.feeds.audit.reading import NotAFeedError, read_feed
from longwave.feeds.audit.remote import Remote
from longwave.feeds.audit.rules import Verdict, audit
from longwave.moving.against import Difference, check_against
from longwave.web.rendering import check_templates


@click.command(cls=Command)
@click.option("--url", help="Check this feed of the web instead, and ask for its cover and each of its files.")
@click.option(
    "--against", metavar="OLD-FEED", help="Tell what subscribers of this feed, a file or an address, will notice."
)
@click.option("--show", default="", help="The show's folder, for --against where there is more than one.")
@with_appcontext
def check(url: str | None, against: str | None, show: str) -> None:
    """Report every problem of the content, the templates and the feeds; exit with 1 if there is one.

    Example: flask check --url https://podcast.example.com/feed.xml
    """
    if url is not None:
        _check_feed(url)
        return
    here = settings()
    if against is not None:
        compared = check_against(here, against, show)
        tell(f"{compared.episodes} episodes of {against}, compared with the feed of {compared.show}:")
        _tell(compared.differences)
        return
    checked = check_site(here)
    _tell((*checked.problems, *check_templates(here.root / "templates"), *checked.findings))


def _check_feed(url: str) -> None:
    files = Remote(url)
    try:
        feed = read_feed(files.feed())
    except NotAFeedError as error:
        raise LongwaveError(f"{url}: expected an RSS feed, found {error}.") from None
    verdicts = audit(gather(feed, url, files))
    for verdict in verdicts:
        for finding in verdict.findings:
            click.echo(str(finding))
    tell(_table(verdicts))
    _tell([finding for verdict in verdicts for finding in verdict.findings], told=True)


def _table(verdicts: Sequence[Verdict]) -> str:
    """A line for each rule: whether it is kept, or how often it is broken."""
    wide = max(len(verdict.rule) for verdict in verdicts)
    lines = (f"{verdict.rule:{wide}}  {_kept(verdict):>4}  {verdict.wants}" for verdict in verdicts)
    return "\n".join(("", *lines, ""))


def _kept(verdict: Verdict) -> str:
    return str(len(verdict.findings)) if verdict.findings else "ok"


def _tell(found: Sequence[Problem | Finding | Difference], *, told: bool = False) -> None:
    for one in () if told else found:
        click.echo(str(one))
    errors = sum(one.level == "error" for one in found)
    warnings = len(found) - errors
    tell(f"{errors} problem{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}.")
    if errors:
        raise click.exceptions.Exit(1)
