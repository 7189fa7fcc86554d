"""How a document lies in Whoosh: every word once, with a weight and its places, and the document itself beside them.

Looking up one weighed field costs a fifth of an OR over five, and the weights are ours instead of an accident of
lengths: a word in the title outweighs the same word in the notes however often the notes say it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
from whoosh.formats import Format

from longwave.search.analysis import Analyzer, composed, cut
from longwave.search.documents import Document, Line
from longwave.search.grid import DESCRIPTION, FIELDS, NUMBER, STEP, Field, after_tag, next_cell, pack
from longwave.search.lines import Placed, pack_document

#: To be raised by whoever changes what is indexed; an index of another version is built anew.
VERSION = 5


class _Places(Format):  # type: ignore[misc] # Whoosh is untyped
    """A posting's value is a word's places, packed."""

    posting_size = -1

    def __init__(self) -> None:
        super().__init__(1.0)


class WordField(FieldType):  # type: ignore[misc] # Whoosh is untyped
    """Words with a weight and places. No text becomes one: ``Pool.take`` takes what ``read_words`` makes."""

    def __init__(self) -> None:
        super().__init__(_Places(), None)


def schema() -> Schema:
    """``key`` and ``hash`` are kept; ``words`` are folded and looked up; ``document`` is all of it."""
    return Schema(key=ID(stored=True, unique=True), hash=STORED(), words=WordField(), document=COLUMN(VarBytesColumn()))


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


_ENDLESS = 1 << 32


@dataclass(slots=True)
class _Reading:
    """The words of one document while they are read."""

    analyzer: Analyzer
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    weights: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    length: int = 0

    def read(self, text: str, place: int, last: int = _ENDLESS) -> int:
        """Take in a text whose first word stands at ``place``; the place after its last word."""
        places, counts, steps = self.places, self.counts, self.analyzer.steps
        for piece in cut(composed(text)):
            words, width = steps(piece)
            for word, step in words:
                at = place + step * STEP
                places[word].append(min(at, last))
                counts[word] += 1
            place += width * STEP
            self.length += len(words)
        return place

    def weigh(self, source: _Source) -> None:
        """BM25's curve, within one document and one place: the tenth mention adds nearly nothing."""
        length = 1 - _LENGTH_COSTS + _LENGTH_COSTS * self.length / source.usual
        for word, count in self.counts.items():
            self.weights[word] += source.weight * count * (1 + _SATURATION) / (count + _SATURATION * length)
        self.counts.clear()
        self.length = 0


@dataclass(frozen=True, slots=True)
class Read:
    """A document as it is indexed: every folded word with its weight and its packed places, those that stand in each of
    the fields, and itself as it is kept.
    """

    words: Mapping[str, tuple[float, bytes]]
    fields: Mapping[Field, Set[str]]
    kept: bytes


def read_words(document: Document, analyzer: Analyzer) -> Read:
    """Read all words of a document."""
    reading = _Reading(analyzer)
    reading.read(document.title, 0, FIELDS["title"][1] - STEP)
    title = frozenset(reading.counts)
    reading.read("" if document.number is None else str(document.number), NUMBER)
    reading.weigh(_TITLE)
    guests, tags = _names(reading, document)
    end = reading.read(document.description, DESCRIPTION)
    reading.weigh(_DESCRIPTION)
    lines = [line for line in document.lines if line.kind != "cue"]
    placed, end = _lines(reading, lines, end)
    reading.weigh(_NOTES)
    cues, _ = _speech(reading, (line for line in document.lines if line.kind == "cue"), next_cell(end) + 1)
    reading.weigh(_CUES)
    words = {word: (weight, pack(sorted(reading.places[word]))) for word, weight in reading.weights.items()}
    return Read(words, {"title": title, "guest": guests, "tag": tags}, pack_document(document, (*placed, *cues)))


def try_words(document: Document, analyzer: Analyzer) -> None:
    """Raise whatever ``read_words`` would raise over a word of a document, in a fraction of its time."""
    lines = (line.text for line in document.lines)
    for text in (document.title, document.description, *document.guests, *document.tags, *lines):
        for piece in cut(composed(text)):
            analyzer.steps(piece)


def _names(reading: _Reading, document: Document) -> tuple[Set[str], Set[str]]:
    """Read guests and tags; the words of each."""
    place, end = FIELDS["guest"]
    for guest in document.guests:
        place = min(next_cell(reading.read(guest, place, end - STEP)), end - STEP)
    guests = frozenset(reading.counts)
    reading.weigh(_GUEST)
    place, end = FIELDS["tag"]
    for tag in document.tags:
        place = min(after_tag(reading.read(tag, place, end - STEP)), end - STEP)
    tags = frozenset(reading.counts)
    reading.weigh(_TAG)
    return guests, tags


def _lines(reading: _Reading, lines: Iterable[Line], place: int) -> tuple[list[Placed], int]:
    placed = []
    for line in lines:
        place = next_cell(place)
        placed.append(Placed(place, line))
        place = reading.read(line.text, place)
    return placed, place


def _speech(reading: _Reading, cues: Iterable[Line], place: int) -> tuple[list[Placed], int]:
    placed = []
    for cue in cues:
        placed.append(Placed(place, cue))
        place = reading.read(cue.text, place)
    return placed, place
