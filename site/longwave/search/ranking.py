"""The ranking of documents for a parsed query.

All words are required; if no document has all of them, those with the most are results. Words that stand together
in one line outweigh the same words scattered, and all of them in the title or in a guest's name outweigh both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest

from longwave.search.clauses import Scores, find, places
from longwave.search.facets import Ranked
from longwave.search.grid import FIELDS, GUESTS, LINES, TAGS, cells, within
from longwave.search.postings import PostingReader
from longwave.search.query_parser import ParsedQuery, Slot

#: The number of the query's words that a document has, then its score: a missing word costs more than any word earns.
Rank = tuple[int, float]
#: Bonuses for words that stand together, times their worth: all in the title, in one guest's name, among the tags, in
#: one line, in one cell of a transcript.
_TITLE, _GUEST, _TAGS, _LINE, _SPEECH = 20.0, 25.0, 10.0, 8.0, 5.0
#: The number of best documents that may get a bonus; twice as many for a query of several words.
_BONUS_CANDIDATES = 75


def rank_documents(parsed: ParsedQuery, postings: PostingReader, episodes: Mapping[int, Ranked]) -> dict[int, Rank]:
    """Return the rank of each document that has every word, or of those that have most of them where none has all.

    A phrase and a named field are always required. ``episodes`` has the episode of every document, the newest first.
    """
    slot_scores = [_scores(slot, postings, episodes) for slot in parsed.slots]
    for compound in parsed.compounds:
        both = {number: score / 2 for number, score in find(compound.clause, postings, episodes).items()}
        for number in (compound.first, compound.first + 1):
            slot_scores[number] = _maximum((slot_scores[number], both))
    counts = _counts(parsed.slots, slot_scores, episodes)
    for slot in parsed.excluded:
        for number in _scores(slot, postings, episodes):
            counts.pop(number, None)
    ranks = {
        number: (count, sum([scores.get(number, 0.0) for scores in slot_scores])) for number, count in counts.items()
    }
    content = [slot for slot in parsed.slots if not slot.optional]
    candidates = min(len(content), 2) * _BONUS_CANDIDATES
    # Among equal ranks nlargest takes the first, and the newest episodes come first, as on the page.
    for number in nlargest(candidates, filter(ranks.__contains__, episodes), key=ranks.__getitem__):
        count, score = ranks[number]
        ranks[number] = count, score + _proximity_bonus(content, number, postings)
    return ranks


def _scores(slot: Slot, postings: PostingReader, episodes: Mapping[int, Ranked]) -> Scores:
    return _maximum([find(clause, postings, episodes) for clause in slot.clauses])


def _maximum(several: Sequence[Scores]) -> Scores:
    """Return for each document its highest score among several."""
    best = several[0]
    for scores in several[1:]:
        if scores:
            best = {n: max(best.get(n, 0.0), scores.get(n, 0.0)) for n in best.keys() | scores.keys()}
    return best


def _counts(slots: Sequence[Slot], slot_scores: Sequence[Scores], episodes: Mapping[int, Ranked]) -> dict[int, int]:
    """Return how many of the query's slots (words, phrases) each result has, by the document's number."""
    needed = [scores for slot, scores in zip(slots, slot_scores, strict=True) if not slot.optional]
    if not needed:
        return dict.fromkeys(episodes, 0)
    needed.sort(key=len)
    every = set(needed[0]).intersection(*needed[1:])
    if every:
        return dict.fromkeys(every, len(needed))
    required = [scores.keys() for slot, scores in zip(slots, slot_scores, strict=True) if slot.required]
    words = [s for slot, s in zip(slots, slot_scores, strict=True) if not slot.required and not slot.optional]
    counts = Counter(number for scores in words for number in scores)
    allowed = set(required[0]).intersection(*required[1:]) if required else counts.keys()
    return {number: n for number, n in counts.items() if 2 * n >= len(words) and number in allowed}


def _proximity_bonus(slots: Sequence[Slot], number: int, postings: PostingReader) -> float:
    """Return the bonus to a document's score for query words that stand together in it."""
    total = sum(slot.worth for slot in slots)
    by_cell: defaultdict[int, float] = defaultdict(float)
    tagged = 0.0
    for slot in slots:
        typed, completed = _places(slot, number, postings)
        if len(slots) == 1:
            # One word alone can't stand together with another: it gets a bonus only in the title and in a guest's name.
            typed, completed = _before_tags(typed), _before_tags(completed)
        for cell in cells(typed) | {cell for cell in cells(completed) if not 0 <= cell < GUESTS}:
            by_cell[cell] += slot.worth
        tagged += slot.worth if next(within(typed, "tag"), None) is not None else 0.0
    best = _TAGS * (tagged / total) ** 3 if len(slots) > 1 else 0.0
    # The exponents make a few of the query's words in a title or a name count for little, and many in a line for much.
    title = guest = line = speech = 0.0
    for cell, worth in by_cell.items():
        if cell < 0 or cell & 1:
            speech = max(speech, worth)
        elif cell >= LINES:
            line = max(line, worth)
        elif cell < GUESTS:
            title = max(title, worth)
        elif cell < TAGS:
            guest = max(guest, worth)
    best = max(best, _TITLE * (title / total) ** 3, _GUEST * (guest / total) ** 3)
    return total * max(best, _LINE * (line / total) ** 2, _SPEECH * (speech / total) ** 2)


def _places(slot: Slot, number: int, postings: PostingReader) -> tuple[list[int], list[int]]:
    pairs = [places(clause, number, postings) for clause in slot.clauses]
    typed = [place for in_full, _ in pairs for place in in_full]
    return typed, [place for _, completed in pairs for place in completed]


def _before_tags(all_places: Iterable[int]) -> list[int]:
    end = FIELDS["tag"][0]
    return [place for place in all_places if place < end]
