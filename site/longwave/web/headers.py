"""Headers that every response carries: a page loads from elsewhere only what the owner has named."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, request

from longwave.edition import Edition
from longwave.web.current import EDITION

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_app(app: Flask) -> None:
    """Put the headers on each response that doesn't have its own."""

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = policy(request.environ.get(EDITION))
        return response


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
            " ".join(("frame-src 'self'", *allowed)),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )
