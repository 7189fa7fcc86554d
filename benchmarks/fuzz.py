"""Send hostile requests to every route of a real server; print the statuses and the slowest responses.

    .venv/bin/python benchmarks/fuzz.py [requests] [seed]

100,000 by default; all of them go to 127.0.0.1. Exits with 1 if a response was faulty.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from hostile_requests import Found, attack, furnish, routes
from support import Site, start_server

CLIENTS = 4


def main() -> int:
    """Send the hostile requests and print the result; return 1 if a response was faulty or changed a page."""
    count, seed = (int(word) for word in (*sys.argv[1:], *("100000", "1")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "site")
        furnish(site, b"\xff\xfb\x90\x00" + bytes(413) * 1000)
        rules = routes(site.root)
        server = start_server(
            site.root, LONGWAVE_SEARCH_LIMIT="0", LONGWAVE_ACCESS_LOG="0", LONGWAVE_METRICS_TOKEN="s3cret"
        )
        parts = urlsplit(server.url)
        address, found = (parts.hostname or "", parts.port or 0), Found()
        # The pages are compared with those after the attack, and are cached by these requests, as on a running site.
        before = {path: server.get(path).body for path in PAGES}
        threads = [
            threading.Thread(target=attack, args=(address, rules, count // CLIENTS, seed * CLIENTS + number, found))
            for number in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        poisoned = [path for path, body in before.items() if server.get(path).body != body]
        server.stop()
    print(
        f"{len(rules)} routes, {sum(found.statuses.values())} requests; answers: {dict(sorted(found.statuses.items()))} (0: none)"
    )
    print(
        f"slowest: {', '.join(f'{seconds * 1000:.0f} ms' for seconds, _ in found.slowest)}; changed afterwards: {poisoned or 'nothing'}"
    )
    for line in found.wrong[:20]:
        print(line)
    return int(bool(found.wrong or poisoned))


PAGES = (
    "/",
    "/podcast/",
    "/podcast/1-ep",
    "/tags/",
    "/tags/python",
    "/guests/ann-lee",
    "/search?q=zebras",
    "/podcast/feed.xml",
    "/about",
)

if __name__ == "__main__":
    raise SystemExit(main())
