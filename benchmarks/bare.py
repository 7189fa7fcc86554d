"""A bare WSGI function that answers everything as another server answers one address.

``LIKE`` is that address, ``LIKE_CODINGS`` the Accept-Encoding, and ``LIKE_ETAG`` the If-None-Match to ask it with. Run it on granian as
``bare:app``, and on waitress, with the limits of `longwave serve`, as ``bare.py <port>``.
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
    """Answer."""
    start(STATUS, HEADERS)
    return PARTS


if __name__ == "__main__":
    listen(app, "127.0.0.1", int(sys.argv[1]), threads=8).run()
