"""A document packed into one value of the index, read for the hits on a page and to remove the document's words."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from longwave.search.documents import Document, Kind, Line

_SPACES = str.maketrans("\t\n", "  ")


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
        kind, seconds, language, speaker, text = self.rows[number].split("\t", 4)
        return Line(cast("Kind", kind), text, int(seconds), speaker, language)


def pack_document(document: Document, lines: Iterable[PlacedLine]) -> bytes:
    """Return a document as bytes, with the word positions at which its ``lines`` begin."""
    head = json.dumps((document.title, document.number, document.guests, document.tags, document.description))
    rows, places = [head], []
    for placed in lines:
        line = placed.line
        places.append(str(placed.place))
        speaker, text = line.speaker.translate(_SPACES), line.text.translate(_SPACES)
        rows.append(f"{line.kind}\t{line.seconds}\t{line.language}\t{speaker}\t{text}")
    return zlib.compress("\n".join((" ".join(places), *rows)).encode("utf-8", "surrogatepass"))


def unpack_lines(value: bytes) -> Lines:
    """Return the lines of a document that ``pack_document`` packed."""
    places, _, *rows = _rows(value)
    return Lines(tuple(map(int, places.split())), tuple(rows))


def unpack_document(key: str, value: bytes) -> Document:
    """Return a document that ``pack_document`` packed; its tabs and line breaks have become spaces."""
    _, head, *rows = _rows(value)
    title, number, guests, tags, description = json.loads(head)
    lines = Lines((), tuple(rows))
    return Document(
        key, title, number, tuple(guests), tuple(tags), description, tuple(lines[n] for n in range(len(rows)))
    )


def _rows(value: bytes) -> list[str]:
    return zlib.decompress(value).decode("utf-8", "surrogatepass").split("\n")
