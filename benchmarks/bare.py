"""A bare WSGI function that gives every request the same response, copied from another server at the start.

The environment variable ``LIKE`` is the address from which the response is copied; ``LIKE_CODINGS`` and ``LIKE_ETAG``
are the Accept-Encoding and If-None-Match of the request for it. Run the function on granian as ``bare:app``, and on
waitress, with the limits of `longwave serve`, as ``bare.py <port>``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from servers import ask

from longwave.cli.waitress_server import listen

STATUS, HEADERS, BODY = ask(os.environ["LIKE"], os.environ["LIKE_CODINGS"], os.environ["LIKE_ETAG"])
PARTS = [BODY] if BODY else []


def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Send the copied response, whatever the request is."""
    start(STATUS, HEADERS)
    return PARTS


if __name__ == "__main__":
    listen(app, "127.0.0.1", int(sys.argv[1]), threads=8).run()
