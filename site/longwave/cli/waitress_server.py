"""waitress as `longwave serve` runs it: limits, fair turns among connections, and a stop that finishes requests."""

from __future__ import annotations

import errno
import functools
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask

from longwave.config import MAX_BODY_BYTES
from longwave.errors import LongwaveError
from longwave.web.headers import BARE

#: The limit of open connections. Above about 500 open files select() fails, so poll() is used; a download takes two.
_CONNECTIONS = 1000
#: The bytes that are sent to one connection in its turn, at most and at least, and to all of them in a round of turns.
_MAX_TURN_BYTES, _MIN_TURN_BYTES, _ROUND_BYTES = 1_000_000, 65_536, 4_000_000
#: The limit of connections that are accepted before the open ones have their next turn.
_ACCEPTED_PER_TURN = 100
#: Seconds for which an idle connection stays open while the server stops, as its last request may be on its way; and
#: those for a connection that has sent no whole request yet.
_IDLE_SECONDS, _FIRST_REQUEST_SECONDS = 0.5, 2
#: The first file descriptor that systemd passes (sd_listen_fds(3)).
_FIRST_PASSED = 3
_log = logging.getLogger("longwave")


class _Task(WSGITask):
    """A request whose connection stays open after a 304, which ends with its headers (RFC 9112 6.3).

    waitress would close the connection after every response without a Content-Length. While the server stops, every
    response closes its connection.
    """

    channel: Any
    request: Any

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:
            super().set_close_on_finish()
        header: bytes = super().build_response_header()
        return header

    def set_close_on_finish(self) -> None:
        connection = self.request.headers.get("CONNECTION", "").lower()
        if not self.status.startswith("304") or self.version != "1.1" or connection == "close":
            super().set_close_on_finish()


class _Request(HTTPRequestParser):
    """A parser of requests, which ignores ``Expect: 100-continue`` if no body follows; waitress would wait for one.

    A request that Python can't parse (the address ``http://[x]/``, a number of thousands of digits) is answered with
    400; in waitress alone, the ValueError would escape.
    """

    content_length: int
    chunked: bool

    def parse_header(self, header_plus: bytes) -> None:
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("The request can't be read.") from None
        self.expect_continue = self.expect_continue and bool(self.content_length or self.chunked)


class _Refusal(ErrorTask):
    """The error response of waitress itself to bytes that are no request."""

    channel: Any
    response_headers: list[tuple[str, str]]

    def execute(self) -> None:
        self.response_headers.extend(BARE)
        super().execute()
        refused = self.channel.server.refused
        if refused is not None and self.status.startswith("4"):
            refused(self.channel.addr[0], int(self.status[:3]), self.content_length)


class _Channel(HTTPChannel):
    """A connection that sends a megabyte at most before others have their turn, and less if there are many of them.

    waitress would send for as long as a client keeps up, and a fast one, such as a proxy on the same machine, would
    occupy the main loop for a whole file. Fifty clients with a megabyte each would still delay a page by 0.2 s.
    """

    parser_class = _Request
    task_class = _Task
    error_task_class = _Refusal
    server: Any
    last_activity: float
    _bytes_left = _MAX_TURN_BYTES
    _has_served = False
    _request_began = 0.0

    def handle_write(self) -> None:
        share = _ROUND_BYTES // len(self.server.active_channels)
        self._bytes_left = max(_MIN_TURN_BYTES, min(_MAX_TURN_BYTES, share))
        super().handle_write()

    def send(self, data: bytes, do_close: bool = True) -> int:
        if self._bytes_left <= 0:
            return 0
        sent: int = super().send(data, do_close=do_close)
        self._bytes_left -= sent
        return sent

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self._request_began = time.time()
        return bool(super().received(data))

    def service(self) -> None:
        self._has_served = True
        super().service()

    def is_done(self, now: float) -> bool:
        """Return whether the connection may be closed: idle for a while, or with half a request for too long."""
        if self.requests or self.total_outbufs_len:
            return False
        if self.request is not None:
            return now - self._request_began > _FIRST_REQUEST_SECONDS
        return now - self.last_activity > (_IDLE_SECONDS if self._has_served else _FIRST_REQUEST_SECONDS)


def passed_sockets() -> list[socket.socket]:
    """Return the sockets that systemd passed, usually none, and delete its variables (sd_listen_fds(3))."""
    passed = {name: os.environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")}
    if passed["LISTEN_PID"] != str(os.getpid()) or not passed["LISTEN_FDS"].isdecimal():
        return []
    return [socket.socket(fileno=_FIRST_PASSED + number) for number in range(int(passed["LISTEN_FDS"]))]


def listen(
    app: WSGIApplication, host: str, port: int, *, sockets: list[socket.socket] | None = None, **more: Any
) -> Any:
    """Return a waitress server with Longwave's limits, which listens already; ``run`` then serves with it.

    ``sockets`` that listen already replace ``host`` and ``port``; ``more`` are settings of waitress. Raises
    LongwaveError when the server can't listen.
    """
    address: dict[str, Any] = {"sockets": sockets} if sockets else {"host": host, "port": port}
    socket_map: dict[int, Any] = {}
    try:
        server: Any = create_server(
            app,
            map=socket_map,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,
            channel_timeout=60,
            # No limit, above which a thread would wait until the client reads; an unsent file takes no memory.
            outbuf_high_watermark=sys.maxsize,
            max_request_body_size=MAX_BODY_BYTES + 1,  # waitress refuses a body of exactly this size
            max_request_header_size=32_768,
            ident=None,
            # web/proxies.py decides which proxies are trusted, for all servers.
            clear_untrusted_proxy_headers=False,
            **address,
            **more,
        )
    except ValueError:
        # waitress raises it for a host name that has no address.
        raise LongwaveError(f"expected a --host to listen on, found {host!r}.", "Try 127.0.0.1.") from None
    except OSError as error:
        hint = "Stop what listens there, or name another --port." if error.errno == errno.EADDRINUSE else ""
        reason = error.strerror or str(error)
        raise LongwaveError(f"{host}:{port}: expected an address to listen on, found: {reason}.", hint) from None
    server.socket_map = socket_map
    for listener in _listeners(server):
        listener.channel_class = _Channel
        listener.handle_accept = functools.partial(_accept, listener, _ACCEPTED_PER_TURN)
        listener.is_passed = bool(sockets)
        listener.refused = None
        listener.stopping = False
    return server


def report_refusals(server: Any, refused: Callable[[str, int, int], None]) -> None:
    """Have ``refused`` called with the client's address, the status and the bytes of each error of waitress's own."""
    for listener in _listeners(server):
        listener.refused = refused


def run(server: Any, stopping: threading.Event, seconds: float, end: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or Ctrl-C; then set ``stopping``, call ``end``, and finish requests for up to ``seconds``.

    New requests are answered meanwhile, too, as the next process can't listen before this one has ended. A second
    signal ends the server at once. Passed sockets stay open, so clients that connect in between wait for the next
    process.
    """
    signals: list[int] = []
    listeners = _listeners(server)

    def stop(number: int, _frame: object) -> None:
        # No exception is raised here to end the loop: in the middle of a write, it would make bytes be sent twice.
        signals.append(number)
        listeners[0].pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not signals:
        _turn(server, 1)
    stopping.set()
    end()
    for listener in listeners:
        listener.stopping = True
    _log_unfinished(server)
    first = set(_channels(server))
    _finish(server, first, seconds, signals)
    for listener in listeners:
        _close(listener)
    # Connections that came meanwhile get only seconds: a player continues a download that is cut off.
    _finish(server, set(_channels(server)) - first, _FIRST_REQUEST_SECONDS, signals)
    left = _channels(server)
    if left:
        _log.warning("%d unfinished %s cut.", len(left), "request was" if len(left) == 1 else "requests were")
    for channel in left:
        channel.handle_close()
    server.task_dispatcher.shutdown(timeout=1)


def _finish(server: Any, channels: set[_Channel], seconds: float, signals: list[int]) -> None:
    """Serve until all ``channels`` (connections) are done, ``seconds`` are over, or a second signal has come."""
    until = time.monotonic() + seconds
    while channels.intersection(_channels(server)) and time.monotonic() < until and len(signals) < 2:
        for channel in _channels(server):
            channel.will_close = channel.will_close or channel.is_done(time.time())
        _turn(server, 0.1)


def _turn(server: Any, seconds: float) -> None:
    wasyncore.loop(timeout=seconds, use_poll=True, map=server.socket_map, count=1)


def _close(listener: Any) -> None:
    """Close the listening socket; first accept its waiting connections, unless systemd keeps the socket open."""
    if not listener.is_passed:
        _accept(listener, _CONNECTIONS)
    listener.accepting = False
    # The server's own close() isn't called, as it would close the trigger by which threads wake the loop.
    wasyncore.dispatcher.close(listener)


def _accept(listener: Any, limit: int) -> None:
    """Accept the waiting connections, up to ``limit``.

    waitress would accept only one in each turn of its loop, so the hundredth connection would wait for a hundred turns.
    """
    for _ in range(min(limit, _CONNECTIONS - len(listener.active_channels))):
        before = len(listener.active_channels)
        type(listener).handle_accept(listener)
        if len(listener.active_channels) == before:
            return


def _log_unfinished(server: Any) -> None:
    busy = sum(not channel.is_done(time.time()) for channel in _channels(server))
    if busy:
        _log.info("Finishing %d request%s; stop once more to end at once.", busy, "" if busy == 1 else "s")


def _listeners(server: Any) -> list[Any]:
    return [each for each in server.socket_map.values() if isinstance(each, BaseWSGIServer)]


def _channels(server: Any) -> list[_Channel]:
    return [each for each in server.socket_map.values() if isinstance(each, _Channel)]
