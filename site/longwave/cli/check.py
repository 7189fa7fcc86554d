"""`longwave check`: every problem of the content and its feeds, or of any feed on the web."""

from __future__ import annotations

from collections.abc import Mapping

import click

from longwave.cli.base_command import Command
from longwave.cli.site_folder import content_settings

_FORMATS = ("text", "json", "github")

#: The options that ask for another task than the check of the content, by the names of ``check``'s parameters.
_TASKS = {
    "url": "--url", "against": "--against", "fix": "--fix", "fix_guids": "--fix-guids", "outside": "--external",
}  # fmt: skip


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text", help="For people, programs, or GitHub.")
@click.option(
    "--fix", is_flag=True, help="Mend mis-encoded text, mp3_bytes and mp3_duration, and keep old guids and addresses."
)
@click.option("--fix-guids", is_flag=True, help="Write each episode's guid into its front matter; first show how.")
@click.option("--yes", is_flag=True, help="Mend without asking.")
@click.option("--external", "outside", is_flag=True, help="Ask links to other sites, too; it takes minutes.")
@click.option("--live", metavar="FOLDER|URL", help="Compare with what this live site has published, too.")
@click.option("--url", help="Check this feed of the web instead, and ask for its cover and each of its files.")
@click.option(
    "--against", metavar="OLD-FEED", help="Tell who will notice a move from this feed (file, address) or live site."
)
@click.option("--show", default="", help="The show's folder, for --against where there is more than one.")
def check(  # noqa: PLR0913, PLR0917 - one for each option
    form: str,
    fix: bool,
    fix_guids: bool,
    yes: bool,
    outside: bool,
    live: str | None,
    url: str | None,
    against: str | None,
    show: str,
) -> None:
    """Report every problem of the content, the templates and the feeds; exit with 1 if there is one.

    \b
    Example: longwave check --fix
             longwave check --live https://podcast.example.com
             longwave check --format github
             longwave check --url https://podcast.example.com/feed.xml
             longwave check --against https://old-host.example.com/feed.xml
    """
    from longwave.cli.check_work import check_content, check_feed, compare, mend

    _refuse_ignored(click.get_current_context().params)
    if url is not None:
        check_feed(url, form)
    elif against is not None:
        compare(content_settings(), against, show, form)
    elif fix or fix_guids:
        mend(content_settings(), live, fix=fix, guids=fix_guids, yes=yes)
    else:
        check_content(content_settings(), form, live, outside=outside)


def _refuse_ignored(given: Mapping[str, object]) -> None:
    """Raise UsageError if one of the ``given`` options (by parameter name) would be ignored beside the others."""
    tasks = [option for name, option in _TASKS.items() if given[name] not in (None, False)]
    if len(tasks) > 1 and tasks != ["--fix", "--fix-guids"]:
        raise click.UsageError(f"expected one of {', '.join(tasks)}, found {len(tasks)}. Run it once for each.")
    if given["show"] and "--against" not in tasks:
        raise click.UsageError("--show: expected --against beside it, found none.")
    if given["live"] and {"--url", "--against"} & set(tasks):
        raise click.UsageError(f"--live: expected the content to be checked, found {tasks[0]}, which checks a feed.")
    if given["yes"] and not {"--fix", "--fix-guids"} & set(tasks):
        raise click.UsageError("--yes: expected --fix or --fix-guids beside it, found neither.")
