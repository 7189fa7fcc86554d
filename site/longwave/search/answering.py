"""A query's answer: what was understood is matched, narrowed, ordered and cut to a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

from longwave.catalogue import Catalogue
from longwave.search.clauses import Word
from longwave.search.facets import Entry, Narrowing
from longwave.search.hits import Shower
from longwave.search.marking import Marker, marks
from longwave.search.matching import Rank, match
from longwave.search.query import Query
from longwave.search.results import Hit, Results
from longwave.search.suggesting import near_queries
from longwave.search.understanding import Reader, Slot, Understood

_MOST_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Searcher:
    """Answers one query. ``entries`` are the episodes by the numbers of their documents."""

    reader: Reader
    catalogue: Catalogue
    narrowing: Narrowing
    entries: Mapping[int, Entry]

    def answer(self, query: Query) -> Results:
        """One page of results."""
        understood = self.reader.understand(query.q)
        ranks, narrowed = self._narrowed(understood, query)
        settled, corrected = understood, None
        if any(slot.guessed for slot in understood.slots) and (narrowed or ranks):
            settled, corrected = self._settled(understood, narrowed or ranks)
            ranks, narrowed = self._narrowed(settled, query)
        _, facets = self.narrowing.narrow((self.entries[number] for number in ranks), query)
        return Results(
            query=query.q,
            total=len(narrowed),
            page=query.page,
            pages=-(-len(narrowed) // query.per_page),
            corrected=corrected,
            suggestions=() if narrowed else self._suggestions(settled),
            results=tuple(self._hits(self._page(narrowed, query), settled, narrowed)),
            facets=facets,
        )

    def _narrowed(self, understood: Understood, query: Query) -> tuple[Mapping[int, Rank], Mapping[int, Rank]]:
        """The ranks of all that match, and of those that pass the filters."""
        if query.q:
            ranks = match(understood, self.reader.postings, self.entries)
        else:
            ranks = dict.fromkeys(self.entries, (0, 0.0))
        if not (query.show or query.tag or query.guest or query.year):
            return ranks, ranks
        passing, _ = self.narrowing.narrow((self.entries[number] for number in ranks), query)
        return ranks, {n: rank for n, rank in ranks.items() if passing >> self.entries[n].place & 1}

    def _page(self, ranks: Mapping[int, Rank], query: Query) -> Sequence[int]:
        first, end = (query.page - 1) * query.per_page, query.page * query.per_page
        places = ((self.entries[number].place, number) for number in ranks)
        if first >= len(ranks):
            return ()
        if query.sort != "relevance" or not query.q:
            return [number for _, number in sorted(places, reverse=query.sort == "oldest")[first:end]]
        best = nlargest(end, ((ranks[number], -place, number) for place, number in places))
        return [number for _, _, number in best[first:]]

    def _hits(self, numbers: Iterable[int], understood: Understood, ranks: Mapping[int, Rank]) -> Iterable[Hit]:
        analyzer = self.reader.analyzer
        shower = Shower(
            self.catalogue,
            self.reader.postings,
            understood.shown,
            Marker(marks(understood.shown, {None}), analyzer),
            Marker(marks(understood.shown, {None, "title"}), analyzer),
        )
        return (shower.show(self.entries[number].episode, number, ranks[number][1]) for number in numbers)

    def _settled(self, understood: Understood, ranks: Mapping[int, Rank]) -> tuple[Understood, str]:
        """The query in the spelling that its best result has, and its text."""
        best = max(ranks, key=lambda number: (ranks[number], -self.entries[number].place))
        corrected, slots = understood.query, list(understood.slots)
        for place, slot in reversed(tuple(enumerate(slots))):
            if slot.guessed:
                spelling = self._spelling(slot, best)
                corrected = f"{corrected[: slot.start]}{spelling}{corrected[slot.end :]}"
                slots[place] = self.reader.settle(slot, spelling)
        return replace(understood, slots=tuple(slots)), corrected

    def _spelling(self, slot: Slot, best: int) -> str:
        terms = {
            word: worth for clause in slot.clauses if isinstance(clause, Word) for word, worth in clause.terms.items()
        }
        order = sorted(terms, key=terms.__getitem__, reverse=True)
        return next((word for word in order if best in self.reader.postings.listing(word).weights), order[0])

    def _suggestions(self, understood: Understood) -> tuple[str, ...]:
        exact = replace(self.reader, exact=True)
        found = (
            text
            for text in near_queries(understood, self.reader)
            if match(exact.understand(text), self.reader.postings, self.entries)
        )
        return tuple(text for text, _ in zip(found, range(_MOST_SUGGESTIONS), strict=False))
