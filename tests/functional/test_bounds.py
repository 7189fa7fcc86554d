"""Limits of the work that one request can cause."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from support import Server, Site

Open = Callable[[], FlaskClient]


def test_a_form_is_as_long_as_a_search(site: Site, serve: Callable[..., Server], open_client: Open) -> None:
    """A posted search of the search box's greatest length is accepted and counted; any body over 2 KB is refused."""
    site.episode()
    client = open_client()
    longest = "\u4f7f" * 200
    assert client.post("/search", data={"q": longest}).status_code == 204
    assert client.post("/search", data={"q": longest}, content_type="multipart/form-data").status_code == 204
    assert client.post("/search", data={"q": "a" * 3000}).status_code == 413
    server = serve()
    for path, method in (("/search", "POST"), ("/", "GET"), ("/podcast/", "PUT")):
        assert server.get(path, method, Content_Length="1000000").status == 413


def test_what_parts_a_form_is_short(site: Site, open_client: Open) -> None:
    """A form (multipart/form-data) whose boundary has thousands of letters is refused."""
    site.episode()
    kind = f"multipart/form-data; boundary={'a' * 5000}"
    assert open_client().post("/search", data=b"q=a", content_type=kind).status_code == 400


def test_what_narrows_a_search_is_no_longer_than_a_slug(site: Site, open_client: Open) -> None:
    """A search's ?show= is cut to the longest length of a show's name, as each link on the results page repeats it."""
    for number in range(12):
        site.episode(f"2026-01-02-{number}-e.md", title=f"E{number}", tags=[f"t{number}"])
    client = open_client()
    usual = len(client.get(f"/search?q=hello&show={'x' * 255}").data)
    assert len(client.get(f"/search?q=hello&show={'x' * 20_000}").data) == usual


def test_a_page_has_one_spelling(site: Site, open_client: Open) -> None:
    """Other spellings of a list's page number, such as ?page=02, are a 404 instead of another copy of the page."""
    for number in range(30):
        site.episode(f"2026-01-02-{number}-e.md", title=f"E{number}")
    client = open_client()
    assert client.get("/podcast/?page=2").status_code == 200
    for text in ("02", "002", "+2", "%D9%A2", "2.0", " 2"):
        assert client.get(f"/podcast/?page={text}").status_code == 404, text
    assert client.get("/podcast/feed.xml?page=01").status_code == 404


@pytest.mark.parametrize("query", [b"q=\xff", b"q=caf\xe9&tag=\x80", b"\xfe=\xff", b"page=\xb2"])
def test_a_query_of_any_bytes_is_read(site: Site, open_client: Open, query: bytes) -> None:
    """Query strings with bytes that no browser sends cause no 500 at any address."""
    site.episode()
    client = open_client()
    for path in ("/search", "/search.json", "/", "/podcast/", "/podcast/feed.xml", "/oembed", "/nowhere", "/theme.css"):
        answer = client.get(path, environ_overrides={"QUERY_STRING": query.decode("latin-1")})
        assert answer.status_code < 500, path


def test_long_searches_count_as_several(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client with queries of several times the usual length reaches the search limit after fewer requests."""
    monkeypatch.setenv("LONGWAVE_SEARCH_LIMIT", "10 per minute")
    site.episode()
    client = open_client()
    long = f"/search?q={quote('the words of a song ' * 9)}"
    answers = [client.get(long, environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429]
    answers = [
        client.get("/search?q=a+song", environ_overrides={"REMOTE_ADDR": "203.0.113.8"}).status_code for _ in range(10)
    ]
    assert answers == [200] * 10
