"""The place of a word in an episode's notes: one number from which field, line and order of words can be read.

Places lie on a grid. The title, each guest and each line begin a cell of 32 words, so words that stand together share a
cell, and words in a row have places in a row. So one kind of posting serves phrases, fields, moments and proximity.
Transcripts are documents of their own, whose words are simply numbered (``talk``).
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

Field = Literal["title", "guest", "tag"]

_SHIFT = 5
#: The number of words in a cell.
CELL = 1 << _SHIFT
#: The range of word places of each field: the first, and the one after the last.
FIELDS: dict[Field, tuple[int, int]] = {
    "title": (0, 4 * CELL),
    "guest": (4 * CELL, 36 * CELL),
    "tag": (36 * CELL, 100 * CELL),
}
#: The word places at which the episode's number and its description begin; the lines come after these.
NUMBER = 100 * CELL
DESCRIPTION = 101 * CELL
_TAG_GAP = 4
_MAX_SHORT = 0xFFFF


def next_cell(place: int) -> int:
    """Return the place at which the next cell of 32 words begins: ``place`` itself if a cell begins there."""
    return -(-place // CELL) * CELL


def after_tag(place: int) -> int:
    """Return the place of the next tag's first word; the gap keeps a phrase from matching across two tags."""
    return place + _TAG_GAP


def pack(places: list[int]) -> bytes:
    """Return ascending places of words as bytes: two for each, or four where a place needs them."""
    return array("H", places).tobytes() if places[-1] <= _MAX_SHORT else b"I" + array("I", places).tobytes()


def unpack(value: bytes) -> array[int]:
    """Return the places of words that ``pack`` packed."""
    return array("I", value[1:]) if len(value) & 1 else array("H", value)


def within(places: Iterable[int], field: Field) -> Iterator[int]:
    """Yield those of the words' places that are in a field."""
    first, end = FIELDS[field]
    return (place for place in places if first <= place < end)


#: The first cells, as ``cells`` numbers them, of the guests, of the tags and of the description and the lines.
GUESTS, TAGS, LINES = (place >> _SHIFT for place in (FIELDS["guest"][0], FIELDS["tag"][0], DESCRIPTION))


def cells(places: Collection[int]) -> set[int]:
    """Return the numbers of the cells (of 32 words) in which words with these places stand.

    A cell among the tags has no meaning: all tags count as neighbours.
    """
    return {place >> _SHIFT for place in places}
