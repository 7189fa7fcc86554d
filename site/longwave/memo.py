"""Caches that an object owns: the previous result for each name, and the latest value that a file held."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
#: Results that a memo has at most; then it is emptied, as most of them are of episodes that no longer exist.
_LIMIT = 50_000


class Memo(Generic[T]):
    """A memo: returns the previous result for a name while its inputs are unchanged."""

    def __init__(self) -> None:
        self._results: dict[Hashable, tuple[tuple[Any, ...], T]] = {}

    def get(self, name: Hashable, inputs: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return the previous result for ``name`` if its inputs equal ``inputs``, else the result of ``make``.

        Python says that ``1 == True``, so front matter belongs to the inputs as its JSON record, in which they differ.
        The comparison is quick where the inputs are the very same objects, and slow where they are merely equal.
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
    """A cache of one value: the latest that was read or written, under the stamp of the file that holds it.

    Threads may share the cache, as a value and its stamp are replaced in one assignment.
    """

    def __init__(self) -> None:
        self._entry: tuple[str, T] | None = None

    def get(self, stamp: str) -> T | None:
        """Return the value under ``stamp``, or None if the latest value has another one."""
        entry = self._entry
        return entry[1] if entry is not None and entry[0] == stamp else None

    def put(self, stamp: str, value: T) -> None:
        """Replace the value by ``value``, under ``stamp``."""
        self._entry = (stamp, value)
