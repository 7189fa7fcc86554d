"""What one thread reads from an index, and what all of them keep of it."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

from whoosh.matching import FilterMatcher, ListMatcher
from whoosh.reading import TermNotFound

from longwave.search.lines import Lines, unpack_lines

_MOST_KEPT = 400_000


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


class Kept:
    """The listings that were asked for last, for all threads of one index. An index never changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listings: OrderedDict[str, Listing] = OrderedDict()
        self._size = 0

    def get(self, word: str) -> Listing | None:
        """The listing of a word, if it is here."""
        with self._lock:
            listing = self._listings.get(word)
            if listing is not None:
                self._listings.move_to_end(word)
            return listing

    def put(self, word: str, listing: Listing) -> None:
        """Keep one; the longest unused go."""
        with self._lock:
            if word not in self._listings:
                self._listings[word] = listing
                self._size += len(listing.numbers) + 1
            while self._size > _MOST_KEPT and len(self._listings) > 1:
                _, old = self._listings.popitem(last=False)
                self._size -= len(old.numbers) + 1


class Postings:
    """Reads one index for one thread: Whoosh's readers give silently wrong answers when threads share them."""

    def __init__(self, reader: Any, kept: Kept) -> None:
        self._reader = reader
        self._kept = kept
        self._documents = reader.doc_count()
        self._leaves = tuple(reader.leaf_readers())
        self._lines = [(first, leaf.column_reader("lines")) for leaf, first in self._leaves]

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def keys(self) -> Mapping[int, str]:
        """The key of every document by its number."""
        return {number: stored["key"] for number, stored in self._reader.iter_docs()}

    def listing(self, word: str) -> Listing:
        """The documents of a word."""
        listing = self._kept.get(word)
        if listing is None:
            listing = self._read(word)
            self._kept.put(word, listing)
        return listing

    def rarity(self, frequency: int) -> float:
        """How much it says that a document is one of so many: from about 1 for what all have (idf)."""
        return log(1 + self._documents / (min(frequency, self._documents) + 0.5)) + 0.5

    def lines(self, number: int) -> Lines:
        """The lines of a document."""
        first, column = next((first, column) for first, column in reversed(self._lines) if first <= number)
        return unpack_lines(column[number - first])

    def _read(self, word: str) -> Listing:
        found: list[tuple[int, float, bytes]] = []
        for leaf, first in self._leaves:
            with contextlib.suppress(TermNotFound):
                found += [(number + first, *rest) for number, *rest in _blocks(leaf.postings("words", word.encode()))]
        return Listing(*(tuple(column) for column in zip(*found, strict=True))) if found else Listing()


def _blocks(matcher: Any) -> Iterator[tuple[int, float, bytes]]:
    """Number, weight and value of each posting. By whole blocks: to step through a matcher costs ten times as much."""
    deleted = frozenset[int]()
    if isinstance(matcher, FilterMatcher):
        matcher, deleted = matcher.child, matcher._ids
    while matcher.is_active():
        if not isinstance(matcher, ListMatcher):
            matcher._read_ids()
            matcher._read_weights()
            matcher._read_values()
        rows = zip(matcher._ids, matcher._weights, matcher._values, strict=True)
        yield from (row for row in rows if row[0] not in deleted) if deleted else rows
        if isinstance(matcher, ListMatcher):
            return
        matcher._next_block()
