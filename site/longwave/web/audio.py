"""`/audio/<show>/<file>`."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from longwave.audio.delivery import deliver
from longwave.audio.locate import locate
from longwave.content.sound import media_type
from longwave.web.current import edition

blueprint = Blueprint("audio", __name__)


@blueprint.get("/audio/<show>/<path:file>")
def audio(show: str, file: str) -> Response:
    """A file of audio, or the range of it that was asked for."""
    now = edition()
    path = locate(now.content, show, file) if f"audio/{show}/{file}" not in now.withheld else None
    if path is None:
        abort(404)
    try:
        delivery = deliver(path, media_type(file), request.environ)
    except OSError:
        abort(404)
    return Response(delivery.body, delivery.status, list(delivery.headers), direct_passthrough=True)
