"""A new episode: its recording is copied in, and its file is written with a number, a date, guests and chapters."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from longwave.authoring.inventory import FIRST_SHOW, Inventory, read_inventory
from longwave.authoring.literals import as_markdown, quoted
from longwave.authoring.recordings import Progress, copied_recording
from longwave.authoring.safe_writing import is_safe_path, short_slug, write_new
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.times import format_seconds, parse_date
from longwave.content.media.audio_facts import AudioFacts, read_audio_facts, read_title
from longwave.content.media.media_types import AUDIO_TYPES, VIDEO_TYPES
from longwave.content.site.site_toml import SITE_FILE, with_shows
from longwave.content.text.plain_text import one_line, slugify
from longwave.errors import ContentError, LongwaveError
from longwave.model import Episode, Show, Site

_ABOUT, _BETWEEN, _FIRST_WORDS = "What this episode is about.", " and I talk about.", "What is said first"
#: The placeholder sentences of a new file, which its author has to rewrite.
PLACEHOLDERS = (_ABOUT, _FIRST_WORDS)


def opening(guests: Iterable[str]) -> str:
    """Return the placeholder sentence with which a new episode with these guests begins."""
    names = ", ".join(as_markdown(name) for name in guests)
    return f"What {names}{_BETWEEN}" if names else _ABOUT


@dataclass(frozen=True, slots=True)
class EpisodeRequest:
    """The author's wishes for a new episode. Each empty field is derived, or omitted from the file."""

    title: str = ""
    guests: tuple[str, ...] = ()
    audio: Path | None = None
    show: str = ""
    date: str = ""
    draft: bool = True


@dataclass(frozen=True, slots=True)
class CreatedEpisode:
    """An episode whose file was written to ``path``.

    ``audio`` is the path of the recording's copy; None where the recording is on another host or there is none.
    """

    episode: Episode
    path: Path
    audio: Path | None
    facts: AudioFacts | None


def create_episode(
    content: Path, request: EpisodeRequest, now: datetime, progress: Progress = lambda _: None
) -> CreatedEpisode:
    """Write the file of a new episode into the folder ``content``, and copy its recording there.

    The number is one more than the highest of the show; the date is the requested one, or today in the site's time
    zone. ``progress`` is called with the bytes just copied. A second run at the same time waits for the first. Raises
    LongwaveError, with nothing written, for a wish that can't be fulfilled.
    """
    facts = _facts(request.audio) if request.audio else None
    title = one_line(request.title) or (read_title(request.audio) if request.audio else "")
    if not title:
        raise LongwaveError("expected a title of the episode, found none.", 'Try longwave new episode "Title".')
    with _locked(content):
        inventory = read_inventory(content)
        show = _show(inventory, request.show)
        day, date = _date(request.date, now, ZoneInfo(inventory.site.timezone))
        file = f"content/{show.slug}/{day}-{inventory.next_number(show.slug)}-{_slug(title)}.md"
        skeleton = _Skeleton(title, date, request.draft, _guests(inventory, request.guests), facts)
        episode = _parse(file, skeleton, inventory.site, show)
        if request.audio and _has_other_suffix(request.audio, episode):
            skeleton = replace(skeleton, audio=f"{episode.slug}{request.audio.suffix.lower()}")
            episode = _parse(file, skeleton, inventory.site, show)
        for other in inventory.episodes:
            if other.key == episode.key:
                raise LongwaveError(f"{file}: expected an address of its own, found that of {other.source}.")
        path = content.parent / file
        audio = _audio_path(content, show, episode) if request.audio else None
        copying = copied_recording(request.audio, audio, progress) if request.audio and audio else None
        with copying or contextlib.nullcontext():
            write_new(path, skeleton.text())
    return CreatedEpisode(episode, path, audio, facts)


@dataclass(frozen=True, slots=True)
class _Skeleton:
    """The content of a new episode's file. ``guests`` are as in front matter; empty fields aren't written."""

    title: str
    date: str
    draft: bool
    guests: tuple[Mapping[str, str], ...] = ()
    facts: AudioFacts | None = None
    audio: str = ""

    def text(self) -> str:
        """Return front matter, and show notes with a line for each chapter of the recording."""
        matter = "\n".join(self._front_matter())
        about = opening(guest["name"] for guest in self.guests)
        return f"---\n{matter}\n---\n\n{about}\n\n## Show Notes\n\n{self._timestamps()}\n"

    def _front_matter(self) -> Iterator[str]:
        yield f"title: {quoted(self.title)}"
        yield 'description: ""  # one sentence for lists, feeds and search results'
        if self.date:
            yield f"date: {quoted(self.date)}"
        if self.draft:
            yield "draft: true  # delete this line to publish"
        if self.audio:
            yield f"audio: {quoted(self.audio)}"
        if self.facts:
            yield f"mp3_bytes: {self.facts.bytes}"
            if self.facts.seconds:
                yield f"mp3_duration: {quoted(format_seconds(self.facts.seconds))}"
        if self.guests:
            yield "guests:"
        for guest in self.guests:
            yield f"  - {{{', '.join(f'{key}: {quoted(value)}' for key, value in guest.items())}}}"
        yield "tags: []"

    def _timestamps(self) -> str:
        chapters = self.facts.chapters if self.facts else ()
        lines = (
            f"- {format_seconds(int(chapter.start))} -- {as_markdown(chapter.title)}"
            for chapter in chapters
            if chapter.is_listed
        )
        return "\n".join(lines) or f"- 0:00 -- {_FIRST_WORDS}"


def _facts(path: Path) -> AudioFacts:
    if not path.is_file():
        found = "something else" if path.exists() else "no such file"
        raise LongwaveError(f"{path}: expected an audio file, found {found}.")
    suffixes = (*AUDIO_TYPES, *VIDEO_TYPES)
    if path.suffix.lower() not in suffixes:
        raise LongwaveError(f"{path}: expected a name that ends in {', '.join(suffixes)}, found {path.name!r}.")
    try:
        return read_audio_facts(path, str(path))
    except ContentError as error:
        raise LongwaveError(f"{path}: expected {error.problem.expected}, found {error.problem.found}.") from None


@contextlib.contextmanager
def _locked(content: Path) -> Iterator[None]:
    """Hold a lock on the folder, as two runs at the same time would use the same number."""
    folder = os.open(content, os.O_RDONLY)
    try:
        # Some network disks have no locks; nothing is overwritten there, either, as only new files are written.
        with contextlib.suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _show(inventory: Inventory, name: str) -> Show:
    site = inventory.site if inventory.site.shows else with_shows(inventory.site, (FIRST_SHOW,))
    shows = {show.slug: show for show in site.shows}
    if name in shows:
        return shows[name]
    names = ", ".join(shows)
    if name or len(shows) > 1:
        raise LongwaveError(f"--show: expected one of {names}, found {repr(name) if name else 'none'}.")
    return next(iter(shows.values()))


def _date(text: str, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Return a day such as 2026-01-31, and the date for front matter, which is empty for a date without a time."""
    try:
        day = parse_date(text, zone) if text else now.astimezone(zone)
    except (ValueError, OverflowError):
        expected = "a date such as 2026-01-31 or 2026-01-31 06:00"
        raise LongwaveError(f"--date: expected {expected}, found {text!r}.") from None
    return f"{day:%Y-%m-%d}", one_line(text) if ":" in text else ""


def _slug(title: str) -> str:
    slug = slugify(title)
    if not slug:
        raise LongwaveError(f"The title: expected letters or digits to make an address of, found {title!r}.")
    return short_slug(slug)


def _guests(inventory: Inventory, names: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    guests: dict[str, Mapping[str, str]] = {}
    for name in map(one_line, names):
        if not slugify(name):
            raise LongwaveError(f"--guest: expected a name with letters or digits, found {name!r}.")
        guest = inventory.guest(name)
        guests.setdefault(slugify(guest["name"]), guest)
    return tuple(guests.values())


def _parse(file: str, skeleton: _Skeleton, site: Site, show: Show) -> Episode:
    """Return the episode as the site will read it from its file."""
    try:
        return parse_episode(file, skeleton.text(), site, show, 0).episode
    except ContentError as error:
        raise LongwaveError(str(error.problem)) from None


def _has_other_suffix(recording: Path, episode: Episode) -> bool:
    """Return whether the site expects the episode's audio under another suffix than the recording has."""
    file = episode.enclosure.file if episode.enclosure else ""
    return bool(file) and Path(file).suffix.lower() != recording.suffix.lower()


def _audio_path(content: Path, show: Show, episode: Episode) -> Path | None:
    """Return the path at which the site expects the recording; None where the show's audio is on another host.

    Raises LongwaveError where the show's ``audio`` pattern makes no file name.
    """
    file = episode.enclosure.file if episode.enclosure else ""
    if not file:
        return None
    if not is_safe_path(file):
        raise LongwaveError(f"{SITE_FILE}: expected audio of {show.slug} that makes a file's name, found {file!r}.")
    return content / "audio" / show.slug / file
