"""Flask's responses for files that the server sends itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Response

from longwave.audio.delivery import Delivery, ValidatorsOf
from longwave.web.request_context import keeper


def file_response(delivery: Delivery) -> Response:
    """Return Flask's response for the delivery of a file, whose body is passed to the server unchanged."""
    response = Response(delivery.body, delivery.status, list(delivery.headers), direct_passthrough=True)
    if not any(name == "Content-Type" for name, _ in delivery.headers):
        # A response without a body, such as a 304, has no Content-Type, but Flask adds one.
        del response.headers["Content-Type"]
    return response


def validators_of(path: Path) -> ValidatorsOf:
    """Return a function that gives the ETags and Last-Modified of the file ``path`` for its ``stat`` result."""
    return partial(keeper().hashing.validators, path)
