"""What other hosts send is bounded, and never asked of this machine by a name that pretends."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from longwave import fetching
from longwave.fetching import FETCH_ERRORS, Fetcher, said


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
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
        if self.path == "/slow":
            with contextlib.suppress(OSError):
                for byte in b"HTTP/1.1 200 OK\r\nLong: ":
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.1)
            return
        self.send_response(200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        if self.path == "/drip":
            with contextlib.suppress(OSError):
                for _ in range(10):
                    self.wfile.write(b"0")
                    time.sleep(0.2)
            return
        self.wfile.write(b"0123456789")

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A real server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_answer_is_cut_at_the_limit(host: str) -> None:
    """No more bytes than wanted are taken, and it is said that there may be more."""
    answer = Fetcher("test", private=True).ask(f"{host}/", limit=4)
    assert (answer.status, answer.body, answer.cut) == (200, b"0123", True)
    assert not Fetcher("test", private=True).ask(f"{host}/", limit=11).cut


def test_own_addresses_are_refused(host: str) -> None:
    """Without leave, nothing of this machine's own network is asked."""
    with pytest.raises(ValueError, match="own network"):
        Fetcher("test").ask(f"{host}/", limit=4)


def test_a_name_that_leads_elsewhere_by_now_is_refused(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that looked public when it was looked up, and leads to this machine when it is asked, gets no request."""
    monkeypatch.setattr(fetching, "is_private", lambda _url: False)
    with pytest.raises(ValueError, match="own network"):
        Fetcher("test").ask(f"{host}/", limit=4)


@pytest.mark.parametrize(("path", "words"), [("/round", "more than 6 redirects"), ("/away", "no address of the web")])
def test_redirects_are_bounded(host: str, path: str, words: str) -> None:
    """A redirect may lead neither round and round nor out of the web."""
    with pytest.raises(ValueError, match=words):
        Fetcher("test", private=True).ask(f"{host}{path}", limit=4)


def test_errors_are_one_line() -> None:
    """Whatever a request raises can be said in a few words."""
    with pytest.raises(FETCH_ERRORS) as caught:
        Fetcher("test", private=True).ask("http://127.0.0.1:1/", limit=4)
    assert said(caught.value) == "Connection refused"


def test_an_answer_that_drips_is_given_up(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends a byte now and then is waited for no longer than any other."""
    monkeypatch.setattr(fetching, "_DEADLINE", 0.5)
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="no whole answer"):
        Fetcher("test", private=True).ask(f"{host}/drip", limit=10)
    assert time.monotonic() - began < 1.8


def test_headers_that_drip_are_given_up(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that sends its headers a byte at a time isn't waited for either, and half of them are no answer."""
    monkeypatch.setattr(fetching, "_DEADLINE", 0.5)
    began = time.monotonic()
    with pytest.raises(FETCH_ERRORS) as caught:
        Fetcher("test", private=True).ask(f"{host}/slow", limit=10)
    assert said(caught.value) == "no answer within 0.5 seconds"
    assert time.monotonic() - began < 1.8
