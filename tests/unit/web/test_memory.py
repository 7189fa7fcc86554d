"""The page cache in memory and its limit."""

from __future__ import annotations

import gc
import tracemalloc

import pytest

from longwave.web.caching.cached_response import CachedResponse, complete_response
from longwave.web.caching.memory_cache import MemoryCache

LIMIT = 1_000_000
NAMES = ("Content-Type", "Last-Modified", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Link")


def _page(number: int, size: int) -> CachedResponse:
    """Return a cacheable response of ``size`` bytes that shares its body and headers with no other response."""
    headers = [(name, f"{number} of {name}") for name in NAMES]
    return complete_response("200 OK", headers, number.to_bytes(4, "big") * (size // 4), f"{number:016}")


@pytest.mark.parametrize(("size", "key"), [(0, 20), (100, 4000), (3000, 60), (100_000, 60)])
def test_it_takes_no_more_than_it_may(size: int, key: int) -> None:
    """The page cache's whole memory (pages, keys, objects) stays below its limit, for many small or few large pages."""
    # The objects that existed before are excluded from the measurement.
    gc.freeze()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        cache = MemoryCache(LIMIT)
        for number in range(600 if size < 10_000 else 20):
            cache.set(f"{number:0{key}}", _page(number, size))
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    assert LIMIT / 2 < after - before < LIMIT
    assert cache.has(f"{number:0{key}}")
    assert not cache.has(f"{0:0{key}}")


def test_what_was_used_least_recently_goes_first() -> None:
    """The page cache drops the least recently requested pages first, and never stores one larger than its limit."""
    cache = MemoryCache(30_000)
    cache.set("asked", _page(1, 4))
    for number in range(100):
        assert cache.get("asked") is not None
        cache.set(str(number), _page(number, 4))
    assert [cache.has(key) for key in ("asked", "99", "0")] == [True, True, False]
    assert not cache.set("asked", _page(1, 40_000))
    assert cache.get("asked") is None
    assert cache.get("99") is not None
