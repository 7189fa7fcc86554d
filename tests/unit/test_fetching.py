"""The fetcher: bounded responses, and no requests to this machine's networks."""

from __future__ import annotations

import base64
import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from longwave import dialing, fetching
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message, gunzip, without_login

PACKED = gzip.compress(b"0123456789" * 100_000)
#: The test server's responses by path: headers, declared length, and body, which may be shorter.
ANSWERS: dict[str, tuple[dict[str, str], int, bytes]] = {
    "/cut": ({}, 20, b"0123456789"),
    "/packed": ({"Content-Encoding": "gzip"}, len(PACKED), PACKED),
    "/packed-cut": ({"Content-Encoding": "gzip"}, len(PACKED) - 9, PACKED[:-9]),
    "/no-gzip": ({"Content-Encoding": "gzip"}, 5, b"plain"),
}
#: The beginnings of responses whose headers then come byte by byte: within the first line, and within a header.
BEGINNINGS = {"/slow": b"HTTP/", "/half": b"HTTP/1.1 200 OK\r\nX-One: 1\r\nX-Two: "}
#: The number of bytes that the test server sends one by one, for minutes, if the path asks for a slow response.
DRIPS = 30_000


class _Handler(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", "10")
        self.end_headers()

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(307 if self.path == "/moved" else 200)
        self.send_header("Location", "/posted")
        self.end_headers()
        self.wfile.write(form)

    def do_GET(self) -> None:
        if self.path in ANSWERS:
            headers, length, body = ANSWERS[self.path]
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body)
            return
        if self._moves() or self._tells():
            return
        if self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
            return
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
            return
        if self.path in BEGINNINGS:
            self.wfile.write(BEGINNINGS[self.path])
            with contextlib.suppress(OSError):
                for byte in b"1" * DRIPS:
                    self._drip(byte)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(DRIPS if self.path == "/drip" else 10))
        self.end_headers()
        if self.path == "/drip":
            with contextlib.suppress(OSError):
                for byte in b"0" * DRIPS:
                    self._drip(byte)
            return
        self.wfile.write(b"0123456789")

    def _drip(self, byte: int) -> None:
        """Send a byte, then pause; raise an error once the client has disconnected."""
        self.wfile.write(bytes([byte]))
        time.sleep(0.01)

    def _moves(self) -> bool:
        """Redirect to another host or path if the requested path is a key of ``targets``; return whether it is."""
        port = self.connection.getsockname()[1]
        targets = {"/inside": f"http://127.0.0.2:{port}/who", "/here": f"http://127.0.0.1:{port}/who"}
        targets |= {"/letters": "/ä.mp3".encode().decode("latin-1"), "/elsewhere": f"http://localhost:{port}/who"}
        targets |= {f"/{number}": f"/{number - 1}" for number in range(1, 8)}
        if self.path in targets:
            self.send_response(302)
            self.send_header("Location", targets[self.path])
            self.end_headers()
        return self.path in targets

    def _tells(self) -> bool:
        """Answer with the request's path and login if the path is known; return whether it is."""
        is_known = self.path in ("/who", "/%C3%A4.mp3")
        if is_known:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{self.path} {self.headers.get('Authorization', 'nobody')}".encode())
        return is_known

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """Yield the address of a real server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_answer_is_cut_at_the_limit(host: str) -> None:
    """A response longer than the limit is cut there, and marked as cut."""
    answer = Fetcher("test", private=True).fetch(f"{host}/", limit=4)
    assert (answer.status, answer.body, answer.is_truncated) == (200, b"0123", True)
    assert not Fetcher("test", private=True).fetch(f"{host}/", limit=11).is_truncated


def test_own_addresses_are_refused(host: str) -> None:
    """Addresses of this machine's own network are refused unless they are permitted."""
    with pytest.raises(ValueError, match="own network"):
        Fetcher("test").fetch(f"{host}/", limit=4)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("family", "address", "host"),
    [
        (socket.AF_INET, "127.0.0.1", "127.0.0.1"),
        (socket.AF_INET, "127.0.0.1", "[::ffff:127.0.0.1]"),
        (socket.AF_INET, "127.0.0.1", "localhost"),
        (socket.AF_INET6, "::1", "[::1]"),
    ],
)
@pytest.mark.parametrize("proxy", ["", "*"], ids=["", "no_proxy"])
def test_an_own_address_is_refused_before_it_is_connected_to(  # noqa: PLR0917
    monkeypatch: pytest.MonkeyPatch, scheme: str, family: socket.AddressFamily, address: str, host: str, proxy: str
) -> None:
    """No TCP connection reaches a server of this machine, so no TLS handshake either, by IPv4, IPv6 or a name."""
    monkeypatch.setenv("no_proxy", proxy)
    try:
        server = socket.create_server((address, 0), family=family)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        server.settimeout(0)
        with pytest.raises(FETCH_ERRORS, match="own network"):
            Fetcher("test").fetch(f"{scheme}://{host}:{server.getsockname()[1]}/", limit=4)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_redirect_is_checked_like_an_address_that_was_typed(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host to which a redirect leads is resolved and checked before it is connected to."""
    monkeypatch.setattr(dialing, "is_internal", lambda address: address == "127.0.0.2")
    with pytest.raises(FETCH_ERRORS, match="own network"):
        Fetcher("test").fetch(f"{host}/inside", limit=4)


def test_a_host_without_a_proxy_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that ``no_proxy`` names with its port is connected to at the address that was checked."""
    places: list[tuple[str, int]] = []

    def refuse(place: tuple[str, int], *_rest: object) -> socket.socket:
        places.append(place)
        raise ConnectionRefusedError

    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "named.example:8000")
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 0))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **_more: [entry])
    monkeypatch.setattr(socket, "create_connection", refuse)
    for port in (8000, 9000):
        with pytest.raises(FETCH_ERRORS):
            Fetcher("test").fetch(f"http://named.example:{port}/", limit=4)
    assert places == [("8.8.8.8", 8000), ("proxy.example", 3128)]


def test_a_proxy_is_asked_for_no_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of this machine's networks is refused before a proxy hears of it, over HTTPS too."""
    monkeypatch.delenv("no_proxy", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0)
        for scheme in ("http", "https"):
            monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{proxy.getsockname()[1]}")
            with pytest.raises(FETCH_ERRORS, match="own network"):
                Fetcher("test").fetch(f"{scheme}://10.0.0.1/", limit=4)
        with pytest.raises(BlockingIOError):
            proxy.accept()


@pytest.mark.parametrize(("path", "words"), [("/round", "more than 6 redirects"), ("/away", "no address of the web")])
def test_redirects_are_bounded(host: str, path: str, words: str) -> None:
    """A circular redirect, or one to another scheme than HTTP, is refused."""
    with pytest.raises(ValueError, match=words):
        Fetcher("test", private=True).fetch(f"{host}{path}", limit=4)


def test_six_redirects_are_followed_and_no_seventh(host: str) -> None:
    """Six redirects in a row are followed and no seventh, as the error's message says."""
    fetcher = Fetcher("test", private=True)
    assert fetcher.fetch(f"{host}/6", limit=4).url == f"{host}/0"
    with pytest.raises(ValueError, match="more than 6 redirects"):
        fetcher.fetch(f"{host}/7", limit=4)


def test_an_answer_that_breaks_off_is_none(host: str) -> None:
    """A truncated response raises an error, unless no more was read than arrived, or only headers were requested."""
    fetcher = Fetcher("test", private=True)
    with pytest.raises(FETCH_ERRORS) as caught:
        fetcher.fetch(f"{host}/cut", limit=30)
    assert error_message(caught.value) == "an answer that breaks off"
    assert fetcher.fetch(f"{host}/cut", limit=10).body == b"0123456789"
    assert fetcher.fetch(f"{host}/cut").body == b""
    assert fetcher.fetch(f"{host}/cut", "HEAD", limit=30).body == b""


def test_what_was_packed_on_the_way_is_unpacked(host: str) -> None:
    """A response in gzip is decompressed up to the limit; an invalid or truncated one is refused."""
    fetcher = Fetcher("test", private=True)
    assert fetcher.fetch(f"{host}/packed", limit=2_000_000).body == b"0123456789" * 100_000
    bounded = fetcher.fetch(f"{host}/packed", limit=15)
    assert (bounded.body, bounded.is_truncated) == (b"012345678901234", True)
    for path, words in (("/packed-cut", "breaks off"), ("/no-gzip", "damaged")):
        with pytest.raises(ValueError, match=words):
            fetcher.fetch(f"{host}{path}", limit=2_000_000)


def test_a_gzip_of_several_is_all_of_them() -> None:
    """Concatenated gzip members are decompressed as one, however they are split."""
    raw = gzip.compress(b"one ") + gzip.compress(b"two")
    assert b"".join(gunzip([raw])) == b"".join(gunzip(bytes([byte]) for byte in raw)) == b"one two"


def test_an_address_of_letters_is_followed(host: str) -> None:
    """A redirect to an address in plain UTF-8 is followed."""
    assert Fetcher("test", private=True).fetch(f"{host}/letters", limit=40).url.endswith("/ä.mp3")
    assert Fetcher("test", private=True).fetch(f"{host}/letters", limit=40).body.startswith(b"/%C3%A4.mp3")


def test_a_login_goes_to_its_own_host_alone(host: str) -> None:
    """The user name and password in an address are sent to its host, and not after a redirect to another."""
    named = host.replace("://", "://ann:p%40ss@")
    fetcher = Fetcher("test", private=True)
    pair = base64.b64encode(b"ann:p@ss").decode()
    assert fetcher.fetch(f"{named}/who", limit=99).body.decode() == f"/who Basic {pair}"
    assert fetcher.fetch(f"{named}/here", limit=99).body.decode() == f"/who Basic {pair}"
    assert fetcher.fetch(f"{named}/elsewhere", limit=99).body == b"/who nobody"
    assert without_login(f"{named}/who?a=@") == f"{host}/who?a=@"


def test_errors_are_one_line() -> None:
    """Any error of an HTTP request is described in a few words on one line."""
    with pytest.raises(FETCH_ERRORS) as caught:
        Fetcher("test", private=True).fetch("http://127.0.0.1:1/", limit=4)
    assert error_message(caught.value) == "Connection refused"
    assert error_message(ValueError("\x1b[2Ja\r\nb\u202ec")) == "[2Ja b c"


def test_a_form_goes_to_its_address_alone(host: str) -> None:
    """A POST is sent once, to its address, and not to the target of a redirect."""
    fetcher = Fetcher("test", private=True)
    assert fetcher.fetch(f"{host}/posted", "POST", limit=99, form={"a": "b c&"}).body == b"a=b+c%26"
    with pytest.raises(FETCH_ERRORS) as caught:
        fetcher.fetch(f"{host}/moved", "POST", limit=99, form={"a": "b"})
    assert error_message(caught.value) == "the status 307"


def test_an_answer_that_drips_is_given_up(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A response whose bytes come one by one is given up at the total timeout."""
    # The timeout includes the headers.
    monkeypatch.setattr(fetching, "_DEADLINE", 0.5)
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="no whole answer"):
        Fetcher("test", private=True).fetch(f"{host}/drip", limit=DRIPS)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("path", ["slow", "half"])
def test_headers_that_drip_are_given_up(host: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A response whose headers come byte by byte is given up at the timeout with an error, and the socket is closed."""
    sockets: list[socket.socket] = []
    connect = socket.create_connection

    def remembered(*given: Any) -> socket.socket:
        sockets.append(connect(*given))
        return sockets[-1]

    monkeypatch.setattr(socket, "create_connection", remembered)
    monkeypatch.setattr(fetching, "_DEADLINE", 0.2)
    began = time.monotonic()
    with pytest.raises(FETCH_ERRORS) as caught:
        Fetcher("test", private=True).fetch(f"{host}/{path}", limit=10)
    assert error_message(caught.value) == "no answer within 0.2 seconds"
    assert [connection.fileno() for connection in sockets] == [-1]
    assert time.monotonic() - began < 30
