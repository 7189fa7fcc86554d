"""`flask import rss`: a show moves in from its host."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from longwave.cli.base_command import Command, is_watched, tell

if TYPE_CHECKING:
    from longwave.moving.rss.audio_download import Progress
    from longwave.moving.rss.rss_import import ImportedFeed


@click.command(cls=Command)
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
    with 1 when audio couldn't be had.

    \b
    Example: flask import rss https://podcast.example.com/feed.xml --into my-podcast
             flask import rss feed.xml --into my-podcast --audio link
    """
    from longwave.moving.rss.rss_import import fetch_audio, import_feed, write_report

    root = (Path.cwd() / folder).resolve()
    with _counting() as told:
        moved = import_feed(feed, root, download=audio == "download", private=allow_private, told=told)
    # What is known by now is kept, should the audio be interrupted.
    path = write_report(moved, moved.report)
    with _bar(moved) as progress:
        heard, failed = fetch_audio(moved, progress)
    report = moved.report + heard
    write_report(moved, report)
    tell(report.text())
    tell(f"All of this is in {path}. What to do next:")
    tell(f"  cd {shlex.quote(str(folder))}")
    if failed:
        click.echo(f"{failed} file{'' if failed == 1 else 's'} of audio couldn't be had; run it again.", err=True)
        raise click.exceptions.Exit(1)
    tell(f"  longwave check --against {shlex.quote(moved.manifest.source)}   # no subscriber sees an episode twice")
    tell("  longwave serve     # look at it: http://127.0.0.1:8080/")


@contextlib.contextmanager
def _counting() -> Iterator[Progress]:
    """A line that counts the episodes, where somebody looks."""
    if not is_watched():
        yield lambda _done, _total: None
        return
    yield lambda done, total: click.echo(f"\rEpisode {done:,} of {total:,}", err=True, nl=done == total)


@contextlib.contextmanager
def _bar(moved: ImportedFeed) -> Iterator[Progress]:
    """A bar for all of the audio, where somebody looks."""
    if not is_watched() or not moved.wanted:
        yield lambda _have, _total: None
        return
    with click.progressbar(length=1, label="Audio", file=sys.stderr) as bar:

        def progress(have: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(have - bar.pos)

        yield progress
