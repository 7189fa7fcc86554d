"""The rate limit of searches, which no listener reaches and which keeps a script from slowing others' searches."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from flask import Flask, Response, jsonify, make_response, request
from flask_limiter import Limiter, RequestLimit

from longwave.config import UNIX_SOCKET, Settings
from longwave.phrases import phrase
from longwave.search.query import LONGEST
from longwave.web.proxies import client_network, is_private_peer
from longwave.web.views import search_page
from longwave.web.views.error_pages import render_error

#: Characters that count as one search; hardly anybody types more.
_CHARACTERS_PER_SEARCH = 50
_log = logging.getLogger("longwave")


def init_app(app: Flask, settings: Settings, storage: dict[str, Any]) -> None:
    """Limit the searches of each address, those of pages and those of programs counted together.

    ``storage`` holds Limiter's options for its counts: in this process, or in Redis for all processes.
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

    limiter = Limiter(
        lambda: client_network(request.environ.get("REMOTE_ADDR", "")) or UNIX_SOCKET,
        app=app,
        strategy="sliding-window-counter",
        on_breach=_refuse,
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        **storage,
    )
    # Limiter would write whole addresses of clients into the log.
    limiter.logger.setLevel(logging.ERROR)
    shared = limiter.shared_limit(
        settings.search_limit, scope="search", exempt_when=is_behind_undeclared_proxy, cost=_cost
    )
    shared(search_page.blueprint)


def _cost() -> int:
    """Return the number of searches as which this request counts: more for a long query, which takes more work."""
    return 1 + len(request.args.get("q", "")[:LONGEST]) // _CHARACTERS_PER_SEARCH


def _refuse(limit: RequestLimit) -> Response:
    """Return a 429, as JSON or as a page, that tells when the next search is possible."""
    wait = max(1, int(limit.reset_at - time.time()) + 1)
    message = phrase("search.too_many", count=wait)
    if request.path.endswith(".json"):
        answer = make_response(jsonify(error=message), 429)
    else:
        answer = make_response(render_error(429, phrase("search.too_many_heading"), message), 429)
    answer.headers["Retry-After"] = str(wait)
    return answer
