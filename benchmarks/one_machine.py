"""Measure the capacity of one small machine: Longwave runs on one core, and the other cores send requests.

    .venv/bin/python benchmarks/one_machine.py [episodes] [listeners]

The episodes have notes, and transcripts of forty minutes. The listeners read 20 KB a second each, more than a stream of
128 kbit/s needs. `wrk` and Linux's `taskset` are needed.
"""

from __future__ import annotations

import http.client
import math
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

from corpus import Made, make, mixed, write
from servers import ask, free, running, table, wrk
from slow_listeners import PAGE, furnish, held, listen
from slow_listeners import ask as look

SEARCHERS, SECONDS = 4, 5


def search(port: int, queries: list[str]) -> tuple[float, float]:
    """Return queries per second of concurrent searchers without a pause, and the 95th percentile in milliseconds."""
    taken: list[float] = []

    def run(mine: list[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for query in mine:
            began = time.perf_counter()
            connection.request("GET", f"/search?q={quote(query)}")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            taken.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(queries[number::SEARCHERS],)) for number in range(SEARCHERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / (time.perf_counter() - began), sorted(taken)[math.ceil(len(taken) * 0.95) - 1]


def hear(port: int, listeners: int) -> tuple[str, str]:
    """Return two cells: the slowest listener's KB/s while all download, and a page's response times meanwhile."""
    told, tell = multiprocessing.Pipe(duplex=False)
    stop = multiprocessing.Event()
    reader = multiprocessing.Process(target=listen, args=(port, listeners, stop, tell), daemon=True)
    reader.start()
    time.sleep(2)
    taken, missed = look(port, 10)
    stop.set()
    slowest, _ = told.recv()
    reader.join()
    taken.sort()
    p99 = taken[math.ceil(len(taken) * 0.99) - 1]
    return (
        f"{slowest:.0f} KB/s for the slowest",
        f"a page: {statistics.median(taken):.1f}, {p99:.1f} ms, {missed} missed",
    )


def size(folder: Path) -> float:
    """Return the megabytes of a folder on the disk, counting a file with several hard links once."""
    files = {info.st_ino: info.st_blocks * 512 for info in map(Path.stat, folder.rglob("*"))}
    return sum(files.values()) / 1e6


def answers(port: int, made: list[Made], listeners: int) -> list[str]:
    """Return the table's rows for pages, feeds, searches and listeners of the server on this port."""
    base = f"http://127.0.0.1:{port}"
    rows = []
    etag = dict(ask(f"{base}/podcast/feed.xml", "gzip")[1])["Etag"]
    for name, path, headers in (
        ("the home page", "/", {}),
        ("an episode's page", f"/podcast/{made[0].slug}", {}),
        (f"the feed, {len(made)} episodes", "/podcast/feed.xml", {}),
        ("the feed, unchanged (304)", "/podcast/feed.xml", {"If_None_Match": etag}),
    ):
        load = wrk(base + path, SECONDS, Accept_Encoding="gzip", **headers)
        rows.append(f"| {name} | {load.per_second:,.0f} a second | {load.p50_ms:.1f}, {load.p99_ms:.1f} ms |")
    per_second, p95 = search(port, mixed(made, 600))
    rows.append(f"| searches, {SEARCHERS} people at once | {per_second:,.0f} a second | 95 %: {p95:.0f} ms |")
    heard, page = hear(port, listeners)
    rows.append(f"| {listeners} listeners at once | {heard} | {page} |")
    return rows


def main() -> None:
    """Print a table of the requests that Longwave answers on one core, its start times, memory and files."""
    count, listeners = (int(word) for word in (*sys.argv[1:], *("300", "500")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        furnish(root)
        made = make(count, transcripts=True)
        for one in made:
            write(one, root)
        port = free()
        command = ("taskset", "-c", "0", sys.executable, "-m", "longwave", "serve", "--port", str(port))
        environment = {
            **os.environ,
            "LONGWAVE_URL": "https://pod.example",
            "LONGWAVE_SEARCH_LIMIT": "0",
            "LONGWAVE_ACCESS_LOG": str(root / "log"),
        }
        os.sched_setaffinity(0, set(range(os.cpu_count() or 1)) - {0} or {0})
        with running(port, *command, cwd=root, env=environment) as server:
            began = time.perf_counter()
            while ask(f"http://127.0.0.1:{port}{PAGE}")[0] != "200 OK":
                time.sleep(0.1)
            first = time.perf_counter() - began
            while ask(f"http://127.0.0.1:{port}/search.json?q=of")[0] != "200 OK":
                time.sleep(0.2)
            ready = time.perf_counter() - began
            before, _ = held([server.pid])
            rows = answers(port, made, listeners)
            after, _ = held([server.pid])
        rows += [
            f"| first start: pages, search | {first:.1f}, {ready:.1f} s | |",
            f"| memory: after the start, after all this | {before:.0f}, {after:.0f} MB | |",
            f"| on the disk: text, derived files | {size(root / 'content') - size(root / 'content/audio'):.0f}, {size(root / 'index'):.0f} MB | |",
        ]
        print(table(f"| one core, {count} episodes with transcripts | | 50 %, 99 % |", rows))


if __name__ == "__main__":
    main()
