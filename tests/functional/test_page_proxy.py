"""nginx as a page cache, set up as docs/running.md says."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from reverse_proxies import start_proxy
from support import Answer, Server, Site, serving

EPISODE = "/podcast/1-first"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


BODY = "Hello. " * 200


@pytest.fixture(scope="module")
def behind(shared_site: Site) -> Iterator[Server]:
    """Yield a server of a site with one episode."""
    shared_site.episode(body=BODY)
    with serving(shared_site.root) as server:
        yield server


@pytest.fixture
def proxy(behind: Server, tmp_path: Path) -> Iterator[Server]:
    """Yield nginx with an empty cache, before the server of a site with one episode."""
    before = start_proxy("nginx", tmp_path / "site", behind.url)
    yield before
    before.stop()


@pytest.fixture
def own_behind(site: Site, serve: Callable[..., Server]) -> Server:
    """Return a server of a site with one episode for one test, which may change the site or stop the server."""
    site.episode(body=BODY)
    return serve()


@pytest.fixture
def own_proxy(site: Site, own_behind: Server) -> Iterator[Server]:
    """Yield nginx with an empty cache, before the server of one test."""
    before = start_proxy("nginx", site.root, own_behind.url)
    yield before
    before.stop()


def _said(answer: Answer) -> tuple[int, list[tuple[str, str]], bytes]:
    """Return a response's status, headers and body, without the headers that nginx adds."""
    own = ("connection", "date", "server", "transfer-encoding", "via", "x-cache")
    return answer.status, sorted(pair for pair in answer.headers.items() if pair[0].lower() not in own), answer.body


@pytest.mark.parametrize("accepted", ["gzip, deflate, br, zstd", "gzip", "br;q=0, gzip;q=0.5", "br;q=0,gzip;q=0", ""])
def test_it_keeps_what_longwave_says(proxy: Server, behind: Server, accepted: str) -> None:
    """For any Accept-Encoding nginx returns Longwave's status, headers and body, cached or not; the ETag gets a 304."""
    for path in ("/", EPISODE, "/podcast/feed.xml"):
        expected = _said(behind.get(path, Accept_Encoding=accepted))
        for kept in ("MISS", "HIT"):
            answer = proxy.get(path, Accept_Encoding=accepted)
            assert (answer.headers["X-Cache"], _said(answer)) == (kept, expected)
        etag = answer.headers["ETag"]
        revalidated = proxy.get(path, Accept_Encoding=accepted, If_None_Match=etag)
        assert (revalidated.status, revalidated.headers["X-Cache"], revalidated.headers["ETag"]) == (304, "HIT", etag)
        head = proxy.get(path, "HEAD", Accept_Encoding=accepted)
        assert (head.status, head.headers["X-Cache"], head.headers["ETag"], head.body) == (200, "HIT", etag, b"")


def test_all_browsers_share_a_copy(proxy: Server) -> None:
    """nginx caches one copy of each encoding for browsers with different Accept-Encoding headers."""
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
    plain = proxy.get(EPISODE).body
    for accepted, coding, kept in (
        ("gzip, deflate, br, zstd", "br", "MISS"), ("br", "br", "HIT"), ("br;q=1.0, gzip;q=0.8", "br", "HIT"),
        ("gzip, deflate", "gzip", "MISS"), ("GZIP", "gzip", "HIT"), ("identity", None, "HIT"),
    ):  # fmt: skip
        answer = proxy.get(EPISODE, Accept_Encoding=accepted)
        assert (answer.headers["Content-Encoding"], answer.headers["X-Cache"]) == (coding, kept), accepted
        assert decode[coding](answer.body) == plain


def test_a_feed_is_shown_to_browsers_only(proxy: Server) -> None:
    """nginx gives a feed to browsers as application/xml and to apps as application/rss+xml, whoever asks first."""
    for _ in range(2):
        assert proxy.get("/podcast/feed.xml", Accept=BROWSER).headers["Content-Type"].startswith("application/xml")
        for accepted in ("*/*", "application/rss+xml"):
            response = proxy.get("/podcast/feed.xml", Accept=accepted)
            assert response.headers["Content-Type"].startswith("application/rss+xml")


def test_what_may_not_be_kept_is_not(proxy: Server) -> None:
    """nginx caches neither errors, nor /health and /ready, nor the requests by which a page reports a search."""
    for path, status in (("/nowhere", 404), ("/health", 200), ("/ready", 200), ("/podcast", 301)):
        first, second = proxy.get(path), proxy.get(path)
        assert (first.status, second.status) == (status, status)
        assert (second.headers["X-Cache"] == "HIT") is (path == "/podcast"), path
    assert proxy.get("/search", "POST").status in (204, 405)


def test_a_new_edition_is_visible_within_the_stated_time(
    own_proxy: Server, own_behind: Server, site: Site, eventually: Callable[..., None]
) -> None:
    """A new edition is visible through the proxy within s-maxage and stale-while-revalidate, on pages and in feeds."""
    paths = ("/", EPISODE, "/podcast/feed.xml")
    for _ in range(2):
        assert all(b"Changed" not in own_proxy.get(path).body for path in paths)
    old = own_proxy.get(EPISODE).headers["Cache-Tag"]
    site.episode(title="Changed", body=BODY)
    assert site.run("reindex").returncode == 0
    eventually(lambda: all(b"Changed" in own_proxy.get(path).body for path in paths), seconds=30)
    new = own_proxy.get(EPISODE)
    assert (new.headers["X-Cache"], new.headers["Cache-Tag"] != old) == ("HIT", True)
    assert new.headers["Cache-Tag"] == own_behind.get("/ready").json["edition"]


def test_it_goes_on_while_longwave_is_away(own_proxy: Server, own_behind: Server) -> None:
    """Cached pages are served while Longwave is down, and no others."""
    assert own_proxy.get(EPISODE).status == 200
    own_behind.stop()
    assert own_proxy.get(EPISODE).status == 200
    assert own_proxy.get("/podcast/").status == 502
