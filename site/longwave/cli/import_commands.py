"""`longwave import jekyll` and `longwave import rss`: a show moves in from another generator, or from its host."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from longwave.cli.base_command import Command, Group, copy_progress, print_info, shows_progress

if TYPE_CHECKING:
    from longwave.moving.rss.audio_download import Progress
    from longwave.moving.rss.rss_import import ImportedFeed

_SERVE = "  longwave serve     # look at it: http://127.0.0.1:8080/"


@click.group("import", cls=Group)
def import_() -> None:
    """Import a show from another generator or host."""


@import_.command(cls=Command)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--into", "folder", required=True, type=click.Path(path_type=Path), help="The new site's folder.")
def jekyll(path: Path, folder: Path) -> None:
    """Make a site in a new folder of the Jekyll site in PATH.

    Episodes stay byte for byte as they are, every old address still answers, and the feed keeps its guids. A report
    says what was taken, and what was left and why. Nothing is ever overwritten, so it can be run again. Exits with 1
    when a published post is lost, as it is neither Markdown nor HTML.

    \b
    Example: longwave import jekyll ../old-site --into ../new-site
    """
    from longwave.moving.comparison.differences import counted
    from longwave.moving.import_report import REPORT
    from longwave.moving.jekyll import carry_out, plan

    move = plan(path, (Path.cwd() / folder).resolve(), datetime.now(UTC))
    with copy_progress(move.bytes) as progress:
        report = carry_out(move, progress)
    print_info(report.text())
    _print_first_steps(folder, folder / REPORT)
    print_info("  longwave check     # what is left to mend")
    print_info(_SERVE)
    if lost := move.lost_posts:
        click.echo(f"{counted('post', len(lost))} couldn't be taken: {', '.join(lost[:5])}", err=True)
        raise click.exceptions.Exit(1)


@import_.command(cls=Command)
@click.argument("feed", metavar="FILE-OR-URL")
@click.option("--into", "folder", required=True, type=click.Path(path_type=Path), help="The new site's folder.")
@click.option(
    "--audio",
    type=click.Choice(["download", "link"]),
    default="download",
    show_default=True,
    help="Bring the audio along, or leave it where it is.",
)
@click.option("--allow-private", is_flag=True, help="Ask addresses of this machine and its networks, too.")
def rss(feed: str, folder: Path, audio: str, allow_private: bool) -> None:
    """Make a site of a podcast's feed: episodes, notes, guests, transcripts, chapters, pictures, audio.

    Run it again, and it takes what is new and goes on with what was interrupted; what is there stays as it is. Exits
    with 1 when audio couldn't be fetched, or a page of the feed is missing.

    \b
    Example: longwave import rss https://podcast.example.com/feed.xml --into my-podcast
             longwave import rss feed.xml --into my-podcast --audio link
    """
    from longwave.moving.redaction import without_secrets
    from longwave.moving.rss.rss_import import fetch_audio, import_feed, prove_import, write_report

    root = (Path.cwd() / folder).resolve()
    with _episode_progress() as progress:
        imported = import_feed(feed, root, download=audio == "download", private=allow_private, progress=progress)
    # The report is written before the audio is fetched, as that may be interrupted.
    path = write_report(imported, imported.report)
    with _audio_progress(imported) as progress:
        audio_report, failed = fetch_audio(imported, progress)
    report = imported.report + audio_report + prove_import(imported)
    write_report(imported, report)
    print_info(report.text())
    _print_first_steps(folder, path)
    if imported.missing:
        missing = without_secrets(imported.missing)
        click.echo(f"A page of the feed is missing, and so are its episodes: {missing}", err=True)
    if failed:
        click.echo(f"{failed} file{'' if failed == 1 else 's'} of audio couldn't be had; run it again.", err=True)
    if failed or imported.missing:
        raise click.exceptions.Exit(1)
    source = shlex.quote(without_secrets(imported.manifest.source))
    print_info(f"  longwave check --against {source}   # again before the move: who will notice it")
    print_info(_SERVE)


def _print_first_steps(folder: Path, report: Path) -> None:
    print_info(f"All of this is in {report}. What to do next:")
    print_info(f"  cd {shlex.quote(str(folder))}")


@contextlib.contextmanager
def _episode_progress() -> Iterator[Progress]:
    """Count the episodes on a terminal; yield a function that takes the number of episodes done and of all."""
    if not shows_progress():
        yield lambda _done, _total: None
        return
    yield lambda done, total: click.echo(f"\rEpisode {done:,} of {total:,}", err=True, nl=done == total)


@contextlib.contextmanager
def _audio_progress(imported: ImportedFeed) -> Iterator[Progress]:
    """Show a progress bar for all audio; yield a function that takes the number of bytes fetched and of all."""
    if not shows_progress() or not imported.wanted:
        yield lambda _have, _total: None
        return
    with click.progressbar(length=1, label="Audio", file=sys.stderr) as bar:

        def progress(have: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(have - bar.pos)

        yield progress
