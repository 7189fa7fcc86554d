"""Pages from Longwave's cache beside a bare WSGI function that returns the same, on waitress and on granian; and pages not in it.

    .venv/bin/python benchmarks/pages.py [rounds]

In each round both servers are started anew, and wrk asks both in turns, four times, for a second each. A server's CPU time is that of its
processes meanwhile. The numbers are medians. Needs wrk and granian. Takes three minutes for each round.
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
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from wsgiref.util import setup_testing_defaults

from corpus import make, write
from flask import Flask
from servers import CODINGS, HERE, Load, ask, demo, family, free, granian, running, table, waitress, wrk

from longwave import create_app
from longwave.web.request_context import KEEPER

EPISODE, FEED = "/longwave/3-show-notes-and-timestamps", "/longwave/feed.xml"
OBSERVED = {"LONGWAVE_ACCESS_LOG": os.devnull, "LONGWAVE_METRICS_TOKEN": "secret"}
#: By the row's name: a path, whether it is requested with its ETag, and Longwave's settings as environment variables.
ROWS: dict[str, tuple[str, bool, dict[str, str]]] = {
    "home": ("/", False, {}),
    "list": ("/longwave/", False, {}),
    "episode": (EPISODE, False, {}),
    "feed": (FEED, False, {}),
    "episode, 304": (EPISODE, True, {}),
    "feed, 304": (FEED, True, {}),
    "episode, access log and metrics on": (EPISODE, False, OBSERVED),
}
SIZES = (100, 1000)
MAX_PATHS = 60


@dataclass(frozen=True)
class Running:
    """A server that runs: its address and the id of its first process."""

    address: str
    pid: int

    def cpu_seconds(self) -> float:
        """Return the CPU time that the server's processes have taken so far."""
        stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in family(self.pid))
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """The load that a server bore in one run, and the microseconds of CPU that it took for each request."""

    load: Load
    cpu: float


@contextlib.contextmanager
def ours(kind: str, root: Path, environment: dict[str, str]) -> Iterator[Running]:
    """Run Longwave with the site in ``root`` on waitress or granian (``kind``) until the block ends."""
    port = free()
    given = environment | {"LONGWAVE_URL": "https://podcast.example.com"}
    with waitress(root, port, **given) if kind == "waitress" else granian("wsgi:app", root, port, **given) as process:
        yield Running(f"http://127.0.0.1:{port}", process.pid)


@contextlib.contextmanager
def bare(kind: str, like: str, etag: str) -> Iterator[Running]:
    """Run ``bare.py`` on waitress or granian (``kind``) until the block ends; it copies the response of ``like``."""
    port = free()
    given = {"LIKE": like, "LIKE_CODINGS": CODINGS, "LIKE_ETAG": etag}
    if kind == "waitress":
        server = running(port, sys.executable, str(HERE / "bare.py"), str(port), env=os.environ | given)
    else:
        server = granian("bare:app", HERE, port, **given)
    with server as process:
        yield Running(f"http://127.0.0.1:{port}", process.pid)


def pairs(kind: str, root: Path, row: tuple[str, bool, dict[str, str]]) -> Iterator[tuple[Measured, Measured]]:
    """Yield four pairs of measurements, of Longwave and of the bare function; ``row`` is a value of ROWS."""
    path, conditional, environment = row
    with ours(kind, root, environment) as longwave:
        url = longwave.address + path
        etag = next(value for name, value in ask(url)[1] if name.lower() == "etag") if conditional else ""
        headers = {"Accept_Encoding": CODINGS} | ({"If_None_Match": etag} if etag else {})
        with bare(kind, url, etag) as function:
            if ask(url, CODINGS, etag) != ask(function.address + urlsplit(url).path, CODINGS, etag):
                raise SystemExit(f"{url} and the bare function don't answer the same.")
            for turn in range(5):
                # The order alternates, so that it favours neither server; the first turn only warms both up.
                order = (longwave, function) if turn % 2 else (function, longwave)
                measured = {server.pid: measure(server, path, headers) for server in order}
                if turn:
                    yield measured[longwave.pid], measured[function.pid]


def measure(server: Running, path: str, headers: dict[str, str]) -> Measured:
    """Measure a server while wrk asks for one path for a second."""
    before = server.cpu_seconds()
    load = wrk(server.address + path, 1, **headers)
    return Measured(load, (server.cpu_seconds() - before) * 1_000_000 / load.requests)


def cached(root: Path, rounds: int) -> None:
    """Print tables that compare Longwave's cached pages with the bare function, on waitress and on granian."""
    for kind in ("waitress", "granian"):
        rows = []
        for name, row in ROWS.items():
            measured = [pair for _ in range(rounds) for pair in pairs(kind, root, row)]
            longwave, function = zip(*measured, strict=True)
            ratio = statistics.median(ours.cpu / bare.cpu for ours, bare in measured)
            cpu = " | ".join(f"{statistics.median(each.cpu for each in some):.0f}" for some in (function, longwave))
            rates = (f"{statistics.median(each.load.per_second for each in some):.0f}" for some in (function, longwave))
            rows.append(f"| {name} | {cpu} | {ratio:.2f} | {' | '.join(rates)} |")
        head = f"| on {kind} | bare, µs of CPU a request | Longwave | ratio | bare, requests/s | Longwave |"
        print(table(head, rows), "\n", flush=True)


def milliseconds(app: Flask, path: str) -> float:
    """Return the milliseconds in which the app, called without a server, answers a request for an uncached page."""
    place, _, query = path.partition("?")
    environ = {
        "PATH_INFO": unquote(place, "latin-1"),
        "QUERY_STRING": query,
        "HTTP_ACCEPT_ENCODING": CODINGS,
    }
    setup_testing_defaults(environ)
    statuses: list[str] = []
    began = time.perf_counter()
    parts = app.wsgi_app(environ, lambda status, *_: statuses.append(status))
    taken = (time.perf_counter() - began) * 1000
    if statuses != ["200 OK"] or not b"".join(parts):
        raise SystemExit(f"{path}: {statuses}")
    return taken


def rendered(size: int) -> list[str]:
    """Return a row of response times for each kind of uncached page (Markdown rendered before) at ``size`` episodes."""
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
            sample = random.Random(1).sample
            episodes = [episode.path for episode in sample(list(catalogue.episodes), min(MAX_PATHS, size))]
            spoken = next(e.path for e in catalogue.episodes if app.extensions[KEEPER].edition().has_transcript(e))
            kinds = {
                "home": ["/"],
                "lists": [f"/podcast/?page={number}" for number in range(1, size // 25)],
                "episodes": episodes,
                "an episode with 40 minutes of transcript": [spoken],
                "tags": [f"/tags/{slug}" for slug in sample(sorted(catalogue.tags), MAX_PATHS)],
                "guests": [f"/guests/{slug}" for slug in sample(sorted(catalogue.guests), MAX_PATHS)],
            }
            every: list[float] = []
            rows = []
            for kind, paths in kinds.items():
                for path in paths:
                    milliseconds(app, path)
                taken = sorted(milliseconds(app, path) for _ in range(-(-MAX_PATHS // len(paths))) for path in paths)
                every += taken
                rows.append(_quantiles(f"{size} episodes: {kind}", taken))
            return [*rows, _quantiles(f"{size} episodes: **all**", sorted(every))]
        finally:
            app.extensions[KEEPER].close()


def _quantiles(name: str, taken: list[float]) -> str:
    return f"| {name} | {taken[len(taken) // 2]:.1f} | {taken[int(len(taken) * 0.95) - 1]:.1f} |"


def main() -> None:
    """Print the table of pages that aren't in the cache, and the tables of pages that are."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ["LONGWAVE_CACHE_TYPE"] = "NullCache"
    print(table("| not in the cache, br | p50 ms | p95 ms |", [row for size in SIZES for row in rendered(size)]), "\n")
    del os.environ["LONGWAVE_CACHE_TYPE"]
    with tempfile.TemporaryDirectory() as name:
        cached(demo(Path(name)), rounds)


if __name__ == "__main__":
    main()
