"""Hostile requests against every route; `benchmarks/fuzz.py` sends a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import hostile_requests
import pytest
from support import Server, Site, serving

PAGES = ("/", "/podcast/", "/podcast/1-ep", "/tags/python", "/guests/ann-lee", "/search?q=zebras", "/podcast/feed.xml")


@pytest.fixture(scope="module")
def server(shared_site: Site) -> Iterator[Server]:
    """Yield a server of a site with secrets in unreadable files and hostile file names and texts."""
    hostile_requests.furnish(shared_site, b"\xff\xfb\x90\x00" + bytes(413) * 100)
    with serving(shared_site.root, LONGWAVE_SEARCH_LIMIT="0", LONGWAVE_METRICS_TOKEN="s3cret") as server:
        yield server


def _address(server: Server) -> tuple[str, int]:
    parts = urlsplit(server.url)
    return parts.hostname or "", parts.port or 0


def test_nothing_comes_out_that_must_not(shared_site: Site, server: Server) -> None:
    """No hostile request gets a 500, a secret, its input in headers or scripts, a cookie, or a foreign redirect."""
    rules, findings = hostile_requests.routes(shared_site.root), hostile_requests.Found()
    before = [server.get(path).body for path in PAGES]
    # The requests run concurrently, as many announce a body that never comes, for which the server waits.
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda seed: hostile_requests.attack(_address(server), rules, 250, seed, findings), range(8)))
    # Durations depend on the machine, so only the benchmark checks them.
    assert [line for line in findings.wrong if " ms: " not in line] == []
    assert {200, 304, 400, 404, 405} <= findings.statuses.keys()
    assert [server.get(path).body for path in PAGES] == before


def test_a_request_without_a_path_never_leads_to_its_host(server: Server) -> None:
    """A request without a path (`GET ?q=1`) gets the home page, not a redirect to the host in its Host header."""
    request = b"GET ?q=1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    answer = hostile_requests.sent(_address(server), request)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"evil.example" not in answer


def test_no_body_is_waited_for_that_nobody_sends(server: Server) -> None:
    """A GET with Expect: 100-continue is answered without waiting for a body."""
    request = b"GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    assert hostile_requests.sent(_address(server), request).startswith(b"HTTP/1.1 200 OK")
