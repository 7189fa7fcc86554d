"""The page cache: its keys, its entries and their compressed forms."""

from __future__ import annotations

import gzip
import http.client
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from support import Server, Site

from longwave import create_app
from longwave.errors import Problem
from longwave.web.caching.page_cache import PageCache
from longwave.web.page_contexts import Page
from longwave.web.request_context import KEEPER
from longwave.web.templating import Renderer

EPISODE = "/podcast/1-first"


class Count:
    """A record of the templates that are rendered, kept by wrapping the real `Renderer.render`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.templates: list[str] = []
        lock = threading.Lock()

        render = Renderer.render

        def counted(renderer: Renderer, page: Page, own: Path) -> tuple[str, Problem | None]:
            with lock:
                self.templates.append(page.template)
            return render(renderer, page, own)

        monkeypatch.setattr(Renderer, "render", counted)


@pytest.fixture
def app(site: Site) -> Iterator[Flask]:
    """Yield the app of a site with one episode."""
    site.episode(tags=["aws"], body="Hello. " * 200)
    opened = create_app(site.root)
    yield opened
    opened.extensions[KEEPER].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the app."""
    return app.test_client()


def test_a_page_is_rendered_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later requests for a page, with any Accept-Encoding or unknown query parameters, are answered from the cache."""
    count = Count(monkeypatch)
    for query in ("", "?utm_source=x", "?page=2", "?fbclid=1&utm_medium=y"):
        for coding in ("", "br", "gzip", "br;q=0.1, gzip", "identity"):
            for method in ("GET", "HEAD"):
                assert (
                    client.open(EPISODE + query, method=method, headers={"Accept-Encoding": coding}).status_code == 200
                )
    assert count.templates == ["episode.html"]


def test_a_parameter_that_is_read_makes_a_page_of_its_own(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cached lists vary by the query parameter ?page= only."""
    count = Count(monkeypatch)
    for query in ("", "?page=1", "?page=1&x=y", "?x=y"):
        client.get(f"/tags/aws{query}")
    assert count.templates == ["tag.html", "tag.html"]


def test_a_stampede_renders_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight simultaneous requests for a page render it once."""
    count = Count(monkeypatch)
    app.test_client().get("/robots.txt")
    barrier = threading.Barrier(8)

    def ask(coding: str) -> int:
        barrier.wait()
        return app.test_client().get(EPISODE, headers={"Accept-Encoding": coding}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, ["br", "gzip", "", "br", "gzip", "", "br", "gzip"])) == [200] * 8
    assert count.templates == ["episode.html"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/audio/podcast/no.mp3", 404), ("GET", "/images/64/no.png", 404), ("POST", "/", 405), ("GET", "/no", 404)],
)
def test_no_proxy_keeps_an_error(client: FlaskClient, method: str, path: str, status: int) -> None:
    """Errors have Cache-Control: no-store, as the page may exist a moment later."""
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


def test_errors_are_not_kept(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 404 isn't cached: a missing page is looked up at each request."""
    count = Count(monkeypatch)
    for _ in range(3):
        assert client.get("/podcast/nope").status_code == 404
    assert len(count.templates) == 3


def test_each_form_has_its_own_tag_and_answers_304(client: FlaskClient) -> None:
    """A page's br, gzip and uncompressed forms have equal content, but different ETags; a 304 has caching headers."""
    plain = client.get(EPISODE)
    forms = {"": lambda raw: raw, "gzip": gzip.decompress, "br": brotli.decompress}
    tags = set()
    for coding, decode in forms.items():
        answer = client.get(EPISODE, headers={"Accept-Encoding": coding})
        assert decode(answer.data) == plain.data
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert answer.headers.get("Content-Encoding", "") == coding
        tag = answer.headers["ETag"]
        assert tag.startswith('"')
        tags.add(tag)
        same = client.get(EPISODE, headers={"Accept-Encoding": coding, "If-None-Match": f'"x", W/{tag}'})
        assert (same.status_code, same.data, "Content-Length" in same.headers) == (304, b"", False)
        for name in ("ETag", "Vary", "Cache-Control"):
            assert same.headers[name] == answer.headers[name]
        head = client.head(EPISODE, headers={"Accept-Encoding": coding})
        assert (head.data, head.headers["Content-Length"], head.headers["ETag"]) == (b"", str(len(answer.data)), tag)
    assert len(tags) == 3


@pytest.mark.parametrize(
    "path", ["/", EPISODE, "/tags/aws", "/podcast/feed.xml", "/search?q=hello", "/search.json?q=hello", "/sitemap.xml"]
)
def test_every_page_has_tag_and_length(client: FlaskClient, path: str) -> None:
    """Every page has an ETag, a Content-Length and its edition in headers, and its ETag gets a 304."""
    answer = client.get(path)
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert len(answer.headers["X-Edition"]) == 16
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_static_files_are_kept_for_a_year(client: FlaskClient) -> None:
    """Static files have versioned addresses and are cached for a year."""
    page = client.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "max-age=31536000" in client.get(address).headers["Cache-Control"]
    version = address.split("/")[2]
    for name in ("playback.js", "search.js"):
        assert client.get(f"/static/{version}/{name}").status_code == 200
        # At an address with another version the current file is cached briefly.
        assert "max-age=30" in client.get(f"/static/0123456789/{name}").headers["Cache-Control"]


def test_no_spelling_of_an_address_fills_the_cache(site: Site, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the address's spelling, a static file and the theme are cached once, and oEmbed responses never."""
    site.put("content/theme.css", "p { color: red }")
    client = app.test_client()
    version = re.search(r"/static/(\w+)/", client.get("/").text)
    theme = re.search(r"/theme\.css\?v=\w+", client.get("/").text)
    assert version is not None
    assert theme is not None
    stored: list[str] = []
    monkeypatch.setattr(PageCache, "_set", lambda _, key, _response: stored.append(key))
    for spelling in ("0", "1", version[1]):
        assert client.get(f"/static/{spelling}/longwave.css").status_code == 200
    for address in (theme[0], "/theme.css", "/theme.css?v=1", "/theme.css?v=2"):
        assert client.get(address).status_code == 200
    for width in range(100, 103):
        found = client.get(f"/oembed?url=http://localhost{EPISODE}&maxwidth={width}")
        assert found.status_code in (200, 404)
    assert len({key.rpartition("|")[2] for key in stored}) == 1
    assert {key.split("|")[-2] for key in stored} == {f"/static/{version[1]}/longwave.css", "/theme.css"}
    assert len(stored) == 2


def test_search_is_not_kept(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Search results aren't cached, so searches evict no pages from the cache."""
    count = Count(monkeypatch)
    client.get("/search?q=hello")
    client.get("/search?q=hello")
    assert count.templates == ["search.html"] * 2


def _ages(client: FlaskClient, path: str = "/") -> tuple[int, ...]:
    """Return a page's max-age, s-maxage and stale-while-revalidate, in seconds."""
    policy = client.get(path).headers["Cache-Control"]
    match = re.fullmatch(r"public, max-age=(\d+), s-maxage=(\d+), stale-while-revalidate=(\d+)", policy)
    assert match is not None, policy
    return tuple(map(int, match.groups()))


def test_nobody_shows_a_page_past_the_next_edition(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """Cache-Control lets no browser or proxy show a page beyond the date of the next scheduled episode."""
    site.episode()
    assert _ages(open_client()) == (30, 5, 25)
    for ahead, most in ((4, 4), (40, 40), (3600, 55)):
        due = datetime.now(UTC) + timedelta(seconds=ahead)
        site.episode("soon.md", title="Soon", date=f"{due:%Y-%m-%d %H:%M:%S}")
        client = open_client()
        for _ in range(2):
            browser, proxy, meanwhile = _ages(client)
            assert max(browser, proxy) + meanwhile <= most
            assert browser >= min(most, 30) - 3
        etag = client.get("/").headers["ETag"]
        revalidated = client.get("/", headers={"If-None-Match": etag})
        assert (revalidated.status_code, f"max-age={browser}" in revalidated.headers["Cache-Control"]) == (304, True)


def test_a_page_that_is_asked_for_again_and_again_learns_what_is_due(
    site: Site, open_client: Callable[[], FlaskClient], eventually: Callable[..., None]
) -> None:
    """In the last minute before a scheduled episode, pages in the page cache get a shorter Cache-Control, too."""
    site.episode()
    # A machine too slow to read the pages within two seconds gets a second attempt with ten seconds more.
    for ahead in (2, 12):
        shorter = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=ahead)
        site.episode("soon.md", title="Soon", date=f"{shorter + timedelta(seconds=55):%Y-%m-%d %H:%M:%S}")
        client = open_client()
        before = [_ages(client) for _ in range(4)]
        if datetime.now(UTC) < shorter:
            break
    assert before == [(30, 5, 25)] * 4
    eventually(lambda: _ages(client) != (30, 5, 25))
    assert datetime.now(UTC) >= shorter
    assert max(_ages(client)[:2]) + _ages(client)[2] < 55


@pytest.mark.parametrize("seen", [{"If-None-Match": '"old"'}, {"If-Modified-Since": "Tue, 01 Jan 2019 00:00:00 GMT"}])
def test_nobody_is_told_304_by_the_conditions_of_others(client: FlaskClient, seen: dict[str, str]) -> None:
    """An outdated ETag or date gets a 200, never a 304, whatever If-Match this request or one before it has."""
    conditions = [
        seen,
        seen,
        seen | {"If-Match": '"z"'},
        seen | {"If-Match": '"z"'},
        seen | {"If-Match": "*"},
        seen,
        seen,
    ]
    assert [client.get("/tags/aws", headers=headers).status_code for headers in conditions] == [200] * 7


def test_a_page_is_the_same_kept_or_not(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Responses from the page cache have the same status, headers and bytes as those of a site without a cache."""
    site.put("content/site.toml", "per_page = 1\n")
    site.episode(tags=["aws"], guest="Ann Lee", body="- 0:01 -- Hello\n\n" + "More. " * 200)
    site.episode("2026-01-03-2-second.md", title="Second", tags=["aws"])
    site.put("content/transcripts/podcast/1-first.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n")
    paths = (
        "/", "/podcast/", "/podcast/?page=2", EPISODE, "/tags/", "/tags/aws", "/guests/", "/guests/ann-lee", "/feed.xml",
        "/podcast/feed.xml", "/podcast/feed.json", "/tags/aws/feed.xml", "/guests/ann-lee/feed.xml", "/shows.opml",
        "/sitemap.xml", "/robots.txt", "/opensearch.xml", f"/embed{EPISODE}", f"{EPISODE}/transcript.vtt",
        f"{EPISODE}/transcript.html", f"{EPISODE}/chapters.json", "/static/x/longwave.css", "/favicon.ico", "/nowhere",
        "/podcast",
    )  # fmt: skip
    cached = create_app(site.root)
    monkeypatch.setenv("LONGWAVE_CACHE_TYPE", "NullCache")
    unkept = create_app(site.root)
    try:
        for path, coding in itertools.product(paths, ("", "gzip", "br")):
            headers = {"Accept-Encoding": coding}
            first = cached.test_client().get(path, headers=headers)
            # The edition is the tag by which a CDN purges the response; no header prevents caching.
            assert first.headers["Cache-Tag"] == first.headers["X-Edition"]
            assert not {"Set-Cookie", "Pragma", "Expires", "Date"} & set(first.headers.keys())
            ways: list[dict[str, Any]] = [{"method": method, "headers": headers} for method in ("GET", "HEAD")]
            ways += [{"headers": headers | more} for more in (
                {"If-None-Match": first.headers.get("ETag", '"x"')}, {"If-None-Match": '"other"'},
                {"If-Modified-Since": "Tue, 01 Jan 2030 00:00:00 GMT"}, {"Accept": "text/html"},
            )]  # fmt: skip
            ways.append({"headers": headers, "base_url": "https://localhost"})
            for way in ways:
                answers = [app.test_client().open(path, **way) for app in (cached, cached, cached, unkept)]
                responses = [(answer.status, list(answer.headers), answer.data) for answer in answers]
                assert responses[0] == responses[1] == responses[2] == responses[3]
    finally:
        for app in (cached, unkept):
            app.extensions[KEEPER].close()


def test_a_304_keeps_the_connection(site: Site, serve: Callable[..., Server]) -> None:
    """After a 304 the connection serves the next request, unless the client asked to close it."""
    site.episode()
    server = serve()
    etag = server.get(EPISODE).headers["ETag"]
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)
    connection.connect()
    opened = connection.sock
    for given, status, closes in (({}, 304, False), ({}, 304, False), ({"Connection": "close"}, 304, True)):
        connection.request("GET", EPISODE, headers={"If-None-Match": etag, **given})
        answer = connection.getresponse()
        assert (answer.status, answer.read(), answer.will_close) == (status, b"", closes)
        assert (connection.sock is opened) is not closes
    connection.close()


@pytest.mark.parametrize(("kind", "times"), [("SimpleCache", 1), ("FileSystemCache", 1), ("NullCache", 2)])
def test_any_backend_will_do(
    site: Site, open_client: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch, kind: str, times: int
) -> None:
    """Flask-Caching's backends SimpleCache and FileSystemCache store pages, too; NullCache stores none."""
    site.episode(body="Hello.")
    monkeypatch.setenv("LONGWAVE_CACHE_TYPE", kind)
    client, count = open_client(), Count(monkeypatch)
    first, second = (client.get(EPISODE, headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    assert (first.status_code, first.data) == (200, second.data)
    assert count.templates == ["episode.html"] * times


def test_memory_is_bounded_in_bytes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page cache with room for one page evicts the least recently used one."""
    for number in range(3):
        site.episode(f"2026-01-0{number + 1}-{number}-e.md", title=f"E{number}", body="word " * 6000)
    monkeypatch.setenv("LONGWAVE_CACHE_MB", "0.05")
    app = create_app(site.root)
    try:
        count = Count(monkeypatch)
        for slug in ("0-e", "0-e", "0-e", "0-e", "1-e", "0-e"):
            app.test_client().get(f"/podcast/{slug}")
        assert len(count.templates) == 3
    finally:
        app.extensions[KEEPER].close()
