"""Which documents match what was understood, and how well.

All words are wanted; where no document has all of them, those with the most will do. Words that stand together in one
line outweigh the same words scattered, and all of them in the title or in a guest's name outweigh both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest

from longwave.search.clauses import Scores, find, places
from longwave.search.facets import Ranked
from longwave.search.grid import FIELDS, GUESTS, LINES, TAGS, cells, within
from longwave.search.postings import Postings
from longwave.search.understanding import Slot, Understood

#: How many of the query's words a document has, then its score: a missing word costs more than any word earns.
Rank = tuple[int, float]
# What it adds, times the worth of the words, that they stand together: all in the title, in one guest's name, among
# the tags, in one line, in one stretch of a transcript.
_TITLE, _GUEST, _TAGS, _LINE, _SPEECH = 20.0, 25.0, 10.0, 8.0, 5.0
# Only for so many of the best is it looked at, or half as many where there is one word to stand with itself.
_LOOKED_AT = 75


def match(understood: Understood, postings: Postings, episodes: Mapping[int, Ranked]) -> dict[int, Rank]:
    """The rank of each document that has every word; of those that have most of them where none has all.

    What was spelt out (a phrase, a field) is never done without.
    """
    found = [_scores(slot, postings, episodes) for slot in understood.slots]
    for joint in understood.joints:
        both = {number: score / 2 for number, score in find(joint.clause, postings, episodes).items()}
        for number in (joint.first, joint.first + 1):
            found[number] = _best((found[number], both))
    counts = _counts(understood.slots, found, episodes)
    for slot in understood.without:
        for number in _scores(slot, postings, episodes):
            counts.pop(number, None)
    ranks = {number: (count, sum([scores.get(number, 0.0) for scores in found])) for number, count in counts.items()}
    content = [slot for slot in understood.slots if not slot.optional]
    looked_at = min(len(content), 2) * _LOOKED_AT
    # Of equals the newest, as they are shown: in this order stand the episodes, and of equals the first are taken.
    for number in nlargest(looked_at, filter(ranks.__contains__, episodes), key=ranks.__getitem__):
        count, score = ranks[number]
        ranks[number] = count, score + _together(content, number, postings)
    return ranks


def _scores(slot: Slot, postings: Postings, episodes: Mapping[int, Ranked]) -> Scores:
    return _best([find(clause, postings, episodes) for clause in slot.clauses])


def _best(several: Sequence[Scores]) -> Scores:
    best = several[0]
    for scores in several[1:]:
        if scores:
            best = {n: max(best.get(n, 0.0), scores.get(n, 0.0)) for n in best.keys() | scores.keys()}
    return best


def _counts(slots: Sequence[Slot], found: Sequence[Scores], episodes: Mapping[int, Ranked]) -> dict[int, int]:
    """How many words each document has that is a result."""
    needed = [scores for slot, scores in zip(slots, found, strict=True) if not slot.optional]
    if not needed:
        return dict.fromkeys(episodes, 0)
    needed.sort(key=len)
    every = set(needed[0]).intersection(*needed[1:])
    if every:
        return dict.fromkeys(every, len(needed))
    given = [scores.keys() for slot, scores in zip(slots, found, strict=True) if slot.given]
    words = [s for slot, s in zip(slots, found, strict=True) if not slot.given and not slot.optional]
    counts = Counter(number for scores in words for number in scores)
    allowed = set(given[0]).intersection(*given[1:]) if given else counts.keys()
    return {number: n for number, n in counts.items() if 2 * n >= len(words) and number in allowed}


def _together(slots: Sequence[Slot], number: int, postings: Postings) -> float:
    """What it adds to a document's score that the words stand together."""
    total = sum(slot.worth for slot in slots)
    by_cell: defaultdict[int, float] = defaultdict(float)
    tagged = 0.0
    for slot in slots:
        whole, begun = _places(slot, number, postings)
        if len(slots) == 1:
            # Nothing stands together with itself, except as a title or a name.
            whole, begun = _in_fields(whole), _in_fields(begun)
        for cell in cells(whole) | {cell for cell in cells(begun) if not 0 <= cell < GUESTS}:
            by_cell[cell] += slot.worth
        tagged += slot.worth if next(within(whole, "tag"), None) is not None else 0.0
    best = _TAGS * (tagged / total) ** 3 if len(slots) > 1 else 0.0
    # All words of a title or a name, or it counts for little; of a line, many.
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


def _places(slot: Slot, number: int, postings: Postings) -> tuple[list[int], list[int]]:
    pairs = [places(clause, number, postings) for clause in slot.clauses]
    return [place for whole, _ in pairs for place in whole], [place for _, begun in pairs for place in begun]


def _in_fields(stand: Iterable[int]) -> list[int]:
    end = FIELDS["tag"][0]
    return [place for place in stand if place < end]
