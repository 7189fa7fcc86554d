"""Flask's responses for files that the server sends itself, and redirects to other addresses."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from urllib.parse import quote

from flask import Response, request

from longwave.audio.delivery import Delivery, ValidatorsOf
from longwave.urls import in_ascii
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


def redirect_to(path: str) -> Response:
    """Return a permanent redirect whose Location is a path, so that it never repeats the client's Host header."""
    query = request.query_string.decode("ascii", "ignore")
    location, mark, fragment = (in_ascii(path) if "://" in path else quote(path, safe="/%#?=&")).partition("#")
    if query and "?" not in location:
        location = f"{location}?{query}"
    response = Response(status=301)
    response.autocorrect_location_header = False
    response.headers["Location"] = f"{location}{mark}{fragment}"
    return response
