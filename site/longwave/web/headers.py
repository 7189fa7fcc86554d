"""Headers that every response carries: a page loads from elsewhere only what the owner has named."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse

from flask import Flask, Response, request

from longwave.edition import Edition
from longwave.web.request_context import EDITION

#: What no page needs, so that nothing in notes can ask for it.
_UNUSED = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
           "midi", "payment", "usb")  # fmt: skip
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
}
#: For what no edition has part in.
BARE = (*_HEADERS.items(), ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"))
#: RFC 6797: for a year a browser asks this host by TLS only. No other host is spoken for.
_TLS = ("Strict-Transport-Security", "max-age=31536000")


def init_app(app: Flask) -> None:
    """Put the headers on each response that doesn't have its own."""

    @app.after_request
    def add(response: Response) -> Response:
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            # What isn't there may be in the next moment.
            response.headers.setdefault("Cache-Control", "no-store")
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = policy(request.environ.get(EDITION))
        return response


def over_tls(start_response: StartResponse) -> StartResponse:
    """``start_response`` for a request by https. By http nothing may be said of it (RFC 6797 7.2)."""

    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        return start_response(status, [*headers, _TLS], *exc_info)

    return start


def policy(edition: Edition | None, ancestors: str = "'self'") -> str:
    """The Content-Security-Policy of an edition's pages; ``ancestors`` are the sites that may show them in a frame.

    Without an edition nothing from elsewhere is let in.
    """
    if edition is None:
        return _policy((), (), ancestors)
    return _policy(edition.catalogue.site.allow, edition.catalogue.audio_origins, ancestors)


@lru_cache(maxsize=16)
def _policy(allowed: tuple[str, ...], audio: tuple[str, ...], ancestors: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("img-src 'self' data:", *allowed)),
            " ".join(("media-src 'self'", *dict.fromkeys((*audio, *allowed)))),
            # By which the player tells a file that is missing from a connection that is lost.
            " ".join(("connect-src 'self'", *audio)),
            " ".join(("frame-src 'self'", *allowed)),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )
