"""Reading postings and lines from an index, and a cache of them for all threads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from math import log
from typing import Any, TypeVar

import numpy as np
from cachetools import LRUCache
from whoosh.matching import FilterMatcher, ListMatcher
from whoosh.reading import TermNotFound

from longwave.search.codec import WEIGHTS
from longwave.search.document_packing import Lines, PackedTalk, unpack_lines
from longwave.search.grid import unpack
from longwave.search.talk_map import NOWHERE, Places, TalkMap

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class PostingList:
    """The documents in which a word stands, with its weight and its positions (packed by ``grid``) in each."""

    numbers: tuple[int, ...] = ()
    _weights: tuple[float, ...] = ()
    _values: tuple[bytes, ...] = ()

    @cached_property
    def weights(self) -> Mapping[int, float]:
        """Return the word's weight in each document, by the document's number."""
        return dict(zip(self.numbers, self._weights, strict=True))

    @cached_property
    def places(self) -> Mapping[int, bytes]:
        """Return the word's positions in each document, as ``grid.unpack`` reads them, by the document's number."""
        return dict(zip(self.numbers, self._values, strict=True))


class PostingCache:
    """A cache of the posting lists and lines that one index's readers used last; for any thread.

    It holds 400,000 postings, 16 MB of places in transcripts, and 12 MB of text at most.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listings: LRUCache[str, PostingList] = LRUCache(400_000, lambda listing: len(listing.numbers) + 1)
        self._said: LRUCache[str, Places] = LRUCache(16_000_000, lambda places: places.nbytes + 100)
        self._talks: LRUCache[int, PackedTalk] = LRUCache(4_000_000, lambda talk: talk.size)
        self._lines: LRUCache[int, Lines] = LRUCache(8_000_000, lambda lines: sum(map(len, lines.rows)) + 1)

    def listing(self, word: str, read: Callable[[str], PostingList]) -> PostingList:
        """Return the postings of a word; on a cache miss, those that ``read`` returns."""
        return self._cached(self._listings, word, read)

    def said(self, word: str, read: Callable[[str], Places]) -> Places:
        """Return the places of a word in transcripts; on a cache miss, those that ``read`` returns."""
        return self._cached(self._said, word, read)

    def packed_talk(self, number: int, read: Callable[[int], PackedTalk]) -> PackedTalk:
        """Return the transcript with this document number; on a cache miss, the one that ``read`` returns."""
        return self._cached(self._talks, number, read)

    def lines(self, number: int, read: Callable[[int], Lines]) -> Lines:
        """Return the lines of a document; on a cache miss, those that ``read`` returns."""
        return self._cached(self._lines, number, read)

    def _cached(self, cache: LRUCache[K, V], key: K, read: Callable[[K], V]) -> V:
        # cachetools' own decorators would keep each thread's reader alive, and so its files open.
        with self._lock:
            value = cache.get(key)
        if value is None:
            value = read(key)
            # A value that is larger than the whole cache isn't cached.
            with self._lock, contextlib.suppress(ValueError):
                cache[key] = value
        return value


class PostingReader:
    """A reader of one index for one thread: Whoosh's readers give silently wrong answers when threads share them."""

    def __init__(self, reader: Any, cache: PostingCache, talk: TalkMap) -> None:
        self._reader = reader
        self._cache = cache
        self.talk = talk
        self.episodes = talk.episodes
        self._leaves = tuple(reader.leaf_readers())
        self._columns: dict[int, Any] = {}

    def close(self) -> None:
        """Close the files."""
        self._reader.close()

    def listing(self, word: str) -> PostingList:
        """Return the postings of a folded word; an empty list for an unknown one."""
        return self._cache.listing(word, self._read_listing)

    def _read_listing(self, word: str) -> PostingList:
        numbers: list[int] = []
        weights: list[float] = []
        values: list[bytes] = []
        for leaf, first in self._leaves:
            with contextlib.suppress(TermNotFound):
                for ids, codes, places in _blocks(leaf.postings("words", word.encode())):
                    numbers += [number + first for number in ids]
                    weights += [WEIGHTS[code] for code in codes]
                    values += places
        return PostingList(tuple(numbers), tuple(weights), tuple(values))

    def said(self, word: str) -> Places:
        """Return the ascending places of a folded word in all transcripts, as ``talk`` numbers them."""
        return self._cache.said(word, self._read_said) if self.talk.size else NOWHERE

    def is_said(self, word: str, episode: int) -> bool:
        """Return whether a word is said in a transcript of the episode with this document number."""
        places, recordings = self.said(word), self.talk.by_episode.get(episode, ())
        spans = (np.searchsorted(places, (one.first, one.end)) for _, one in recordings)
        return any(first < end for first, end in spans)

    def _read_said(self, word: str) -> Places:
        found = []
        for leaf, first in self._leaves:
            with contextlib.suppress(TermNotFound):
                for ids, _, values in _blocks(leaf.postings("talk", word.encode())):
                    numbers, packed = np.fromiter(ids, np.int64) + first, list(values)
                    found.append(_unpack_all(self.talk.firsts_by_number[numbers], packed))
        places: Places = np.concatenate(found) if found else NOWHERE
        # Segments are in the order of their documents, except where a document was indexed again.
        if len(found) > 1 and (np.diff(places) < 0).any():
            places.sort()
        places.setflags(write=False)
        return places

    def rarity(self, frequency: int) -> float:
        """Return the inverse document frequency of a word in ``frequency`` episodes; about 1 for a word in all."""
        return log(1 + self.episodes / (min(frequency, self.episodes) + 0.5)) + 0.5

    def packed_talk(self, number: int) -> PackedTalk:
        """Return the transcript with this document number."""
        return self._cache.packed_talk(number, lambda number: PackedTalk(self._document(number)))

    def lines(self, number: int) -> Lines:
        """Return the lines of a document."""
        return self._cache.lines(number, self._read_lines)

    def _read_lines(self, number: int) -> Lines:
        return unpack_lines(self._document(number))

    def _document(self, number: int) -> bytes:
        leaf, first = next((leaf, first) for leaf, first in reversed(self._leaves) if first <= number)
        if first not in self._columns:
            self._columns[first] = leaf.column_reader("document")
        packed: bytes = self._columns[first][number - first]
        return packed


def _unpack_all(firsts: Places, values: list[bytes]) -> Places:
    """Return the places that are packed in ``values``, each list of them counted from one of ``firsts``."""
    if any(len(value) & 1 for value in values):
        parts = [np.frombuffer(unpack(value), dtype=unpack(value).typecode) for value in values]
        lengths, places = [len(part) for part in parts], np.concatenate(parts)
    else:
        lengths, places = [len(value) // 2 for value in values], np.frombuffer(b"".join(values), np.uint16)
    return places.astype(np.int32) + np.repeat(firsts, lengths)


def _blocks(matcher: Any) -> Iterator[tuple[Iterable[int], Iterable[int], Iterable[bytes]]]:
    """Yield the document numbers, the weight codes and the values of each block of postings.

    Stepping through a matcher of Whoosh's, posting by posting, takes ten times as long.
    """
    deleted = frozenset[int]()
    if isinstance(matcher, FilterMatcher):
        matcher, deleted = matcher.child, matcher._ids
    while matcher.is_active():
        if not isinstance(matcher, ListMatcher):
            matcher._read_ids()
            matcher._read_weights()
            matcher._read_values()
        block = matcher._ids, matcher._weights, matcher._values
        if deleted:
            alive = [number not in deleted for number in block[0]]
            yield compress(block[0], alive), compress(block[1], alive), compress(block[2], alive)
        else:
            yield block
        if isinstance(matcher, ListMatcher):
            return
        matcher._next_block()
