"""The page cache in Redis, which several processes share. One that is down or hangs costs speed, never an answer."""

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
from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from longwave.errors import LongwaveError
from longwave.web.cached_response import Finished

#: Seconds for each wait within a question, for all of it, and for which nobody asks after one that failed.
_PATIENCE, _LONGEST, _QUIET = 0.2, 1, 5
#: Bytes of an answer, and so of a page.
_MOST = 64_000_000
_KEPT_FOR = 86_400
#: What a header may say, by PEP 3333; a page that others have written says anything.
_SAYABLE = re.compile(r"[^\x00-\x1f\x7f\u0100-\U0010ffff]*")
_log = logging.getLogger("longwave")


class RedisCache(BaseCache):
    """Keeps finished pages in a form of our own: unlike a pickle it can't run anything, whoever wrote it there."""

    def __init__(self, client: Redis, prefix: str) -> None:
        super().__init__(default_timeout=_KEPT_FOR)
        self._client, self._prefix = client, prefix
        self._quiet_until = 0.0

    @classmethod
    def factory(cls, _app: Flask, config: dict[str, Any], _args: list[Any], _kwargs: dict[str, Any]) -> RedisCache:
        """What flask-caching calls; ``CACHE_REDIS_URL``, or ``CACHE_REDIS_HOST`` and the like, say where it is."""
        return cls(Redis(connection_pool=_pool(config)), str(config["CACHE_KEY_PREFIX"]))

    @property
    def counting(self) -> dict[str, Any]:
        """Where flask-limiter counts for all processes: the same Redis."""
        return {"storage_uri": "redis://", "storage_options": {"connection_pool": self._client.connection_pool}}

    def get(self, key: str) -> Finished | None:
        """The page kept under ``key``; None also where Redis doesn't answer in time."""
        with self._asking() as asks:
            if asks:
                return _read(cast("bytes | None", self._client.get(self._prefix + key)))
        return None

    def set(self, key: str, value: Finished, timeout: int | timedelta | None = None) -> bool:
        """Keep a page; False where Redis doesn't."""
        with self._asking() as asks:
            if asks and len(page := _written(value)) < _MOST:
                return bool(self._client.set(self._prefix + key, page, ex=timeout or _KEPT_FOR))
        return False

    @contextlib.contextmanager
    def _asking(self) -> Any:
        now = time.monotonic()
        failed = self._quiet_until > 0
        if failed:
            if now < self._quiet_until:
                yield False
                return
            # One tries; the others wait for nothing.
            self._quiet_until = now + _QUIET
        try:
            yield True
        except Exception as error:  # noqa: BLE001 - what isn't Redis says things of which its client makes anything
            if not failed:
                _log.warning("Redis doesn't answer (%s); pages are made without it until it does.", error)
            self._quiet_until = time.monotonic() + _QUIET
        else:
            if failed:
                _log.info("Redis answers again.")
            self._quiet_until = 0.0


class _Bounded:
    """A socket on which the answer to what was sent last has an end, also where bytes go on and on."""

    def __init__(self, inner: Any) -> None:
        self._inner, self._until, self._left = inner, 0.0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def sendall(self, data: bytes) -> None:
        """Send a question, or a part of one."""
        self._until, self._left = time.monotonic() + _LONGEST, _MOST
        self._inner.sendall(data)

    def recv(self, size: int) -> bytes:
        """Return the next bytes. Raises TimeoutError where there were too many, or it took too long."""
        # Who doesn't wait only looks whether there is something that nobody asked for.
        if self._inner.gettimeout() and (time.monotonic() > self._until or self._left <= 0):
            raise TimeoutError
        data: bytes = self._inner.recv(size)
        self._left -= len(data)
        return data


def _bounded(kind: type[Any]) -> type[Any]:
    """Return a kind of connection, with bounded sockets."""

    class Bounded(kind):  # type: ignore[misc] # which one is known when the configuration is
        def _connect(self) -> Any:
            return _Bounded(super()._connect())

    return Bounded


def _pool(config: Mapping[str, Any]) -> ConnectionPool:
    """Connections to the Redis of the configuration, each question on which has an end. Raises LongwaveError."""
    pool = _unbounded(config)
    pool.connection_class = _bounded(pool.connection_class)
    return pool


def _unbounded(config: Mapping[str, Any]) -> ConnectionPool:
    # A server that is away isn't asked again and again while somebody waits.
    bounds: dict[str, Any] = {
        "socket_timeout": _PATIENCE,
        "socket_connect_timeout": _PATIENCE,
        "retry": Retry(NoBackoff(), 0),
    }
    if config.get("CACHE_REDIS_URL"):
        return ConnectionPool.from_url(str(config["CACHE_REDIS_URL"]), **bounds)
    given = {name: config.get(f"CACHE_REDIS_{name.upper()}") for name in ("host", "port", "password", "db")}
    known: dict[str, Any] = {"host": "localhost", "port": 6379} | {
        name: value for name, value in given.items() if value is not None
    }
    for name in ("port", "db"):
        if not isinstance(known.get(name, 0), int):
            raise LongwaveError(f"LONGWAVE_CACHE_REDIS_{name.upper()}: expected a number, found {known[name]!r}.")
    if "password" in known:
        known["password"] = str(known["password"])
    return ConnectionPool(**known, **bounds)


def _written(page: Finished) -> bytes:
    head = (page.status, page.headers, page.etag, page.unchanged, page.feed)
    return json.dumps(head).encode() + b"\n" + page.body


def _read(data: bytes | None) -> Finished | None:
    if data is None:
        return None
    head, _, body = data.partition(b"\n")
    try:
        status, headers, etag, unchanged, feed = json.loads(head)
        pairs, fewer = (tuple((str(name), str(value)) for name, value in some) for some in (headers, unchanged))
        if not _SAYABLE.fullmatch("".join((status, *chain(*pairs, *fewer)))) or not status[:3].isdecimal():
            return None
        if dict(pairs).get("Content-Length") != str(len(body)):
            return None
        return Finished(str(status), pairs, body, str(etag), fewer, bool(feed), kept=True)
    except (ValueError, TypeError):
        return None
