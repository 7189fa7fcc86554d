"""A cache of the parts of search indexes that never change once they are written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from cachetools import LRUCache, cachedmethod

from longwave.disk import stat_identity
from longwave.search.vocabulary import FILE, Vocabulary, read_vocabulary

#: The most documents, of all segments together, whose keys and hashes are cached.
_MAX_DOCUMENTS = 50_000


@dataclass(frozen=True, slots=True)
class Stored:
    """The values that are stored with a document; ``schema`` describes them."""

    key: str
    hash: str
    size: int
    speakers: tuple[str, ...]


class IndexCache:
    """A cache of the latest vocabulary and of the documents that each segment holds, for any thread.

    Each save of an episode leads to an index that shares most of its files with the one before, so its reader and the
    next writer find most of their input here.
    """

    def __init__(self) -> None:
        self._vocabulary: tuple[str, Vocabulary] | None = None
        self._stored: LRUCache[str, tuple[Stored, ...]] = LRUCache(_MAX_DOCUMENTS, getsizeof=len)
        self._lock = threading.Lock()

    def vocabulary(self, folder: Path) -> Vocabulary:
        """Return the vocabulary of the index in a folder. Raises OSError and ValueError when it can't be read."""
        stamp, cached = stat_identity(folder / FILE), self._vocabulary
        if cached is None or cached[0] != stamp:
            cached = self._vocabulary = stamp, read_vocabulary(folder)
        return cached[1]

    def put_vocabulary(self, folder: Path, vocabulary: Vocabulary) -> None:
        """Cache the vocabulary that was just written to the index ``folder``. Raises OSError if its file is gone."""
        self._vocabulary = stat_identity(folder / FILE), vocabulary

    def documents(self, reader: Any) -> Iterator[tuple[int, Stored]]:
        """Yield the number of each document that a Whoosh reader has, with the document's stored values."""
        for leaf, first in reader.leaf_readers():
            if not leaf.doc_count_all():
                continue  # Whoosh's reader of an empty index has no segment.
            for number, stored in enumerate(self._documents_of_segment(leaf)):
                if not leaf.is_deleted(number):
                    yield first + number, stored

    # The result is cached because Whoosh takes a while to unpickle the stored fields of thousands of documents.
    @cachedmethod(attrgetter("_stored"), key=lambda _, leaf: leaf.segment().segment_id(), lock=attrgetter("_lock"))
    def _documents_of_segment(self, leaf: Any) -> tuple[Stored, ...]:
        stored = map(leaf.stored_fields, range(leaf.doc_count_all()))
        return tuple(Stored(f["key"], f["hash"], f["size"], tuple(f["speakers"])) for f in stored)
