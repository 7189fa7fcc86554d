"""The health, readiness and metrics of the process, for monitoring."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app, jsonify, request

from longwave.edition import Edition
from longwave.phrases import phrase
from longwave.routes import rule
from longwave.web.caching.page_cache import reads
from longwave.web.metrics import METRICS
from longwave.web.request_context import EDITION, STOPPING, keeper, settings

blueprint = Blueprint("state", __name__)
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@blueprint.get(rule("health"))
@reads(keep=False)
def health() -> Response:
    """Return ``ok``: the process answers requests; and how many transcripts are indexed while some aren't."""
    return jsonify({"status": "ok", **_indexing()})


@blueprint.get(rule("ready"))
@reads(keep=False)
def ready() -> tuple[Response, int]:
    """Return the edition that is served, whether its search is ready, and the reason if no newer one can be published.

    503 with a reason while the server stops, or before it has an edition.
    """
    current: Edition | None = request.environ.get(EDITION)
    if current_app.extensions[STOPPING].is_set():
        return jsonify(status="unavailable", reason=phrase("health.stopping")), 503
    if current is None:
        keeper().begin()
        # The reason of a failure would name folders of the machine, so it stands only in the log.
        reason = phrase("health.failed" if keeper().failed else "health.making")
        return jsonify(status="unavailable", reason=reason), 503
    state: dict[str, object] = {
        "status": "ok",
        "edition": current.fingerprint,
        "age": round((datetime.now(UTC) - current.made).total_seconds(), 1),
        "episodes": len(current.catalogue.episodes),
        "problems": keeper().count_problems(),
        "search": current.search is not None,
    }
    state |= _indexing() | _clock()
    if stale := keeper().stale():
        state["stale"] = {"since": stale.since.isoformat(timespec="seconds"), "reason": stale.reason}
    return jsonify(state), 200


def _indexing() -> dict[str, object]:
    """Return how much of the first search index is built; an empty dictionary once all is."""
    progress = keeper().progress()
    return {"indexing": {"done": progress.done, "total": progress.total}} if progress else {}


def _clock() -> dict[str, object]:
    """Return by how many seconds the machine's clock jumped, and when; an empty dictionary if it never did."""
    clock = keeper().clock
    jump = clock.jump if clock else None
    return {"clock": {"jumped": round(jump.seconds), "at": jump.at.isoformat(timespec="seconds")}} if jump else {}


@blueprint.get(rule("metrics"))
@reads(keep=False)
def metrics() -> Response:
    """Return the metrics in Prometheus's format. 404 if no token is configured, 403 for a request without the token."""
    token = settings().metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        abort(403, phrase("error.metrics_need_token"))
    text = current_app.extensions[METRICS].text()
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@blueprint.after_request
def mark_private(response: Response) -> Response:
    """Forbid caches to store a status response, and search engines to list its address."""
    response.headers.update(_PRIVATE)
    return response
