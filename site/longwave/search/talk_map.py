"""The map of an index's transcripts: the words of all of them are numbered on one line, transcript by transcript."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longwave.search.documents import episode_key, is_talk
from longwave.search.grid import CELL
from longwave.search.index_cache import Stored

#: Places of words on the line, ascending.
Places = NDArray[np.int32]
NOWHERE: Places = np.zeros(0, np.int32)
#: The blocks that are left free between two transcripts, so that no stretch has words of both.
_GAP = 8
#: The names that programs give to speakers whom they don't know.
_ANONYMOUS = re.compile(r"(?:speaker|unknown)?[\s_-]*\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recording:
    """A transcript on the line, from place ``first`` to ``end``.

    ``number`` is that of its document, and ``episode`` that of its episode's document.
    """

    number: int
    episode: int
    first: int
    end: int
    key: str
    speakers: tuple[str, ...]


class TalkMap:
    """The transcripts of an index, in the order of their documents.

    ``size`` is the number of blocks (of 32 places) on the line, and ``episodes`` the number of episodes in the index.
    ``keys`` are the keys of the episodes by the numbers of their documents.
    """

    def __init__(self, documents: Iterable[tuple[int, Stored]]) -> None:
        stored = dict(documents)
        self.keys: Mapping[int, str] = {n: one.key for n, one in stored.items() if not is_talk(one.key)}
        numbers = {key: number for number, key in self.keys.items()}
        self.episodes = len(self.keys)
        self.firsts_by_number = np.zeros(max(stored, default=-1) + 1, np.int32)
        recordings, block = [], 0
        for number, one in sorted(stored.items()):
            owner = numbers.get(episode_key(one.key))
            if not is_talk(one.key) or owner is None:
                continue
            first = block * CELL
            recordings.append(Recording(number, owner, first, first + one.size, one.key, one.speakers))
            self.firsts_by_number[number] = first
            block += -(-one.size // CELL) + _GAP
        self.recordings, self.size = tuple(recordings), block
        #: The recordings of each episode with their indexes, by the number of the episode's document.
        self.by_episode: dict[int, list[tuple[int, Recording]]] = {}
        for at, one_recording in enumerate(recordings):
            self.by_episode.setdefault(one_recording.episode, []).append((at, one_recording))
        #: The first block of each recording, and the document number of its episode.
        self.first_blocks = np.array([one.first // CELL for one in recordings], np.int64)
        self.owners = np.array([one.episode for one in recordings], np.int64)

    def speakers(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of the speakers in each episode's transcripts, by the episode's key."""
        names: dict[str, tuple[str, ...]] = {}
        for one in self.recordings:
            known = [name for name in one.speakers if not _ANONYMOUS.fullmatch(name)]
            names[episode_key(one.key)] = tuple(dict.fromkeys((*names.get(episode_key(one.key), ()), *known)))
        return names

    def recording_of(self, blocks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the indexes in ``recordings`` of those to which the blocks belong."""
        return np.searchsorted(self.first_blocks, blocks, side="right") - 1


def contains(places: Places, wanted: Places) -> NDArray[np.bool_]:
    """Return for each of the ``wanted`` places whether it is among ``places``, which are ascending."""
    if not len(places):
        return np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
    found: NDArray[np.bool_] = places[at] == wanted
    return found
