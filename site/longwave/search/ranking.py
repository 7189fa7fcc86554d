"""The ranking of episodes for a parsed query.

An episode earns points by its notes (titles, names, tags, description and lines) and by its transcripts' best stretch.
No word is required: rare words count for more than frequent ones, and words that stand together for more than the same
words scattered. Episodes that have much less of the query than the best one are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest

import numpy as np
from numpy.typing import NDArray

from longwave.search.clauses import PlaceFinder, Scores, Speakers, find
from longwave.search.facets import Ranked
from longwave.search.grid import CELL, FIELDS, GUESTS, LINES, TAGS, cells, within
from longwave.search.postings import PostingReader
from longwave.search.query_parser import ParsedQuery, Slot
from longwave.search.speech import Said, heard
from longwave.search.stretches import Stretches, rank_stretches

#: Bonuses for words that stand together, times their worth: all in the title, in one guest's name, among the tags, in
#: one line.
_TITLE, _GUEST, _TAGS, _LINE = 20.0, 25.0, 16.0, 8.0
#: The points for all words in one stretch of talk, and for all anywhere in a transcript, times their worth; and for a
#: query of one word.
_STRETCH, _WHOLE, _SINGLE = 8.0, 2.0, 0.5
#: The number of best documents that may get a bonus; twice as many for a query of several words.
_BONUS_CANDIDATES = 75
#: The least share of the query that a result has, and of the largest share that any result has.
_LEAST, _LEAST_OF_BEST = 0.5, 0.6
#: The weight of a word that any podcast is full of (episode, interview) in the share of a query.
_TRADE = 0.25


@dataclass(frozen=True, slots=True)
class Ranking:
    """The points of each episode that matches, by the number of its document, and the stretches of talk.

    ``parts`` are the parts of the query as they were said.
    """

    points: Mapping[int, float]
    stretches: Stretches | None = None
    parts: Sequence[Said] = ()


def rank_documents(parsed: ParsedQuery, postings: PostingReader, episodes: Mapping[int, Ranked]) -> Ranking:
    """Return the points of all episodes that match.

    A phrase and a named field are always required. ``episodes`` has the episode of every document, the newest first.
    """
    slot_scores = _slot_scores(parsed, postings, episodes)
    parts = _heard(parsed, postings)
    stretches = rank_stretches(parts, postings.talk) if parts else None
    present = [set(scores) for scores in slot_scores]
    if stretches:
        for own, there in zip(present, stretches.present, strict=True):
            own.update(postings.talk.owners[there].tolist())
    matching = _matching(parsed.slots, present, episodes)
    for slot in parsed.excluded:
        matching -= _scores(slot, postings, episodes).keys() | _speaking(slot, postings)
    points = {
        number: sum([scores.get(number, 0.0) for scores in slot_scores]) for number in episodes if number in matching
    }
    content = [slot for slot in parsed.slots if not slot.optional]
    finders = [(slot.worth, PlaceFinder(slot.clauses, postings)) for slot in content]
    # A little word in a title makes no candidate.
    scored = set().union(*(scores for slot, scores in zip(parsed.slots, slot_scores, strict=True) if not slot.optional))
    candidates = [number for number in points if number in scored]
    # Among equal ranks nlargest takes the first, and the newest episodes come first, as on the page.
    for number in nlargest(min(len(content), 2) * _BONUS_CANDIDATES, candidates, key=points.__getitem__):
        points[number] += _proximity_bonus(finders, number)
    talk = _talk_points(content, stretches, postings) if stretches else {}
    return Ranking({number: own + talk.get(number, 0.0) for number, own in points.items()}, stretches, parts)


def _slot_scores(parsed: ParsedQuery, postings: PostingReader, episodes: Mapping[int, Ranked]) -> list[Scores]:
    """Return for each slot of a query the scores of episodes for their notes."""
    slot_scores = [_scores(slot, postings, episodes) for slot in parsed.slots]
    for compound in parsed.compounds:
        both = {number: score / 2 for number, score in find(compound.clause, postings, episodes).items()}
        for number in (compound.first, compound.first + 1):
            slot_scores[number] = _maximum((slot_scores[number], both))
    return slot_scores


def _heard(parsed: ParsedQuery, postings: PostingReader) -> list[Said]:
    """Return the parts of a query as they were said; none where there is no talk."""
    if not postings.talk.size:
        return []
    slots = list(parsed.slots)
    for compound in parsed.compounds:
        for number in (compound.first, compound.first + 1):
            slots[number] = replace(slots[number], clauses=(*slots[number].clauses, compound.clause))
    parts = [heard(slot, postings) for slot in slots]
    speakers = [clause for slot in slots for clause in slot.clauses if isinstance(clause, Speakers)]
    if not speakers:
        return parts
    spoken = _spoken_by(speakers, postings)
    return [part.by(spoken) for part in parts]


def _spoken_by(speakers: Sequence[Speakers], postings: PostingReader) -> NDArray[np.bool_]:
    """Return for each place in the transcripts whether one of the ``speakers`` speaks there."""
    spoken = np.zeros(postings.talk.size * CELL, np.bool_)
    for one in postings.talk.recordings:
        if any(clause.match(name) for clause in speakers for name in one.speakers):
            packed = postings.packed_talk(one.number)
            numbers = [n for n, name in enumerate(packed.speakers) if any(c.match(name) for c in speakers)]
            for first, end in packed.ranges(numbers):
                spoken[one.first + first : min(one.first + end, one.end)] = True
    return spoken


def _talk_points(content: Sequence[Slot], stretches: Stretches, postings: PostingReader) -> Mapping[int, float]:
    """Return the points of episodes for their transcripts: those of the best one where there are several."""
    total = sum(slot.worth for slot in content)
    if len(content) == 1:
        points = _SINGLE * total * (stretches.best + stretches.whole)
    else:
        points = total * (_STRETCH * stretches.best + _WHOLE * stretches.whole)
    best: dict[int, float] = {}
    for number, value in zip(postings.talk.owners.tolist(), points.tolist(), strict=True):
        best[number] = max(best.get(number, 0.0), value)
    return best


def _speaking(slot: Slot, postings: PostingReader) -> set[int]:
    """Return the episodes (the numbers of their documents) in whose transcripts a part of a query is said."""
    talk = postings.talk
    if not talk.size:
        return set()
    blocks = [places.astype(np.int64) // CELL for places, _ in heard(slot, postings).forms]
    return {number for some in blocks for number in set(talk.owners[np.unique(talk.recording_of(some))].tolist())}


def _scores(slot: Slot, postings: PostingReader, episodes: Mapping[int, Ranked]) -> Scores:
    return _maximum([find(clause, postings, episodes) for clause in slot.clauses])


def _maximum(several: Sequence[Scores]) -> Scores:
    """Return for each document its highest score among several."""
    best = several[0]
    for scores in several[1:]:
        if scores:
            best = {n: max(best.get(n, 0.0), scores.get(n, 0.0)) for n in best.keys() | scores.keys()}
    return best


def _matching(slots: Sequence[Slot], present: Sequence[set[int]], episodes: Mapping[int, Ranked]) -> set[int]:
    """Return the episodes that have enough of the query; ``present`` has those that have each slot.

    Enough is half of the words or of their worth, and more than half of what the best episode has.
    """
    required = [own for slot, own in zip(slots, present, strict=True) if slot.required]
    allowed = set.intersection(*required) if required else set(episodes)
    words = [
        (slot.worth * (_TRADE if slot.trade else 1.0), own)
        for slot, own in zip(slots, present, strict=True) if not slot.required and not slot.optional
    ]  # fmt: skip
    if not words:
        return allowed & episodes.keys()
    total = sum(worth for worth, _ in words)
    counts: defaultdict[int, int] = defaultdict(int)
    shares: defaultdict[int, float] = defaultdict(float)
    for worth, own in words:
        for number in own & allowed:
            counts[number] += 1
            shares[number] += worth
    best = max(shares.values(), default=0.0)
    return {
        number
        for number, share in shares.items()
        if share >= _LEAST_OF_BEST * best and (2 * counts[number] >= len(words) or share >= _LEAST * total)
    }


def _proximity_bonus(finders: Sequence[tuple[float, PlaceFinder]], number: int) -> float:
    """Return the bonus to a document's score for query words that stand together in it.

    ``finders`` has the worth of each part of the query, and the finder of its words.
    """
    total = sum(worth for worth, _ in finders)
    by_cell: defaultdict[int, float] = defaultdict(float)
    tagged = 0.0
    for own, finder in finders:
        typed, completed = finder.places(number)
        if len(finders) == 1:
            # One word alone can't stand together with another: it gets a bonus only in the title and in a guest's name.
            typed, completed = _before_tags(typed), _before_tags(completed)
        for cell in cells(typed) | {cell for cell in cells(completed) if cell >= GUESTS}:
            by_cell[cell] += own
        tagged += own if next(within(typed, "tag"), None) is not None else 0.0
    best = _TAGS * (tagged / total) ** 3 if len(finders) > 1 else 0.0
    # The exponents make a few of the query's words in a title or a name count for little, and many in a line for much.
    title = guest = line = 0.0
    for cell, worth in by_cell.items():
        if cell >= LINES:
            line = max(line, worth)
        elif cell < GUESTS:
            title = max(title, worth)
        elif cell < TAGS:
            guest = max(guest, worth)
    best = max(best, _TITLE * (title / total) ** 3, _GUEST * (guest / total) ** 3)
    return total * max(best, _LINE * (line / total) ** 2)


def _before_tags(all_places: Iterable[int]) -> list[int]:
    end = FIELDS["tag"][0]
    return [place for place in all_places if place < end]
