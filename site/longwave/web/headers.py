"""The security headers of every response: a page loads only files of hosts that the owner has named."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse

from flask import Flask, Response, request

from longwave.edition import Edition
from longwave.web.request_context import EDITION

#: Features of browsers that no page needs, and that nothing in show notes may ask for.
_FORBIDDEN_FEATURES = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
    "payment", "usb",
)  # fmt: skip
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _FORBIDDEN_FEATURES),
}
#: The headers of a response that no view made, such as the server's error for a malformed request.
BARE = (*_HEADERS.items(), ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"))
#: For a year a browser asks this host, and no other, by TLS only (RFC 6797).
_TLS = ("Strict-Transport-Security", "max-age=31536000")


def init_app(app: Flask) -> None:
    """Add the security headers to each response of ``app`` that doesn't have its own."""

    @app.after_request
    def add(response: Response) -> Response:
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            # An error must not be cached, as a page that is missing now may exist a moment later.
            response.headers.setdefault("Cache-Control", "no-store")
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = policy(request.environ.get(EDITION))
        return response


def over_tls(start_response: StartResponse) -> StartResponse:
    """Return a ``start_response`` that adds Strict-Transport-Security, which only https may send (RFC 6797 7.2)."""

    def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
        return start_response(status, [*headers, _TLS], *exc_info)

    return start


def policy(edition: Edition | None, ancestors: str = "'self'") -> str:
    """Return the Content-Security-Policy of an edition's pages; ``ancestors`` are the sites that may frame the pages.

    Without an edition nothing from other hosts is allowed.
    """
    if edition is None:
        return _policy((), (), ancestors)
    return _policy(edition.catalogue.site.allow, edition.catalogue.audio_origins, ancestors)


def video_policy(player: str) -> str:
    """Return the policy of a page that shows nothing but the player at the origin ``player``, in this site's frames."""
    return f"default-src 'none'; style-src 'self'; frame-src {player}; base-uri 'none'; frame-ancestors 'self'"


@lru_cache(maxsize=16)
def _policy(allowed: tuple[str, ...], audio: tuple[str, ...], ancestors: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("img-src 'self' data:", *allowed)),
            " ".join(("media-src 'self'", *dict.fromkeys((*audio, *allowed)))),
            # After an error, the player's script requests the file to tell a missing one from a lost connection.
            " ".join(("connect-src 'self'", *audio)),
            " ".join(("frame-src 'self'", *allowed)),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )
