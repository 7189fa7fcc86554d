"""What somebody who typed this wants: words, phrases, names of fields, and the last word perhaps half typed.

Nothing that is typed is an error. What isn't understood as syntax is searched as words. Whatever else is to be
understood one day ends in the same clauses, so it is a matter of this module alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from longwave.search.analysis import Analyzer, Chunk, Form, composed
from longwave.search.postings import Postings

_QUOTES = str.maketrans("“”„‟«»", '""""""')
_TERM = re.compile(r'(?:(guest|tag|title):)?(?:"([^"]*)("?)|([^\s"]+))', re.IGNORECASE)
_MOST_CLAUSES = 32
_SHORTEST_PREFIX = 2
_MOST_COMPLETIONS = 32
# What a completion is worth beside the word as it was typed, and what a hit in a field that was asked for adds.
_COMPLETED = 0.1
_OF_FIELD = 5.0


@dataclass(frozen=True, slots=True)
class Word:
    """Documents with one of ``terms`` in a field; each scores as its best. A term is mapped to what a hit is worth.

    ``optional`` words (the, of, and) add to a score and rule nothing out. ``given`` ones were spelt out (``tag:aws``)
    and are never left out to find more.
    """

    field: str
    terms: Mapping[str, float]
    optional: bool = False
    given: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Documents in which ``texts`` stand in a row in a field. ``worth`` is what the stem of each adds to the score.

    ``whole`` is the same in one word (nodejs for node.js), which will do as well.
    """

    field: str
    texts: tuple[str, ...]
    worth: Mapping[str, float]
    whole: Word | None = None
    given: bool = True
    optional: bool = False


Clause = Word | Phrase


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark in a text: for each word the stems that count as it, and phrases as folded words in a row."""

    words: tuple[frozenset[str], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


@dataclass(frozen=True, slots=True)
class Understood:
    """The clauses of a query, and what to mark of it: in any text, and in titles."""

    clauses: tuple[Clause, ...] = ()
    marks: Marks = field(default_factory=Marks)
    title: Marks = field(default_factory=Marks)


def understand(text: str, postings: Postings, analyzer: Analyzer) -> Understood:
    """Make sense of what was typed. Raises nothing; where there is no letter and no digit there are no clauses."""
    clauses = tuple(_clauses(text, postings, analyzer))[:_MOST_CLAUSES]
    if all(clause.optional for clause in clauses):
        clauses = tuple(replace(clause, optional=False) for clause in clauses)
    return Understood(clauses, _marks(clauses, ("words", "exact")), _marks(clauses, ("words", "exact", "title")))


def _clauses(text: str, postings: Postings, analyzer: Analyzer) -> Iterator[Clause]:
    read = _Reader(postings, analyzer)
    terms = list(_TERM.finditer(composed(text).translate(_QUOTES)))
    for term in terms:
        # What a quote opens and none closes is words, of a field if one is named before it.
        name, closed = (term[1] or "").lower(), bool(term[3])
        chunks = [chunk for _, chunk in analyzer.scan(term[2] or term[4] or "")]
        if name and not chunks:
            name, chunks = "", [chunk for _, chunk in analyzer.scan(term[1])]
        if closed:
            yield from read.phrase(name, chunks)
            continue
        for chunk in chunks:
            yield from read.chunk(name, chunk, half=term is terms[-1] and chunk is chunks[-1])


class _Reader:
    def __init__(self, postings: Postings, analyzer: Analyzer) -> None:
        self.postings = postings
        self.stopwords = analyzer.stopwords
        self.stem = analyzer.stem

    def chunk(self, name: str, chunk: Chunk, *, half: bool) -> Iterator[Clause]:
        """What stands between two spaces: a word, or several that are one name."""
        if chunk.whole:
            whole = self.word(name, chunk.whole, half=half)
            yield replace(self._row(name, chunk.parts), whole=whole, given=bool(name))
        else:
            for part in chunk.parts:
                yield self.word(name, part, half=half and not chunk.single)

    def phrase(self, name: str, chunks: Iterable[Chunk]) -> Iterator[Clause]:
        """Words between quotes."""
        chunks = tuple(chunks)
        parts = tuple(part for chunk in chunks for part in chunk.parts)[:_MOST_CLAUSES]
        if len(parts) == 1 and len(parts[0].text) == 1:
            # A Chinese character stands alone in the weighed field only; elsewhere it is part of a pair.
            yield self.word(name, parts[0], half=False)
        elif parts:
            yield self._row(name, parts)

    def word(self, name: str, form: Form, *, half: bool) -> Word:
        """One word, and those that it may be the beginning of."""
        key = form.text if name == "guest" else form.stem
        if name:
            terms = {key: _OF_FIELD}
            # Who asks for tag:java doesn't want JavaScript; who has got as far as tag:jav wants both.
            if half and len(form.text) >= _SHORTEST_PREFIX and not self.postings.frequency(name, key):
                terms = dict.fromkeys(self.postings.beginning_with(name, form.text, _MOST_COMPLETIONS), _OF_FIELD)
            return Word(name, terms, given=True)
        terms = {key: self.postings.rarity("words", key)}
        if half and len(form.text) >= _SHORTEST_PREFIX:
            terms = self._completed(form.text, key) | terms
        return Word("words", terms, optional=form.text in self.stopwords)

    def _completed(self, letters: str, key: str) -> dict[str, float]:
        found = self.postings.beginning_with("exact", letters, _MOST_COMPLETIONS)
        stems = {self.stem(word) for word in found} - {key}
        # All are worth the same, or the rarest completion would outweigh the word that was typed.
        if self.postings.frequency("words", key):
            worth = _COMPLETED * self.postings.rarity("words", key)
        else:
            worth = min((self.postings.rarity("words", stem) for stem in stems), default=0)
        return dict.fromkeys(stems, worth)

    def _row(self, name: str, parts: tuple[Form, ...]) -> Phrase:
        if name:
            texts = tuple(part.text if name == "guest" else part.stem for part in parts)
            return Phrase(name, texts, {})
        worth = {part.stem: self.postings.rarity("words", part.stem) for part in parts}
        return Phrase("exact", tuple(part.text for part in parts), worth)


def _marks(clauses: Iterable[Clause], fields: tuple[str, ...]) -> Marks:
    chosen = [clause for clause in clauses if clause.field in fields]
    wholes = [clause.whole for clause in chosen if isinstance(clause, Phrase) and clause.whole]
    words = [clause for clause in chosen if isinstance(clause, Word) and not clause.optional]
    return Marks(
        tuple(frozenset(word.terms) for word in (*words, *wholes)),
        tuple(clause.texts for clause in chosen if isinstance(clause, Phrase)),
    )
