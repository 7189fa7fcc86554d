"""Pages from Longwave's cache beside a bare WSGI function that returns the same, on waitress and on granian; and pages not in it.

    .venv/bin/python benchmarks/pages.py [rounds]

In each round both servers are started anew, and wrk asks both in turns, four times, for a second each. The numbers are medians, the
ratios medians of each pair's own. Needs wrk and granian. Takes four minutes for each round.
"""

from __future__ import annotations

import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from corpus import make, write
from flask import Flask
from servers import CODINGS, HERE, Load, ask, demo, free, granian, running, table, waitress, wrk

from longwave import create_app
from longwave.web.request_context import KEEPER

EPISODE, FEED = "/longwave/3-show-notes-and-timestamps", "/longwave/feed.xml"
LOUD = {"LONGWAVE_ACCESS_LOG": os.devnull, "LONGWAVE_METRICS_TOKEN": "secret"}
#: What is asked for, whether with its ETag, and what is switched on.
ROWS: dict[str, tuple[str, bool, dict[str, str]]] = {
    "home": ("/", False, {}),
    "list": ("/longwave/", False, {}),
    "episode": (EPISODE, False, {}),
    "feed": (FEED, False, {}),
    "episode, 304": (EPISODE, True, {}),
    "feed, 304": (FEED, True, {}),
    "episode, access log and metrics on": (EPISODE, False, LOUD),
}
#: In Longwave's place, for what a cache can reach at best.
LEAST = "*episode, a dictionary and nothing else*"
SIZES = (100, 1000)
MOST = 60


@contextlib.contextmanager
def ours(kind: str, root: Path, environment: dict[str, str]) -> Iterator[str]:
    """Longwave on this kind of server; its address."""
    port = free()
    said = environment | {"LONGWAVE_URL": "https://podcast.example.com"}
    with waitress(root, port, **said) if kind == "waitress" else granian("wsgi:app", root, port, **said):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def bare(kind: str, like: str, etag: str, name: str = "app") -> Iterator[str]:
    """A function of ``bare.py`` on the same kind of server; its address."""
    port = free()
    said = {"LIKE": like, "LIKE_CODINGS": CODINGS, "LIKE_ETAG": etag}
    if kind == "waitress":
        server = running(port, sys.executable, str(HERE / "bare.py"), name, str(port), env=os.environ | said)
    else:
        server = granian(f"bare:{name}", HERE, port, **said)
    with server:
        yield f"http://127.0.0.1:{port}{urlsplit(like).path}"


def pairs(kind: str, root: Path, row: tuple[str, bool, dict[str, str]]) -> Iterator[tuple[Load, Load]]:
    """Our load and that of the bare function, four times."""
    path, conditional, environment = row
    with ours(kind, root, environment) as address:
        url = address + path
        etag = next(value for name, value in ask(url)[1] if name.lower() == "etag") if conditional else ""
        given = {"Accept_Encoding": CODINGS} | ({"If_None_Match": etag} if etag else {})
        with bare(kind, url, etag) as other:
            # A request has a name of its own where requests are logged.
            if not environment and ask(url, CODINGS, etag) != ask(other, CODINGS, etag):
                raise SystemExit(f"{url} and the bare function don't answer the same.")
            yield from taken_in_turns(url, other, **given)


def least(kind: str, root: Path) -> Iterator[tuple[Load, Load]]:
    """The same of a function that looks its answer up, and of one that doesn't."""
    with (
        ours(kind, root, {}) as address,
        bare(kind, address + EPISODE, "", "looked_up") as one,
        bare(kind, address + EPISODE, "") as other,
    ):
        yield from taken_in_turns(one, other, Accept_Encoding=CODINGS)


def taken_in_turns(one: str, other: str, **headers: str) -> Iterator[tuple[Load, Load]]:
    """The loads of two addresses, four times, after once that doesn't count; each is asked first as often as second."""
    for turn in range(5):
        addresses = (one, other) if turn % 2 else (other, one)
        loads = {address: wrk(address, 1, **headers) for address in addresses}
        if turn:
            yield loads[one], loads[other]


def cached(root: Path, rounds: int) -> None:
    """The tables of pages that are in the cache."""
    for kind in ("waitress", "granian"):
        said = []
        for name in (*ROWS, LEAST):
            measured = [
                pair
                for _ in range(rounds)
                for pair in (pairs(kind, root, ROWS[name]) if name in ROWS else least(kind, root))
            ]
            mine, other = zip(*measured, strict=True)
            rate = statistics.median(a.per_second / b.per_second for a, b in measured)
            p99 = statistics.median(a.p99_ms / b.p99_ms for a, b in measured)
            rates = " | ".join(f"{statistics.median(load.per_second for load in loads):.0f}" for loads in (other, mine))
            late = " | ".join(f"{statistics.median(load.p99_ms for load in loads):.1f}" for loads in (other, mine))
            said.append(f"| {name} | {rates} | **{rate:.2f}** | {late} | {p99:.2f} |")
        head = f"| on {kind} | bare, requests/s | Longwave | ratio | bare, p99 ms | Longwave | ratio |"
        print(table(head, said), "\n", flush=True)


def milliseconds(app: Flask, path: str) -> float:
    """How long it takes to answer with a page that isn't kept."""
    place, _, query = path.partition("?")
    environ = {
        "PATH_INFO": unquote(place, "latin-1"),
        "QUERY_STRING": query,
        "HTTP_ACCEPT_ENCODING": CODINGS,
    }
    setup_testing_defaults(environ)
    said: list[str] = []
    began = time.perf_counter()
    parts = app.wsgi_app(environ, lambda status, *_: said.append(status))
    taken = (time.perf_counter() - began) * 1000
    if said != ["200 OK"] or not b"".join(parts):
        raise SystemExit(f"{path}: {said}")
    return taken


def rendered(size: int) -> list[str]:
    """The rows of pages that aren't kept, of a site with so many episodes: Markdown is rendered, all else is made anew."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for number, made in enumerate(make(size, transcripts=False)):
            write(made, root)
            if not number:
                write(make(1, transcripts=True)[0], root)
        app = create_app(root)
        try:
            milliseconds(app, "/")
            catalogue = app.extensions[KEEPER].edition().catalogue
            some = random.Random(1).sample
            episodes = [episode.path for episode in some(list(catalogue.episodes), min(MOST, size))]
            spoken = next(e.path for e in catalogue.episodes if app.extensions[KEEPER].edition().has_transcript(e))
            kinds = {
                "home": ["/"],
                "lists": [f"/podcast/?page={number}" for number in range(1, size // 25)],
                "episodes": episodes,
                "an episode with 40 minutes of transcript": [spoken],
                "tags": [f"/tags/{slug}" for slug in some(sorted(catalogue.tags), MOST)],
                "guests": [f"/guests/{slug}" for slug in some(sorted(catalogue.guests), MOST)],
            }
            every: list[float] = []
            rows = []
            for kind, paths in kinds.items():
                for path in paths:
                    milliseconds(app, path)
                taken = sorted(milliseconds(app, path) for _ in range(-(-MOST // len(paths))) for path in paths)
                every += taken
                rows.append(_quantiles(f"{size} episodes: {kind}", taken))
            return [*rows, _quantiles(f"{size} episodes: **all**", sorted(every))]
        finally:
            app.extensions[KEEPER].close()


def _quantiles(name: str, taken: list[float]) -> str:
    return f"| {name} | {taken[len(taken) // 2]:.1f} | {taken[int(len(taken) * 0.95) - 1]:.1f} |"


def main() -> None:
    """Print the tables."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ["LONGWAVE_CACHE_TYPE"] = "NullCache"
    print(table("| not in the cache, br | p50 ms | p95 ms |", [row for size in SIZES for row in rendered(size)]), "\n")
    del os.environ["LONGWAVE_CACHE_TYPE"]
    with tempfile.TemporaryDirectory() as name:
        cached(demo(Path(name)), rounds)


if __name__ == "__main__":
    main()
