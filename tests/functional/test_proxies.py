"""The client's IP address and scheme behind trusted reverse proxies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from support import Server, Site

from longwave.config import Proxies, read_settings
from longwave.errors import LongwaveError
from longwave.web.proxies import ProxyFix, client_network, is_private_peer, without_host

Open = Callable[[], FlaskClient]
HSTS = "Strict-Transport-Security"


def trusted(text: str) -> Proxies:
    """Return the trusted proxies parsed from this value of LONGWAVE_TRUSTED_PROXIES."""
    proxies = read_settings({"TRUSTED_PROXIES": text}, Path()).proxies
    assert proxies is not None
    return proxies


def seen(proxies: str, peer: str, forwarded: str = "", scheme: str = "") -> tuple[str, str]:
    """Return the client's IP and the scheme that the site sees for a request by ``peer`` with X-Forwarded headers."""
    environ_seen: dict[str, Any] = {}

    def site(environ: dict[str, Any], _start: object) -> list[bytes]:
        environ_seen.update(environ)
        return []

    headers = {"HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": scheme}
    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"} | {name: text for name, text in headers.items() if text}
    ProxyFix(site, trusted(proxies))(environ, lambda *_: lambda _: None)
    assert not [name for name in environ_seen if "FORWARDED" in name]
    return environ_seen["REMOTE_ADDR"], environ_seen["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "scheme", "wanted"),
    [
        ("127.0.0.1", "127.0.0.1", "203.0.113.7", "https", ("203.0.113.7", "https")),
        ("127.0.0.1", "127.0.0.1", "", "", ("127.0.0.1", "http")),
        # The client's own claim is to the left of the proxy's value.
        ("127.0.0.1", "127.0.0.1", "10.0.0.1, 203.0.113.7", "https", ("203.0.113.7", "https")),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1, 203.0.113.7", "", ("203.0.113.7", "http")),
        # Two trusted proxies have each added a value.
        ("127.0.0.1, 10.0.0.0/8", "127.0.0.1", "1.1.1.1, 203.0.113.7, 10.2.3.4", "https, http", ("203.0.113.7", "https")),
        # Headers of an untrusted client are ignored.
        ("127.0.0.1", "203.0.113.9", "203.0.113.7", "https", ("203.0.113.9", "http")),
        ("10.0.0.0/8", "127.0.0.1", "203.0.113.7", "https", ("127.0.0.1", "http")),
        # An invalid client address is "unknown", never the proxy's; an overlong header is read at its right end.
        ("127.0.0.1", "127.0.0.1", "x", "gopher", ("unknown", "http")),
        ("127.0.0.1", "127.0.0.1", "203.0.113.7, <script>", "https", ("unknown", "https")),
        ("127.0.0.1", "127.0.0.1", "1.2.3.4, " * 500 + "203.0.113.7", "https", ("203.0.113.7", "https")),
        ("127.0.0.1", "127.0.0.1", "x" * 5000 + ", 203.0.113.7", "https, " * 900 + "https", ("203.0.113.7", "https")),
        ("127.0.0.1", "127.0.0.1", "1" * 5000, "https", ("unknown", "https")),
        # Some proxies write IPv6 addresses, brackets, ports, or IPv4 addresses in IPv6.
        ("::1", "::1", "[2001:db8::7]:4711", "https", ("2001:db8::7", "https")),
        ("127.0.0.1", "::ffff:127.0.0.1", "203.0.113.7:4711", "https", ("203.0.113.7", "https")),
        ("unix", "localhost", "203.0.113.7", "https", ("203.0.113.7", "https")),
        ("unix", "", "203.0.113.7", "https", ("203.0.113.7", "https")),
        ("unix", "127.0.0.1", "203.0.113.7", "https", ("127.0.0.1", "http")),
    ],
)  # fmt: skip
def test_whose_word_is_taken(proxies: str, peer: str, forwarded: str, scheme: str, wanted: tuple[str, str]) -> None:
    """X-Forwarded-For is read from the right, for as long as trusted proxies wrote it, and no further."""
    assert seen(proxies, peer, forwarded, scheme) == wanted


def test_what_is_no_address_is_a_mistake() -> None:
    """The error about an invalid address in LONGWAVE_TRUSTED_PROXIES names the address."""
    with pytest.raises(LongwaveError, match=r"LONGWAVE_TRUSTED_PROXIES.*'nginx'"):
        trusted("127.0.0.1, nginx")


def test_addresses_are_known_by_their_network() -> None:
    """IPv6 clients are known by their /64 network, logged IP addresses are shortened, and private ones recognised."""
    assert client_network("2001:db8:1:2:3::4") == "2001:db8:1:2::/64"
    assert client_network("203.0.113.7") == "203.0.113.7"
    assert [without_host(peer) for peer in ("203.0.113.7", "2001:db8:1:2:3::4", "127.0.0.1", "")] == [
        "203.0.113.0", "2001:db8:1::", "127.0.0.1", "",
    ]  # fmt: skip
    assert [is_private_peer(peer) for peer in ("127.0.0.1", "::1", "192.168.1.1", "fd00::1", "8.8.8.8", "x")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip


def test_tls_is_said_where_it_is(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of response over https has Strict-Transport-Security, and none over http (RFC 6797)."""
    monkeypatch.setenv("LONGWAVE_TRUSTED_PROXIES", "127.0.0.1")
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", b"x" * 5000)
    client = open_client()
    first = client.get("/", headers={"X-Forwarded-Proto": "https"})  # This request builds the edition.
    assert first.headers.getlist(HSTS) == ["max-age=31536000"]
    etag = client.get("/podcast/1-first").headers["ETag"]
    paths = (
        ("/podcast/1-first", 200), ("/podcast/1-first", 200), ("/podcast", 301), ("/nowhere", 404),
        ("/podcast/feed.xml", 200), ("/audio/podcast/1-first.mp3", 200), ("/health", 200), ("/search.json?sort=x", 400),
    )  # fmt: skip
    for path, status in paths:
        safe = client.get(path, headers={"X-Forwarded-Proto": "https"})
        assert (safe.status_code, safe.headers.getlist(HSTS)) == (status, ["max-age=31536000"]), path
        assert HSTS not in client.get(path).headers
        far = {"REMOTE_ADDR": "203.0.113.7"}
        assert HSTS not in client.get(path, headers={"X-Forwarded-Proto": "https"}, environ_overrides=far).headers
    same = client.get("/podcast/1-first", headers={"X-Forwarded-Proto": "https", "If-None-Match": etag})
    assert (same.status_code, HSTS in same.headers) == (304, True)
    # A server that does TLS itself needs no proxy.
    assert HSTS in client.get("/", base_url="https://localhost").headers


def test_the_host_is_never_taken(site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a client's Host nor a proxy's X-Forwarded-Host appears in a response."""
    monkeypatch.setenv("LONGWAVE_TRUSTED_PROXIES", "127.0.0.1")
    site.episode()
    client = open_client()
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"}
    for path in ("/", "/podcast", "/podcast/feed.xml", "/sitemap.xml", "/nowhere", "/search?q=a"):
        answer = client.get(path, headers=evil)
        assert "evil" not in answer.text + str(answer.headers)


def test_the_log_has_the_client(
    site: Site, serve: Callable[..., Server], tmp_path: Path, eventually: Callable[..., None]
) -> None:
    """Behind a trusted proxy an access log line has the client's shortened IP address and the proxy's request ID."""
    site.episode()
    log = tmp_path / "access.log"
    server = serve(LONGWAVE_ACCESS_LOG=str(log), LONGWAVE_TRUSTED_PROXIES="127.0.0.1,::1")
    for name in ("req-1", 'x" \t{evil}'):
        server.get("/", X_Forwarded_For="203.0.113.7", X_Request_ID=name)
    eventually(lambda: log.read_text().count("\n") == 2)
    first, second = map(json.loads, log.read_text().splitlines())
    assert (first["address"], first["request"]) == ("203.0.113.0", "req-1")
    assert "request" not in second
