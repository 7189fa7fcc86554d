"""Pages from Longwave's cache beside a bare WSGI function that returns the same, on waitress and on granian; and pages not in it.

    .venv/bin/python benchmarks/pages.py [rounds]

wrk asks both in turns for a second each; the numbers are medians, and the ratios medians of each round's own. Needs wrk
and granian. With the demo of this repository. Takes five minutes with five rounds.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from servers import CODINGS, HERE, Load, ask, demo, free, granian, running, table, waitress, wrk

EPISODE = "/longwave/3-show-notes-and-timestamps"
PAGES = ("/", EPISODE, "/longwave/feed.xml")
AGAIN = (EPISODE, "/longwave/feed.xml")
KINDS = ("waitress", "granian")


@contextlib.contextmanager
def ours(kind: str, root: Path, **environment: str) -> Iterator[str]:
    """Longwave on this kind of server; its address."""
    port = free()
    said = environment | {"LONGWAVE_URL": "https://podcast.example.com"}
    server = waitress(root, port, **said) if kind == "waitress" else granian("wsgi:app", root, port, **said)
    with server:
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def bare(kind: str, like: str, etag: str) -> Iterator[str]:
    """A bare function on the same kind of server; its address."""
    port = free()
    said = {"LIKE": like, "LIKE_CODINGS": CODINGS, "LIKE_ETAG": etag}
    if kind == "waitress":
        server = running(port, sys.executable, str(HERE / "bare.py"), str(port), env=os.environ | said)
    else:
        server = granian("bare:app", HERE, port, **said)
    with server:
        yield f"http://127.0.0.1:{port}/"


def compare(kind: str, url: str, etag: str, rounds: int) -> tuple[list[Load], list[Load]]:
    """Our loads and those of the bare function."""
    given = {"Accept_Encoding": CODINGS} | ({"If_None_Match": etag} if etag else {})
    with bare(kind, url, etag) as other:
        if ask(url, CODINGS, etag) != ask(other, CODINGS, etag):
            raise SystemExit(f"{url} and the bare function don't answer the same.")
        wrk(url, 1, **given), wrk(other, 1, **given)
        return tuple(zip(*((wrk(url, 1, **given), wrk(other, 1, **given)) for _ in range(rounds)), strict=True))  # type: ignore[return-value]


def row(name: str, mine: list[Load], other: list[Load]) -> str:
    """A row of the table."""
    pairs = list(zip(mine, other, strict=True))
    rate, p99 = (
        statistics.median(getattr(a, what) / getattr(b, what) for a, b in pairs) for what in ("per_second", "p99_ms")
    )
    return (
        f"| {name} | {statistics.median(b.per_second for b in other):.0f} | {statistics.median(a.per_second for a in mine):.0f} "
        f"| **{rate:.2f}** | {statistics.median(b.p99_ms for b in other):.1f} | {statistics.median(a.p99_ms for a in mine):.1f} | {p99:.2f} |"
    )


def cached(root: Path, rounds: int) -> None:
    """The tables of pages that are in the cache."""
    for kind in KINDS:
        rows = []
        with ours(kind, root) as address:
            rows += [row(f"`{path}`", *compare(kind, address + path, "", rounds)) for path in PAGES]
            for path in AGAIN:
                etag = next(value for name, value in ask(address + path)[1] if name.lower() == "etag")
                rows.append(row(f"`{path}`, 304", *compare(kind, address + path, etag, rounds)))
        head = f"| on {kind} | bare, requests/s | Longwave | ratio | bare, p99 ms | Longwave | ratio |"
        print(table(head, rows), "\n", flush=True)


def main() -> None:
    """Print the tables."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        cached(demo(Path(name)), rounds)


if __name__ == "__main__":
    main()
