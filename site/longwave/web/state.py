"""`/health`, `/ready` and `/metrics`: how it is with the process, for those that watch it."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, current_app, jsonify, request

from longwave.edition import Edition
from longwave.web.current import EDITION, STOPPING, keeper, settings
from longwave.web.metrics import METRICS
from longwave.web.proxies import is_near
from longwave.web.reading import reads

blueprint = Blueprint("state", __name__)
_MAKING = "The first edition is being made."
#: No more than that: it would name the folders of this machine.
_FAILED = "The first edition can't be made; the log says why."
_STOPPING = "The server is stopping."
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
_RELAYED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")


@blueprint.get("/health")
@reads(keep=False)
def health() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
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
    said = {
        "status": "ok",
        "edition": now.fingerprint,
        "age": round((datetime.now(UTC) - now.made).total_seconds(), 1),
        "episodes": len(now.catalogue.episodes),
        "problems": keeper().count_problems(),
        "search": now.search is not None,
    }
    if stale := keeper().stale():
        said["stale"] = {"since": stale.since.isoformat(timespec="seconds"), "reason": stale.reason}
    return jsonify(said), 200


@blueprint.get("/metrics")
@reads(keep=False)
def metrics() -> Response:
    """Prometheus's format; 404 where nothing is counted, 403 for whom it is none of their business."""
    counted = current_app.extensions.get(METRICS)
    if counted is None:
        abort(404)
    if not _may_read(settings().metrics_token):
        abort(403, "Metrics are for this machine and its private network, or for who has the token.")
    return Response(counted.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@blueprint.after_request
def hide(response: Response) -> Response:
    """No copy of it may be kept, and no search engine shall find it."""
    response.headers.update(_PRIVATE)
    return response


def _may_read(token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    # A proxy that nobody told us of stands on this machine as well, and asks for the whole world.
    return is_near(request.environ.get("REMOTE_ADDR", "")) and not any(name in request.headers for name in _RELAYED)
