"""The search for a query's results: documents are ranked, narrowed by filters, ordered and cut to a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

from longwave.catalogue import Catalogue
from longwave.search.clauses import Word, occurs
from longwave.search.facets import FacetIndex, Ranked
from longwave.search.highlighting import Highlighter, highlights
from longwave.search.hits import HitBuilder
from longwave.search.query import Query
from longwave.search.query_parser import ParsedQuery, QueryParser, Slot
from longwave.search.ranking import Ranking, rank_documents
from longwave.search.results import Hit, Results

_MAX_SUGGESTIONS = 3
#: The most similar queries that are tried as suggestions for a query without results.
_MAX_CANDIDATES = 12
#: The fewest letters of a word for which similar words are suggested, and the most such words.
_MIN_LETTERS, _MAX_SIMILAR = 3, 3


@dataclass(frozen=True, slots=True)
class Searcher:
    """The search of one edition. ``episodes`` are those of the catalogue by the numbers of their documents."""

    parser: QueryParser
    catalogue: Catalogue
    facets: FacetIndex
    episodes: Mapping[int, Ranked]

    def answer(self, query: Query) -> Results:
        """Return one page of results."""
        parsed = self.parser.parse(query.q)
        ranking, narrowed = self._rank(parsed, query)
        settled, corrected = parsed, None
        if any(slot.guessed for slot in parsed.slots) and (narrowed or ranking.points):
            settled, corrected = self._correct(parsed, narrowed or ranking.points)
            ranking, narrowed = self._rank(settled, query)
        _, facets = self.facets.narrow((self.episodes[number] for number in ranking.points), query.filters)
        return Results(
            query=query.q,
            total=len(narrowed),
            page=query.page,
            pages=-(-len(narrowed) // query.per_page),
            corrected=corrected,
            suggestions=() if narrowed else self._suggestions(settled),
            results=tuple(self._hits(self._page(narrowed, query), settled, ranking)),
            facets=facets,
        )

    def _rank(self, parsed: ParsedQuery, query: Query) -> tuple[Ranking, Mapping[int, float]]:
        """Return the ranking of all episodes that match, and the points of those that pass the filters too."""
        if query.q:
            ranking = rank_documents(parsed, self.parser.postings, self.episodes)
        else:
            ranking = Ranking(dict.fromkeys(self.episodes, 0.0))
        if not query.filters:
            return ranking, ranking.points
        points = ranking.points
        passing, _ = self.facets.narrow((self.episodes[number] for number in points), query.filters)
        return ranking, {n: own for n, own in points.items() if passing >> self.episodes[n].rank & 1}

    def _page(self, ranks: Mapping[int, float], query: Query) -> Sequence[int]:
        """Return the numbers of the documents on page ``query.page``, in the order ``query.sort``."""
        first, end = (query.page - 1) * query.per_page, query.page * query.per_page
        by_date = ((self.episodes[number].rank, number) for number in ranks)
        if first >= len(ranks):
            return ()
        if query.sort != "relevance" or not query.q:
            return [number for _, number in sorted(by_date, reverse=query.sort == "oldest")[first:end]]
        best = nlargest(end, ((ranks[number], -date_rank, number) for date_rank, number in by_date))
        return [number for _, _, number in best[first:]]

    def _hits(self, numbers: Iterable[int], parsed: ParsedQuery, ranking: Ranking) -> Iterable[Hit]:
        analyzer = self.parser.analyzer
        builder = HitBuilder(
            self.catalogue,
            self.parser.postings,
            parsed.visible,
            Highlighter(highlights(parsed.visible, {None}), analyzer),
            Highlighter(highlights(parsed.visible, {None, "title"}), analyzer),
            ranking.stretches,
            ranking.parts,
        )
        return (builder.build(self.episodes[number].episode, number, ranking.points[number]) for number in numbers)

    def _correct(self, parsed: ParsedQuery, ranks: Mapping[int, float]) -> tuple[ParsedQuery, str]:
        """Return the query with each misspelt word spelt as in the best result, first parsed, then as text."""
        best = max(ranks, key=lambda number: (ranks[number], -self.episodes[number].rank))
        corrected, slots = parsed.query, list(parsed.slots)
        for place, slot in reversed(tuple(enumerate(slots))):
            if slot.guessed:
                spelling = self._spelling(slot, best)
                corrected = f"{corrected[: slot.start]}{spelling}{corrected[slot.end :]}"
                slots[place] = self.parser.settle(slot, spelling)
        return replace(parsed, slots=tuple(slots)), corrected

    def _spelling(self, slot: Slot, best: int) -> str:
        terms = {
            word: worth for clause in slot.clauses if isinstance(clause, Word) for word, worth in clause.terms.items()
        }
        order = sorted(terms, key=terms.__getitem__, reverse=True)
        postings = self.parser.postings
        there = (word for word in order if best in postings.listing(word).weights or postings.is_said(word, best))
        return next(there, order[0])

    def _suggestions(self, parsed: ParsedQuery) -> tuple[str, ...]:
        exact = replace(self.parser, exact=True)
        with_results = (
            text
            for text in _similar_queries(parsed, self.parser)
            if rank_documents(exact.parse(text), self.parser.postings, self.episodes).points
        )
        return tuple(text for text, _ in zip(with_results, range(_MAX_SUGGESTIONS), strict=False))


def _similar_queries(parsed: ParsedQuery, parser: QueryParser) -> Iterator[str]:
    """Yield queries similar to one without results, the most similar first, each once; these may have no results."""
    yielded = {parsed.query}
    for number, text in enumerate(_candidates(parsed, parser)):
        if number >= _MAX_CANDIDATES:
            return
        if text not in yielded:
            yielded.add(text)
            yield text


def _candidates(parsed: ParsedQuery, parser: QueryParser) -> Iterator[str]:
    query = parsed.query
    unknown = [slot for slot in parsed.slots if not slot.optional and (slot.guessed or not _has_hits(slot, parser))]
    for slot in unknown:
        for word in _similar_words(slot, parser):
            yield f"{query[: slot.start]}{word}{query[slot.end :]}"
    # The next candidate is all words without quotes, fields and signs.
    yield " ".join(slot.text for slot in parsed.slots)
    for slot in unknown:
        yield from _similar_words(slot, parser)
    yield from (slot.text for slot in parsed.slots if slot not in unknown and not slot.optional)


def _has_hits(slot: Slot, parser: QueryParser) -> bool:
    return any(occurs(clause, parser.postings) for clause in slot.clauses)


def _similar_words(slot: Slot, parser: QueryParser) -> Iterator[str]:
    if len(slot.text) < _MIN_LETTERS or not isinstance(slot.clauses[0], Word):
        return
    for word, _ in parser.vocabulary.similar(slot.text, max(1, len(slot.text) // 3), _MAX_SIMILAR):
        yield word
