"""The default backend of the page cache: in memory, bounded in bytes; what was used least recently goes first."""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

Timeout = int | timedelta | None
#: What Python's objects take for an entry beside the bytes in them, as measured with tracemalloc: 1.5 KB.
_OBJECTS = 2_000


class MemoryCache(BaseCache):
    """Keeps values up to ``limit`` bytes in all. Safe to use from several threads.

    An entry counts for its value as it is pickled, its key, and the objects that these are made of; what is larger than
    the limit isn't kept. Time doesn't matter here: keys carry their edition, and those of an old edition are soon the
    least recently used.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(default_timeout=0)
        self._limit = limit
        self._held = 0
        self._entries: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def factory(cls, _app: Flask, config: dict[str, Any], _args: list[Any], _kwargs: dict[str, Any]) -> MemoryCache:
        """What flask-caching calls; ``CACHE_BYTES`` is the limit."""
        return cls(int(config["CACHE_BYTES"]))

    def get(self, key: str) -> Any:
        """The value kept under ``key``, or None."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def set(self, key: str, value: Any, timeout: Timeout = None) -> bool:  # noqa: ARG002 - the interface's
        """Keep ``value``; False when it is larger than all that may be kept."""
        size = len(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)) + len(key) + _OBJECTS
        with self._lock:
            self._forget(key)
            if size > self._limit:
                return False
            self._entries[key] = (value, size)
            self._held += size
            while self._held > self._limit:
                self._forget(next(iter(self._entries)))
        return True

    def delete(self, key: str) -> bool:
        """Forget ``key``; False when it wasn't there."""
        with self._lock:
            return self._forget(key)

    def has(self, key: str) -> bool:
        """Whether ``key`` is kept."""
        with self._lock:
            return key in self._entries

    def clear(self) -> bool:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._held = 0
        return True

    def _forget(self, key: str) -> bool:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._held -= entry[1]
        return entry is not None
