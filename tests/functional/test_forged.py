"""Forged proxy headers on every supported WSGI server, directly and behind each proxy of the guide."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from reverse_proxies import start_proxy
from support import Server, Site, start_server, wait_for_url, wait_until

WSGI = Path(__file__).parents[2] / "wsgi.py"
TRUSTED = "127.0.0.1"
#: An address of this machine that is no trusted proxy.
CLIENT = "127.0.0.9"
#: Every spelling, by hyphens and underscores, of the headers that a proxy sets, and some that other servers trust.
NAMES = [
    name
    for words in ("X Forwarded For", "X Forwarded Proto", "X Request ID")
    for name in (words.replace(" ", "{}", 1).replace(" ", "{}").format(*marks) for marks in product("-_", repeat=2))
] + [
    "Forwarded",
    "X-Real-IP",
    "X_Real_IP",
    "X-Forwarded-Host",
    "REMOTE_ADDR",
    "HTTP_X_FORWARDED_FOR",
    "wsgi.url_scheme",
]
SAID = {"Proto": "https", "scheme": "https", "ID": "forged", "Forwarded": "for=203.0.113.7;proto=https"}


def forged(name: str) -> str:
    """Return the false value that the tests send in the header ``name``, such as an IP address for X-Forwarded-For."""
    return next((value for end, value in SAID.items() if name.endswith(end)), "203.0.113.7")


def ask(server: Server, number: int, *headers: str) -> bytes:
    """Return the raw response to a search for ``number`` (so uncached) from ``CLIENT`` with these raw header lines."""
    where = urlsplit(server.url)
    with socket.create_connection(
        (str(where.hostname), int(where.port or 80)), timeout=30, source_address=(CLIENT, 0)
    ) as connection:
        line = f"GET /search?q={number} HTTP/1.1"
        lines = [line, f"Host: {where.netloc}", "Connection: close", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode())
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def waitress_serve(root: Path, port: int, **environment: str) -> Server:
    """Start waitress's own command with the site, and return the server."""
    code = "from waitress.runner import run; print('Open http://127.0.0.1:%s/', flush=True); run()"
    options = ["--no-clear-untrusted-proxy-headers", f"--listen=127.0.0.1:{port}", "wsgi:app"]
    (root / "wsgi.py").write_text(WSGI.read_text("utf-8"))
    process = subprocess.Popen(
        [sys.executable, "-c", code % port, *options],
        cwd=root, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    server = wait_for_url(process)
    wait_until(lambda: _listens(port))
    return server


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(params=["longwave serve", "waitress-serve"])
def behind(request: pytest.FixtureRequest, site: Site, log: Path) -> Iterator[Server]:
    """Yield a server that trusts 127.0.0.1 as a proxy, and writes an access log."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode()
    environment = {"LONGWAVE_TRUSTED_PROXIES": TRUSTED, "LONGWAVE_ACCESS_LOG": str(log)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = request.param == "longwave serve"
    server = start_server(site.root, **environment) if own else waitress_serve(site.root, port, **environment)
    yield server
    server.stop()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the path of the server's access log."""
    return tmp_path / "access.log"


@pytest.mark.parametrize("kind", ["nginx", "caddy", "no proxy"])
def test_nobody_is_believed_but_the_proxy(site: Site, behind: Server, log: Path, free_port: int, kind: str) -> None:
    """Forged proxy headers, in any spelling, don't change the client's logged address, the scheme or the request ID."""
    with ExitStack() as stack:
        server = behind
        if kind != "no proxy":
            server = start_proxy(kind, site.root, behind.url, free_port)
            stack.callback(server.stop)
        forgeries = [[f"{name}: {forged(name)}"] for name in NAMES]
        forgeries.append([f"{name}: {forged(name)}" for name in NAMES if "_" in name])
        forgeries.append([f"{name}: {forged(name)}" for name in NAMES if "_" in name][::-1])
        if kind == "caddy":
            # Caddy passes a client's own X-Request-ID on, so Longwave can't tell that it is forged.
            forgeries = [headers for headers in forgeries if headers != ["X-Request-ID: forged"]]
        for number, headers in enumerate(forgeries):
            answer = ask(server, number, *headers).partition(b"\r\n\r\n")[0]
            assert answer.startswith(b"HTTP/1.1 200"), headers
            assert b"Strict-Transport-Security" not in answer, headers
        wait_until(lambda: log.exists() and log.read_text("utf-8").count(CLIENT) == len(forgeries))
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert "203.0.113" not in log.read_text("utf-8")
    assert not [line for line in lines if line.get("request") == "forged"]


def test_a_proxy_is_believed(behind: Server, log: Path) -> None:
    """A trusted proxy's headers set the client's address, the scheme and the request ID."""
    headers = {"X_Forwarded_For": "203.0.113.7", "X_Forwarded_Proto": "https", "X_Request_ID": "told"}
    answer = behind.get("/podcast/1-first", **headers)  # `get` writes these names with hyphens.
    assert answer.headers["Strict-Transport-Security"]
    wait_until(lambda: log.exists() and "203.0.113.0" in log.read_text("utf-8"))
    assert '"request": "told"' in log.read_text("utf-8")


def test_granian_believes_nobody(site: Site, free_port: int) -> None:
    """granian, which takes X_Forwarded_For for X-Forwarded-For, refuses to start Longwave with trusted proxies."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode()
    site.put("wsgi.py", WSGI.read_text("utf-8"))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(free_port), "wsgi:app"]
    for trusted, starts in (("127.0.0.1", False), ("unix", False), ("", True)):
        with subprocess.Popen(
            command, cwd=site.root, env={**os.environ, "LONGWAVE_TRUSTED_PROXIES": trusted},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ) as process:  # fmt: skip
            wait_until(lambda process=process: process.poll() is not None or _answers(free_port))  # type: ignore[misc]
            assert (process.poll() is None) == starts
            process.terminate()
            output = process.communicate(timeout=30)[0]
        assert ("LONGWAVE_TRUSTED_PROXIES: expected a server" in output) == (not starts)
        assert starts or process.returncode == 1


def _answers(port: int) -> bool:
    try:
        return Server(f"http://127.0.0.1:{port}", None, "").get("/health").status == 200  # type: ignore[arg-type]
    except OSError:
        return False
