"""A TCP proxy between a client and the server that records each exchange, and can break the connection."""

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
    """The headers of a request and of its response.

    ``sent`` counts the bytes of the response body that passed the proxy.
    """

    method: str
    path: str
    request: Message
    status: int
    response: Message
    sent: int = 0


@dataclass
class Recording:
    """The exchanges of one client, in order, and the output it printed; ``act`` describes what the client was doing."""

    client: str
    act: str
    output: str = ""
    exchanges: list[Exchange] = field(default_factory=list)

    def for_path(self, path: str) -> list[Exchange]:
        """Return the exchanges whose request was for a path."""
        return [exchange for exchange in self.exchanges if exchange.path == path]

    def request_headers(self, path: str, *names: str) -> list[tuple[int | str | None, ...]]:
        """Return a tuple for each request for a path: the values of its headers ``names``, then the status it got."""
        return [(*(each.request[name] for name in names), each.status) for each in self.for_path(path)]


class RecordingProxy:
    """A proxy on a free port of this machine that passes every byte on to the server at ``upstream``."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._changed = threading.Condition()
        self._busy = 0
        self._cut: int | None = None
        self._may_close = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.upstream = ""
        self.recordings: list[Recording] = [Recording("", "")]
        threading.Thread(target=self._listen, daemon=True).start()

    @contextlib.contextmanager
    def watch(self, client: str, act: str) -> Iterator[Recording]:
        """Record the exchanges of ``client`` during the block, and wait at its end until all are complete."""
        recording = Recording(client, act)
        self.recordings.append(recording)
        yield recording
        with self._changed:
            assert self._changed.wait_for(lambda: self._busy == 0, timeout=60), "something is still being sent"

    @contextlib.contextmanager
    def cut(self, after: int, *, silently: bool = False) -> Iterator[None]:
        """Stop each response after ``after`` bytes of its body.

        The connection is closed at once, or if ``silently`` only at the end of the block.
        """
        self._cut = after
        if not silently:
            self._may_close.set()
        try:
            yield
        finally:
            self._cut = None
            self._may_close.set()
            self._may_close = threading.Event()

    def close(self) -> None:
        """Stop accepting connections."""
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
        """Pass on a request and its response; return False if the connection ends after them."""
        recording = self.recordings[-1]
        server.sendall(request)
        answer = _head(server)
        if not answer:
            return False
        exchange = _exchange(request, answer)
        recording.exchanges.append(exchange)
        client.sendall(answer)
        left = (
            0 if exchange.method == "HEAD" or exchange.status == 304 else int(exchange.response["Content-Length"] or 0)
        )
        while left:
            may_close = self._may_close
            block = server.recv(min(left, 65_536))
            if self._cut is not None:
                block = block[: self._cut - exchange.sent]
            if not block:
                may_close.wait(60 if self._cut is not None else 0)
                return False
            client.sendall(block)
            exchange.sent += len(block)
            left -= len(block)
        return exchange.response.get("Connection", "").lower() != "close"


def _head(connection: socket.socket) -> bytes:
    """Return the next message's head with the empty line at its end; empty if the connection was closed."""
    read = bytearray()
    # The head is read byte by byte, so that none of the body is consumed.
    while not read.endswith(_HEAD_END):
        byte = connection.recv(1)
        if not byte:
            return b""
        read += byte
    return bytes(read)


def _exchange(request: bytes, answer: bytes) -> Exchange:
    request_line, _, request_headers = request.partition(b"\r\n")
    status_line, _, response_headers = answer.partition(b"\r\n")
    method, path, _ = request_line.decode("latin-1").split(" ", 2)
    status = int(status_line.split(b" ")[1])
    return Exchange(method, path, _PARSER.parsebytes(request_headers), status, _PARSER.parsebytes(response_headers))
