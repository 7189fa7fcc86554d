"""What somebody who typed this wants: words, phrases, fields, the last word perhaps half typed, others misspelt.

Nothing that is typed is an error. What isn't understood as syntax is searched as words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from longwave.content.text.plain_text import slugify
from longwave.search.analysis import Analyzer, Chunk, Form, composed
from longwave.search.clauses import Clause, Phrase, Shows, Word, find
from longwave.search.grid import FIELDS, Field
from longwave.search.periods import read_period
from longwave.search.postings import Postings
from longwave.search.syntax import Term, read_syntax
from longwave.search.vocabulary import Vocabulary

#: Of a query, those of its phrases and of all that it excludes among them. Nobody who means it types more.
_MOST_WORDS = 32
_SHORTEST_PREFIX = 2
_MOST_COMPLETIONS = 24
_MOST_GUESSES = 16
# What these are worth beside the word as it was typed.
_COMPLETED, _COMPLETED_GUEST, _OTHER_FORM, _JOINED, _SPLIT = 0.1, 0.5, 0.95, 0.8, 0.3
_GUESSED = {0: 1.0, 1: 0.8, 2: 0.5}
_SHORTEST_GUESSED, _SHORTEST_TWO_EDITS = 5, 9
_SHORTEST_HALF = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing that is wanted: any of ``clauses`` will do.

    ``text`` is how it was typed, from ``start`` to ``end`` of the query. ``optional`` ones (the, of, and) add to a
    score and rule nothing out. ``given`` ones were spelt out (``tag:aws``, phrases) and are never done without.
    ``worth`` is what it says of an episode to have it (idf). The words of ``guessed`` ones may have been meant.
    """

    text: str
    start: int
    end: int
    clauses: tuple[Clause, ...]
    worth: float = 1.0
    optional: bool = False
    given: bool = False
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Joint:
    """Two slots, the first by its number, that may be one word in two: cloud front."""

    first: int
    clause: Word


@dataclass(frozen=True, slots=True)
class Understood:
    """The slots of a query, and those that no result may have."""

    query: str = ""
    slots: tuple[Slot, ...] = ()
    joints: tuple[Joint, ...] = ()
    without: tuple[Slot, ...] = ()

    @property
    def shown(self) -> tuple[Slot, ...]:
        """What a result may show: the slots, and as such what two of them are in one word."""
        pairs = ((self.slots[joint.first], self.slots[joint.first + 1], joint.clause) for joint in self.joints)
        return (*self.slots, *(Slot(a.text + b.text, a.start, b.end, (clause,), a.worth) for a, b, clause in pairs))


@dataclass(frozen=True, slots=True)
class Reader:
    """Understands queries to one index. ``shows`` are titles by their slugs; ``exact``: no spelling is guessed."""

    vocabulary: Vocabulary
    postings: Postings
    analyzer: Analyzer
    shows: Mapping[str, str]
    exact: bool = False

    def understand(self, text: str) -> Understood:
        """Make sense of what was typed. Raises nothing; where there is no letter and no digit there are no slots."""
        query = composed(text)
        slots: list[Slot] = []
        without: list[Slot] = []
        for group in read_syntax(query):
            found = [slot for term in group for slot in self._term(term)][:_MOST_WORDS]
            if group[0].without:
                without += found
            elif len(group) > 1 and found:
                slots.append(_any(_bounded(found, _MOST_WORDS)[0]))
            else:
                slots += found
        slots, room = _bounded(slots, _MOST_WORDS)
        without, _ = _bounded(without, room)
        if all(slot.optional for slot in slots):
            slots = [replace(slot, optional=False) for slot in slots]
        joints = tuple(self._joints(slots))
        if not self.exact:
            joined = {number for joint in joints for number in (joint.first, joint.first + 1)}
            slots = [
                slot if number in joined else self._guessed(slot, number == len(slots) - 1)
                for number, slot in enumerate(slots)
            ]
        return Understood(query, tuple(slots), joints, tuple(without))

    def _term(self, term: Term) -> Iterator[Slot]:
        narrowed = self._narrowed(term)
        if narrowed:
            yield Slot(term.text, term.start, term.start + len(term.text), (narrowed,), given=True)
            return
        field = term.field if term.field in FIELDS else None
        pieces = [(term.start + at, chunk) for at, chunk in self.analyzer.scan(term.text)]
        if term.field and (not field or not pieces):
            # Of a field that makes no sense here, the name is a word like others, though not one to insist on.
            name = [slot for _, chunk in self.analyzer.scan(term.field) for slot in self._chunk(chunk, 0, None)]
            yield from (replace(slot, optional=True) for slot in name)
            field = None
        if term.quoted and len(pieces) + sum(len(chunk.parts) for _, chunk in pieces) > 2:
            parts = [part for _, chunk in pieces for part in chunk.parts][:_MOST_WORDS]
            yield self._slot(term.text, term.start, self._row(parts, field), given=True)
            return
        for at, chunk in pieces:
            # What is excluded is said in full: -java keeps JavaScript.
            half = term.last and not term.quoted and not term.without and chunk is pieces[-1][1]
            yield from self._chunk(chunk, at, field, half=half, quoted=term.quoted)

    def _narrowed(self, term: Term) -> Clause | None:
        if term.field == "show":
            wanted = slugify(term.text)
            slugs = {slug for slug, title in self.shows.items() if wanted in (slug, slugify(title))}
            return Shows(frozenset(slugs)) if slugs else None
        return read_period(term.field, term.text)

    def _chunk(
        self, chunk: Chunk, start: int, field: Field | None, *, half: bool = False, quoted: bool = False
    ) -> Iterator[Slot]:
        """What stands between two spaces: a word, or several that are one name."""
        if chunk.whole:
            text, end = chunk.whole.text, chunk.whole.end
            whole = self._word(chunk.whole, field, half=half)
            clauses = (self._row(chunk.parts[:_MOST_WORDS], field), whole)
            yield Slot(text, start, start + end, clauses, self._worth(whole), given=bool(field))
            return
        for part in chunk.parts:
            word = self._word(part, field, half=half and not chunk.single, only=quoted)
            split = () if field or quoted else tuple(self._splits(part.text))
            optional = not field and not quoted and part.text in self.analyzer.stopwords
            yield Slot(
                part.text, start + part.start, start + part.end, (word, *split), self._worth(word),
                optional=optional, given=bool(field or quoted),
            )  # fmt: skip

    def _slot(self, text: str, start: int, clause: Phrase, *, given: bool) -> Slot:
        return Slot(text, start, start + len(text), (clause,), sum(clause.worth) or 1.0, given=given)

    def _word(self, form: Form, field: Field | None, *, half: bool, only: bool = False) -> Word:
        """One word in all its forms, and those that it may be the beginning of. ``only``: in this form."""
        forms = {} if only else dict.fromkeys(self.vocabulary.forms(form.stem), _OTHER_FORM)
        forms[form.text] = 1.0
        rarity = self._rarity(forms)
        terms = {word: worth * rarity for word, worth in forms.items()}
        if not half or len(form.text) < _SHORTEST_PREFIX:
            return Word(terms, field)
        begun = self.vocabulary.beginning_with(form.text, _MOST_COMPLETIONS, field)
        # Who asks for tag:java doesn't want JavaScript; who has got as far as tag:jav wants both.
        if field and find(Word(terms, field), self.postings, {}):
            return Word(terms, field)
        more = self._completed([word for word in begun if word not in terms], rarity if self._known(forms) else 0.0)
        return Word(terms | more, field, frozenset(more))

    def _completed(self, begun: list[str], rarity: float) -> dict[str, float]:
        if not begun:
            return {}
        # All are worth the same, or the rarest would outweigh the others, or even the word that was typed.
        least = min(self._rarity([word]) for word in begun)
        if not rarity:
            return dict.fromkeys(begun, least)
        names = set(self.vocabulary.beginning_with(begun[0][:_SHORTEST_PREFIX], 1 << 20, "guest"))
        return {word: rarity * (_COMPLETED_GUEST if word in names else _COMPLETED) for word in begun}

    def _row(self, parts: Iterable[Form], field: Field | None) -> Phrase:
        texts = tuple(part.text for part in parts)
        return Phrase(texts, () if field else tuple(self._rarity([text]) for text in texts), field)

    def _splits(self, text: str) -> Iterator[Phrase]:
        for at in range(_SHORTEST_HALF, len(text) - _SHORTEST_HALF + 1):
            parts = (text[:at], text[at:])
            if all(part in self.vocabulary for part in parts):
                yield Phrase(parts, tuple(_SPLIT * self._rarity([part]) for part in parts), row=0.0)

    def _joints(self, slots: list[Slot]) -> Iterator[Joint]:
        for number, (a, b) in enumerate(pairwise(slots)):
            text = a.text + b.text
            if not (a.given or b.given) and text in self.vocabulary:
                forms = self.vocabulary.forms(self.vocabulary.stem(text) or text)
                yield Joint(number, Word(dict.fromkeys(forms, _JOINED * self._rarity(forms))))

    def _guessed(self, slot: Slot, last: bool) -> Slot:
        """A slot that nothing matches with the spellings that may have been meant."""
        text = slot.text
        word = slot.clauses[0]
        if len(text) < _SHORTEST_GUESSED or not text.isalpha() or not isinstance(word, Word) or slot.given:
            return slot
        if any(find(clause, self.postings, {}) for clause in slot.clauses):
            return slot
        edits = 2 if len(text) >= _SHORTEST_TWO_EDITS else 1
        near = self.vocabulary.near(text, edits, _MOST_GUESSES, last)
        terms = {other: _GUESSED[away] * self._rarity([other]) for other, away in near}
        terms = {other: worth for other, worth in terms.items() if self._known([other])}
        return replace(slot, clauses=(Word(terms),), worth=max(terms.values()), guessed=True) if terms else slot

    def settle(self, slot: Slot, spelling: str) -> Slot:
        """A guessed slot once it is clear which spelling was meant."""
        stem = self.vocabulary.stem(spelling) or spelling
        rarity = self._rarity(self.vocabulary.forms(stem))
        word = Word(dict.fromkeys(self.vocabulary.forms(stem), rarity))
        return replace(slot, text=spelling, clauses=(word,), worth=rarity)

    def _known(self, words: Iterable[str]) -> bool:
        return any(self.postings.listing(word).numbers for word in words if word in self.vocabulary)

    def _worth(self, word: Word) -> float:
        return max(word.terms.values())

    def _rarity(self, words: Iterable[str]) -> float:
        return self.postings.rarity(sum(map(self.vocabulary.count, words)))


def _bounded(slots: list[Slot], room: int) -> tuple[list[Slot], int]:
    """Return as many slots as ``room`` words make, and the room that is left. Equal phrases and fields count once."""
    kept: list[Slot] = []
    for slot in slots:
        if slot.given and any(slot.clauses == other.clauses for other in kept if other.given):
            continue
        width = sum(len(clause.texts) if isinstance(clause, Phrase) else 1 for clause in slot.clauses)
        if kept and width > room:
            break
        kept.append(slot)
        room -= width
    return kept, room


def _any(slots: list[Slot]) -> Slot:
    """One slot for several of which any will do."""
    clauses = tuple(clause for slot in slots for clause in slot.clauses)
    text = " OR ".join(slot.text for slot in slots)
    return replace(slots[0], text=text, end=slots[-1].end, clauses=clauses, optional=False, given=True)
