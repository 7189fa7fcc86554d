"""Between the proxy fix and the page cache: what is written and counted of each request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from longwave.audio.delivery import SENT
from longwave.edition import Edition
from longwave.web.current import CACHED, EDITION, FILES
from longwave.web.log import Lines, line
from longwave.web.metrics import Metrics
from longwave.web.proxies import REQUEST

#: What the line of a download is made of, at its end; the rest of its request is then long gone.
_TOLD = ("REQUEST_METHOD", "PATH_INFO", "REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_RANGE", REQUEST, CACHED)


class Observer:
    """WSGI middleware. It wraps no body: what sends a file says at its end how much of it was sent.

    A page's line is written when it is ready to be sent, a download's when the server lets go of its file.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        lines: Lines | None,
        metrics: Metrics | None,
        edition: Callable[[], Edition | None],
    ) -> None:
        self._inner, self._lines, self._metrics, self._edition = inner, lines, metrics, edition

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, and see what becomes of it. Few lines and few calls, as in the page cache."""
        path = environ.get("PATH_INFO", "")
        if path.startswith(FILES):
            return self._file(environ, start_response)
        began, status, headers = perf_counter(), 500, list[tuple[str, str]]()

        def start(said: str, given: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = int(said[:3]), given
            return start_response(said, given, exc_info) if exc_info else start_response(said, given)

        try:
            body = self._inner(environ, start)
        except BaseException:
            self._write(environ, 500, 0, perf_counter() - began)
            raise
        if isinstance(body, list):
            self._write(environ, status, len(body[0]) if body else 0, perf_counter() - began)
        else:
            self._write(environ, status, _length(headers, environ), perf_counter() - began)
        return body

    def _file(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The same where a file may be on its way when the application has answered."""
        began, status, headers, told = perf_counter(), 500, list[tuple[str, str]](), environ

        def start(said: str, given: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = int(said[:3]), given
            return start_response(said, given, exc_info) if exc_info else start_response(said, given)

        def sent(count: int) -> None:
            if self._metrics is not None:
                self._metrics.sent(told.get("PATH_INFO", ""), status, count)
            if self._lines is not None:
                self._lines.write(line(told, status, count, perf_counter() - began, edition))

        environ[SENT] = sent
        now = self._edition()
        edition = now.fingerprint if now is not None else ""
        # Nothing of the edition may be held on to for as long as a download takes.
        del now
        body = self._inner(environ, start)
        if environ.pop(SENT, None) is not None:
            self._write(environ, status, _length(headers, environ), perf_counter() - began)
            return body
        told = {name: environ[name] for name in _TOLD if name in environ}
        if self._metrics is not None:
            self._metrics.saw(told["PATH_INFO"], status, perf_counter() - began, "none", 0)
        return body

    def begin(self) -> None:
        """Open the log before anybody asks. Raises LongwaveError when it can't be written."""
        if self._lines is not None:
            self._lines.open()

    def refused(self, address: str, status: int, count: int) -> None:
        """See what the server itself refused, as it was no request."""
        self._write({"REMOTE_ADDR": address, CACHED: "none"}, status, count, 0)

    def _write(self, environ: WSGIEnvironment, status: int, count: int, seconds: float) -> None:
        if self._metrics is not None:
            self._metrics.saw(environ.get("PATH_INFO", ""), status, seconds, environ.get(CACHED, "hit"), count)
        if self._lines is not None:
            now = environ.get(EDITION) or self._edition()
            self._lines.write(line(environ, status, count, seconds, now.fingerprint if now is not None else ""))


def _length(headers: Iterable[tuple[str, str]], environ: WSGIEnvironment) -> int:
    """The bytes of a body that the application makes while it is sent."""
    length = next((value for name, value in headers if name == "Content-Length"), "")
    return int(length) if length.isdecimal() and environ["REQUEST_METHOD"] != "HEAD" else 0
