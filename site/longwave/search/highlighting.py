"""Highlighting of a query's words in titles and beside timestamps, and in the best snippet of the notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from longwave.search.analysis import Analyzer, composed, pieces
from longwave.search.clauses import Phrase, Word
from longwave.search.query_parser import Slot

#: The number of characters in a snippet.
_SNIPPET = 200

#: The start and the end of a match in a text, and the number of the query's word or phrase that it matches.
_Span = tuple[int, int, int]
#: The matches in a piece of text, its words that occur in phrases (with their step, start and end), and its width.
_Piece = tuple[tuple[_Span, ...], tuple[tuple[str, int, int, int], ...], int]


@dataclass(frozen=True, slots=True)
class Highlights:
    """The words and phrases to highlight: each word as its folded forms, each phrase as folded words in a row."""

    words: tuple[frozenset[str], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


def highlights(slots: Iterable[Slot], fields: Collection[str | None]) -> Highlights:
    """Return the words and phrases of a query to highlight in a text.

    Only conditions on these ``fields`` count; None among them stands for conditions without a field.
    """
    clauses = [clause for slot in slots if not slot.optional for clause in slot.clauses]
    return Highlights(
        tuple(frozenset(c.terms) for c in clauses if isinstance(c, Word) and c.field in fields),
        tuple(c.texts for c in clauses if isinstance(c, Phrase) and c.field in fields),
    )


class Highlighter:
    """A highlighter of one query's words, in all forms that the search finds, and of its complete phrases."""

    def __init__(self, highlights: Highlights, analyzer: Analyzer) -> None:
        self._highlights = highlights
        self._analyzer = analyzer
        self._forms: dict[str, list[int]] = {}
        for number, forms in enumerate(highlights.words):
            for form in forms:
                self._forms.setdefault(form, []).append(number)
        self._in_phrases = frozenset(word for phrase in highlights.phrases for word in phrase)
        # Most words of a text match nothing and occur often: a look-up is faster than analysing them again.
        self._known: dict[str, _Piece] = {}

    def highlight(self, text: str) -> str:
        """Return the whole text as HTML: escaped, with ``<mark>`` around matches."""
        text = composed(text)
        return _html(text, self._spans(text), 0, len(text))

    def snippet(self, *texts: str) -> str:
        """Return about 200 characters as HTML on one line, from the part with most of the query's words.

        The snippet is of the first text that matches; if none does, the beginning of the last one that isn't empty.
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
        if not self._highlights.words and not self._highlights.phrases:
            return []
        spans: list[_Span] = []
        row: list[tuple[str, int, int, int]] = []
        words = 0
        for match in pieces(text):
            text_of_piece = match[0]
            piece = self._known.get(text_of_piece)
            if piece is None:
                piece = self._known[text_of_piece] = self._analyze(text_of_piece)
            inside, parts, count = piece
            if inside or parts:
                at = match.start()
                spans += [(at + start, at + end, number) for start, end, number in inside]
                row += [(word, words + step, at + start, at + end) for word, step, start, end in parts]
            words += count
        for number, phrase in enumerate(self._highlights.phrases, start=len(self._highlights.words)):
            spans += [(start, end, number) for start, end in _phrase_spans(row, phrase)]
        return sorted(spans)

    def _analyze(self, piece: str) -> _Piece:
        words, width = self._analyzer.steps(piece)
        if not any(word in self._forms or word in self._in_phrases for word, _ in words):
            return (), (), width
        chunk = self._analyzer.chunk(piece)
        numbered = ((form, number) for form in chunk.forms for number in self._forms.get(form.text, ()))
        parts = (
            (part.text, step, part.start, part.end)
            for step, part in enumerate(chunk.parts)
            if part.text in self._in_phrases
        )
        return tuple((form.start, form.end, number) for form, number in numbered), tuple(parts), len(chunk.parts)


def _phrase_spans(row: Sequence[tuple[str, int, int, int]], phrase: tuple[str, ...]) -> Iterable[tuple[int, int]]:
    """Yield the start and the end of a phrase, each time that it occurs.

    ``row`` has words with their number in the text, their start and their end.
    """
    for first, (word, number, start, _) in enumerate(row):
        if word == phrase[0]:
            found = row[first : first + len(phrase)]
            is_whole = tuple(word for word, _, _, _ in found) == phrase
            if is_whole and found[-1][1] == number + len(phrase) - 1:
                yield start, found[-1][3]


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
    """Return the start and the end of the snippet with most different words, then most words, then the earliest."""
    if len(text) <= _SNIPPET:
        return 0, len(text)
    best, first, last = (0, 0), 0, 0
    for place, (start, _, _) in enumerate(spans):
        inside = [span for span in spans[place : place + 40] if span[1] <= start + _SNIPPET * 3 // 4]
        score = (len({number for _, _, number in inside}), len(inside))
        if inside and score > best:
            best, first, last = score, start, inside[-1][1]
    # The matches are put in the middle, and the text is cut between words.
    start = max(0, min(first - (_SNIPPET - (last - first)) // 2, len(text) - _SNIPPET))
    end = min(len(text), start + _SNIPPET)
    if start:
        start = min(first, _next_space(text, start))
    if end < len(text):
        space = text.rfind(" ", max(last, start + 1), end + 1)
        end = space if space > 0 else max(end, last)
    return start, end


def _next_space(text: str, start: int) -> int:
    space = text.find(" ", start, start + 40)
    return start if space < 0 else space + 1
