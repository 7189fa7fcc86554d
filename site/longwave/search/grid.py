"""Where a word stands in an episode: one number, its place, that tells the field, the line and the order of words.

Places are laid on a grid. The title, each guest and each line begin a cell of 32 words, so words that stand together
share a cell, and words in a row have places in a row. One kind of posting so serves phrases, fields, moments and
proximity. The words of a transcript run on through its cells, as speech does. The last bit of a place says that it is
in a transcript.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

Field = Literal["title", "guest", "tag"]

#: From one word's place to the next one's.
STEP = 2
_CELL = 32 * STEP
_SHIFT = 6
#: Places of the fields: from the first to before the last.
FIELDS: dict[Field, tuple[int, int]] = {
    "title": (0, 4 * _CELL),
    "guest": (4 * _CELL, 36 * _CELL),
    "tag": (36 * _CELL, 100 * _CELL),
}
#: The number of the episode and its description: places of their own before the lines.
NUMBER = 100 * _CELL
DESCRIPTION = 101 * _CELL
_TAG_GAP = 4 * STEP
_MOST = 0xFFFF


def next_cell(place: int) -> int:
    """Where the next line may begin; ``place`` is the first that is free."""
    return -(-place // _CELL) * _CELL


def after_tag(place: int) -> int:
    """Where the next tag may begin. Tags stand together, but no phrase reaches from one into the next."""
    return place + _TAG_GAP


def pack(places: list[int]) -> bytes:
    """Ascending places as bytes: two each, or four where they must."""
    return array("H", places).tobytes() if places[-1] <= _MOST else b"I" + array("I", places).tobytes()


def unpack(value: bytes) -> array[int]:
    """The places that ``pack`` packed."""
    return array("I", value[1:]) if len(value) & 1 else array("H", value)


def is_spoken(place: int) -> bool:
    """Whether a place is in a transcript."""
    return bool(place & 1)


def within(places: Iterable[int], field: Field) -> Iterator[int]:
    """Those of the places that are in a field."""
    first, end = FIELDS[field]
    return (place for place in places if first <= place < end)


#: The first cells, as ``cells`` numbers them, of the guests, of the tags and of the description and the lines.
GUESTS, TAGS, LINES = (place >> _SHIFT << 1 for place in (FIELDS["guest"][0], FIELDS["tag"][0], DESCRIPTION))


def cells(places: Collection[int]) -> set[int]:
    """The cells in which words stand; those of speech are odd or below 0: it is cut twice, so no cut parts neighbours.

    A cell in the range of the tags is nothing by itself: they stand together.
    """
    return {place >> _SHIFT << 1 | place & 1 for place in places} | {
        -((place + _CELL // 2) >> _SHIFT) for place in places if place & 1
    }
