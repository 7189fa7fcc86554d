"""`/audio/<show>/<file>`."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, request

from longwave.audio.delivery import CONDITIONS, Delivery, deliver, order
from longwave.audio.download_names import attachment, download_name
from longwave.audio.locations import locate, place_for
from longwave.content.media.audio_facts import media_type
from longwave.edition import Edition
from longwave.routes import rule
from longwave.web.file_responses import sent, validators_of
from longwave.web.request_context import edition, settings

blueprint = Blueprint("audio", __name__)
_DAY = 86_400
#: The address of a file has no version in it: apps know an episode's audio by its address, and download it again when
#: that changes. So a copy may be kept for a day and is then asked for by its ETag, and a mended file reaches everybody.
#: no-transform: sound that a proxy compresses has no ranges.
_CACHE_CONTROL = f"public, max-age={_DAY}, no-transform"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since",
    "Access-Control-Max-Age": str(_DAY),
}


@blueprint.get(rule("audio"))
def audio(show: str, file: str) -> Response:
    """A file of audio, or the range of it that was asked for."""
    now = edition()
    path = locate(now.content, show, file) if f"audio/{show}/{file}" in now.served else None
    if path is None:
        abort(404)
    try:
        delivery = _delivery(now, path, media_type(file))
    except OSError:
        abort(404)
    response = sent(delivery)
    if delivery.status in (200, 206, 304):
        response.headers["Cache-Control"] = _CACHE_CONTROL
    if request.args.get("download") == "1" and delivery.status in (200, 206):
        episode = now.catalogue.of_audio(show, file)
        name = download_name(file, now.catalogue.shows.get(show), episode)
        response.headers["Content-Disposition"] = attachment(name)
    # Downloads will be counted here, and nowhere else: every answer passes, also one that the proxy sends, and the
    # request, the episode's file, the status and the range are all known.
    return response


def _delivery(now: Edition, path: Path, kind: str) -> Delivery:
    """The file on its way, or the order to the proxy to send it.

    What is asked for on a condition is answered here: a proxy would hold it against validators of its own, which are
    the same for a file that was replaced by one of its size and time. So is what has no validators yet.
    """
    proxy, known = settings().sendfile, validators_of(path)
    if proxy is not None and not any(name in request.environ for name in CONDITIONS):
        valid = known(path.stat())
        if valid.modified is not None:
            return order(kind, (proxy.header, place_for(proxy, now.content, path)), valid)
    return deliver(path, kind, request.environ, known)


@blueprint.after_request
def share(response: Response) -> Response:
    """Let players on other sites read the sound in parts."""
    response.headers.update(_CORS)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    return response
