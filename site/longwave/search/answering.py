"""A query's answer: what was understood is matched, narrowed, ordered and cut to a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

from longwave.catalogue import Catalogue
from longwave.search.clauses import Word
from longwave.search.facets import FacetIndex, Ranked
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
    """The search of one edition. ``episodes`` are those of the catalogue by the numbers of their documents."""

    reader: Reader
    catalogue: Catalogue
    facets: FacetIndex
    episodes: Mapping[int, Ranked]

    def answer(self, query: Query) -> Results:
        """One page of results."""
        understood = self.reader.understand(query.q)
        ranks, narrowed = self._narrowed(understood, query)
        settled, corrected = understood, None
        if any(slot.guessed for slot in understood.slots) and (narrowed or ranks):
            settled, corrected = self._settled(understood, narrowed or ranks)
            ranks, narrowed = self._narrowed(settled, query)
        _, facets = self.facets.narrow((self.episodes[number] for number in ranks), query.filters)
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
            ranks = match(understood, self.reader.postings, self.episodes)
        else:
            ranks = dict.fromkeys(self.episodes, (0, 0.0))
        if not query.filters:
            return ranks, ranks
        passing, _ = self.facets.narrow((self.episodes[number] for number in ranks), query.filters)
        return ranks, {n: rank for n, rank in ranks.items() if passing >> self.episodes[n].rank & 1}

    def _page(self, ranks: Mapping[int, Rank], query: Query) -> Sequence[int]:
        first, end = (query.page - 1) * query.per_page, query.page * query.per_page
        places = ((self.episodes[number].rank, number) for number in ranks)
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
        return (shower.show(self.episodes[number].episode, number, ranks[number][1]) for number in numbers)

    def _settled(self, understood: Understood, ranks: Mapping[int, Rank]) -> tuple[Understood, str]:
        """The query in the spelling that its best result has, and its text."""
        best = max(ranks, key=lambda number: (ranks[number], -self.episodes[number].rank))
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
            if match(exact.understand(text), self.reader.postings, self.episodes)
        )
        return tuple(text for text, _ in zip(found, range(_MOST_SUGGESTIONS), strict=False))
