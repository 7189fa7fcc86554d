"""Which episode is which, when its file has another name: by what stays of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from longwave.content.text.slugs import slugify
from longwave.edition.edition_data import Source
from longwave.edition.history import Past
from longwave.edition.memo import Again
from longwave.edition.records import digest
from longwave.feeds.guids import guid
from longwave.feeds.text import plain_title
from longwave.model import Enclosure, Episode, Show, Site
from longwave.routes import path_for

#: By what an episode is recognised under another address, the surest first.
_RANKS = ("file", "sound", "text", "title")
#: What stands for notes in which nothing is said.
_SILENT = frozenset(digest(text) for text in ("", "\n", "\n\n"))


@dataclass(frozen=True, slots=True)
class Sight:
    """An episode as it is today, without its past.

    ``marks`` tell it from others whatever its file is called, ``paths`` are the addresses of its page and its sound.
    """

    key: str
    guid: str
    paths: tuple[str, ...]
    marks: tuple[str, ...]


#: The episodes as they were seen by the build before this one.
_SIGHTS = Again[Sight]()


def sight(content: Path, site: Site, show: Show, episode: Episode, source: Source) -> Sight:
    """Return the episode of a file as it is today."""

    def look() -> Sight:
        paths = (episode.path, *sounds(episode))
        return Sight(episode.key, guid(site, show, episode), paths, marks(episode, source))

    of = episode, source.digest, source.text_digest, site.url, show.guid, show.guids
    return _SIGHTS.make((content, source.name), of, look)


def sounds(episode: Episode) -> tuple[str, ...]:
    """Return the addresses on the site of an episode's own sound, in all of its forms."""
    forms = (episode.enclosure, *(alternate.enclosure for alternate in episode.alternates))
    return tuple(path_for("audio", show=episode.show, file=sound.file) for sound in forms if sound and sound.here)


def marks(episode: Episode, source: Source) -> tuple[str, ...]:
    """Return what tells an episode from others, whatever its file is called."""
    when, sound = int(episode.date.timestamp()), episode.enclosure
    title = slugify(plain_title(episode))
    found = {
        "file": source.digest,
        "sound": _sound(sound) if sound else "",
        "text": f"{when} {source.text_digest}" if source.text_digest not in _SILENT else "",
        "title": f"{when} {title}" if title else "",
    }
    return tuple(f"{rank} {found[rank]}" for rank in _RANKS if found[rank])


def _sound(sound: Enclosure) -> str:
    return f"{sound.bytes} {sound.seconds}" if sound.bytes else sound.url


def recognise(past: Past, seen: Mapping[str, Sight]) -> Mapping[str, str]:
    """Return the number in ``past`` of each episode that was published before, by the file's name.

    An episode has the same address as before and a mark in common, or a mark that no other one has; else the same
    address, or the same file.
    """
    # Of two that had one address, the one that has it still.
    at = {known.key: number for number, known in past.episodes.items() if not known.out}
    at |= {known.key: number for number, known in past.episodes.items() if known.out}
    mine: dict[str, str] = {}
    taken: set[str] = set()

    def claim(pairs: Iterable[tuple[str, str | None]]) -> None:
        for file, number in pairs:
            if number is not None and file not in mine and number not in taken:
                mine[file] = number
                taken.add(number)

    same = ((file, at[one.key], one.marks) for file, one in seen.items() if one.key in at)
    claim((file, number) for file, number, have in same if _share(have, past.episodes[number].marks))
    if left := {file: one for file, one in seen.items() if file not in mine}:
        for rank in _RANKS:
            marked = {file: one.marks for file, one in left.items() if file not in mine}
            claim(_alike(past, marked, taken, rank).items())
        claim((file, at.get(one.key)) for file, one in left.items())
        of_file = {known.source: number for number, known in past.episodes.items()}
        claim((file, of_file.get(file)) for file in left)
    return mine


def _share(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return some == others or not {*some}.isdisjoint(others)


def _alike(past: Past, left: Mapping[str, tuple[str, ...]], taken: Collection[str], rank: str) -> dict[str, str]:
    """Return those of the files ``left`` that have a mark of one episode alone, which no other of them has."""
    known: dict[str, list[str]] = defaultdict(list)
    for number, one in past.episodes.items():
        if number not in taken:
            for mark in one.marks:
                known[mark].append(number)
    files: dict[str, list[str]] = defaultdict(list)
    for file, have in left.items():
        for mark in have:
            if mark.startswith(f"{rank} "):
                files[mark].append(file)
    found = {}
    for mark, (file, *others) in files.items():
        numbers = [number for number in known[mark] if past.episodes[number].out] or known[mark]
        if len(numbers) == 1 and not others:
            found[file] = numbers[0]
    return found
