"""How a document lies in Whoosh: one weighed field for words, one with positions for phrases, and three small ones.

Looking up one weighed field costs a fifth of an OR over five, and the weights are ours instead of an accident of
lengths: a word in the title outweighs the same word in the notes however often the notes say it.
"""

from __future__ import annotations

import struct
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.formats import Existence, Format

from longwave.search.analysis import Analyzer, composed
from longwave.search.documents import Document

#: To be raised by whoever changes what is indexed; an index of another version is built anew.
VERSION = 1

_Posting = tuple[bytes, int, float, bytes]
# Between two titles, guests or tags, so that no phrase reaches from one into the next.
_GAP = 10


class Codec(W3Codec):  # type: ignore[misc] # Whoosh is untyped
    """Whoosh's own, without the lengths that no field here has: it asks the disk for them at each single posting."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=512, compression=1)


class WeighedField(FieldType):  # type: ignore[misc] # Whoosh is untyped
    """Words with a weight each. Takes a mapping of words to weights where Whoosh's own fields take text."""

    def __init__(self) -> None:
        super().__init__(Existence(), None)

    def index(self, value: Mapping[str, float], **_: Any) -> Iterator[_Posting]:
        """Whoosh's postings: the word's bytes, a frequency, the weight, nothing more."""
        for word, weight in value.items():
            yield word.encode(), 1, weight, b""


class Positions(Format):  # type: ignore[misc] # Whoosh is untyped
    """A posting's value is its positions, four bytes each: three times as fast to read as Whoosh's pickles."""

    posting_size = -1

    def __init__(self) -> None:
        super().__init__(1.0)

    def decode_positions(self, value: bytes) -> array[int]:
        """Positions in ascending order."""
        return array("I", value)


class PlacedField(FieldType):  # type: ignore[misc] # Whoosh is untyped
    """Words with their positions. Takes a mapping of words to ascending positions."""

    def __init__(self) -> None:
        super().__init__(Positions(), None)

    def index(self, value: Mapping[str, list[int]], **_: Any) -> Iterator[_Posting]:
        """Whoosh's postings: the word's bytes, how often it stands there, the weight 1, its positions."""
        for word, places in value.items():
            yield word.encode(), len(places), 1.0, struct.pack(f"{len(places)}I", *places)


def schema() -> Schema:
    """The fields: ``key`` and ``hash`` are kept, the others are only looked up.

    ``words``: stems of everything, weighed. ``exact``: folded words with positions, for phrases and as the vocabulary
    for half-typed words. ``title``, ``tag`` (stems) and ``guest`` (folded words): what ``title:`` and so on look at.
    """
    return Schema(
        key=ID(stored=True, unique=True),
        hash=STORED(),
        words=WeighedField(),
        exact=PlacedField(),
        title=PlacedField(),
        guest=PlacedField(),
        tag=PlacedField(),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a word may stand: what it weighs there, and the number of words at which length begins to cost."""

    weight: float
    usual: int


_TITLE = _Source(10, 8)
_GUEST = _Source(10, 4)
_TAG = _Source(4.5, 30)
_DESCRIPTION = _Source(2, 30)
_NOTES = _Source(1, 500)
_CUES = _Source(0.5, 8000)
_SATURATION = 1.2
_LENGTH_COSTS = 0.4


def fields(document: Document, digest: str, analyzer: Analyzer) -> dict[str, Any]:
    """What Whoosh's ``add_document`` takes."""
    number = () if document.number is None else (str(document.number),)
    texts = {
        _TITLE: (document.title, *number),
        _GUEST: document.guests,
        _TAG: document.tags,
        _DESCRIPTION: (document.description,),
        _NOTES: (document.notes, *document.chapters),
        _CUES: (" ".join(document.cues),),
    }
    words: defaultdict[str, float] = defaultdict(float)
    exact: defaultdict[str, list[int]] = defaultdict(list)
    end = 0
    for source, lines in texts.items():
        counts: Counter[str] = Counter()
        for line in lines:
            end = _place(line, analyzer, exact, counts, end) + _GAP
        _weigh(source, counts, words)
    return {
        "key": document.key,
        "hash": digest,
        "words": words,
        "exact": exact,
        "title": _placed((document.title,), analyzer, stems=True),
        "guest": _placed(document.guests, analyzer, stems=False),
        "tag": _placed(document.tags, analyzer, stems=True),
    }


def _place(text: str, analyzer: Analyzer, exact: dict[str, list[int]], counts: Counter[str], place: int) -> int:
    stems: list[str] = []
    for _, chunk in analyzer.scan(composed(text)):
        if chunk.whole:
            exact[chunk.whole.text].append(place)
        for form in chunk.parts:
            exact[form.text].append(place)
            place += 1
        stems += [form.stem for form in chunk.forms]
    counts.update(stems)
    return place


def _weigh(source: _Source, counts: Counter[str], words: dict[str, float]) -> None:
    # BM25's curve, within one document and one place: the tenth mention adds nearly nothing.
    length = 1 - _LENGTH_COSTS + _LENGTH_COSTS * counts.total() / source.usual
    for stem, count in counts.items():
        words[stem] += source.weight * count * (1 + _SATURATION) / (count + _SATURATION * length)


def _placed(lines: Iterable[str], analyzer: Analyzer, *, stems: bool) -> Mapping[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    place = 0
    for line in lines:
        for _, chunk in analyzer.scan(composed(line)):
            for form in (chunk.whole, *chunk.single):
                if form:
                    found[form.stem if stems else form.text].append(place)
            for form in chunk.parts:
                found[form.stem if stems else form.text].append(place)
                place += 1
        place += _GAP
    return found
