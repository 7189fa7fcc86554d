"""`flask check`: all that is wrong with the content and its feeds, or with any feed of the web."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

import click
from flask.cli import with_appcontext

from longwave.authoring.checks import findings
from longwave.authoring.checks.content import Content
from longwave.authoring.checks.external import external
from longwave.authoring.fixing import Change, changes
from longwave.cli.command import Command, is_watched, tell
from longwave.cli.folder import settings
from longwave.cli.printing import FORMATS, diff_in_colour, print_lines, print_problems
from longwave.config import Settings
from longwave.edition.checking import Looked, feed_problems, look, site_problems
from longwave.errors import LongwaveError
from longwave.feeds.audit.findings import gather
from longwave.feeds.audit.reading import NotAFeedError, read_feed
from longwave.feeds.audit.remote import Remote
from longwave.feeds.audit.rules import Verdict, audit
from longwave.fetching import without_login
from longwave.moving.against import check_against
from longwave.web.rendering import check_templates

#: What is done instead of checking the content, by the parameter that asks for it.
_TASKS = {
    "url": "--url", "against": "--against", "fix": "--fix", "fix_guids": "--fix-guids", "outside": "--external",
}  # fmt: skip


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="For people, programs, or GitHub.")
@click.option("--fix", is_flag=True, help="Mend mis-encoded text, mp3_bytes and mp3_duration; first show how.")
@click.option("--fix-guids", is_flag=True, help="Write each episode's guid into its front matter; first show how.")
@click.option("--yes", is_flag=True, help="Mend without asking.")
@click.option("--external", "outside", is_flag=True, help="Ask links to other sites, too; it takes minutes.")
@click.option("--url", help="Check this feed of the web instead, and ask for its cover and each of its files.")
@click.option(
    "--against", metavar="OLD-FEED", help="Tell what subscribers of this feed, a file or an address, will notice."
)
@click.option("--show", default="", help="The show's folder, for --against where there is more than one.")
@with_appcontext
def check(  # noqa: PLR0913, PLR0917 - one for each option
    form: str, fix: bool, fix_guids: bool, yes: bool, outside: bool, url: str | None, against: str | None, show: str
) -> None:
    """Report every problem of the content, the templates and the feeds; exit with 1 if there is one.

    \b
    Example: flask check --fix
             flask check --format github
             flask check --url https://podcast.example.com/feed.xml
             flask check --against https://old-host.example.com/feed.xml
    """
    _refuse_ignored(click.get_current_context().params)
    if url is not None:
        _check_feed(url, form)
        return
    here = settings()
    if against is not None:
        compared = check_against(here, against, show)
        if form == "text":
            tell(
                f"{compared.episodes} episodes of {without_login(against)}, compared with the feed of {compared.show}:"
            )
        print_problems(compared.differences, form)
        return
    looked = look(here)
    content = _content(here, looked)
    if fix or fix_guids:
        _mend(here, changes(content, fix=fix, guids=fix_guids), yes=yes)
        return
    problems = {*site_problems(here, looked), *check_templates(here.root / "templates"), *findings(content)}
    if outside:
        problems |= {*external(content, here.instance / "links.sqlite", _progress(), private=False)}
    print_problems((*sorted(problems), *feed_problems(here, looked)), form)


def _refuse_ignored(given: Mapping[str, object]) -> None:
    """Raise UsageError for options of which one would be ignored."""
    tasks = [option for name, option in _TASKS.items() if given[name] not in (None, False)]
    if len(tasks) > 1 and tasks != ["--fix", "--fix-guids"]:
        raise click.UsageError(f"expected one of {', '.join(tasks)}, found {len(tasks)}. Run it once for each.")
    if given["show"] and "--against" not in tasks:
        raise click.UsageError("--show: expected --against beside it, found none.")
    if given["yes"] and not {"--fix", "--fix-guids"} & set(tasks):
        raise click.UsageError("--yes: expected --fix or --fix-guids beside it, found neither.")


def _content(here: Settings, looked: Looked) -> Content:
    return Content(here.content, looked.url, looked.intake, looked.whole, looked.catalogue, looked.references)


def _mend(here: Settings, made: Sequence[Change], *, yes: bool) -> None:
    """Show what will change, and change it when that is wanted."""
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


def _progress() -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        if is_watched():
            click.echo(f"\r{done} of {total} links asked.{' ' * 10}", nl=done == total, err=True)

    return show


def _check_feed(url: str, form: str) -> None:
    files, shown = Remote(url), without_login(url)
    try:
        feed = read_feed(files.feed())
    except NotAFeedError as error:
        raise LongwaveError(f"{shown}: expected an RSS feed, found {error}.") from None
    verdicts = audit(gather(feed, shown, files))
    found = [finding for verdict in verdicts for finding in verdict.findings]
    if form != "text":
        print_problems(found, form)
        return
    print_lines(found)
    tell(_table(verdicts))
    print_problems(found, "count")


def _table(verdicts: Sequence[Verdict]) -> str:
    """A line for each rule: whether it is kept, or how often it is broken."""
    wide = max(len(verdict.rule) for verdict in verdicts)
    lines = (f"{verdict.rule:{wide}}  {_kept(verdict):>4}  {verdict.wants}" for verdict in verdicts)
    return "\n".join(("", *lines, ""))


def _kept(verdict: Verdict) -> str:
    return str(len(verdict.findings)) if verdict.findings else "ok"
