"""A document packed into one value of the index, read for the hits on a page and to remove the document's words."""

from __future__ import annotations

import json
import struct
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from longwave.model import Cue
from longwave.search.documents import Document, Kind, Line, Talk

_SPACES = str.maketrans("\t\n", "  ")
#: The number of cues that are compressed together: a page of results shows a few of each transcript only.
_CHUNK = 96
_BYTES_OF_TURN = 150
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of a document, and the place (the position in the index) of its first word."""

    place: int
    line: Line


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one document in the order of their word positions; each becomes a ``Line`` only when it is read."""

    places: tuple[int, ...]
    rows: tuple[str, ...]

    def __getitem__(self, number: int) -> Line:
        kind, seconds, text = self.rows[number].split("\t", 2)
        return Line(cast("Kind", kind), text, int(seconds))


def pack_document(document: Document, lines: Iterable[PlacedLine]) -> bytes:
    """Return a document as bytes, with the word positions at which its ``lines`` begin."""
    head = json.dumps((document.title, document.number, document.guests, document.tags, document.description))
    rows, places = [head], []
    for placed in lines:
        line = placed.line
        places.append(str(placed.place))
        rows.append(f"{line.kind}\t{line.seconds}\t{line.text.translate(_SPACES)}")
    return _compress("\n".join((" ".join(places), *rows)))


def unpack_lines(value: bytes) -> Lines:
    """Return the lines of a document that ``pack_document`` packed."""
    places, _, *rows = _decompress(value).split("\n")
    return Lines(tuple(map(int, places.split())), tuple(rows))


def unpack_document(key: str, value: bytes) -> Document:
    """Return a document that ``pack_document`` packed; its tabs and line breaks have become spaces."""
    _, head, *rows = _decompress(value).split("\n")
    title, number, guests, tags, description = json.loads(head)
    lines = Lines((), tuple(rows))
    return Document(
        key, title, number, tuple(guests), tuple(tags), description, tuple(lines[n] for n in range(len(rows)))
    )


class PackedTalk:
    """A transcript that ``pack_talk`` packed, of which only the parts that are asked for are decompressed.

    ``turns`` are the places at which another speaker begins, with the speaker's number in ``speakers``.
    """

    def __init__(self, value: bytes) -> None:
        (length,) = _LENGTH.unpack_from(value)
        head = json.loads(_decompress(value[_LENGTH.size : _LENGTH.size + length]))
        self.speakers: Sequence[str] = head["speakers"]
        self.turns: Sequence[tuple[int, int]] = head["turns"]
        self._firsts: Sequence[int] = head["firsts"]
        self._ends: Sequence[int] = head["ends"]
        self._value, self._begin = value, _LENGTH.size + length

    @property
    def size(self) -> int:
        """Return about the number of bytes that the object has in memory."""
        return len(self._value) + _BYTES_OF_TURN * len(self.turns)

    def cues(self, first: int, end: int) -> list[tuple[int, Cue]]:
        """Return the cues with words from place ``first`` to before ``end``, each with the place of its first word."""
        chunk, last = max(0, bisect_right(self._firsts, first) - 1), bisect_left(self._firsts, end)
        found = []
        for number in range(chunk, last):
            rows, places = self._chunk(number)
            begin = max(0, bisect_right(places, first) - 1)
            found += [(places[at], self._cue(rows[at])) for at in range(begin, bisect_left(places, end))]
        return found

    def all_cues(self) -> Iterator[Cue]:
        """Yield all cues; their tabs and line breaks have become spaces."""
        return (self._cue(row) for number in range(len(self._firsts)) for row in self._chunk(number)[0])

    def ranges(self, speakers: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield the ranges of places in which one of the ``speakers`` (by number) speaks."""
        chosen = set(speakers)
        ends = [place for place, _ in self.turns[1:]]
        for (place, speaker), end in zip(self.turns, [*ends, 1 << 30], strict=True):
            if speaker in chosen:
                yield place, end

    def _chunk(self, number: int) -> tuple[list[str], list[int]]:
        """Return the packed cues of a chunk, and the places of their first words."""
        first = self._ends[number - 1] if number else 0
        text = _decompress(self._value[self._begin + first : self._begin + self._ends[number]])
        places, *rows = text.split("\n")
        return rows, list(map(int, places.split()))

    def _cue(self, row: str) -> Cue:
        start, speaker, words = row.split("\t", 2)
        # Only the beginning of a cue is needed: Play begins there.
        return Cue(float(start), float(start), self.speakers[int(speaker)], words)


def pack_talk(talk: Talk, places: Sequence[int]) -> bytes:
    """Return a transcript as bytes, with the place of each cue's first word."""
    speakers = {speaker: number for number, speaker in enumerate(dict.fromkeys(cue.speaker for cue in talk.cues))}
    rows: list[str] = []
    turns: list[tuple[int, int]] = []
    for place, cue in zip(places, talk.cues, strict=True):
        speaker = speakers[cue.speaker]
        if not turns or turns[-1][1] != speaker:
            turns.append((place, speaker))
        rows.append(f"{cue.start:.1f}\t{speaker}\t{cue.text.translate(_SPACES)}")
    chunks = [
        _compress("\n".join((" ".join(map(str, places[at : at + _CHUNK])), *rows[at : at + _CHUNK])))
        for at in range(0, len(rows), _CHUNK)
    ]
    ends = [sum(map(len, chunks[: number + 1])) for number in range(len(chunks))]
    head = {"speakers": list(speakers), "turns": turns, "firsts": list(places[::_CHUNK]), "ends": ends}
    packed = _compress(json.dumps(head))
    return b"".join((_LENGTH.pack(len(packed)), packed, *chunks))


def unpack_talk(key: str, value: bytes) -> Talk:
    """Return a transcript that ``pack_talk`` packed; its tabs and line breaks have become spaces."""
    return Talk(key, tuple(PackedTalk(value).all_cues()))


def _compress(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def _decompress(value: bytes) -> str:
    return zlib.decompress(value).decode("utf-8", "surrogatepass")
