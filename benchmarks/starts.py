"""Starts and changes at 100, 1,000 and 10,000 episodes with notes, beside Hugo with Pagefind, and Jekyll.

    .venv/bin/python benchmarks/starts.py [--rounds N] [--jekyll SECONDS] [episodes ...]

In each round Longwave starts from nothing, fills its index, takes three saved files as LONGWAVE_WATCH does, starts again, and takes
three by `longwave reindex`; then Hugo and Pagefind build the same episodes from nothing and after one saved file. Numbers are medians,
ratios medians of each round's own; Jekyll has one round, and is stopped after ten minutes. 10,000 episodes have two rounds, others
three. Needs hugo, jekyll and pagefind, and says which it doesn't find. Takes half an hour.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from corpus import Made, make, write
from generators import INSTALLED, build, lay_out, program, take_over
from servers import family, free, table, waitress

#: The names of the table's rows; TARGETS has the value that each should have at 10,000 episodes.
FIRST, FILLED, AGAIN = "first start, until the first page", "first start, until search is complete", "nothing changed, until the first page"  # fmt: skip
LIVE, WATCHED = "one file saved, LONGWAVE_WATCH=1: until live", "one file saved, LONGWAVE_WATCH=1: until searchable"
REINDEXED = "one file saved, `longwave reindex`: until live and searchable"
NEW_PAGE, PAGE = "a page, Markdown rendered, ms", "a page not in the cache, ms"
MEMORY, FILLING, AFTER, EDITED = "memory at the first page, MB", "memory while filling, with its process, MB", "memory when filled, MB", "memory after the changes, MB"  # fmt: skip
HUGO, PAGEFIND, JEKYLL = "Hugo, from nothing", "Pagefind, from nothing", "Jekyll, from nothing"
HUGO_AGAIN, PAGEFIND_AGAIN, JEKYLL_AGAIN = "Hugo, one file saved", "Pagefind, one file saved", "Jekyll, one file saved"
RATIO = "**one file saved: Hugo and Pagefind / Longwave**"
RATIO_NEW = "**one file saved: Hugo and Pagefind, from nothing / Longwave**"
TARGETS = {
    FIRST: "5", FILLED: "45", AGAIN: "1.5", LIVE: "1", WATCHED: "1", REINDEXED: "3", NEW_PAGE: "flat", PAGE: "flat",
    MEMORY: "600", FILLING: "", AFTER: "600", EDITED: "600", HUGO: "", PAGEFIND: "", JEKYLL: "",
    HUGO_AGAIN: "", PAGEFIND_AGAIN: "", JEKYLL_AGAIN: "", RATIO: "35", RATIO_NEW: "35",
}  # fmt: skip
EDITS, VIEWS, PATIENCE = 3, 200, 600.0

#: The values measured in all rounds with one number of episodes, by the name of their row in the table.
Measured = dict[str, list[float]]


class Asking:
    """A client of the server on this port that opens a new connection for each request, as a first visit does."""

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str) -> bytes | None:
        """Return the body of the response if its status is 200, else None."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            return body if answer.status == 200 else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def shows(self, path: str, word: str) -> bool:
        """Return whether the page has the word."""
        return word.encode() in (self.get(path) or b"")

    def finds(self, word: str) -> bool:
        """Return whether a search for the word has a result whose title contains it."""
        found = json.loads(self.get(f"/search.json?q={word}") or b'{"results": []}')["results"]
        return any(word in one["title"] for one in found)

    def complete(self) -> bool:
        """Return whether the served edition can be searched."""
        return bool(json.loads(self.get("/ready") or b'{"search": false}')["search"])


def until(came: Callable[[], bool], began: float) -> float:
    """Return the seconds from ``began`` until ``came`` returns true; end the program after PATIENCE."""
    while not came():
        if time.perf_counter() - began > PATIENCE:
            raise SystemExit("It never came.")
        time.sleep(0.01)
    return time.perf_counter() - began


def resident(*pids: int) -> float:
    """Return the resident megabytes of these processes, without ended ones."""
    total = 0
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)
    return total / 1000


def change(made: Made, root: Path) -> str:
    """Save the episode with a new, unique word at the end of its title; return the word."""
    word = f"zanzibar{time.time_ns()}"
    write(replace(made, title=f"{made.title} {word}"), root)
    return word


def views(asking: Asking, episodes: list[Made]) -> float:
    """Return the median milliseconds of pages that are requested once each."""
    taken = []
    for made in random.Random(3).sample(episodes, min(VIEWS, len(episodes))):
        began = time.perf_counter()
        if asking.get(f"/podcast/{made.slug}") is None:
            raise SystemExit(f"{made.slug} isn't served.")
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def first_start(root: Path, episodes: list[Made], measured: Measured) -> None:
    """Measure a first start, without an index, and how soon LONGWAVE_WATCH=1 publishes some saved files."""
    shutil.rmtree(root / "index", ignore_errors=True)
    port = free()
    asking, began = Asking(port), time.perf_counter()
    with waitress(
        root, port, LONGWAVE_WATCH="1", LONGWAVE_URL="https://pod.example", LONGWAVE_SEARCH_LIMIT="0"
    ) as server:
        measured[FIRST].append(until(lambda: asking.get("/podcast/") is not None, began))
        measured[MEMORY].append(resident(server.pid))
        most = [0.0]

        def complete() -> bool:
            most.append(resident(*family(server.pid)))
            return asking.complete()

        measured[FILLED].append(until(complete, began))
        measured[FILLING].append(max(most))
        measured[AFTER].append(resident(server.pid))
        measured[NEW_PAGE].append(views(asking, episodes))
        for made in random.Random(5).sample(episodes, EDITS):
            word = change(made, root)
            began = time.perf_counter()
            measured[LIVE].append(until(lambda: asking.shows(f"/podcast/{made.slug}", word), began))  # noqa: B023
            measured[WATCHED].append(until(lambda: asking.finds(word), began))  # noqa: B023
        measured[EDITED].append(resident(server.pid))


def next_start(root: Path, episodes: list[Made], measured: Measured) -> None:
    """Measure a start with a current index, and how soon `longwave reindex` publishes some saved files."""
    port = free()
    asking, began = Asking(port), time.perf_counter()
    with waitress(root, port, LONGWAVE_URL="https://pod.example", LONGWAVE_SEARCH_LIMIT="0"):
        measured[AGAIN].append(until(lambda: asking.get("/podcast/") is not None, began))
        measured[PAGE].append(views(asking, episodes))
        for made in random.Random(6).sample(episodes, EDITS):
            word = change(made, root)
            began = time.perf_counter()
            command = subprocess.Popen(
                [sys.executable, "-m", "longwave", "reindex", "--quiet"], cwd=root,
                env=os.environ | {"LONGWAVE_URL": "https://pod.example"},
            )  # fmt: skip
            until(lambda: asking.shows(f"/podcast/{made.slug}", word), began)  # noqa: B023
            measured[REINDEXED].append(until(lambda: asking.finds(word), began))  # noqa: B023
            if command.wait():
                raise SystemExit("longwave reindex failed.")


def hugo(root: Path, made: Made, measured: Measured) -> None:
    """Measure builds by Hugo and Pagefind, and the ratio of their time to Longwave's in this round."""
    if not program("hugo"):
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out("hugo", root, folder)
        for whole, search, ratio in ((HUGO, PAGEFIND, RATIO_NEW), (HUGO_AGAIN, PAGEFIND_AGAIN, RATIO)):
            measured[whole].append(build("hugo", folder, PATIENCE) or PATIENCE)
            if program("pagefind"):
                measured[search].append(build("pagefind", folder, PATIENCE) or PATIENCE)
                taken = measured[whole][-1] + measured[search][-1]
                measured[ratio].append(taken / statistics.median(measured[WATCHED][-EDITS:]))
            change(made, root)
            take_over("hugo", next((root / "content/podcast").glob(f"*-{made.slug}.md")), folder)


def jekyll(root: Path, made: Made, measured: Measured, limit: float) -> None:
    """Measure builds by Jekyll; one that takes longer than ``limit`` seconds is stopped and counts as infinite."""
    if not program("jekyll"):
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out("jekyll", root, folder)
        for row in (JEKYLL, JEKYLL_AGAIN):
            taken = build("jekyll", folder, limit)
            measured[row].append(float("inf") if taken is None else taken)
            if taken is None:
                return
            change(made, root)
            take_over("jekyll", next((root / "content/podcast").glob(f"*-{made.slug}.md")), folder)


def measure(size: int, rounds: int, limit: float) -> dict[str, float]:
    """Return the median of each row's values for a site of ``size`` episodes."""
    episodes, measured = make(size, transcripts=False), defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for made in episodes:
            write(made, root)
        for _ in range(rounds):
            first_start(root, episodes, measured)
            next_start(root, episodes, measured)
            hugo(root, episodes[size // 2], measured)
        jekyll(root, episodes[size // 2], measured, limit)
    return {row: statistics.median(values) for row, values in measured.items()}


def said(value: float | None, limit: float) -> str:
    """Return a cell of the table: a rounded number, “-” for None, or “more than ``limit``” for infinity."""
    if value is None:
        return "-"
    if value == float("inf"):
        return f"more than {limit:.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def growth(values: list[float | None]) -> str:
    """Return by what factors a row's values grow from each size of the site to the next."""
    pairs = pairwise(values)
    return ", ".join(f"×{b / a:.1f}" if a and b and b != float("inf") else "-" for a, b in pairs)


def main() -> None:
    """Print a row for each measurement, with a column for each number of episodes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs="*", default=[100, 1000, 10_000], metavar="episodes")
    parser.add_argument("--rounds", type=int, help="instead of three, or two of 10,000 episodes")
    parser.add_argument("--jekyll", type=float, default=600, metavar="SECONDS", help="when Jekyll is stopped")
    options = parser.parse_args()
    for name, how in INSTALLED.items():
        if not program(name):
            print(f"{name} isn't installed, and left out: {how}")
    found = [measure(size, options.rounds or (3 if size < 10_000 else 2), options.jekyll) for size in options.sizes]
    rows = []
    for row, target in TARGETS.items():
        values = [one.get(row) for one in found]
        cells = " | ".join(said(value, options.jekyll) for value in values)
        rows.append(f"| {row} | {cells} | {growth(values)} | {target} |")
    sizes = " | ".join(f"{size:,}" for size in options.sizes)
    print(table(f"| episodes; seconds where nothing else is said | {sizes} | growth | target |", rows))


if __name__ == "__main__":
    main()
