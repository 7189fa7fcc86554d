"""The ranking of stretches of talk: 128 words, about 45 seconds, which begin every 32 words and so overlap.

A stretch is the unit both for ranking episodes by their transcripts and for finding the moment. No word of the query
is required; each counts by its rarity, its exact form for more than another form, and two words that were said side by
side as they were typed count again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from longwave.search.grid import CELL
from longwave.search.speech import Said
from longwave.search.talk_map import NOWHERE, Places, TalkMap, contains

#: The number of blocks (of 32 words) in a stretch.
BLOCKS = 4
_SHIFT = CELL.bit_length() - 1
#: The worth of repetition in a stretch; of two words side by side, and of two within ten words, by their weights; and
#: of each word more in a row.
_REPEATED, _BESIDE, _NEAR, _NEAR_WORDS, _IN_A_ROW = 0.005, 0.7, 0.1, 10, 0.8
#: The least share of the best stretch's points that a stretch has in which little words are searched.
_CLOSE = 0.4

Points = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretches:
    """The stretches of all transcripts with their points for a query; a query whose words all occur gets about 1.

    ``points`` has those of the stretch that begins at each block, ``best`` the highest of each recording, and
    ``whole`` is the share of the query that each recording has anywhere. ``present`` has for each part of the query
    whether each recording has it.
    """

    points: Points
    best: Points
    whole: Points
    present: tuple[NDArray[np.bool_], ...]

    def peaks(self, first: int, end: int, most: int, least: float) -> list[tuple[int, float]]:
        """Return the best stretches among the blocks from ``first`` to ``end`` that don't overlap, with their points.

        Those with less than the share ``least`` of the best one's points are left out.
        """
        part, found = self.points[first:end].copy(), list[tuple[int, float]]()
        for _ in range(most):
            at = int(part.argmax()) if len(part) else 0
            if not len(part) or part[at] <= 0 or (found and part[at] < least * found[0][1]):
                break
            found.append((first + at, float(part[at])))
            part[max(0, at - BLOCKS + 1) : at + BLOCKS] = 0
        return found


def rank_stretches(parts: Sequence[Said], talk: TalkMap, allowed: NDArray[np.bool_] | None = None) -> Stretches:
    """Return the points of all stretches for the ``parts`` of a query, in the query's order.

    ``allowed`` has for each block whether it may be found.
    """
    total = sum(part.weight for part in parts) or 1.0
    points = np.zeros(talk.size, np.float32)
    whole = np.zeros(len(talk.recordings), np.float32)
    present: dict[int, NDArray[np.bool_]] = {}
    close = list(parts)
    order = sorted(range(len(parts)), key=lambda number: parts[number].little)
    for number in order:
        part = parts[number]
        if part.little and points.any():
            # A little word is said everywhere: its places matter only where the other words are.
            part = close[number] = _near(part, points)
        blocks = _marked(part, talk.size)
        points += part.weight * _windows(blocks)
        counts = np.add.reduceat(blocks, talk.first_blocks)
        present[number] = counts > 0
        whole += part.weight * (counts / (counts + 2))
    points += _neighbours(close, talk.size)
    points /= total
    # A stretch that begins between two recordings would have words of the next one.
    between = (talk.first_blocks[1:, None] - np.arange(1, BLOCKS)).ravel()
    points[between] = 0
    if allowed is not None:
        points[~allowed] = 0
    best = np.maximum.reduceat(points, talk.first_blocks)
    return Stretches(points, best, whole / total, tuple(present[number] for number in range(len(parts))))


def _marked(part: Said, size: int) -> Points:
    """Return for each block the worth of the best form of a part of the query in it."""
    blocks = np.zeros(size, np.float32)
    for places, worth in part.forms:
        # The forms come in ascending worth, so that a better one overwrites others.
        blocks[places >> _SHIFT] = worth
    return blocks


def _windows(blocks: Points) -> Points:
    """Return for each stretch the worth of a part of the query in it, and a little for repetition."""
    best, total = _best_of_window(blocks), blocks.copy()
    for step in range(1, BLOCKS):
        total[:-step] += blocks[step:]
    return best + _REPEATED * (total - best)


def _best_of_window(blocks: Points) -> Points:
    best = blocks.copy()
    for step in range(1, BLOCKS):
        np.maximum(best[:-step], blocks[step:], out=best[:-step])
    return best


def _near(part: Said, points: Points) -> Said:
    """Return a part of the query with its places in the best stretches only."""
    least = _CLOSE * points.max()
    near = points >= least
    for step in range(1, BLOCKS):
        near[step:] |= points[:-step] >= least
    return replace(part, forms=tuple((places[near[places >> _SHIFT]], worth) for places, worth in part.forms))


def _neighbours(parts: Sequence[Said], size: int) -> Points:
    """Return for each stretch the points for words of the query that stand together in it as they were typed."""
    points, before = np.zeros(size, np.float32), NOWHERE
    for a, b in pairwise(parts):
        blocks = np.zeros(size, np.float32)
        near, beside = _pairs(a, b)
        both = sqrt(a.weight * b.weight)
        blocks[near >> _SHIFT] = _NEAR * min(a.weight, b.weight)
        blocks[beside >> _SHIFT] = _BESIDE * both
        # Three and more words in a row are hardly ever chance.
        in_a_row = beside[contains(before, beside - 1)]
        blocks[in_a_row >> _SHIFT] = (_BESIDE + _IN_A_ROW) * both
        before = beside
        points += _best_of_window(blocks)
    return points


def _pairs(a: Said, b: Said) -> tuple[Places, Places]:
    """Return the places of two neighbouring parts of a query that stand within ten words, and of those side by side.

    The latter are the places of the first word.
    """
    first, second = a.places, b.places
    if not len(first) or not len(second):
        return NOWHERE, NOWHERE
    # The rarer word's places are looked up among those of the other.
    turned = len(first) > len(second)
    few, many = (second, first) if turned else (first, second)
    at = np.searchsorted(many, few)
    before = few - many[np.maximum(at - 1, 0)]
    after = _next(many, few, at) - few
    near = ((before > 0) & (before <= _NEAR_WORDS)) | ((after > 0) & (after <= _NEAR_WORDS))
    return few[near], few[before == 1] - 1 if turned else few[after == 1]


def _next(many: Places, few: Places, at: NDArray[np.int64]) -> Places:
    """Return for each of ``few`` the first of ``many`` that is greater; ``at`` are the insertion points."""
    last = len(many) - 1
    same = many[np.minimum(at, last)] == few
    following: Places = many[np.minimum(at + same, last)]
    return following
