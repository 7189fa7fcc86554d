"""Marks the words of a query: in whole titles and moments, and in the passage of the notes that has most of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from longwave.search.analysis import Analyzer, composed, pieces
from longwave.search.clauses import Phrase, Word
from longwave.search.understanding import Slot

_PASSAGE = 200

#: Where something that was looked for stands, and which of the query's words or phrases it is.
_Span = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark: for each word its folded forms, and phrases as folded words in a row."""

    words: tuple[frozenset[str], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


def marks(slots: Iterable[Slot], fields: Collection[str | None]) -> Marks:
    """What to mark of a query in a text; ``fields`` are those whose clauses mean this text too."""
    clauses = [clause for slot in slots if not slot.optional for clause in slot.clauses]
    return Marks(
        tuple(frozenset(c.terms) for c in clauses if isinstance(c, Word) and c.field in fields),
        tuple(c.texts for c in clauses if isinstance(c, Phrase) and c.field in fields),
    )


class Marker:
    """Marks one query's words. Forms and accents count as in the search itself; a phrase only where it stands whole."""

    def __init__(self, marks: Marks, analyzer: Analyzer) -> None:
        self._marks = marks
        self._analyzer = analyzer
        self._forms: dict[str, list[int]] = {}
        for number, forms in enumerate(marks.words):
            for form in forms:
                self._forms.setdefault(form, []).append(number)
        # Nearly all of a text is what was not looked for: a lookup says so.
        self._known: dict[str, tuple[_Span, ...]] = {}

    def whole(self, text: str) -> str:
        """All of a text as HTML: escaped, with ``<mark>`` around what matches."""
        text = composed(text)
        return _html(text, self._spans(text), 0, len(text))

    def passage(self, *texts: str) -> str:
        """About 200 characters as HTML on one line: of the first text that matches, where most of the words stand.

        The beginning of the last text that isn't empty, if none of them matches.
        """
        text, spans = "", list[_Span]()
        for candidate in texts:
            text = composed(" ".join(candidate.split())) or text
            spans = self._spans(text)
            if spans:
                break
        start, end = _window(text, spans)
        html = _html(text, spans, start, end)
        return f"{'… ' if start else ''}{html}{' …' if end < len(text) else ''}"

    def _spans(self, text: str) -> list[_Span]:
        if not self._marks.words and not self._marks.phrases:
            return []
        spans: list[_Span] = []
        row: list[tuple[str, int, int]] = []
        for match in pieces(text):
            piece, at = match[0], match.start()
            found = self._known.get(piece)
            if found is None:
                found = self._known[piece] = self._inside(piece)
            if found:
                spans += [(at + start, at + end, number) for start, end, number in found]
            if self._marks.phrases:
                row += [(form.text, at + form.start, at + form.end) for form in self._analyzer.chunk(piece).parts]
        for number, phrase in enumerate(self._marks.phrases, start=len(self._marks.words)):
            spans += [(start, end, number) for start, end in _rows(row, phrase)]
        return sorted(spans)

    def _inside(self, piece: str) -> tuple[_Span, ...]:
        forms = self._analyzer.chunk(piece).forms
        return tuple((form.start, form.end, number) for form in forms for number in self._forms.get(form.text, ()))


def _rows(row: Sequence[tuple[str, int, int]], phrase: tuple[str, ...]) -> Iterable[tuple[int, int]]:
    length = len(phrase)
    for first, (text, start, _) in enumerate(row):
        if text == phrase[0] and tuple(text for text, _, _ in row[first : first + length]) == phrase:
            yield start, row[first + length - 1][2]


def _html(text: str, spans: Iterable[_Span], start: int, end: int) -> str:
    parts: list[str] = []
    at = start
    for first, last in _merged(span for span in spans if start <= span[0] and span[1] <= end):
        parts += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
        at = last
    parts.append(escape(text[at:end]))
    return "".join(parts)


def _merged(spans: Iterable[_Span]) -> Iterable[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end, _ in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: Sequence[_Span]) -> tuple[int, int]:
    """Where the best passage starts and ends: the most different words, then the most words, then the first."""
    if len(text) <= _PASSAGE:
        return 0, len(text)
    best, first, last = (0, 0), 0, 0
    for place, (start, _, _) in enumerate(spans):
        inside = [span for span in spans[place : place + 40] if span[1] <= start + _PASSAGE * 3 // 4]
        score = (len({number for _, _, number in inside}), len(inside))
        if inside and score > best:
            best, first, last = score, start, inside[-1][1]
    # The matches stand in the middle, cut where words end.
    start = max(0, min(first - (_PASSAGE - (last - first)) // 2, len(text) - _PASSAGE))
    end = min(len(text), start + _PASSAGE)
    if start:
        start = min(first, _next_space(text, start))
    if end < len(text):
        space = text.rfind(" ", max(last, start + 1), end + 1)
        end = space if space > 0 else max(end, last)
    return start, end


def _next_space(text: str, start: int) -> int:
    space = text.find(" ", start, start + 40)
    return start if space < 0 else space + 1
