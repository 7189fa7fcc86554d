"""A new episode: its recording is copied in, it is numbered and dated, and its file is ready to be written in."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from longwave.authoring.inventory import FIRST_SHOW, Library, read_library
from longwave.authoring.new_episode import Skeleton
from longwave.authoring.recordings import Progress, copied
from longwave.authoring.safe_writing import short_slug, write_new
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.times import parse_date
from longwave.content.media.audio_facts import AUDIO_TYPES, AudioFacts, read_audio_facts, read_title
from longwave.content.site.site_toml import SITE_FILE, with_shows
from longwave.content.text.plain_text import one_line, slugify
from longwave.errors import ContentError, LongwaveError
from longwave.model import Episode, Show, Site


@dataclass(frozen=True, slots=True)
class EpisodeRequest:
    """What is known of an episode before there is a file of it. What is empty is found out, or left out."""

    title: str = ""
    guests: tuple[str, ...] = ()
    audio: Path | None = None
    show: str = ""
    date: str = ""
    draft: bool = True


@dataclass(frozen=True, slots=True)
class CreatedEpisode:
    """A file that was written. ``audio`` is where the recording lies now; None where the site has none of it."""

    episode: Episode
    path: Path
    audio: Path | None
    facts: AudioFacts | None


def create_episode(
    content: Path, wish: EpisodeRequest, now: datetime, progress: Progress = lambda _: None
) -> CreatedEpisode:
    """Write the file of a new episode, and copy its recording in. ``progress`` is told of bytes as they are copied.

    It is numbered after the highest of its show, and dated as ``wish`` says, else today in the site's time zone. Of two
    runs at once the second waits. Raises LongwaveError, with nothing written.
    """
    facts = _facts(wish.audio) if wish.audio else None
    title = one_line(wish.title) or (read_title(wish.audio) if wish.audio else "")
    if not title:
        raise LongwaveError("expected a title of the episode, found none.", 'Try longwave new episode "Title".')
    with _alone(content):
        library = read_library(content)
        show = _show(library, wish.show)
        day, date = _date(wish.date, now, ZoneInfo(library.site.timezone))
        file = f"content/{show.slug}/{day}-{library.number(show.slug)}-{_slug(title)}.md"
        written = Skeleton(title, date, wish.draft, _people(library, wish.guests), facts)
        episode = _read(file, written, library.site, show)
        if wish.audio and _named_otherwise(wish.audio, episode):
            written = replace(written, audio=f"{episode.slug}{wish.audio.suffix.lower()}")
            episode = _read(file, written, library.site, show)
        for other in library.episodes:
            if other.key == episode.key:
                raise LongwaveError(f"{file}: expected an address of its own, found that of {other.source}.")
        path = content.parent / file
        audio = _place(content, show, episode) if wish.audio else None
        with copied(wish.audio, audio, progress) if wish.audio and audio else contextlib.nullcontext():
            write_new(path, written.text())
    return CreatedEpisode(episode, path, audio, facts)


def _facts(path: Path) -> AudioFacts:
    if not path.is_file():
        found = "something else" if path.exists() else "no such file"
        raise LongwaveError(f"{path}: expected an audio file, found {found}.")
    if path.suffix.lower() not in AUDIO_TYPES:
        raise LongwaveError(f"{path}: expected a name that ends in {', '.join(AUDIO_TYPES)}, found {path.name!r}.")
    try:
        return read_audio_facts(path, str(path))
    except ContentError as error:
        raise LongwaveError(f"{path}: expected {error.problem.expected}, found {error.problem.found}.") from None


@contextlib.contextmanager
def _alone(content: Path) -> Iterator[None]:
    """Two runs at once would give one number twice."""
    folder = os.open(content, os.O_RDONLY)
    try:
        # Some network disks know no locks; there, too, nothing is ever overwritten.
        with contextlib.suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _show(library: Library, name: str) -> Show:
    site = library.site if library.site.shows else with_shows(library.site, (FIRST_SHOW,))
    shows = {show.slug: show for show in site.shows}
    if name in shows:
        return shows[name]
    known = ", ".join(shows)
    if name or len(shows) > 1:
        raise LongwaveError(f"--show: expected one of {known}, found {repr(name) if name else 'none'}.")
    return next(iter(shows.values()))


def _date(text: str, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """The day of an episode, and its whole date where that is more than a day."""
    try:
        day = parse_date(text, zone) if text else now.astimezone(zone)
    except (ValueError, OverflowError):
        expected = "a date such as 2026-01-31 or 2026-01-31 06:00"
        raise LongwaveError(f"--date: expected {expected}, found {text!r}.") from None
    return f"{day:%Y-%m-%d}", one_line(text) if ":" in text else ""


def _slug(title: str) -> str:
    whole = slugify(title)
    if not whole:
        raise LongwaveError(f"The title: expected letters or digits to make an address of, found {title!r}.")
    return short_slug(whole)


def _people(library: Library, names: Sequence[str]) -> tuple[Mapping[str, str], ...]:
    people: dict[str, Mapping[str, str]] = {}
    for name in map(one_line, names):
        if not slugify(name):
            raise LongwaveError(f"--guest: expected a name with letters or digits, found {name!r}.")
        person = library.person(name)
        people.setdefault(slugify(person["name"]), person)
    return tuple(people.values())


def _read(file: str, written: Skeleton, site: Site, show: Show) -> Episode:
    """The episode as the site will read it."""
    try:
        return parse_episode(file, written.text(), site, show, 0).episode
    except ContentError as error:
        raise LongwaveError(str(error.problem)) from None


def _named_otherwise(recording: Path, episode: Episode) -> bool:
    """Whether the site would look for a file of another kind."""
    file = episode.enclosure.file if episode.enclosure else ""
    return bool(file) and Path(file).suffix.lower() != recording.suffix.lower()


def _place(content: Path, show: Show, episode: Episode) -> Path | None:
    """Where the recording has to lie; None where the show's audio is addresses. Raises LongwaveError for no name."""
    file = episode.enclosure.file if episode.enclosure else ""
    if not file:
        return None
    if "\\" in file or any(part.startswith(".") or not part for part in file.split("/")):
        raise LongwaveError(f"{SITE_FILE}: expected audio of {show.slug} that makes a file's name, found {file!r}.")
    return content / "audio" / show.slug / file
