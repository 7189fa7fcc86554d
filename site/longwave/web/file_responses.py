"""A file on its way becomes Flask's response."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Response

from longwave.audio.delivery import Delivery, ValidatorsOf
from longwave.web.request_context import keeper


def sent(delivery: Delivery) -> Response:
    """The response; its body is left to the server as it is."""
    response = Response(delivery.body, delivery.status, list(delivery.headers), direct_passthrough=True)
    if not any(name == "Content-Type" for name, _ in delivery.headers):
        # A refusal has no body, and so no type.
        del response.headers["Content-Type"]
    return response


def validators_of(path: Path) -> ValidatorsOf:
    """Return what says by what a file of content/ is known."""
    return partial(keeper().hashing.validators, path)
