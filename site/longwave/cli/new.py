"""`longwave new site` and `longwave new episode`: the first files of a site, and the file of its next episode."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from longwave.cli.base_command import Group, copy_progress, print_info
from longwave.cli.site_folder import content_settings, settings

if TYPE_CHECKING:
    from longwave.authoring.new_episode import CreatedEpisode


@click.group(cls=Group)
def new() -> None:
    """Start a site, or an episode of it."""


def _validator(key: str) -> Callable[[str], str]:
    """Return click's validator of the answer to the question ``key`` of a new site."""
    from longwave.authoring.new_site import validated_answer

    def check(text: str) -> str:
        try:
            return validated_answer(key, text)
        except ValueError as error:
            raise click.BadParameter(f"expected {error}, found {text!r}.") from None

    return check


def _validate_option(_context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    return None if value is None else _validator(str(parameter.name))(value)


@new.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--title", callback=_validate_option, help="The title of the podcast.")
@click.option("--author", callback=_validate_option, help="Your name.")
@click.option("--url", callback=_validate_option, help="The site's public address; may be empty.")
@click.option("--language", callback=_validate_option, help="Such as en, de or pt-BR.")
def site(folder: Path | None, title: str | None, author: str | None, url: str | None, language: str | None) -> None:
    """Write a site that serves at once into FOLDER, or here.

    A value that no option gives is asked for on a terminal, and guessed elsewhere. Nothing is ever overwritten.

    \b
    Example: longwave new site my-podcast
             longwave new site my-podcast --title "My Podcast" --author "Ann Lee"
    """
    from longwave.authoring.new_site import SiteAnswers, create_site, suggested_title, system_language, system_timezone

    here = settings().root
    root = (Path.cwd() / folder).resolve() if folder else here
    answers = SiteAnswers(
        title=_ask("title", title, "Title of the podcast", suggested_title(root)),
        author=_ask("author", author, "Your name", ""),
        url=_ask("url", url, "Public address of the site (leave it empty if there is none yet)", ""),
        language=_ask("language", language, "Language", system_language(os.environ)),
        timezone=system_timezone(os.environ),
    )
    create_site(root, answers, datetime.now(ZoneInfo(answers.timezone)).date())
    print_info("\n".join(_next_steps(root, here)))


def _ask(key: str, given: str | None, question: str, guess: str) -> str:
    """Return the option's value ``given``; if None, the answer to ``question``, or ``guess`` without a terminal."""
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return guess
    answer: str = click.prompt(question, default=guess, show_default=bool(guess), value_proc=_validator(key))
    return answer


def _next_steps(root: Path, here: Path) -> Iterator[str]:
    yield f"Wrote a site into {root}. What to do next:"
    if root != Path.cwd():
        yield f"  cd {shlex.quote(_relative(root))}"
    if os.environ.get("LONGWAVE_ROOT") and root != here:
        yield "  unset LONGWAVE_ROOT  # it names another site"
    yield "  longwave serve       # look at it: http://127.0.0.1:8080/"
    yield "  longwave preview     # write with the page beside it"
    yield '  longwave new episode "Title" --guest "Name" --audio recording.mp3'
    yield "Who you are is in content/site.toml, the first page in content/podcast/."


@new.command()
@click.argument("title", required=False, default="")
@click.option("--guest", "guests", multiple=True, help="A guest's name; for more guests, again.")
@click.option("--audio", type=click.Path(path_type=Path), help="The recording, which is copied in.")
@click.option("--convert", is_flag=True, help="Make an MP3 of the recording, by ffmpeg.")
@click.option("--show", default="", help="The show's folder, where there is more than one.")
@click.option("--date", default="", help="When it is to come out, such as 2026-01-31.  [default: today]")
@click.option("--draft/--no-draft", default=True, show_default=True, help="Keep it back until it is written.")
def episode(convert: bool, **request: Any) -> None:
    """Write the next episode's file, with its number, the guests' details and the recording's chapters filled in.

    Without TITLE it has the title that is in the recording.

    \b
    Example: longwave new episode "What we talk about" --guest "Ann Lee" --audio recording.mp3
    """
    from longwave.authoring.new_episode import EpisodeRequest, create_episode
    from longwave.authoring.recordings import converted_to_mp3

    here = content_settings()
    audio: Path | None = request["audio"]
    with contextlib.ExitStack() as stack:
        if convert and audio and audio.is_file():
            request["audio"] = stack.enter_context(converted_to_mp3(audio))
        recording: Path | None = request["audio"]
        size = recording.stat().st_size if recording and recording.is_file() else 0
        created = create_episode(
            here.content, EpisodeRequest(**request), datetime.now(UTC), stack.enter_context(copy_progress(size))
        )
    print_info("\n".join(_created(created, audio)))


def _created(created: CreatedEpisode, audio: Path | None) -> Iterator[str]:
    from longwave.content.fields.times import format_seconds
    from longwave.feeds.audit.item_rules import plays

    episode, facts = created.episode, created.facts
    yield f"Wrote {_relative(created.path)}: number {episode.number}, dated {episode.date:%Y-%m-%d}, {episode.path}"
    if facts:
        chapters = f", {len(facts.chapters)} chapters" if facts.chapters else ""
        length = format_seconds(facts.seconds) if facts.seconds else "of unknown length"
        details = f"{length}, {facts.bytes:,} bytes{chapters}"
        yield (f"{audio} is now {_relative(created.audio)}: {details}" if created.audio else f"{audio}: {details}")
    if episode.enclosure and episode.enclosure.file and not plays(episode.enclosure.file):
        yield "Apple Podcasts takes MP3, M4A and MP4 only: --convert makes an MP3 of a recording."
    if facts and episode.enclosure and episode.enclosure.url:
        yield f"Listeners get it from {episode.enclosure.url}: upload it there."
    if episode.draft:
        yield "It is a draft. To publish it, delete its line `draft: true` and run `longwave reindex`."
    elif episode.date > datetime.now(UTC):
        yield "It comes out by itself on its date, once `longwave reindex` has run."
    else:
        yield "To publish it, run `longwave reindex`."


def _relative(path: Path) -> str:
    """Return a path as it is typed from the current folder."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
