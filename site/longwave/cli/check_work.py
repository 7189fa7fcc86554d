"""The work of `flask check`: the content, one feed of the web, or two feeds beside each other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from longwave.authoring.checks import findings
from longwave.authoring.checks.checked_content import Content
from longwave.authoring.checks.external_links import dead_external_links
from longwave.authoring.fixing import plan_changes
from longwave.cli.base_command import is_quiet, is_watched, tell
from longwave.cli.printed_problems import diff_in_colour, print_lines, print_problems
from longwave.config import Settings
from longwave.edition.check.site_check import Inspection, feed_problems, inspect_site, site_problems
from longwave.edition.past.history import Past
from longwave.errors import LongwaveError
from longwave.feeds.audit.audited_feed import NotAFeedError, read_feed
from longwave.feeds.audit.findings import gather
from longwave.feeds.audit.linked_files import Remote
from longwave.feeds.audit.validator import Verdict, audit
from longwave.fetching import without_login
from longwave.moving.feed_diff import compare_feeds
from longwave.web.templating import check_templates


def check_content(here: Settings, form: str, live: str | None, *, outside: bool) -> None:
    """Print every problem of the content, the templates and the feeds; with ``outside``, of links to other sites, too.

    ``live`` is the site, a folder or an address, with which it is compared. Exits with 1 if there is an error.
    """
    looked = _looked(here, live)
    content = _content(here, looked)
    problems = {*site_problems(here, looked), *check_templates(here.root / "templates"), *findings(content)}
    if outside:
        problems |= {*dead_external_links(content, here.instance / "links.sqlite", _progress(), private=False)}
    print_problems((*sorted(problems), *feed_problems(here, looked)), form)


def compare(here: Settings, against: str, show: str, form: str) -> None:
    """Print what subscribers of the feed ``against``, a file or an address, would notice of the show's own feed.

    Exits with 1 where they would lose something.
    """
    diff = compare_feeds(here, against, show)
    if form == "text":
        tell(f"{diff.episodes} episodes of {without_login(against)}, compared with the feed of {diff.show}:")
    print_problems(diff.differences, form)


def mend(here: Settings, live: str | None, *, fix: bool, guids: bool, yes: bool) -> None:
    """Show what would change, and change it when that is wanted."""
    made = plan_changes(_content(here, _looked(here, live)), fix=fix, guids=guids)
    for change in made:
        click.echo(diff_in_colour(change.diff()))
    if not made:
        tell("There is nothing to mend.")
        return
    files = f"{len(made)} file{'' if len(made) == 1 else 's'}"
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        tell(f"{files} would change; --yes writes them.")
        return
    if yes or click.confirm(f"Change {files}?"):
        for change in made:
            change.write(here.root)
        tell(f"{files} changed.")


def check_feed(url: str, form: str) -> None:
    """Print which rules this feed of the web breaks, and each finding. Exits with 1 if there is an error."""
    files, shown = Remote(url), without_login(url)
    try:
        feed = read_feed(files.feed())
    except NotAFeedError as error:
        raise LongwaveError(f"{shown}: expected an RSS feed, found {error}.") from None
    verdicts = audit(gather(feed, shown, files))
    found = [problem for verdict in verdicts for problem in verdict.problems]
    if form != "text":
        print_problems(found, form)
        return
    print_lines(found)
    tell(_table(verdicts))
    print_problems(found, "count")


def _looked(here: Settings, live: str | None) -> Inspection:
    """Return the folder as it is now, compared with what is published by itself or by a ``live`` site."""
    past: Past | None = None
    if live:
        from longwave.moving.live_site import live_past

        past = live_past(live)
    if past == Past() and not is_quiet():
        click.echo(f"{live}: nothing is published there that this could be compared with.", err=True)
    return inspect_site(here, past)


def _content(here: Settings, looked: Inspection) -> Content:
    read = looked.intake, looked.assembly, looked.catalogue, looked.references, looked.served, looked.identity_lines
    return Content(here.content, looked.url, *read)


def _progress() -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if is_watched():
            click.echo(f"\r{done} of {total} links asked.{' ' * 10}", nl=done == total, err=True)

    return show


def _table(verdicts: Sequence[Verdict]) -> str:
    """A line for each rule: whether it is kept, or how often it is broken."""
    wide = max(len(verdict.rule) for verdict in verdicts)
    lines = (f"{verdict.rule:{wide}}  {_kept(verdict):>4}  {verdict.wants}" for verdict in verdicts)
    return "\n".join(("", *lines, ""))


def _kept(verdict: Verdict) -> str:
    return str(len(verdict.problems)) if verdict.problems else "ok"
