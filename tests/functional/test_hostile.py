"""A site stays itself, whatever it is asked. `benchmarks/fuzz.py` asks a hundred thousand times."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import hostile
import pytest
from support import Server, Site


@pytest.fixture
def found(site: Site, serve: Callable[..., Server]) -> hostile.Found:
    """What two thousand requests against every route brought to light."""
    hostile.furnish(site, b"\xff\xfb\x90\x00" + bytes(413) * 100)
    rules = hostile.routes(site.root)
    server = serve(LONGWAVE_SEARCH_LIMIT="0", LONGWAVE_METRICS="1")
    pages = (
        "/",
        "/podcast/",
        "/podcast/1-ep",
        "/tags/python",
        "/guests/ann-lee",
        "/search?q=zebras",
        "/podcast/feed.xml",
    )
    before = [server.get(path).body for path in pages]
    parts, found = urlsplit(server.url), hostile.Found()
    hostile.attack((parts.hostname or "", parts.port or 0), rules, 2000, 7, found)
    if [server.get(path).body for path in pages] != before:
        found.wrong.append("a page is another one than before")
    return found


def test_nothing_comes_out_that_must_not(found: hostile.Found) -> None:
    """No 500, no secret, no script, no cookie, no redirect out of the site; nothing sent stands in a header or on later pages."""
    # How long an answer takes says more about the machine than about the code; the benchmark looks at that.
    assert [line for line in found.wrong if " ms: " not in line] == []
    assert {200, 304, 400, 404, 405} <= found.statuses.keys()


def test_a_request_without_a_path_never_leads_to_its_host(site: Site, serve: Callable[..., Server]) -> None:
    """A target that isn't a path is answered as the first page is, not by a redirect to the host that the request names."""
    site.episode()
    parts = urlsplit(serve().url)
    request = b"GET ?q=1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    answer = hostile.sent((parts.hostname or "", parts.port or 0), request)
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"evil.example" not in answer


def test_no_body_is_waited_for_that_nobody_sends(site: Site, serve: Callable[..., Server]) -> None:
    """A GET that expects to be told to go on is answered at once."""
    site.episode()
    parts = urlsplit(serve().url)
    request = b"GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    assert hostile.sent((parts.hostname or "", parts.port or 0), request).startswith(b"HTTP/1.1 200 OK")
