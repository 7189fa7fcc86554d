"""Caches that an object owns: the previous result for each name, and the latest value that a file held."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
#: The most results in a memo. A full memo is emptied, as most of its results then belong to episodes that are gone.
_LIMIT = 50_000


class Memo(Generic[T]):
    """A memo: returns the previous result for a name while its inputs are unchanged."""

    def __init__(self) -> None:
        self._results: dict[Hashable, tuple[tuple[Any, ...], T]] = {}

    def get(self, name: Hashable, inputs: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return the previous result for ``name`` if its inputs equal ``inputs``, else the result of ``make``.

        As ``1 == True`` in Python, pass front matter among the inputs as its JSON text, in which the two differ. The
        comparison is fast for identical objects, and slow for objects that are merely equal.
        """
        previous = self._results.get(name)
        if previous is not None and previous[0] == inputs:
            return previous[1]
        if len(self._results) >= _LIMIT:
            self._results.clear()
        result = make()
        self._results[name] = (inputs, result)
        return result


class Latest(Generic[T]):
    """A cache of one value that is stored in a file: the latest that was read or written, with the file's stamp.

    A stamp is a text that changes whenever the file does. Threads may share the cache, as the value and its stamp are
    replaced in one assignment.
    """

    def __init__(self) -> None:
        self._entry: tuple[str, T] | None = None

    def get(self, stamp: str) -> T | None:
        """Return the cached value if its stamp is ``stamp``, else None."""
        entry = self._entry
        return entry[1] if entry is not None and entry[0] == stamp else None

    def put(self, stamp: str, value: T) -> None:
        """Cache ``value`` with its ``stamp`` in place of the previous value."""
        self._entry = (stamp, value)
