"""What one thread reads from an index, and what all of them keep of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from math import log
from typing import Any

from whoosh.matching import FilterMatcher, ListMatcher
from whoosh.reading import TermNotFound

from longwave.kept import Kept
from longwave.search.codec import WEIGHTS
from longwave.search.index_cache import IndexCache
from longwave.search.lines import Lines, unpack_lines


@dataclass(frozen=True)
class Listing:
    """A word's documents, with its weight and its packed places in each."""

    numbers: tuple[int, ...] = ()
    _weights: tuple[float, ...] = ()
    _values: tuple[bytes, ...] = ()

    @cached_property
    def weights(self) -> Mapping[int, float]:
        """How much the word weighs in each document."""
        return dict(zip(self.numbers, self._weights, strict=True))

    @cached_property
    def places(self) -> Mapping[int, bytes]:
        """Where it stands in each document, packed."""
        return dict(zip(self.numbers, self._values, strict=True))


class Memory:
    """The words' listings and the documents' lines that were read last. An index never changes."""

    def __init__(self) -> None:
        self.listings: Kept[str, Listing] = Kept(400_000)
        self.lines: Kept[int, Lines] = Kept(8_000_000)


class Postings:
    """Reads one index for one thread: Whoosh's readers give silently wrong answers when threads share them."""

    def __init__(self, reader: Any, memory: Memory) -> None:
        self._reader = reader
        self._memory = memory
        self._documents = reader.doc_count()
        self._leaves = tuple(reader.leaf_readers())
        self._columns: dict[int, Any] = {}

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def keys(self, cache: IndexCache) -> Mapping[int, str]:
        """Return the key of every document by its number; ``cache`` may have them from another reader."""
        return {number: key for number, key, _ in cache.documents(self._reader)}

    def listing(self, word: str) -> Listing:
        """The documents of a word."""
        listing = self._memory.listings.get(word)
        if listing is None:
            listing = self._read(word)
            self._memory.listings.put(word, listing, len(listing.numbers) + 1)
        return listing

    def rarity(self, frequency: int) -> float:
        """How much it says that a document is one of so many: from about 1 for what all have (idf)."""
        return log(1 + self._documents / (min(frequency, self._documents) + 0.5)) + 0.5

    def lines(self, number: int) -> Lines:
        """The lines of a document."""
        lines = self._memory.lines.get(number)
        if lines is None:
            leaf, first = next((leaf, first) for leaf, first in reversed(self._leaves) if first <= number)
            if first not in self._columns:
                self._columns[first] = leaf.column_reader("document")
            lines = unpack_lines(self._columns[first][number - first])
            self._memory.lines.put(number, lines, sum(map(len, lines.rows)) + 1)
        return lines

    def _read(self, word: str) -> Listing:
        numbers: list[int] = []
        weights: list[float] = []
        values: list[bytes] = []
        for leaf, first in self._leaves:
            with contextlib.suppress(TermNotFound):
                for ids, codes, places in _blocks(leaf.postings("words", word.encode())):
                    numbers += [number + first for number in ids]
                    weights += [WEIGHTS[code] for code in codes]
                    values += places
        return Listing(tuple(numbers), tuple(weights), tuple(values))


def _blocks(matcher: Any) -> Iterator[tuple[Iterable[int], Iterable[int], Iterable[bytes]]]:
    """Numbers, coded weights and values, block by block: to step through a matcher costs ten times as much."""
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
            kept = [number not in deleted for number in block[0]]
            yield compress(block[0], kept), compress(block[1], kept), compress(block[2], kept)
        else:
            yield block
        if isinstance(matcher, ListMatcher):
            return
        matcher._next_block()
