"""The default backend of the page cache: memory bounded in bytes; the least recently used page goes first."""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_caching.backends.base import BaseCache

Timeout = int | timedelta | None
#: Bytes that an entry's Python objects take beside their contents; tracemalloc measured 1,500.
_OBJECT_BYTES = 2_000


class MemoryCache(BaseCache):
    """An LRU cache of ``limit`` bytes in all. Safe to use from several threads.

    An entry counts with its pickled value, its key and the objects of both; one larger than the limit isn't stored.
    Timeouts are ignored: keys carry their edition, and those of an old edition are soon the least recently used.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(default_timeout=0)
        self._limit = limit
        self._size = 0
        self._entries: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def factory(cls, _app: Flask, config: dict[str, Any], _args: list[Any], _kwargs: dict[str, Any]) -> MemoryCache:
        """Return a backend for flask-caching; ``CACHE_BYTES`` of the configuration is the limit."""
        return cls(int(config["CACHE_BYTES"]))

    def get(self, key: str) -> Any:
        """Return the value stored under ``key``, or None."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def set(self, key: str, value: Any, timeout: Timeout = None) -> bool:  # noqa: ARG002 - the interface's
        """Store ``value`` under ``key``; return False when the value alone is larger than the whole cache may be."""
        size = len(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)) + len(key) + _OBJECT_BYTES
        with self._lock:
            self._remove(key)
            if size > self._limit:
                return False
            self._entries[key] = (value, size)
            self._size += size
            while self._size > self._limit:
                self._remove(next(iter(self._entries)))
        return True

    def delete(self, key: str) -> bool:
        """Remove the value stored under ``key``; return whether there was one."""
        with self._lock:
            return self._remove(key)

    def has(self, key: str) -> bool:
        """Return whether a value is stored under ``key``."""
        with self._lock:
            return key in self._entries

    def clear(self) -> bool:
        """Remove all entries from the cache."""
        with self._lock:
            self._entries.clear()
            self._size = 0
        return True

    def _remove(self, key: str) -> bool:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._size -= entry[1]
        return entry is not None
