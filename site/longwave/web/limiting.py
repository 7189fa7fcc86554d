"""The rate limit of searches, which no listener reaches and which keeps a script from slowing others' searches."""

from __future__ import annotations

import logging
import math
import threading
import time

from flask import Flask, Response, jsonify, make_response, request
from limits import parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from longwave.config import UNIX_SOCKET, Settings
from longwave.phrases import phrase
from longwave.search.query import LONGEST
from longwave.web.proxies import client_network, is_private_peer
from longwave.web.views import search_page
from longwave.web.views.error_pages import render_error

#: Characters that count as one search; hardly anybody types more.
_CHARACTERS_PER_SEARCH = 50
#: The seconds for which this process counts by itself after Redis has failed.
_RETRY_SECONDS = 30
_log = logging.getLogger("longwave")


class SearchLimiter:
    """A counter of searches by client, in Redis for all processes, or in this process while no Redis answers."""

    def __init__(self, limit: str, redis: RedisStorage | None) -> None:
        """Allow each client as many searches as ``limit`` says, such as ``300 per minute``."""
        self._limit = parse(limit)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = SlidingWindowCounterRateLimiter(redis) if redis is not None else None
        self._retry_at = 0.0

    def seconds_until_next(self, client: str, cost: int) -> int:
        """Count a request of ``client`` as ``cost`` searches; return 0, or the seconds to wait for a refused one."""
        if self._shared is not None and time.monotonic() >= self._retry_at:
            try:
                return self._count(self._shared, client, cost)
            except Exception as error:  # noqa: BLE001 - a Redis that fails costs nobody a search
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                _log.warning("Searches can't be counted in Redis: %s", error)
        return self._count(self._own, client, cost)

    def _count(self, counts: SlidingWindowCounterRateLimiter, client: str, cost: int) -> int:
        if counts.hit(self._limit, "search", client, cost=cost):
            return 0
        reset = counts.get_window_stats(self._limit, "search", client).reset_time
        return max(1, math.ceil(reset - time.time()) + 1)


def init_app(app: Flask, settings: Settings, redis: RedisStorage | None) -> None:
    """Limit the searches of each address, those of pages and those of programs counted together.

    ``redis`` is the storage in which all processes count together; without one each process counts by itself.
    """
    if not settings.search_limit:
        return
    warned = threading.Event()

    def is_behind_undeclared_proxy() -> bool:
        """Return whether the request comes through a proxy that no setting names, so all listeners have its address."""
        peer = request.environ.get("REMOTE_ADDR", "")
        if settings.proxies is not None or "X-Forwarded-For" not in request.headers or not is_private_peer(peer):
            return False
        if not warned.is_set():
            warned.set()
            _log.warning("A proxy asks from %s; searches aren't limited until LONGWAVE_TRUSTED_PROXIES names it.", peer)
        return True

    limiter = SearchLimiter(settings.search_limit, redis)

    @app.before_request
    def refuse_beyond_limit() -> Response | None:
        if request.blueprint != search_page.blueprint.name or is_behind_undeclared_proxy():
            return None
        client = client_network(request.environ.get("REMOTE_ADDR", "")) or UNIX_SOCKET
        wait = limiter.seconds_until_next(client, _cost())
        return _refuse(wait) if wait else None


def _cost() -> int:
    """Return how many searches this request counts as: one, and one more for each 50 characters of its query."""
    return 1 + len(request.args.get("q", "")[:LONGEST]) // _CHARACTERS_PER_SEARCH


def _refuse(wait: int) -> Response:
    """Return a 429, as JSON or as a page, that tells that the next search is possible in ``wait`` seconds."""
    message = phrase("search.too_many", count=wait)
    if request.path.endswith(".json"):
        answer = make_response(jsonify(error=message), 429)
    else:
        answer = make_response(render_error(429, phrase("search.too_many_heading"), message), 429)
    answer.headers["Retry-After"] = str(wait)
    return answer
