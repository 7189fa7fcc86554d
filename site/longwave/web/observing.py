"""Between the proxy fix and the page cache: what is written and counted of each request."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from operator import itemgetter
from time import perf_counter, time
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from longwave.audio.delivery import SENT
from longwave.config import SENDFILE_HEADERS
from longwave.edition import Keeper
from longwave.web.metrics import Metrics
from longwave.web.proxies import REQUEST
from longwave.web.request_context import CACHED, EDITION, FILES
from longwave.web.request_log import Lines, written
from longwave.web.seen import SEEN, Request, Seen

#: What the line of a download is made of, at its end; the rest of its request is then long gone.
_TOLD = ("REQUEST_METHOD", "PATH_INFO", "REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_RANGE", REQUEST, CACHED)
#: So many requests are written and counted together: a hundred at once take a third of the time, and delay nobody.
_AT_ONCE = 100
#: Of a request: the answer, and how long it took.
_COUNTED = itemgetter(1, 2)


class Observer:
    """WSGI middleware. It wraps no body: what sends a file says at its end how much of it was sent.

    A page's line is written when it is ready to be sent, a download's when the server lets go of its file.
    """

    def __init__(self, inner: WSGIApplication, lines: Lines | None, metrics: Metrics | None, keeper: Keeper) -> None:
        self._inner, self._lines, self._metrics, self._keeper = inner, lines, metrics, keeper
        self._requests: list[Request] = []
        self._folding = threading.Lock()
        if lines is not None:
            lines.collect = self._fold
        if metrics is not None:
            metrics.refresh = self._fold

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, and see what becomes of it."""
        if environ.get("PATH_INFO", "").startswith(FILES):
            return self._file(environ, start_response)
        began, heard = perf_counter(), _Heard(start_response)

        try:
            body = self._inner(environ, heard)
        except BaseException:
            self._answered(environ, 500, 0, perf_counter() - began)
            raise
        count = sum(map(len, body)) if isinstance(body, list) else _length(heard.headers, environ)
        self._answered(environ, heard.status, count, perf_counter() - began)
        return body

    def again(self, environ: WSGIEnvironment, seen: Seen, seconds: float = 0) -> None:
        """See an answer that may have been given before."""
        get = environ.get
        self._requests.append(
            (
                time(),
                seen,
                seconds,
                get("REMOTE_ADDR"),
                get("HTTP_USER_AGENT"),
                get("HTTP_REFERER"),
                get(REQUEST),
                get("HTTP_RANGE"),
            )
        )
        if len(self._requests) > _AT_ONCE:
            self._fold()

    def begin(self) -> None:
        """Open the log before anybody asks. Raises LongwaveError when it can't be written."""
        if self._lines is not None:
            self._lines.open()

    def refused(self, address: str, status: int, count: int) -> None:
        """See what the server itself refused, as it was no request."""
        self._answered({"REMOTE_ADDR": address, CACHED: "none"}, status, count, 0)

    def _file(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The same where a file may be on its way when the application has answered."""
        began, heard, told = perf_counter(), _Heard(start_response), environ

        def sent(count: int) -> None:
            self.again(told, _seen(told, heard.status, count, edition, ends=True), perf_counter() - began)

        environ[SENT] = sent
        now = self._keeper.now
        edition = now.fingerprint if now is not None else ""
        # Nothing of the edition may be held on to for as long as a download takes.
        del now
        body = self._inner(environ, heard)
        if self._lines is not None:
            self._lines.begin()
        if environ.pop(SENT, None) is not None:
            self._answered(environ, heard.status, _length(heard.headers, environ), perf_counter() - began)
            return body
        told = {name: environ[name] for name in _TOLD if name in environ}
        if self._metrics is not None:
            self._metrics.saw([(_seen(told, heard.status, 0, edition), perf_counter() - began)])
        return body

    def _answered(self, environ: WSGIEnvironment, status: int, count: int | None, seconds: float) -> None:
        now = environ.get(EDITION) or self._keeper.now
        seen = environ[SEEN] = _seen(environ, status, count, now.fingerprint if now is not None else "")
        self.again(environ, seen, seconds)
        if self._lines is not None:
            self._lines.begin()

    def _fold(self) -> None:
        """Write and count what was seen since the last time. Requests that come meanwhile wait for the next."""
        with self._folding:
            requests = self._requests[:]
            # What came in between stays.
            del self._requests[: len(requests)]
            if self._lines is not None and requests:
                self._lines.write(written(requests))
            if self._metrics is not None:
                self._metrics.saw(map(_COUNTED, requests))


class _Heard:
    """A ``start_response`` that remembers what the application said."""

    def __init__(self, start: StartResponse) -> None:
        self._start = start
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(self, said: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Callable[[bytes], object]:
        self.status, self.headers = int(said[:3]), headers
        return self._start(said, headers, exc_info) if exc_info else self._start(said, headers)


def _seen(environ: WSGIEnvironment, status: int, count: int | None, edition: str, *, ends: bool = False) -> Seen:
    get = environ.get
    method, path = get("REQUEST_METHOD", ""), get("PATH_INFO", "")
    return Seen(method, path, status, count, get(CACHED, "none"), edition, ends)


def _length(headers: Iterable[tuple[str, str]], environ: WSGIEnvironment) -> int | None:
    """The bytes of a body that the application makes while it is sent; None where a proxy was told to send a file."""
    if environ["REQUEST_METHOD"] != "HEAD" and any(name.lower() in SENDFILE_HEADERS for name, _ in headers):
        return None
    length = next((value for name, value in headers if name == "Content-Length"), "")
    return int(length) if length.isdecimal() and environ["REQUEST_METHOD"] != "HEAD" else 0
