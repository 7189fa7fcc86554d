"""The audio files, sent whole or in ranges."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from longwave.audio.audio_files import attachment, download_name, locate, sendfile_value
from longwave.audio.delivery import CONDITIONS, Delivery, deliver, order
from longwave.edition import Edition
from longwave.routes import rule
from longwave.web.file_responses import file_response, redirect_to, validators_of
from longwave.web.request_context import OWN_AUDIO_PATH, edition, settings

blueprint = Blueprint("audio", __name__)
_DAY = 86_400
#: A file's address holds no version, because apps download an episode again when its address changes. So caches may use
#: a copy for a day and then revalidate its ETag, and a repaired file reaches everybody. A proxy that compresses sound
#: breaks ranges, hence no-transform.
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
    """Return a file of audio, or the requested range of one. 404 for a file that the edition doesn't serve."""
    current = edition()
    own_path = current.catalogue.own_audio_paths.get((show, file))
    if own_path is not None and OWN_AUDIO_PATH not in request.environ:
        # Apps know the audio by its address on the old site, and would download it again from another one.
        return redirect_to(quote(own_path))
    path = locate(current.content, show, file) if f"audio/{show}/{file}" in current.served else None
    if path is None:
        abort(404)
    try:
        delivery = _delivery(current, path, current.catalogue.type_of_audio(show, file))
    except OSError:
        abort(404)
    response = file_response(delivery)
    if delivery.status in (200, 206, 304):
        response.headers["Cache-Control"] = _CACHE_CONTROL
    if request.args.get("download") == "1" and delivery.status in (200, 206):
        episode = current.catalogue.episode_of_audio(show, file)
        name = download_name(file, current.catalogue.shows.get(show), episode)
        response.headers["Content-Disposition"] = attachment(name)
    # Downloads will be counted here and nowhere else: every response passes, even one whose file a proxy sends, and the
    # episode's file, the status and the range are known.
    return response


def _delivery(current: Edition, path: Path, kind: str) -> Delivery:
    """Return the delivery of a file by this server, or the response that orders a proxy to send the file.

    A conditional request is answered here: the validators of a proxy don't change when a file is replaced by one of the
    same size and time. So is a request for a file that has no validators yet.
    """
    proxy, known = settings().sendfile, validators_of(path)
    if proxy is not None and not any(name in request.environ for name in CONDITIONS):
        valid = known(path.stat())
        if valid.modified is not None:
            return order(kind, (proxy.header, sendfile_value(proxy, current.content, path)), valid)
    return deliver(path, kind, request.environ, known)


@blueprint.after_request
def allow_other_origins(response: Response) -> Response:
    """Allow players on other sites to read ranges of the sound (CORS)."""
    response.headers.update(_CORS)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    return response
