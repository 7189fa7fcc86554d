"""The rate limit of searches by one IP address."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support import Site

Open = Callable[[], FlaskClient]
FROM = {"REMOTE_ADDR": "203.0.113.7"}


def statuses(client: FlaskClient, count: int, path: str = "/search.json?q=hello", **more: object) -> list[int]:
    """Return the statuses of ``count`` searches by one IP address."""
    return [client.get(path, **{"environ_overrides": FROM, **more}).status_code for _ in range(count)]


def test_nobody_who_types_meets_the_limit(site: Site, open_client: Open) -> None:
    """A client may search five times a second for a minute; the next search is a 429 with Retry-After."""
    site.episode()
    client = open_client()
    assert statuses(client, 300) == [200] * 300
    refused = client.get("/search.json?q=hello", environ_overrides=FROM)
    assert (refused.status_code, "error" in refused.json) == (429, True)
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert refused.headers["Cache-Control"] == "no-store"
    assert not [name for name in refused.headers if name[0].startswith("X-RateLimit")]
    page = client.get("/search?q=hello", environ_overrides=FROM)
    assert page.status_code == 429
    assert f"{page.headers['Retry-After']} seconds" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    # The limited client still gets other pages, and other clients can search.
    assert statuses(client, 3, "/podcast/1-first") == [200] * 3
    assert client.get("/search?q=hello", environ_overrides={"REMOTE_ADDR": "203.0.113.8"}).status_code == 200


def test_a_limit_ends(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    """A client that waits as long as Retry-After says can search again."""
    monkeypatch.setenv("LONGWAVE_SEARCH_LIMIT", "3 per second")
    site.episode()
    client = open_client()
    # Repeated, as a slow machine may need more than a second for four searches, and so stay below the limit.
    eventually(lambda: 429 in statuses(client, 8))
    refused = client.get("/search?q=hello", environ_overrides=FROM)
    # The client waits as Retry-After says.
    time.sleep(int(refused.headers.get("Retry-After", "0")))
    assert client.get("/search?q=hello", environ_overrides=FROM).status_code == 200


def test_a_client_of_ipv6_has_one_network(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """All addresses in a client's IPv6 /64 network share one search limit."""
    monkeypatch.setenv("LONGWAVE_SEARCH_LIMIT", "2 per minute")
    site.episode()
    client = open_client()

    def ask(address: str) -> int:
        return client.get("/search?q=a", environ_overrides={"REMOTE_ADDR": address}).status_code

    assert [ask(f"2001:db8:0:1::{n}") for n in range(1, 4)] == [200, 200, 429]
    assert ask("2001:db8:0:2::1") == 200


def test_listeners_behind_a_proxy_do_not_share_a_limit(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Behind a trusted proxy each client has its search limit; behind an unknown one none has, and the log says so."""
    monkeypatch.setenv("LONGWAVE_SEARCH_LIMIT", "2 per minute")
    site.episode()
    unnamed = open_client()
    near = {"REMOTE_ADDR": "127.0.0.1"}
    for _ in range(5):
        answer = unnamed.get("/search?q=a", environ_overrides=near, headers={"X-Forwarded-For": "198.51.100.1"})
        assert answer.status_code == 200
    assert caplog.text.count("LONGWAVE_TRUSTED_PROXIES") == 1
    # The same headers from an untrusted client are ignored.
    forged = [{"X-Forwarded-For": f"198.51.100.{n}"} for n in range(3)]
    unlimited = [unnamed.get("/search?q=a", environ_overrides=FROM, headers=limited).status_code for limited in forged]
    assert unlimited == [200, 200, 429]
    monkeypatch.setenv("LONGWAVE_TRUSTED_PROXIES", "127.0.0.1")
    named = open_client()
    addresses = ("198.51.100.1", "198.51.100.1", "198.51.100.1", "198.51.100.2")
    limited = [
        named.get("/search?q=a", environ_overrides=near, headers={"X-Forwarded-For": client}).status_code
        for client in addresses
    ]
    assert limited == [200, 200, 429, 200]


def test_a_site_may_have_no_limit(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search limit of 0 refuses no search."""
    monkeypatch.setenv("LONGWAVE_SEARCH_LIMIT", "0")
    site.episode()
    assert statuses(open_client(), 400) == [200] * 400
