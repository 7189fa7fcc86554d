"""The lines of a document as one value: kept in the index beside the words, and read for the hits on a page only."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from longwave.search.documents import Kind, Line

_SPACES = str.maketrans("\t\n", "  ")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the place of its first word."""

    place: int
    line: Line


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one document, in order of their places. They become objects only when they are looked at."""

    places: tuple[int, ...]
    rows: tuple[str, ...]

    def __getitem__(self, number: int) -> Line:
        kind, seconds, speaker, text = self.rows[number].split("\t", 3)
        return Line(cast("Kind", kind), text, int(seconds), speaker)


def pack_lines(lines: Iterable[Placed]) -> bytes:
    """Lines as bytes."""
    rows, places = [], []
    for placed in lines:
        line = placed.line
        places.append(str(placed.place))
        rows.append(f"{line.kind}\t{line.seconds}\t{line.speaker.translate(_SPACES)}\t{line.text.translate(_SPACES)}")
    return zlib.compress("\n".join((" ".join(places), *rows)).encode("utf-8", "surrogatepass"))


def unpack_lines(value: bytes) -> Lines:
    """The lines that ``pack_lines`` packed."""
    places, *rows = zlib.decompress(value).decode("utf-8", "surrogatepass").split("\n")
    return Lines(tuple(map(int, places.split())), tuple(rows))
