"""Which episode is which, when its file has another name: by what stays of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from longwave.content.slugs import slugify
from longwave.edition.contents import Source
from longwave.edition.history import Past
from longwave.edition.records import digest
from longwave.feeds.text import plain_title
from longwave.model import Enclosure, Episode

#: By what an episode is recognised under another address, the surest first.
_RANKS = ("file", "sound", "text", "title")
#: What stands for notes in which nothing is said.
_SILENT = frozenset(digest(text) for text in ("", "\n", "\n\n"))


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


def recognise(past: Past, seen: Mapping[str, tuple[str, tuple[str, ...]]]) -> Mapping[str, str]:
    """Return the number in ``past`` of each episode that was published before, by the file's name.

    ``seen`` are their keys and marks of today. An episode has the same address as before and a mark in common, or a
    mark that no other one has; else the same address, or the same file.
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

    same = ((file, at[key], have) for file, (key, have) in seen.items() if key in at)
    claim((file, number) for file, number, have in same if any(mark in past.episodes[number].marks for mark in have))
    if left := {file: one for file, one in seen.items() if file not in mine}:
        for rank in _RANKS:
            marked = {file: have for file, (_, have) in left.items() if file not in mine}
            claim(_alike(past, marked, taken, rank).items())
        claim((file, at.get(key)) for file, (key, _) in left.items())
        of_file = {known.source: number for number, known in past.episodes.items()}
        claim((file, of_file.get(file)) for file in left)
    return mine


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
