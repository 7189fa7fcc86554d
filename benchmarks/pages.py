"""A finished page from Longwave's cache beside its peers: a bare WSGI answer, Flask, and a view under `cached()`.

    .venv/bin/python benchmarks/pages.py [rounds]

All of them answer with the same page of the demo, without a network, so that only the work in the process is measured.
Medians over interleaved rounds.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from flask import Flask
from flask_caching import Cache

from longwave import create_app
from longwave.web.current import KEEPER

PATH = "/longwave/3-show-notes-and-timestamps"
REQUESTS = 500


def environ(path: str, **headers: str) -> WSGIEnvironment:
    """A GET request."""
    made: WSGIEnvironment = {"PATH_INFO": path, "QUERY_STRING": "", **headers}
    setup_testing_defaults(made)
    return made


def ask(app: WSGIApplication, path: str, **headers: str) -> bytes:
    """The body of one answer."""
    parts = app(environ(path, **headers), lambda *_: lambda _data: None)
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return body


def peers(page: bytes) -> dict[str, WSGIApplication]:
    """What the same page costs elsewhere."""
    flask, cached = Flask("hello"), Flask("cached")
    cache = Cache(cached, config={"CACHE_TYPE": "SimpleCache"})

    def bare(_environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page)))])
        return [page]

    @flask.get("/x")
    def hello() -> bytes:
        return page

    @cached.get("/x")
    @cache.cached(timeout=600)
    def kept() -> bytes:
        return page

    return {"bare WSGI": bare, "Flask view": flask, "view under cached()": cached}


def seconds(app: WSGIApplication, path: str, **headers: str) -> float:
    """Seconds for one request, on average."""
    began = time.perf_counter()
    for _ in range(REQUESTS):
        ask(app, path, **headers)
    return (time.perf_counter() - began) / REQUESTS


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    app = create_app(Path(__file__).parents[1])
    page = ask(app, PATH)
    runs: dict[str, Callable[[], float]] = {
        name: lambda peer=peer: seconds(peer, "/x") for name, peer in peers(page).items()
    }
    runs["Longwave, identity"] = lambda: seconds(app, PATH)
    runs["Longwave, br"] = lambda: seconds(app, PATH, HTTP_ACCEPT_ENCODING="gzip, br")
    ask(app, PATH, HTTP_ACCEPT_ENCODING="gzip, br")
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(run())
    app.extensions[KEEPER].close()
    ratio = {
        name: statistics.median(a / b for a, b in zip(taken["view under cached()"], some, strict=True))
        for name, some in taken.items()
    }
    print(f"| a page of {len(page)} bytes | microseconds | times as fast as cached() |\n|---|--:|--:|")
    for name, some in taken.items():
        print(f"| {name} | {statistics.median(some) * 1e6:.0f} | {ratio[name]:.1f} |")


if __name__ == "__main__":
    main()
