"""The tasks of `longwave check`: check the content or a feed on the web, compare two feeds, mend files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from longwave.authoring.checks import findings
from longwave.authoring.checks.checked_content import Content
from longwave.authoring.checks.external_links import dead_external_links
from longwave.authoring.fixing import plan_changes
from longwave.cli.base_command import is_quiet, print_info, shows_progress
from longwave.cli.printed_problems import diff_in_colour, print_lines, print_problems
from longwave.config import Settings
from longwave.edition.check.site_check import Inspection, feed_problems, inspect_site, site_problems
from longwave.edition.past.history import Past
from longwave.errors import LongwaveError, Problem
from longwave.feeds.audit.audited_feed import NotAFeedError, read_feed
from longwave.feeds.audit.findings import gather
from longwave.feeds.audit.linked_files import Remote
from longwave.feeds.audit.validator import Verdict, audit
from longwave.fetching import without_login
from longwave.web.templating import check_templates


def check_content(here: Settings, form: str, live: str | None, *, outside: bool) -> None:
    """Print every problem of the content, the templates and the feeds; with ``outside``, of links to other sites, too.

    ``live``, the folder or address of a site, is compared with the content. Exits with 1 if there is an error.
    """
    inspection = _inspected(here, live)
    content = Content.of(inspection)
    problems = {*site_problems(here, inspection), *check_templates(here.root / "templates"), *findings(content)}
    if outside:
        problems |= {*dead_external_links(content, here.instance / "links.sqlite", _print_progress, private=False)}
    print_problems((*sorted(problems), *feed_problems(here, inspection), *_still_lost(here, inspection)), form)


def compare(here: Settings, against: str, show: str, form: str) -> None:
    """Print the differences between the old feeds ``against`` and the site's own, grouped, and who will notice them.

    ``against`` is a file, an address or a site's folder. Exits with 1 if subscribers of an old feed would lose
    something or get an episode twice.
    """
    from longwave.moving.feed_diff import compare_feeds
    from longwave.moving.redaction import without_secrets

    diffs = compare_feeds(here, against, show)
    for diff in diffs:
        if form == "text":
            count = f"{diff.episodes:,} episode{'' if diff.episodes == 1 else 's'}"
            print_info(f"{count} of {without_secrets(against)}, compared with the feed of {diff.show}:")
            click.echo(diff.summary)
    gains = [asdict(gain) for diff in diffs for gain in diff.gains]
    more = {"gains": gains, "verdict": " ".join(diff.verdict for diff in diffs)}
    problems = [problem for diff in diffs for problem in diff.differences]
    print_problems(problems, "count" if form == "text" else form, more)


def mend(here: Settings, live: str | None, *, fix: bool, guids: bool, yes: bool) -> None:
    """Print the changes that would mend files as diffs, and write them after a question; ``yes`` skips the question."""
    made = plan_changes(Content.of(_inspected(here, live)), fix=fix, guids=guids)
    for change in made:
        click.echo(diff_in_colour(change.diff()))
    if not made:
        print_info("There is nothing to mend.")
        return
    files = f"{len(made)} file{'' if len(made) == 1 else 's'}"
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        print_info(f"{files} would change; --yes writes them.")
        return
    if yes or click.confirm(f"Change {files}?"):
        for change in made:
            change.write(here.root)
        print_info(f"{files} changed.")


def check_feed(url: str, form: str) -> None:
    """Print each mistake of the feed at ``url``, and which rules it keeps. Exits with 1 if there is an error."""
    files, address = Remote(url), without_login(url)
    try:
        feed = read_feed(files.feed())
    except NotAFeedError as error:
        raise LongwaveError(f"{address}: expected an RSS feed, found {error}.") from None
    verdicts = audit(gather(feed, address, files))
    problems = [problem for verdict in verdicts for problem in verdict.problems]
    if form != "text":
        print_problems(problems, form)
        return
    print_lines(problems)
    print_info(_table(verdicts))
    print_problems(problems, "count")


def _inspected(here: Settings, live: str | None) -> Inspection:
    """Return an inspection of the content, compared with the site ``live`` if given, else with the own history."""
    past: Past | None = None
    if live:
        from longwave.moving.live_site import live_past

        past = live_past(live)
    if past == Past() and not is_quiet():
        click.echo(f"{live}: nothing is published there that this could be compared with.", err=True)
    return inspect_site(here, past)


def _still_lost(here: Settings, inspection: Inspection) -> tuple[Problem, ...]:
    """Return a warning for each fact of a feed from before a move that the site lacks."""
    if not here.old_feeds.is_dir():
        return ()  # The importers are loaded only for a site that moved here.
    from longwave.moving.proof import still_lost

    return still_lost(here, inspection)


def _print_progress(done: int, total: int) -> None:
    if shows_progress():
        click.echo(f"\r{done} of {total} links asked.{' ' * 10}", nl=done == total, err=True)


def _table(verdicts: Sequence[Verdict]) -> str:
    """Return a table with a line for each feed rule: its name, ``ok`` or the number of violations, the requirement."""
    width = max(len(verdict.rule) for verdict in verdicts)
    lines = (f"{verdict.rule:{width}}  {len(verdict.problems) or 'ok':>4}  {verdict.wants}" for verdict in verdicts)
    return "\n".join(("", *lines, ""))
