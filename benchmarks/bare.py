"""A bare WSGI function that answers everything as another server answers one address: what a cache can't beat.

``LIKE`` is that address, ``LIKE_CODINGS`` the Accept-Encoding, and ``LIKE_ETAG`` the If-None-Match to ask it with. On
granian as ``bare:app``; on waitress, with the limits of `flask serve`, as ``bare.py <name> <port>``. ``bare:looked_up`` finds its answer in a
dictionary by the address, which is the least that any cache has to do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from servers import ask

from longwave.cli.waitress_server import listen

STATUS, HEADERS, BODY = ask(os.environ["LIKE"], os.environ["LIKE_CODINGS"], os.environ["LIKE_ETAG"])
PARTS = [BODY] if BODY else []
KEPT = {(urlsplit(os.environ["LIKE"]).path, os.environ["LIKE_CODINGS"]): (STATUS, HEADERS, PARTS)}


def app(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer."""
    start(STATUS, HEADERS)
    return PARTS


def looked_up(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer with what lies under the path and the coding."""
    status, headers, parts = KEPT[environ["PATH_INFO"], environ.get("HTTP_ACCEPT_ENCODING")]
    start(status, headers)
    return parts


if __name__ == "__main__":
    listen({"app": app, "looked_up": looked_up}[sys.argv[1]], "127.0.0.1", int(sys.argv[2]), threads=8).run()
