"""A false Redis as page cache that sends nonsense, endless or half answers: no page is wrong, little time is lost."""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest
from flask.testing import FlaskClient
from support import Site

EPISODE = "/podcast/1-first"


def _dripped(answer: bytes) -> Iterator[bytes]:
    for byte in answer:
        yield bytes([byte])
        time.sleep(0.1)


def _endless(piece: bytes) -> Iterator[bytes]:
    return itertools.repeat(piece * (65_536 // len(piece)))


#: By name, the pieces in which a false Redis answers any command; then the connection stays open in silence.
NONSENSE: dict[str, Callable[[], Iterable[bytes]]] = {
    "silence": list,
    "web": lambda: [b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>"],
    "noise": lambda: [random.Random(4).randbytes(5000) + b"\r\n"],
    "errors": lambda: [b"-ERR unknown command\r\n"],
    "loading": lambda: [b"-LOADING Redis is loading the dataset in memory\r\n"],
    "numbers": lambda: [b":7\r\n"],
    "unnumbered": lambda: [b":seven\r\n"],
    "negative": lambda: [b"$-7\r\n"],
    "lists": lambda: [b"*2\r\n:1\r\n$1\r\na\r\n"],
    "text": lambda: [b"$3\r\nabc\r\n"],
    "promise": lambda: [b"$2000000000\r\nabc"],
    "flood": lambda: itertools.chain([b"$2000000000\r\n"], _endless(b"a")),
    "line": lambda: itertools.chain([b"+"], _endless(b"a")),
    "endless": lambda: itertools.chain([b"*2000000000\r\n"], _endless(b":1\r\n")),
    "nest": lambda: [b"*1\r\n" * 100_000],
    "news": lambda: _endless(b">1\r\n+a\r\n"),
    "drips": lambda: itertools.chain([b"$100000\r\n"], _dripped(b"a" * 1000)),
}


_GREETING = b"%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n"


class Pretender:
    """A server in place of Redis that sends junk; if ``polite``, it first answers a client's greeting as Redis does."""

    def __init__(self, said: Callable[[], Iterable[bytes]], *, polite: bool = False, hangs_up: bool = False) -> None:
        self._said, self._polite, self._hangs_up = said, polite, hangs_up
        self.asked, self.sent = 0, 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Close all connections and stop listening."""
        self._server.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while asked := connection.recv(65_536):
                if self._polite and (b"HELLO" in asked or b"CLIENT" in asked):
                    connection.sendall(_GREETING if b"HELLO" in asked else b"+OK\r\n" * asked.count(b"CLIENT"))
                    continue
                self.asked += 1
                for piece in self._said():
                    connection.sendall(piece)
                    self.sent += len(piece)
                if self._hangs_up:
                    return


@pytest.fixture
def ask(
    site: Site, open_client: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Pretender], None]:
    """Return a function that asserts that a site with a false Redis shows the same pages and results as without it."""
    site.episode(body="Hello zebra.")
    paths = (EPISODE, "/search?q=zebra", "/search.json?q=zebra", "/podcast/feed.xml")

    def hold_against(redis: Pretender) -> None:
        alone = open_client()
        right = {path: alone.get(path).data for path in paths}
        monkeypatch.setenv("LONGWAVE_CACHE_TYPE", "RedisCache")
        monkeypatch.setenv("LONGWAVE_CACHE_REDIS_PORT", str(redis.port))
        with contextlib.closing(redis):
            client = open_client()
            took = []
            for path in paths * 5:
                began = time.monotonic()
                assert client.get(path).data == right[path]
                took.append(time.monotonic() - began)
        assert redis.asked > 0
        assert redis.sent < 300_000_000
        # The page cache and the search limit wait for Redis for a second each, and then do without it for a while.
        assert max(took) < 6
        assert sum(sorted(took)[:-2]) < 6

    return hold_against


@pytest.mark.parametrize("polite", [False, True], ids=["at once", "after a greeting"])
@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_no_page(kind: str, polite: bool, ask: Callable[[Pretender], None]) -> None:
    """Whatever a false Redis sends, each page and search result is the same as without it, and none is slow."""
    ask(Pretender(NONSENSE[kind], polite=polite))


@pytest.mark.parametrize("polite", [False, True], ids=["at once", "after a greeting"])
@pytest.mark.parametrize("answer", [b"", b"$1000\r\nabc", b"$", b"*3\r\n:1\r\n", b"+OK"])
def test_an_end_in_the_middle_is_no_page(answer: bytes, polite: bool, ask: Callable[[Pretender], None]) -> None:
    """A false Redis that disconnects before or within its answer alters no page or search result of the site."""
    ask(Pretender(lambda: [answer], polite=polite, hangs_up=True))
