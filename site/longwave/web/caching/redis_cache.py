"""The page cache in Redis, shared by several processes. While Redis is down or hangs, pages are made without it."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import time
from collections.abc import Mapping
from datetime import timedelta
from itertools import chain
from typing import Any, cast

from flask import Flask
from flask_caching.backends.base import BaseCache
from limits.storage import RedisStorage
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from longwave.errors import LongwaveError
from longwave.web.caching.cached_response import CachedResponse

#: Seconds: for each wait within a query, for a whole query, and for which Redis isn't asked after a failed one.
_SOCKET_SECONDS, _QUERY_SECONDS, _PAUSE_SECONDS = 0.2, 1, 5
#: The most bytes of an answer from Redis, and so of a page that is cached there.
_MAX_BYTES = 64_000_000
_CACHE_SECONDS = 86_400
#: The characters that a header may have by PEP 3333: a page with others, stored by another program, isn't used.
_HEADER = re.compile(r"[^\x00-\x1f\x7f\u0100-\U0010ffff]*")
_log = logging.getLogger("longwave")


class RedisCache(BaseCache):
    """A backend of flask-caching that stores pages as JSON and bytes, which, unlike a pickle, can't run anything."""

    def __init__(self, client: Redis, prefix: str) -> None:
        super().__init__(default_timeout=_CACHE_SECONDS)
        self._client, self._prefix = client, prefix
        self._quiet_until = 0.0

    @classmethod
    def factory(cls, _app: Flask, config: dict[str, Any], _args: list[Any], _kwargs: dict[str, Any]) -> RedisCache:
        """Return a backend for flask-caching; ``CACHE_REDIS_URL``, or ``CACHE_REDIS_HOST`` and so on, name Redis."""
        return cls(Redis(connection_pool=_pool(config)), str(config["CACHE_KEY_PREFIX"]))

    @property
    def limiter_storage(self) -> RedisStorage:
        """Return the rate limiter's storage in the same Redis, in which all processes count searches together."""
        return RedisStorage("redis://", self._client.connection_pool)

    def get(self, key: str) -> CachedResponse | None:
        """Return the page stored under ``key``; None also where Redis doesn't answer in time."""
        with self._query() as is_available:
            if is_available:
                return _parsed(cast("bytes | None", self._client.get(self._prefix + key)))
        return None

    def set(self, key: str, value: CachedResponse, timeout: int | timedelta | None = None) -> bool:
        """Store the page ``value`` under ``key``; return whether Redis has stored it."""
        with self._query() as is_available:
            if is_available and len(page := _serialized(value)) < _MAX_BYTES:
                return bool(self._client.set(self._prefix + key, page, ex=timeout or _CACHE_SECONDS))
        return False

    @contextlib.contextmanager
    def _query(self) -> Any:
        """Yield whether Redis may be asked now: after a failure one query tries again, when a pause is over."""
        now = time.monotonic()
        failed = self._quiet_until > 0
        if failed:
            if now < self._quiet_until:
                yield False
                return
            # The pause begins anew, so that only this query tries Redis, and the others go on without it.
            self._quiet_until = now + _PAUSE_SECONDS
        try:
            yield True
        except Exception as error:  # noqa: BLE001 - the client raises anything when the server isn't Redis
            if not failed:
                _log.warning("Redis doesn't answer (%s); pages are made without it until it does.", error)
            self._quiet_until = time.monotonic() + _PAUSE_SECONDS
        else:
            if failed:
                _log.info("Redis answers again.")
            self._quiet_until = 0.0


class _BoundedSocket:
    """A socket that bounds the answer to the last query in time and in size, however long bytes keep coming."""

    def __init__(self, inner: Any) -> None:
        self._inner, self._until, self._left = inner, 0.0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def sendall(self, data: bytes) -> None:
        """Send a query to Redis, or a part of one; the limits of time and size for its answer start anew."""
        self._until, self._left = time.monotonic() + _QUERY_SECONDS, _MAX_BYTES
        self._inner.sendall(data)

    def recv(self, size: int) -> bytes:
        """Return up to ``size`` bytes of Redis's answer. Raises TimeoutError for one that is too long or slow."""
        # With a timeout of 0, redis-py only looks for unexpected bytes before it sends a query: no limit applies.
        if self._inner.gettimeout() and (time.monotonic() > self._until or self._left <= 0):
            raise TimeoutError
        data: bytes = self._inner.recv(size)
        self._left -= len(data)
        return data


def _bounded(kind: type[Any]) -> type[Any]:
    """Return a subclass of ``kind``, a Redis connection class, that limits each answer in time and size."""

    class Bounded(kind):  # type: ignore[misc] # the class is known when the configuration is
        def _connect(self) -> Any:
            return _BoundedSocket(super()._connect())

    return Bounded


def _pool(config: Mapping[str, Any]) -> ConnectionPool:
    """Return a connection pool for the configured Redis, with limited answers. Raises LongwaveError."""
    pool = _unbounded(config)
    pool.connection_class = _bounded(pool.connection_class)
    return pool


def _unbounded(config: Mapping[str, Any]) -> ConnectionPool:
    # The client doesn't retry, as a visitor is waiting for the answer.
    bounds: dict[str, Any] = {
        "socket_timeout": _SOCKET_SECONDS,
        "socket_connect_timeout": _SOCKET_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    if config.get("CACHE_REDIS_URL"):
        return ConnectionPool.from_url(str(config["CACHE_REDIS_URL"]), **bounds)
    configured = {name: config.get(f"CACHE_REDIS_{name.upper()}") for name in ("host", "port", "password", "db")}
    options: dict[str, Any] = {"host": "localhost", "port": 6379} | {
        name: value for name, value in configured.items() if value is not None
    }
    for name in ("port", "db"):
        if not isinstance(options.get(name, 0), int):
            raise LongwaveError(f"LONGWAVE_CACHE_REDIS_{name.upper()}: expected a number, found {options[name]!r}.")
    if "password" in options:
        options["password"] = str(options["password"])
    return ConnectionPool(**options, **bounds)


def _serialized(page: CachedResponse) -> bytes:
    head = (page.status, page.headers, page.etag, page.not_modified, page.is_feed)
    return json.dumps(head).encode() + b"\n" + page.body


def _parsed(data: bytes | None) -> CachedResponse | None:
    if data is None:
        return None
    head, _, body = data.partition(b"\n")
    try:
        status, headers, etag, not_modified, is_feed = json.loads(head)
        pairs, repeated = (tuple((str(name), str(value)) for name, value in some) for some in (headers, not_modified))
        if not _HEADER.fullmatch("".join((status, *chain(*pairs, *repeated)))) or not status[:3].isdecimal():
            return None
        if dict(pairs).get("Content-Length") != str(len(body)):
            return None
        return CachedResponse(str(status), pairs, body, str(etag), repeated, bool(is_feed), is_cacheable=True)
    except (ValueError, TypeError):
        return None
