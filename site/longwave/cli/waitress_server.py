"""waitress as `flask serve` runs it: its limits, fair turns, and an end at which nobody loses what they were sent."""

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

#: Above about 500 open files select() fails, so poll() is used; a download takes two files, and a page one.
_CONNECTIONS = 1000
#: Bytes that go to one connection in its turn, at most and at least, and to all of them in a round of turns.
_TURN, _LEAST, _ROUND = 1_000_000, 65_536, 4_000_000
#: Connections that are taken in before those that are there have their next turn.
_ARRIVALS = 100
#: Seconds for which a connection that asks for nothing is kept while the server stops: the next request on it may be on
#: its way, and is the last. Who has never asked, or half of it only, gets more.
_LULL, _FRESH = 0.5, 2
#: The first of the files that systemd hands on (sd_listen_fds(3)).
_FIRST_PASSED = 3
_log = logging.getLogger("longwave")


class _Task(WSGITask):
    """A request whose connection stays open after a 304, which ends with its headers (RFC 9112 6.3).

    waitress would close it after every answer without a Content-Length. While the server stops, each is the last one.
    """

    channel: Any
    request: Any

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:
            super().set_close_on_finish()
        header: bytes = super().build_response_header()
        return header

    def set_close_on_finish(self) -> None:
        asked = self.request.headers.get("CONNECTION", "").lower()
        if not self.status.startswith("304") or self.version != "1.1" or asked == "close":
            super().set_close_on_finish()


class _Request(HTTPRequestParser):
    """A request without a body isn't told to go on and send one: waitress would wait for it with a connection held.

    What can't be parsed is answered with 400. waitress doesn't know that Python may refuse an address (``http://[x]/``),
    or a number of thousands of digits.
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
    """What waitress itself answers to what is no request."""

    channel: Any
    response_headers: list[tuple[str, str]]

    def execute(self) -> None:
        self.response_headers.extend(BARE)
        super().execute()
        refused = self.channel.server.refused
        if refused is not None and self.status.startswith("4"):
            refused(self.channel.addr[0], int(self.status[:3]), self.content_length)


class _Channel(HTTPChannel):
    """A connection that sends a megabyte at most before others have their turn, and less where there are many.

    waitress would go on for as long as a client keeps up, and a fast one, such as a proxy on the same machine, would
    hold the main loop for a whole file. Fifty of them with a megabyte each would still keep a page waiting for 0.2 s.
    """

    parser_class = _Request
    task_class = _Task
    error_task_class = _Refusal
    server: Any
    last_activity: float
    _left = _TURN
    _served = False
    _begun = 0.0

    def handle_write(self) -> None:
        self._left = max(_LEAST, min(_TURN, _ROUND // len(self.server.active_channels)))
        super().handle_write()

    def send(self, data: bytes, do_close: bool = True) -> int:
        if self._left <= 0:
            return 0
        sent: int = super().send(data, do_close=do_close)
        self._left -= sent
        return sent

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self._begun = time.time()
        return bool(super().received(data))

    def service(self) -> None:
        self._served = True
        super().service()

    def is_done(self, now: float) -> bool:
        """Whether nothing is on its way, and nothing was for a while; half a request counts for so long only."""
        if self.requests or self.total_outbufs_len:
            return False
        if self.request is not None:
            return now - self._begun > _FRESH
        return now - self.last_activity > (_LULL if self._served else _FRESH)


def passed() -> list[socket.socket]:
    """The sockets that systemd listens on for this process; none where it doesn't (sd_listen_fds(3))."""
    told = {name: os.environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")}
    if told["LISTEN_PID"] != str(os.getpid()) or not told["LISTEN_FDS"].isdecimal():
        return []
    return [socket.socket(fileno=_FIRST_PASSED + number) for number in range(int(told["LISTEN_FDS"]))]


def listen(
    app: WSGIApplication, host: str, port: int, *, sockets: list[socket.socket] | None = None, **more: Any
) -> Any:
    """A waitress with Longwave's limits that listens; ``run()`` it. Raises LongwaveError when it can't.

    ``sockets`` that listen already take the place of ``host`` and ``port``; ``more`` are settings of waitress.
    """
    where: dict[str, Any] = {"sockets": sockets} if sockets else {"host": host, "port": port}
    sockets_of: dict[int, Any] = {}
    try:
        server: Any = create_server(
            app,
            map=sockets_of,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,
            channel_timeout=60,
            # Past it, a request behind an unread download holds a thread; and a file that waits takes no memory.
            outbuf_high_watermark=sys.maxsize,
            max_request_body_size=MAX_BODY_BYTES + 1,  # the first that is too large
            max_request_header_size=32_768,
            ident=None,
            # Whose word is taken is decided in one place, for all servers.
            clear_untrusted_proxy_headers=False,
            **where,
            **more,
        )
    except ValueError:
        # waitress's own, for a name that leads nowhere.
        raise LongwaveError(f"expected a --host to listen on, found {host!r}.", "Try 127.0.0.1.") from None
    except OSError as error:
        hint = "Stop what listens there, or name another --port." if error.errno == errno.EADDRINUSE else ""
        found = error.strerror or str(error)
        raise LongwaveError(f"{host}:{port}: expected an address to listen on, found: {found}.", hint) from None
    server.sockets_of = sockets_of
    for listener in _listeners(server):
        listener.channel_class = _Channel
        listener.handle_accept = functools.partial(_take_in, listener, _ARRIVALS)
        listener.passed = bool(sockets)
        listener.refused = None
        listener.stopping = False
    return server


def tell_refusals(server: Any, refused: Callable[[str, int, int], None]) -> None:
    """Call ``refused`` with the address, the status and the bytes of each answer to what is no request."""
    for listener in _listeners(server):
        listener.refused = refused


def run(server: Any, stopping: threading.Event, seconds: float, end: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or Ctrl-C; then set ``stopping``, call ``end``, and finish what is on its way in that time.

    Meanwhile others are answered, too: no next process may listen before this one has ended. A second signal ends it at
    once. Sockets that were passed stay open for the next process: who connects in between waits for it.
    """
    told: list[int] = []
    listeners = _listeners(server)

    def stop(number: int, _frame: object) -> None:
        # No exception: in the middle of a write it would send the same bytes twice.
        told.append(number)
        listeners[0].pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not told:
        _turn(server, 1)
    stopping.set()
    end()
    for listener in listeners:
        listener.stopping = True
    _say(server)
    here = set(_channels(server))
    _finish(server, here, seconds, told)
    for listener in listeners:
        _close(listener)
    # Who came meanwhile is answered; what takes longer is asked for again, from where it stopped.
    _finish(server, set(_channels(server)) - here, _FRESH, told)
    left = _channels(server)
    if left:
        _log.warning("%d unfinished %s cut.", len(left), "request was" if len(left) == 1 else "requests were")
    for channel in left:
        channel.handle_close()
    server.task_dispatcher.shutdown(timeout=1)


def _finish(server: Any, some: set[_Channel], seconds: float, told: list[int]) -> None:
    """Go on until these connections are done, the time is over, or a second signal came."""
    until = time.monotonic() + seconds
    while some.intersection(_channels(server)) and time.monotonic() < until and len(told) < 2:
        for channel in _channels(server):
            channel.will_close = channel.will_close or channel.is_done(time.time())
        _turn(server, 0.1)


def _turn(server: Any, seconds: float) -> None:
    wasyncore.loop(timeout=seconds, use_poll=True, map=server.sockets_of, count=1)


def _close(listener: Any) -> None:
    """Listen no more. Who is connected already is taken in first, unless the next process will do that."""
    if not listener.passed:
        _take_in(listener, _CONNECTIONS)
    listener.accepting = False
    # Not the server's own close(): its trigger still has to wake the loop.
    wasyncore.dispatcher.close(listener)


def _take_in(listener: Any, most: int) -> None:
    """Accept those who wait, up to so many.

    waitress accepts one in each turn of its loop, so a page that comes after a hundred listeners would wait for as many
    turns.
    """
    for _ in range(min(most, _CONNECTIONS - len(listener.active_channels))):
        before = len(listener.active_channels)
        type(listener).handle_accept(listener)
        if len(listener.active_channels) == before:
            return


def _say(server: Any) -> None:
    busy = sum(not channel.is_done(time.time()) for channel in _channels(server))
    if busy:
        _log.info("Finishing %d request%s; stop once more to end at once.", busy, "" if busy == 1 else "s")


def _listeners(server: Any) -> list[Any]:
    return [one for one in server.sockets_of.values() if isinstance(one, BaseWSGIServer)]


def _channels(server: Any) -> list[_Channel]:
    return [one for one in server.sockets_of.values() if isinstance(one, _Channel)]
