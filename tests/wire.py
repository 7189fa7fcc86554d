"""A wire between a client and the server that notes what passes, and that can be cut."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"
_PARSER = BytesParser()


@dataclass
class Exchange:
    """One request and its answer. ``sent`` counts the bytes of the body that passed."""

    method: str
    path: str
    asked: Message
    status: int
    got: Message
    sent: int = 0


@dataclass
class Chapter:
    """What one client did, in its order; ``output`` is what it printed."""

    client: str
    act: str
    output: str = ""
    exchanges: list[Exchange] = field(default_factory=list)

    def of(self, path: str) -> list[Exchange]:
        """The exchanges for a path."""
        return [exchange for exchange in self.exchanges if exchange.path == path]

    def told(self, path: str, *names: str) -> list[tuple[int | str | None, ...]]:
        """Of each exchange for a path: these headers of the request, and the status."""
        return [(*(each.asked[name] for name in names), each.status) for each in self.of(path)]


class Wire:
    """Listens on a free port of this machine and hands everything on to the server at ``upstream``, byte for byte."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._changed = threading.Condition()
        self._busy = 0
        self._cut: int | None = None
        self._told = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.upstream = ""
        self.chapters: list[Chapter] = [Chapter("", "")]
        threading.Thread(target=self._listen, daemon=True).start()

    @contextlib.contextmanager
    def watch(self, client: str, act: str) -> Iterator[Chapter]:
        """What passes until the end of the block is what ``client`` did; at its end nothing is on its way any more."""
        chapter = Chapter(client, act)
        self.chapters.append(chapter)
        yield chapter
        with self._changed:
            assert self._changed.wait_for(lambda: self._busy == 0, timeout=60), "something is still being sent"

    @contextlib.contextmanager
    def cut(self, after: int, *, silently: bool = False) -> Iterator[None]:
        """The connection breaks after so many bytes of a body; silently: nobody is told before the end of the block."""
        self._cut = after
        if not silently:
            self._told.set()
        try:
            yield
        finally:
            self._cut = None
            self._told.set()
            self._told = threading.Event()

    def close(self) -> None:
        """Listen no longer."""
        self._listener.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        where = urlsplit(self.upstream)
        with contextlib.suppress(OSError), client, socket.create_connection((where.hostname, where.port)) as server:
            going_on = True
            while going_on and (request := _head(client)):
                with self._working():
                    going_on = self._pass(request, client, server)

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def _pass(self, request: bytes, client: socket.socket, server: socket.socket) -> bool:
        """Hand on a request and its answer; False when the connection ends with them."""
        chapter = self.chapters[-1]
        server.sendall(request)
        answer = _head(server)
        if not answer:
            return False
        exchange = _exchange(request, answer)
        chapter.exchanges.append(exchange)
        client.sendall(answer)
        left = 0 if exchange.method == "HEAD" or exchange.status == 304 else int(exchange.got["Content-Length"] or 0)
        while left:
            told = self._told
            block = server.recv(min(left, 65_536))
            if self._cut is not None:
                block = block[: self._cut - exchange.sent]
            if not block:
                told.wait(60 if self._cut is not None else 0)
                return False
            client.sendall(block)
            exchange.sent += len(block)
            left -= len(block)
        return exchange.got.get("Connection", "").lower() != "close"


def _head(connection: socket.socket) -> bytes:
    """The head that comes next, with the empty line at its end; nothing where the connection was closed."""
    read = bytearray()
    # Byte by byte, so that nothing of the body is taken: heads are short.
    while not read.endswith(_HEAD_END):
        byte = connection.recv(1)
        if not byte:
            return b""
        read += byte
    return bytes(read)


def _exchange(request: bytes, answer: bytes) -> Exchange:
    asked, _, asked_headers = request.partition(b"\r\n")
    got, _, got_headers = answer.partition(b"\r\n")
    method, path, _ = asked.decode("latin-1").split(" ", 2)
    status = int(got.split(b" ")[1])
    return Exchange(method, path, _PARSER.parsebytes(asked_headers), status, _PARSER.parsebytes(got_headers))
