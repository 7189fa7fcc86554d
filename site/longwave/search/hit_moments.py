"""The moments of a hit: the best stretches of its transcripts, each with a passage to read, beside lines of notes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from longwave.model import Cue, MomentSource
from longwave.search.document_packing import PackedTalk
from longwave.search.documents import talk_language
from longwave.search.grid import CELL
from longwave.search.speech import Said
from longwave.search.stretches import BLOCKS, Stretches
from longwave.search.talk_map import Recording

#: The most moments of a hit, and the least share of the best one's points that another has.
MOST, LEAST = 5, 0.5
#: The words of a long query, and the most moments of a transcript for such a query.
_LONG_QUERY, _FEW = 4, 3
#: A note and a cue that are fewer seconds apart are the same moment, and so are two cues.
_SAME, _SAME_CUE = 30, 15
#: The order of moments with equal points.
_ORDER: dict[MomentSource, int] = {"note": 0, "chapter": 1, "cue": 2}
#: The fewest and the most characters of a passage.
_SHORT, _LONG = 90, 240
#: The weight of the words in the next cues for the choice of the cue where Play begins.
_NEXT = (0.5, 0.25)
_ENDS = (".", "?", "!", "…", "。", "？", "！", '."', '?"', '!"')


@dataclass(frozen=True, slots=True)
class Found:
    """A moment of an episode with its ``points``; a query whose words all stand in its ``text`` gives about 1."""

    points: float
    seconds: int
    text: str
    source: MomentSource
    speaker: str = ""
    language: str = ""


def talk_moments(
    recording: Recording, packed: PackedTalk, stretches: Stretches, parts: Sequence[Said]
) -> Iterator[Found]:
    """Yield the moments of a transcript at which the ``parts`` of a query are said, the best first."""
    first, end = recording.first // CELL, -(-recording.end // CELL)
    parts = [part.between(recording.first, recording.end) for part in parts]
    # A long query has one best minute rather than five.
    most = MOST if len(parts) < _LONG_QUERY else _FEW
    for block, points in stretches.peaks(first, end, most, LEAST):
        begin = block * CELL - recording.first
        # The next blocks are read too, for a passage that goes on.
        cues = packed.cues(max(0, begin - CELL), begin + (BLOCKS + 2) * CELL)
        if not cues:
            continue
        worths = _worths(cues, begin, parts, recording)
        best = _best_cue(worths)
        cue, text = cues[best][1], passage([cue for _, cue in cues], best, worths)
        yield Found(points, int(cue.start), text, "cue", cue.speaker, talk_language(recording.key))


def _worths(cues: Sequence[tuple[int, Cue]], begin: int, parts: Sequence[Said], recording: Recording) -> list[float]:
    """Return how much of the query each cue has within the stretch that begins at place ``begin``."""
    worths, starts = [0.0] * len(cues), [place for place, _ in cues]
    low, high = recording.first + begin, recording.first + begin + BLOCKS * CELL
    places: list[dict[int, float]] = []
    for part in parts:
        own: dict[int, float] = {}
        for some, worth in part.forms:
            a, b = np.searchsorted(some, (low, high))
            own |= {place - recording.first: worth * part.weight for place in some[a:b].tolist()}
        places.append(own)
        by_cue: dict[int, float] = {}
        for place, worth in own.items():
            number = max(0, bisect_right(starts, place) - 1)
            by_cue[number] = max(by_cue.get(number, 0.0), worth)
        for number, worth in by_cue.items():
            worths[number] += worth
    for before, after in pairwise(places):
        for place in before.keys() & {place - 1 for place in after}:
            worths[max(0, bisect_right(starts, place) - 1)] += min(before[place], after[place + 1])
    return worths


def _best_cue(worths: Sequence[float]) -> int:
    """Return the index of the cue with most of the query's words in it and right after it."""
    following = [*worths, *(0.0 for _ in _NEXT)]
    sums = [
        worth and worth + sum(share * following[number + step] for step, share in enumerate(_NEXT, 1))
        for number, worth in enumerate(worths)
    ]
    return max(range(len(sums)), key=lambda number: (sums[number], -number))


def passage(cues: Sequence[Cue], best: int, worths: Sequence[float]) -> str:
    """Return the words of the cue with index ``best`` and of its neighbours that make it readable.

    ``worths`` has how much of the query each cue has: the passage goes on to further words of the query nearby.
    """
    first = best
    while first and _joins(cues[first - 1], cues[first]) and _length(cues[first - 1 : best]) <= _SHORT:
        first -= 1
    text, last = cues[first].text, first + 1
    while last < len(cues) and (last <= best or _goes_on(text, cues[last - 1], cues[last], any(worths[last:]))):
        text, last = f"{text} {cues[last].text}", last + 1
    return text


def _joins(before: Cue, cue: Cue) -> bool:
    """Return whether a cue goes on with the sentence of the cue before it."""
    return before.speaker == cue.speaker and not before.text.rstrip().endswith(_ENDS)


def _goes_on(text: str, before: Cue, cue: Cue, has_more: bool) -> bool:
    """Return whether a passage goes on with ``cue``; ``has_more`` says whether more of the query is said after it."""
    if before.speaker != cue.speaker:
        return False
    is_complete = text.rstrip().endswith(_ENDS) and not has_more
    return len(text) < (_SHORT if is_complete else _LONG)


def _length(cues: Iterable[Cue]) -> int:
    return sum(len(cue.text) for cue in cues)


def choose(found: Iterable[Found]) -> list[Found]:
    """Return the best moments, each once: of two that are said or noted at the same time only the better one."""
    chosen: list[Found] = []
    for one in sorted(found, key=lambda one: (-one.points, _ORDER[one.source], one.seconds)):
        if len(chosen) == MOST or (chosen and one.points < LEAST * chosen[0].points):
            break
        if not any(_is_same(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _is_same(one: Found, other: Found) -> bool:
    if one.source != "cue" and other.source != "cue":
        return False
    return abs(one.seconds - other.seconds) < (_SAME if one.source != other.source else _SAME_CUE)
