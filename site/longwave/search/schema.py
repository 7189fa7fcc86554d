"""The schema of the index: every word of a document once, with a weight and its places, and the document itself.

Looking up one weighed field takes a fifth of the time of an OR over five, and the weights don't depend on the lengths
of fields: a word in the title outweighs the same word in the notes however often the notes repeat it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
from whoosh.formats import Format

from longwave.search.analysis import Analyzer, composed, cut
from longwave.search.document_packing import PlacedLine, pack_document, pack_talk
from longwave.search.documents import Document, Line, Talk
from longwave.search.grid import CELL, DESCRIPTION, FIELDS, NUMBER, after_tag, next_cell, pack
from longwave.search.vocabulary import CountedField


class _Places(Format):  # type: ignore[misc] # Whoosh is untyped
    """A format of postings whose value is a word's packed positions in the document."""

    posting_size = -1

    def __init__(self) -> None:
        super().__init__(1.0)


class WordField(FieldType):  # type: ignore[misc] # Whoosh is untyped
    """A field of words with weights and positions from ``analyze_document``, by way of ``PostingPool.take``."""

    def __init__(self) -> None:
        super().__init__(_Places(), None)


def schema() -> Schema:
    """Return the schema of the index.

    ``words`` has the words of notes and ``talk`` those of transcripts; ``document`` is the packed document. ``key``,
    ``hash``, ``size`` (a transcript's number of places) and ``speakers`` are stored.
    """
    return Schema(
        key=ID(stored=True, unique=True), hash=STORED(), size=STORED(), speakers=STORED(),
        words=WordField(), talk=WordField(), document=COLUMN(VarBytesColumn()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Source:
    """A kind of text in documents, such as titles: the weight of its words, and its usual number of words (BM25)."""

    weight: float
    usual_length: int


_TITLE = _Source(10, 8)
_GUEST = _Source(10, 4)
_TAG = _Source(4.5, 30)
_DESCRIPTION = _Source(2, 30)
_NOTES = _Source(1, 500)
#: The seconds of silence between two cues that count as a pause, and the places that are left free there.
_PAUSE, _APART = 5.0, 4 * CELL
_SATURATION = 1.2
_LENGTH_COSTS = 0.4


_ENDLESS = 1 << 32


@dataclass(slots=True)
class _Words:
    """The words of one document while they are collected."""

    analyzer: Analyzer
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    weights: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    length: int = 0

    def add(self, text: str, place: int, last: int = _ENDLESS) -> int:
        """Add a text whose first word has the position ``place``, and return the position after its last word."""
        places, counts, steps = self.places, self.counts, self.analyzer.steps
        for piece in cut(composed(text)):
            words, width = steps(piece)
            for word, step in words:
                at = place + step
                places[word].append(min(at, last))
                counts[word] += 1
            place += width
            self.length += len(words)
        return place

    def weigh(self, source: _Source) -> None:
        """Add to each word's weight that of its mentions since the last call, all in texts of kind ``source``.

        By BM25's curve the tenth mention of a word adds nearly nothing.
        """
        length = 1 - _LENGTH_COSTS + _LENGTH_COSTS * self.length / source.usual_length
        for word, count in self.counts.items():
            self.weights[word] += source.weight * count * (1 + _SATURATION) / (count + _SATURATION * length)
        self.counts.clear()
        self.length = 0


@dataclass(frozen=True, slots=True)
class AnalyzedDocument:
    """A document as it is indexed: every folded word with its weight and its packed places, the words in each field,
    and the packed document.

    ``size`` is the number of places and ``speakers`` the names in a transcript; both are empty for notes.
    """

    words: Mapping[str, tuple[float, bytes]]
    fields: Mapping[CountedField, Set[str]]
    packed: bytes
    size: int = 0
    speakers: tuple[str, ...] = ()


def analyze_document(document: Document | Talk, analyzer: Analyzer) -> AnalyzedDocument:
    """Return a document with its words, their weights and their positions."""
    if isinstance(document, Talk):
        return _analyze_talk(document, analyzer)
    words = _Words(analyzer)
    words.add(document.title, 0, FIELDS["title"][1] - 1)
    title = frozenset(words.counts)
    words.add("" if document.number is None else str(document.number), NUMBER)
    words.weigh(_TITLE)
    guests, tags = _add_names(words, document)
    end = words.add(document.description, DESCRIPTION)
    words.weigh(_DESCRIPTION)
    placed = _add_lines(words, document.lines, end)
    words.weigh(_NOTES)
    weighed = {word: (weight, pack(sorted(words.places[word]))) for word, weight in words.weights.items()}
    fields: Mapping[CountedField, Set[str]] = {"title": title, "guest": guests, "tag": tags}
    return AnalyzedDocument(weighed, fields, pack_document(document, placed))


def _analyze_talk(talk: Talk, analyzer: Analyzer) -> AnalyzedDocument:
    """Return a transcript with its words; each block of 32 places is some ten seconds of speech (see ``stretches``)."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    steps, place, end = analyzer.steps, 0, 0.0
    begins: list[int] = []
    for cue in talk.cues:
        if cue.start > end + _PAUSE and begins:
            # Words before and after a pause aren't said together.
            place = next_cell(place) + _APART
        begins.append(place)
        for piece in cut(composed(cue.text)):
            words, width = steps(piece)
            for word, step in words:
                places[word].append(place + step)
            place += width
        end = max(end, cue.end)
    speakers = tuple(dict.fromkeys(cue.speaker for cue in talk.cues if cue.speaker))
    weighed = {word: (1.0, pack(sorted(own))) for word, own in places.items()}
    fields: Mapping[CountedField, Set[str]] = {"talk": places.keys()}
    return AnalyzedDocument(weighed, fields, pack_talk(talk, begins), place, speakers)


def try_analysis(document: Document | Talk, analyzer: Analyzer) -> None:
    """Raise any exception that ``analyze_document`` would raise over a word, in a fraction of the time."""
    if isinstance(document, Talk):
        texts: tuple[str, ...] = tuple(cue.text for cue in document.cues)
    else:
        lines = (line.text for line in document.lines)
        texts = (document.title, document.description, *document.guests, *document.tags, *lines)
    for text in texts:
        for piece in cut(composed(text)):
            analyzer.steps(piece)


def _add_names(words: _Words, document: Document) -> tuple[Set[str], Set[str]]:
    """Add the document's guests and tags to ``words``, and return the words in the names of guests and of tags."""
    place, end = FIELDS["guest"]
    for guest in document.guests:
        place = min(next_cell(words.add(guest, place, end - 1)), end - 1)
    guests = frozenset(words.counts)
    words.weigh(_GUEST)
    place, end = FIELDS["tag"]
    for tag in document.tags:
        place = min(after_tag(words.add(tag, place, end - 1)), end - 1)
    tags = frozenset(words.counts)
    words.weigh(_TAG)
    return guests, tags


def _add_lines(words: _Words, lines: Iterable[Line], place: int) -> list[PlacedLine]:
    placed = []
    for line in lines:
        place = next_cell(place)
        placed.append(PlacedLine(place, line))
        place = words.add(line.text, place)
    return placed
