"""Malformed HTTP requests: each is answered, and none leaves a traceback in the log."""

from __future__ import annotations

import importlib.util
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import hostile_requests
import pytest
from support import Server, Site, start_server, wait_until

WSGI = Path(__file__).parents[2] / "wsgi.py"
LONG = "9" * 5000
TARGETS = (
    "http://[x]/", "http://[::1/", "http://]/", "http://[::1]:x/", "//[x", "http://[1::2::3]/", "http://[v1.x]/", "http:///",
    "http://x:99999/", "http://a:b@c:d/", "http://\u2100/", "*", "?", "#", "%", "/%", "/%zz", "/\x7f", "/?%", "://", "/search?q=\xff",
    "/search.json?q=caf\xe9&tag=\xff", "/podcast/feed.xml?page=\xb2", "/oembed?url=http://[x]/", "/\xff\xfe", "/a?b=%ff",
)  # fmt: skip
LINES = (
    *["GET {} HTTP/1.1"] * 8, "GET {}", "GET {} HTTP/1.0", "GET  {} HTTP/1.1", "get {} HTTP/1.1", "GET {} HTTP/9.9", "HEAD {} HTTP/1.1",
    "POST {} HTTP/1.1", "OPTIONS {} HTTP/1.1", "\x16\x03\x01 {}", "{}",
)  # fmt: skip
HEADERS = (
    "Host: [x", "Host: a, b", "Host:", f"Content-Length: {LONG}", "Content-Length: -1", "Content-Length: +1", "Content-Length: \u0663",
    "Transfer-Encoding: gzip, chunked", f"Range: bytes={LONG}-", f"Range: bytes=0-{LONG}", "If-None-Match: \xff",
    f"If-Modified-Since: Mon, {LONG[:20]} Jan 2020 00:00:00 GMT", f"If-Range: Mon, 01 Jan {LONG[:20]} 00:00:00 GMT",
    "If-Modified-Since: 31 Nov Mon, 12:61:99 +99999999999999", f"Accept-Encoding: br;q={LONG}", "Accept: \xff", "X: \x00", "X\x00: 1",
    ": x", "X : y", " X: y", "Cookie: \xff=\xfe", "Authorization: Basic !!", "X-Forwarded-For: [", "X-Forwarded-Proto: \xff",
    "Content-Type: multipart/form-data; boundary=", "Content-Type: \xff", "Connection: \xff", "Expect: x", "Upgrade: websocket",
)  # fmt: skip


@pytest.fixture(scope="module")
def furnished(shared_site: Site) -> Site:
    """Return a site with all kinds of content, secrets in files that aren't public, and hostile names and texts."""
    hostile_requests.furnish(shared_site, b"\xff\xfb\x90\x00" + bytes(413) * 100)
    shared_site.put("wsgi.py", WSGI.read_text("utf-8"))
    return shared_site


@pytest.fixture(params=["waitress", "granian"])
def server(furnished: Site, request: pytest.FixtureRequest, free_port: int) -> Iterator[Server]:
    """Yield a server of the site on waitress or on granian."""
    settings = {"LONGWAVE_SEARCH_LIMIT": "0", "LONGWAVE_METRICS_TOKEN": "secret", "LONGWAVE_ACCESS_LOG": "0"}
    if request.param == "waitress":
        server = start_server(furnished.root, **settings)
    else:
        if (
            importlib.util.find_spec("granian") is None
        ):  # If granian were imported here, Longwave would take it for the running server.
            pytest.skip("granian is not installed")
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(free_port),
            "--workers",
            "1",
            "wsgi:app",
        ]
        process = subprocess.Popen(
            command,
            cwd=furnished.root,
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        server = Server(f"http://127.0.0.1:{free_port}", process, "")

        def answers() -> bool:
            try:
                return server.get("/ready").status == 200
            except OSError:
                return False

        wait_until(answers)
    yield server
    server.process.terminate()
    assert "Traceback" not in server.process.communicate(timeout=20)[0]


@pytest.mark.slow
def test_each_is_answered(server: Server) -> None:
    """Malformed request lines, addresses, headers and numbers get an error, never a 500 or silence."""
    parts, dice = urlsplit(server.url), random.Random(21)
    address = parts.hostname or "", parts.port or 0
    requests = [f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" for target in TARGETS]
    requests += [f"GET / HTTP/1.1\r\n{header}\r\nConnection: close\r\n\r\n" for header in HEADERS]
    for _ in range(150):
        line = dice.choice(LINES).format(dice.choice(TARGETS))
        requests.append("\r\n".join((line, *dice.sample(HEADERS, 2), "Connection: close", "", "")))
    wrong = []
    for text in requests:
        raw = text.encode("latin-1", "replace") if dice.random() < 0.7 else text.encode("utf-8")
        answer = hostile_requests.sent(address, raw)
        status = re.match(rb"HTTP/1\.[01] (\d+)", answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))
        if status is None and not re.search(rb"(?i)content-length|transfer-encoding", raw):
            wrong.append(("no answer", raw))
        elif status and int(status[1]) >= 500 and int(status[1]) not in (501, 505):
            wrong.append((status[1], raw))
    assert wrong == []
    assert server.get("/podcast/1-ep").status == 200


def test_an_address_in_brackets_is_a_bad_request(furnished: Site) -> None:
    """Waitress answers a request for an address that Python can't parse with 400 and the security headers."""
    server = start_server(furnished.root, LONGWAVE_ACCESS_LOG="0")
    parts = urlsplit(server.url)
    answer = hostile_requests.sent(
        (parts.hostname or "", parts.port or 0), b"GET http://[x]/ HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"X-Content-Type-Options: nosniff" in answer
    server.process.terminate()
    assert "Traceback" not in server.process.communicate(timeout=20)[0]
