"""`/health`, `/ready` and `/metrics`: how it is with the process, for those that watch it."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app, jsonify, request

from longwave.edition import Edition
from longwave.routes import rule
from longwave.web.cache_policy import reads
from longwave.web.metrics import METRICS
from longwave.web.request_context import EDITION, STOPPING, keeper, settings

blueprint = Blueprint("state", __name__)
_MAKING = "The first edition is being made."
#: No more than that: it would name the folders of this machine.
_FAILED = "The first edition can't be made; the log says why."
_STOPPING = "The server is stopping."
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@blueprint.get(rule("health"))
@reads(keep=False)
def health() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get(rule("ready"))
@reads(keep=False)
def ready() -> tuple[Response, int]:
    """An edition is served, which one, whether it can be searched yet, and where nothing newer can be published, why.

    503 and the reason while the server stops, or before it has an edition.
    """
    now: Edition | None = request.environ.get(EDITION)
    if current_app.extensions[STOPPING].is_set():
        return jsonify(status="unavailable", reason=_STOPPING), 503
    if now is None:
        keeper().begin()
        return jsonify(status="unavailable", reason=_FAILED if keeper().failed else _MAKING), 503
    said: dict[str, object] = {
        "status": "ok",
        "edition": now.fingerprint,
        "age": round((datetime.now(UTC) - now.made).total_seconds(), 1),
        "episodes": len(now.catalogue.episodes),
        "problems": keeper().count_problems(),
        "search": now.search is not None,
    }
    said |= _clock()
    if stale := keeper().stale():
        said["stale"] = {"since": stale.since.isoformat(timespec="seconds"), "reason": stale.reason}
    return jsonify(said), 200


def _clock() -> dict[str, object]:
    """By how many seconds the clock was set, and when; nothing where it is as it was."""
    clock = keeper().clock
    jump = clock.jump if clock else None
    return {"clock": {"jumped": round(jump.seconds), "at": jump.at.isoformat(timespec="seconds")}} if jump else {}


@blueprint.get(rule("metrics"))
@reads(keep=False)
def metrics() -> Response:
    """Prometheus's format, for who has the token; 404 where there is none."""
    token = settings().metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {token}".encode()):
        abort(403, "Metrics are for who has the token.")
    text = current_app.extensions[METRICS].text()
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@blueprint.after_request
def hide(response: Response) -> Response:
    """No copy of it may be kept, and no search engine shall find it."""
    response.headers.update(_PRIVATE)
    return response
