"""How often one client may search: no listener meets the limit, and no script makes the search slow for others."""

from __future__ import annotations

import logging
import time
from typing import Any

from flask import Flask, Response, jsonify, make_response, request
from flask_limiter import Limiter, RequestLimit

from longwave.config import UNIX_SOCKET, Settings
from longwave.search.query import LONGEST
from longwave.web.proxies import household, is_near
from longwave.web.views import search_page
from longwave.web.views.error_pages import page

#: So many characters are typed for one search; hardly anybody types more.
_USUAL = 50
_log = logging.getLogger("longwave")


def init_app(app: Flask, settings: Settings, storage: dict[str, Any]) -> None:
    """Limit the searches of each address, counted together whatever asks for them.

    ``storage`` says where Limiter counts: in this process, unless Redis does it for all of them.
    """
    if not settings.search_limit:
        return
    told: list[str] = []

    def undeclared() -> bool:
        """Whether a proxy that nobody told us of asks for all listeners: together they would meet any limit."""
        peer = request.environ.get("REMOTE_ADDR", "")
        if settings.proxies is not None or "X-Forwarded-For" not in request.headers or not is_near(peer):
            return False
        if not told:
            told.append(peer)
            _log.warning("A proxy asks from %s; searches aren't limited until LONGWAVE_TRUSTED_PROXIES names it.", peer)
        return True

    limiter = Limiter(
        lambda: household(request.environ.get("REMOTE_ADDR", "")) or UNIX_SOCKET,
        app=app,
        strategy="sliding-window-counter",
        on_breach=_refused,
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        **storage,
    )
    # It would write whole addresses into the log.
    limiter.logger.setLevel(logging.ERROR)
    shared = limiter.shared_limit(settings.search_limit, scope="search", exempt_when=undeclared, cost=_cost)
    shared(search_page.blueprint)


def _cost() -> int:
    """Return how many searches this one counts as: the work grows with its words."""
    return 1 + len(request.args.get("q", "")[:LONGEST]) // _USUAL


def _refused(limit: RequestLimit) -> Response:
    wait = max(1, int(limit.reset_at - time.time()) + 1)
    message = f"More was searched from your network than we can answer. Please go on in {wait} seconds."
    if request.path.endswith(".json"):
        answer = make_response(jsonify(error=message), 429)
    else:
        answer = make_response(page(429, "Too many searches", message), 429)
    answer.headers["Retry-After"] = str(wait)
    return answer
