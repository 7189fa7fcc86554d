"""The query parser: words, phrases and fields, the last word perhaps half typed, others perhaps misspelt.

No text is an error: whatever isn't syntax is searched as words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from longwave.content.text.plain_text import slugify
from longwave.search.analysis import Analyzer, Chunk, Form, composed, is_inflected, is_kana
from longwave.search.clauses import Clause, Phrase, Shows, Speakers, Word, find, occurs, parse_dates
from longwave.search.grid import FIELDS, Field
from longwave.search.postings import PostingReader
from longwave.search.query_syntax import Term, parse_syntax
from longwave.search.stemming import TRADE, has_compounds
from longwave.search.vocabulary import Vocabulary

#: The most words of a query that are searched, counting those of its phrases and those that it excludes.
_MAX_WORDS = 32
_MAX_COMPLETIONS, _MAX_GUESSES = 24, 16
#: The fewest letters of a word that is completed, of each half of a word that is split, of a word whose spelling is
#: guessed, and of one that is guessed with two edits.
_MIN_PREFIX, _MIN_HALF, _MIN_GUESSED, _MIN_TWO_EDITS = 2, 3, 4, 9
#: The worth of words related to the typed one, which itself is worth 1.
_COMPLETED, _COMPLETED_GUEST, _OTHER_FORM, _IN_COMPOUND, _JOINED, _SPLIT = 0.1, 0.5, 0.8, 0.5, 0.8, 0.3
#: The worth of a guessed spelling by its number of edits.
_GUESSED = {0: 1.0, 1: 0.8, 2: 0.5}


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a query that a document may match by any of its ``clauses``.

    ``text`` was typed from index ``start`` to ``end`` of the query. An ``optional`` slot (the, of, and) adds to a score
    and excludes no document. A ``required`` one (``tag:aws``, a phrase) is never left out for want of results. A
    ``trade`` one is a word that any podcast is full of (episode). ``worth`` is the inverse document frequency. The
    clauses of a ``guessed`` slot are spellings that may be meant.
    """

    text: str
    start: int
    end: int
    clauses: tuple[Clause, ...]
    worth: float = 1.0
    optional: bool = False
    required: bool = False
    guessed: bool = False
    trade: bool = False


@dataclass(frozen=True, slots=True)
class Compound:
    """A word that was perhaps typed as two, such as cloud front; ``first`` is the index of the first one's slot."""

    first: int
    clause: Word


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as slots (its parts), the ``compounds`` of neighbouring slots, and the slots that no result may match."""

    query: str = ""
    slots: tuple[Slot, ...] = ()
    compounds: tuple[Compound, ...] = ()
    excluded: tuple[Slot, ...] = ()

    @property
    def visible(self) -> tuple[Slot, ...]:
        """Return the parts of the query that results show and highlight: its own slots, and one for each compound."""
        pairs = (
            (self.slots[compound.first], self.slots[compound.first + 1], compound.clause) for compound in self.compounds
        )
        return (*self.slots, *(Slot(a.text + b.text, a.start, b.end, (clause,), a.worth) for a, b, clause in pairs))


@dataclass(frozen=True, slots=True)
class QueryParser:
    """A parser of queries to one index. ``shows`` are titles by slug; an ``exact`` parser guesses no spelling."""

    vocabulary: Vocabulary
    postings: PostingReader
    analyzer: Analyzer
    shows: Mapping[str, str]
    exact: bool = False

    def parse(self, text: str) -> ParsedQuery:
        """Return the query ``text`` parsed into slots (parts): none for a text without letters and digits."""
        query = composed(text)
        slots: list[Slot] = []
        excluded: list[Slot] = []
        groups = parse_syntax(query)
        for group in groups:
            alone = len(groups) == 1
            group_slots = [slot for term in group for slot in self._term_slots(term, alone=alone)][:_MAX_WORDS]
            if group[0].excluded:
                excluded += group_slots
            elif len(group) > 1 and group_slots:
                slots.append(_alternatives(_bounded(group_slots, _MAX_WORDS)[0]))
            else:
                slots += group_slots
        slots, room = _bounded(slots, _MAX_WORDS)
        excluded, _ = _bounded(excluded, room)
        if all(slot.optional for slot in slots):
            slots = [replace(slot, optional=False) for slot in slots]
        compounds = tuple(self._compounds(slots))
        if not self.exact:
            joined = {number for compound in compounds for number in (compound.first, compound.first + 1)}
            slots = [
                slot if number in joined else self._guessed(slot, number == len(slots) - 1)
                for number, slot in enumerate(slots)
            ]
        return ParsedQuery(query, tuple(slots), compounds, tuple(excluded))

    def _term_slots(self, term: Term, *, alone: bool) -> Iterator[Slot]:
        condition = self._condition(term)
        if condition:
            yield Slot(term.text, term.start, term.start + len(term.text), (condition,), required=True)
            return
        field = term.field if term.field in FIELDS else None
        pieces = [(term.start + at, chunk) for at, chunk in self.analyzer.scan(term.text)]
        if term.field and (not field or not pieces):
            # The name of a field that can't be searched for this text is an optional word like others.
            name = [slot for _, chunk in self.analyzer.scan(term.field) for slot in self._chunk_slots(chunk, 0, None)]
            yield from (replace(slot, optional=True) for slot in name)
            field = None
        if term.quoted and len(pieces) + sum(len(chunk.parts) for _, chunk in pieces) > 2:
            parts = [part for _, chunk in pieces for part in chunk.parts][:_MAX_WORDS]
            yield self._phrase_slot(term.text, term.start, self._phrase(parts, field), required=True)
            return
        for at, chunk in pieces:
            # An excluded word is never completed: -java keeps JavaScript.
            half = term.last and not term.quoted and not term.excluded and chunk is pieces[-1][1]
            half = half and (len(term.text) >= _MIN_PREFIX or not alone)
            yield from self._chunk_slots(chunk, at, field, half=half, quoted=term.quoted)

    def _condition(self, term: Term) -> Clause | None:
        """Return the condition of a term such as ``show:podcast`` or ``year:2019``; None for words."""
        if term.field == "speaker":
            words = tuple(form.text for _, chunk in self.analyzer.scan(term.text) for form in chunk.parts)
            return Speakers(words) if words else None
        if term.field == "show":
            wanted = slugify(term.text)
            slugs = {slug for slug, title in self.shows.items() if wanted in (slug, slugify(title))}
            return Shows(frozenset(slugs)) if slugs else None
        return parse_dates(term.field, term.text)

    def _chunk_slots(
        self, chunk: Chunk, start: int, field: Field | None, *, half: bool = False, quoted: bool = False
    ) -> Iterator[Slot]:
        """Yield the slots of a chunk: one for a name of several words such as node.js, else one for each word.

        With ``half`` the chunk's last word may be half typed; with ``quoted`` only the words exactly as typed match.
        """
        if chunk.joined:
            text, end = chunk.joined.text, chunk.joined.end
            joined = self._word(chunk.joined, field, half=half)
            clauses = (self._phrase(chunk.parts[:_MAX_WORDS], field), joined)
            yield Slot(text, start, start + end, clauses, self._worth(joined), required=bool(field))
            return
        chunk_text = "".join(part.text for part in chunk.parts)
        for part in chunk.parts:
            word = self._word(part, field, half=half and not chunk.single, only=quoted)
            split = () if field or quoted else tuple(self._splits(part.text))
            free = not field and not quoted
            optional = free and (self._is_little(part.text) or (is_kana(part.text) and not is_kana(chunk_text)))
            yield Slot(
                part.text, start + part.start, start + part.end, (word, *split), self._worth(word),
                optional=optional, required=not free, trade=free and part.text in TRADE,
            )  # fmt: skip

    def _is_little(self, text: str) -> bool:
        """Return whether a folded word is one such as the or of in a language of the site."""
        if text in self.analyzer.stopwords:
            return True
        # A word such as "die" is little in German only, so it has to be frequent.
        return text in self.analyzer.foreign_stopwords and 2 * self.vocabulary.count(text) >= self.postings.episodes

    def _phrase_slot(self, text: str, start: int, clause: Phrase, *, required: bool) -> Slot:
        return Slot(text, start, start + len(text), (clause,), sum(clause.worth) or 1.0, required=required)

    def _word(self, form: Form, field: Field | None, *, half: bool, only: bool = False) -> Word:
        """Return the condition of a word in all its forms; with ``half`` also as the beginning of others.

        With ``only`` no other form of the word matches.
        """
        forms: dict[str, float] = {}
        if not only:
            if has_compounds(self.analyzer.languages):
                forms = dict.fromkeys(self.vocabulary.compounds(form.text, form.stem.split()[-1]), _IN_COMPOUND)
            forms |= dict.fromkeys(self.vocabulary.forms(form.stem), _OTHER_FORM)
            if is_inflected(form.text):
                forms[form.text[0]] = _IN_COMPOUND
        forms[form.text] = 1.0
        rarity = self._rarity(forms)
        terms = {word: worth * rarity for word, worth in forms.items()}
        if not half:
            return Word(terms, field)
        # A single letter begins too many words, but few names of guests.
        begun = self.vocabulary.completions(
            form.text, _MAX_COMPLETIONS, field or ("guest" if len(form.text) < _MIN_PREFIX else None)
        )
        # A half-typed little word would find everything.
        begun = tuple(word for word in begun if word not in self.analyzer.stopwords) or begun
        # A query tag:java doesn't mean JavaScript, but tag:jav, half typed, means both.
        if field and find(Word(terms, field), self.postings, {}):
            return Word(terms, field)
        more = self._completed([word for word in begun if word not in terms], rarity if self._known(forms) else 0.0)
        return Word(terms | more, field, frozenset(more))

    def _completed(self, begun: list[str], rarity: float) -> dict[str, float]:
        """Return the worth of each completion; ``rarity`` is that of the word as it was typed, 0 where unknown."""
        if not begun:
            return {}
        # All completions get the worth of the most frequent one, or a rare one would outweigh even the word as typed.
        least = min(self._rarity([word]) for word in begun)
        if not rarity:
            return dict.fromkeys(begun, least)
        names = set(self.vocabulary.completions(begun[0][:_MIN_PREFIX], 1 << 20, "guest"))
        return {word: rarity * (_COMPLETED_GUEST if word in names else _COMPLETED) for word in begun}

    def _phrase(self, parts: Iterable[Form], field: Field | None) -> Phrase:
        texts = tuple(part.text for part in parts)
        return Phrase(texts, () if field else tuple(self._rarity([text]) for text in texts), field)

    def _splits(self, text: str) -> Iterator[Phrase]:
        """Yield the pairs of known words of which a word may consist: cloudfront as cloud front."""
        for at in range(_MIN_HALF, len(text) - _MIN_HALF + 1):
            parts = (text[:at], text[at:])
            if all(part in self.vocabulary for part in parts):
                yield Phrase(parts, tuple(_SPLIT * self._rarity([part]) for part in parts), bonus=0.0)

    def _compounds(self, slots: list[Slot]) -> Iterator[Compound]:
        for number, (a, b) in enumerate(pairwise(slots)):
            text = a.text + b.text
            if not (a.required or b.required) and text in self.vocabulary:
                forms = self.vocabulary.forms(self.vocabulary.stem(text) or text)
                yield Compound(number, Word(dict.fromkeys(forms, _JOINED * self._rarity(forms))))

    def _guessed(self, slot: Slot, last: bool) -> Slot:
        """Return ``slot`` (a part of the query), or one of similar spellings if it matches no document but they do."""
        text = slot.text
        word = slot.clauses[0]
        if len(text) < _MIN_GUESSED or not text.isalpha() or not isinstance(word, Word) or slot.required:
            return slot
        if any(occurs(clause, self.postings) for clause in slot.clauses):
            return slot
        edits = 2 if len(text) >= _MIN_TWO_EDITS else 1
        similar = self.vocabulary.similar(text, edits, _MAX_GUESSES, last)
        similar = tuple(one for one in similar if one[1] == similar[0][1])
        if len(text) == _MIN_GUESSED:
            # Most short words are one edit from others, so only a name that stands out is guessed.
            names = set(self.vocabulary.completions(text[:1], 1 << 20, "guest"))
            similar = tuple(one for one in similar if one[0] in names)
            similar = similar if len(similar) == 1 else ()
        terms = {other: _GUESSED[away] * self._rarity([other]) for other, away in similar}
        terms = {other: worth for other, worth in terms.items() if self._known([other])}
        return replace(slot, clauses=(Word(terms),), worth=max(terms.values()), guessed=True) if terms else slot

    def settle(self, slot: Slot, spelling: str) -> Slot:
        """Return ``slot``, a misspelt word with several possible spellings, with the one ``spelling`` only."""
        stem = self.vocabulary.stem(spelling) or spelling
        rarity = self._rarity(self.vocabulary.forms(stem))
        word = Word(dict.fromkeys(self.vocabulary.forms(stem), rarity))
        return replace(slot, text=spelling, clauses=(word,), worth=rarity)

    def _known(self, words: Iterable[str]) -> bool:
        return any(word in self.vocabulary for word in words)

    def _worth(self, word: Word) -> float:
        return max(word.terms.values())

    def _rarity(self, words: Iterable[str]) -> float:
        return self.postings.rarity(sum(map(self.vocabulary.count, words)))


def _bounded(slots: list[Slot], room: int) -> tuple[list[Slot], int]:
    """Return the first distinct ``slots`` with at most ``room`` words in all, and the number of words left."""
    chosen: list[Slot] = []
    for slot in slots:
        if slot.required and any(slot.clauses == other.clauses for other in chosen if other.required):
            continue
        width = sum(len(clause.texts) if isinstance(clause, Phrase) else 1 for clause in slot.clauses)
        if chosen and width > room:
            break
        chosen.append(slot)
        room -= width
    return chosen, room


def _alternatives(slots: list[Slot]) -> Slot:
    """Return one slot (part of a query) that a document matches if it matches any of ``slots``."""
    clauses = tuple(clause for slot in slots for clause in slot.clauses)
    text = " OR ".join(slot.text for slot in slots)
    return replace(slots[0], text=text, end=slots[-1].end, clauses=clauses, optional=False, required=True)
