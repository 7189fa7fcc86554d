"""Which documents an index has: the number, the key and the hash of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longwave.kept import Kept

#: By segment, which never changes: Whoosh takes a while to tell this of thousands of documents.
_STORED: Kept[str, tuple[tuple[str, str], ...]] = Kept(50_000)


def documents(reader: Any) -> Iterator[tuple[int, str, str]]:
    """The number, the key and the hash of each document that Whoosh's ``reader`` has."""
    for leaf, first in reader.leaf_readers():
        if not leaf.doc_count_all():
            continue  # Whoosh's reader of an empty index has no segment
        name = leaf.segment().segment_id()
        rows = _STORED.get(name)
        if rows is None:
            stored = map(leaf.stored_fields, range(leaf.doc_count_all()))
            rows = tuple((one["key"], one["hash"]) for one in stored)
            _STORED.put(name, rows, len(rows) + 1)
        for number, (key, digest) in enumerate(rows):
            if not leaf.is_deleted(number):
                yield first + number, key, digest
