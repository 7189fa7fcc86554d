"""What was read of late, kept in memory up to a bound."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """What was read of late, for all threads, as much of it as has a size of ``most`` together."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._values: dict[K, tuple[V, int]] = {}
        self._room = most

    def get(self, key: K) -> V | None:
        """What was put there, if it is still here."""
        kept = self._values.get(key)
        return kept[0] if kept else None

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value; the oldest go. They come back when they are asked for, and nobody waits for a lock to read."""
        with self._lock:
            if key not in self._values:
                self._values[key] = (value, size)
                self._room -= size
            while self._room < 0 and len(self._values) > 1:
                oldest = next(iter(self._values))
                self._room += self._values.pop(oldest)[1]
