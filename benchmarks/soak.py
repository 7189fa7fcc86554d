"""Run mixed traffic at 70 % of the limit for half an hour, with a new edition every five seconds.

    .venv/bin/python benchmarks/soak.py [minutes] [episodes]

The limit is the number of requests that the machine can send and answer in ten seconds. Each response under load is checked:
its status, its completeness, and that page, feed and search are of one edition. The server's memory and open files
are read every five seconds. Exits with 1 if there was a fault.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from corpus import make, write

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from support import Server, Site, start_server

CLIENTS, EVERY, SHARE = 6, 5.0, 0.7
CHANGED, FEED = "/podcast/0-marked", "/podcast/feed.xml"
SOUND = "/audio/podcast/0-marked.mp3"


@dataclass
class Seen:
    """The clients' observations: counts, milliseconds, and faults."""

    count: int = 0
    taken: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client:
    """A client that sends the requests of a listener, an app and a crawler on one connection."""

    def __init__(self, server: Server, episodes: list[str], seed: int, seen: Seen) -> None:
        self._host = server.url.removeprefix("http://")
        self._paths, self._dice, self._seen = episodes, random.Random(seed), seen
        self._etags: dict[str, str] = {}
        self._connection = http.client.HTTPConnection(self._host, timeout=10)

    def ask(self) -> None:
        """Send one request and check its response."""
        path, headers, judge = self._choose()
        began = time.perf_counter()
        try:
            self._connection.request("GET", path, headers=headers)
            answer = self._connection.getresponse()
            body = answer.read()
            problem = judge(answer, body)
        except (OSError, http.client.HTTPException) as error:
            problem = f"{type(error).__name__}: {error}"
            self._connection.close()
        with self._seen.lock:
            self._seen.count += 1
            self._seen.taken.append((time.perf_counter() - began) * 1000)
            if problem:
                self._seen.wrong.append(f"{path}: {problem}")

    def _choose(self) -> tuple[str, dict[str, str], Callable[[http.client.HTTPResponse, bytes], str]]:
        roll = self._dice.random()
        if roll < 0.45:
            return self._dice.choice(self._paths), {}, _whole
        if roll < 0.65:
            return CHANGED, {}, _marks
        if roll < 0.75:
            etag = self._etags.get(FEED)
            return FEED, {"If-None-Match": etag} if etag else {}, self._feed
        if roll < 0.85:
            return f"/search.json?q=marked&page={self._dice.randrange(1, 3)}", {}, _found
        if roll < 0.95:
            start = self._dice.randrange(900_000)
            return SOUND, {"Range": f"bytes={start}-{start + 60_000}"}, _part
        return self._dice.choice(("/", "/tags/", "/guests/", "/sitemap.xml", "/static/x", "/nowhere")), {}, _any

    def _feed(self, answer: http.client.HTTPResponse, body: bytes) -> str:
        self._etags[FEED] = answer.headers["ETag"]
        return "" if answer.status == 304 else _marks(answer, body, b"</rss>")


def _any(answer: http.client.HTTPResponse, _body: bytes) -> str:
    return "" if answer.status in (200, 304, 404) else str(answer.status)


def _whole(answer: http.client.HTTPResponse, body: bytes) -> str:
    return "" if answer.status == 200 and body.rstrip().endswith(b"</html>") else f"{answer.status}, {len(body)} bytes"


def _marks(answer: http.client.HTTPResponse, body: bytes, end: bytes = b"</html>") -> str:
    marks = set(re.findall(rb"mark(\d+)mark", body))
    if answer.status != 200 or not body.rstrip().endswith(end) or len(marks) != 1:
        return f"{answer.status}, {len(body)} bytes, of editions {sorted(marks)}"
    return ""


def _found(answer: http.client.HTTPResponse, body: bytes) -> str:
    if answer.status != 200:
        return str(answer.status)
    marks = set(re.findall(r"mark(\d+)mark", json.dumps(json.loads(body)["results"])))
    return f"of editions {sorted(marks)}" if len(marks) > 1 else ""


def _part(answer: http.client.HTTPResponse, body: bytes) -> str:
    return "" if answer.status == 206 and len(body) == 60_001 else f"{answer.status}, {len(body)} bytes"


def load(server: Server, paths: list[str], seconds: float, rate: float) -> Seen:
    """Send several clients' requests for some seconds, ``rate`` a second in all, or as many as possible if it is 0."""
    seen, until = Seen(), time.monotonic() + seconds

    def run(number: int) -> None:
        client, due = Client(server, paths, number, seen), time.monotonic()
        while time.monotonic() < until:
            client.ask()
            if rate:
                due += CLIENTS / rate
                time.sleep(max(0, due - time.monotonic()))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def mark(site: Site, number: int) -> None:
    """Write the marked episode anew, with ``number`` in title, summary and notes, by which editions are told apart."""
    site.episode("2030-01-01-0-marked.md", title=f"Marked mark{number}mark", description=f"It is mark{number}mark",
                 body=f"- 0:01 -- Marked as mark{number}mark\n", date="2020-01-01")  # fmt: skip


def main() -> int:
    """Run the load while editions are published, and print the table; return 1 if there was a fault."""
    minutes, count = (float(word) for word in (*sys.argv[1:], *("30", "300")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "site")
        site.put("content/site.toml", 'title = "Soak"\nurl = "https://pod.example"\n')
        made = make(int(count), transcripts=False)
        for one in made:
            write(one, site.root)
        site.put(f"content{SOUND}", b"\xff\xfb\x90\x00" + bytes(1_000_000))
        mark(site, 0)
        server = start_server(site.root, LONGWAVE_SEARCH_LIMIT="0", LONGWAVE_ACCESS_LOG=str(Path(folder) / "log"))
        paths = [
            f"/podcast/{path.stem[11:]}"
            for path in sorted((site.root / "content/podcast").glob("*.md"))
            if "marked" not in path.name
        ][:100]
        while not server.get("/ready").json["search"]:
            time.sleep(0.2)
        load(server, paths, 5, 0)
        limit = load(server, paths, 10, 0)
        rate = SHARE * limit.count / 10
        stop, editions, states = threading.Event(), [0], []

        def publish() -> None:
            due = time.monotonic() + EVERY
            while not stop.wait(max(0, due - time.monotonic())):
                due += EVERY
                editions[0] += 1
                mark(site, editions[0])
                done = site.run("reindex", "--quiet")
                if done.returncode:
                    print(done.stderr)
                states.append(state(server.process.pid))

        publisher = threading.Thread(target=publish)
        publisher.start()
        seen = load(server, paths, minutes * 60, rate)
        stop.set()
        publisher.join()
        left = len(list((site.root / "index/editions").iterdir()))
        server.stop()
    return tell(limit, seen, rate, editions[0], states, left)


def state(pid: int) -> tuple[float, int]:
    """Return the resident megabytes and the open files of a process."""
    with contextlib.suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * 4096 / 1_000_000, len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return 0, 0


def tell(  # noqa: PLR0913, PLR0917 - a row of a table
    limit: Seen, seen: Seen, rate: float, editions: int, states: list[tuple[float, int]], left: int
) -> int:
    """Print the load's table (``left``: editions left on disk) and the first faults; return 1 if there were any."""
    third = max(1, len(states) // 3)
    early, late = states[third : 2 * third] or states, states[-third:]
    taken = sorted(seen.taken)
    p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
    print(
        "| requests | a second (limit) | editions | p50, p99, worst ms | MB: second third → last | files: second third → last | editions left on disk | wrong |"
    )
    print(f"|{'--:|' * 8}")
    memory = [f"{statistics.median(mb for mb, _ in some):.0f}" for some in (early, late)]
    files = [f"{statistics.median(count for _, count in some):.0f}" for some in (early, late)]
    print(
        f"| {seen.count:,} | {rate:.0f} ({limit.count / 10:.0f}) | {editions} | {p50:.1f}, {p99:.1f}, {taken[-1]:.0f} | {' → '.join(memory)} | {' → '.join(files)} | {left} | {len(seen.wrong)} |"
    )
    for line in (*limit.wrong, *seen.wrong)[:20]:
        print(line)
    return int(bool(seen.wrong or limit.wrong))


if __name__ == "__main__":
    raise SystemExit(main())
