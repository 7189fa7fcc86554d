"""The parts of a query as they occur in transcripts: the places of their words on the line of ``TalkMap``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log

import numpy as np

from longwave.search.clauses import Clause, Phrase, Word, phrase_places
from longwave.search.postings import PostingReader
from longwave.search.query_parser import Slot
from longwave.search.talk_map import NOWHERE, Places

#: The weight of a little word (the, of), and of a word that any podcast is full of (episode, interview).
_LITTLE, _TRADE = 0.25, 0.25
#: The worth of a word that was said as two words.
_SPLIT = 0.8


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a query as it was said: the ascending places of each of its forms, with the worth of the form (to 1).

    ``weight`` is the part's share in the query, by its rarity. A ``little`` part is searched only near the others.
    """

    forms: tuple[tuple[Places, float], ...]
    weight: float
    little: bool = False

    @property
    def places(self) -> Places:
        """Return the ascending places of all forms."""
        if len(self.forms) == 1:
            return self.forms[0][0]
        return np.sort(np.concatenate([places for places, _ in self.forms]), kind="stable") if self.forms else NOWHERE

    def by(self, spoken: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Said:
        """Return the part of the query at the places that ``spoken`` marks."""
        return replace(self, forms=tuple((places[spoken[places]], worth) for places, worth in self.forms))

    def between(self, first: int, end: int) -> Said:
        """Return the part of the query as it was said from place ``first`` to before ``end``."""
        cuts = ((places[slice(*np.searchsorted(places, (first, end)))], worth) for places, worth in self.forms)
        return replace(self, forms=tuple((places, worth) for places, worth in cuts if len(places)))


def heard(slot: Slot, postings: PostingReader) -> Said:
    """Return a part of a query as it occurs in transcripts."""
    forms = tuple((places, worth) for clause in slot.clauses for places, worth in _forms(clause, slot, postings))
    count = sum(len(places) for places, _ in forms)
    blocks = max(2, postings.talk.size)
    # A word that most episodes have may still be rare among their minutes, so both count.
    among_minutes = log(1 + blocks / (count + 0.5)) / log(1 + blocks / 1.5)
    weight = (max(0.1, slot.worth - 0.5) / (postings.rarity(1) - 0.5) + among_minutes) / 2
    factor = _LITTLE if slot.optional else _TRADE if slot.trade else 1.0
    ordered = sorted((form for form in forms if len(form[0])), key=lambda form: form[1])
    return Said(tuple(ordered), weight * factor, little=slot.optional)


def _forms(clause: Clause, slot: Slot, postings: PostingReader) -> Iterator[tuple[Places, float]]:
    if isinstance(clause, Word) and not clause.field:
        for term, worth in clause.terms.items():
            yield postings.said(term), worth / slot.worth
    elif isinstance(clause, Phrase) and not clause.field:
        # A word that was split, as cloudfront into cloud front, counts for less than as it was typed.
        yield phrase_places(clause, postings), 1.0 if clause.bonus else _SPLIT
