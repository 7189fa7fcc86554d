"""Between the proxy fix and the page cache: what is written and counted of each request."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from longwave.audio.delivery import SENT
from longwave.edition import Edition
from longwave.web.current import CACHED
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
        """Pass a request on, and see what becomes of it."""
        began = perf_counter()
        if REQUEST not in environ:
            environ[REQUEST] = os.urandom(8).hex()
        status, headers = 500, list[tuple[str, str]]()
        told = environ

        def start(said: str, given: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = int(said[:3]), given
            return start_response(said, given, exc_info) if exc_info else start_response(said, given)

        def sent(count: int) -> None:
            self._write(told, status, count, perf_counter() - began, headers)

        environ[SENT] = sent
        try:
            body = self._inner(environ, start)
        except BaseException:
            self._write(environ, 500, 0, perf_counter() - began, ())
            raise
        path = environ.get("PATH_INFO", "")
        if self._metrics is not None:
            self._metrics.saw(path, status, perf_counter() - began, environ.get(CACHED, "hit"))
        if environ.pop(SENT, None) is None:
            told = {name: environ[name] for name in _TOLD if name in environ}
        else:
            sent(_length(body, environ, headers))
        return body

    def refused(self, address: str, status: int, count: int) -> None:
        """See what the server itself refused, as it was no request."""
        told = {"REMOTE_ADDR": address, CACHED: "none", REQUEST: os.urandom(8).hex()}
        if self._metrics is not None:
            self._metrics.saw("", status, 0, "none")
        self._write(told, status, count, 0, ())

    def _write(
        self,
        environ: WSGIEnvironment,
        status: int,
        count: int,
        seconds: float,
        headers: Iterable[tuple[str, str]],
    ) -> None:
        if self._metrics is not None:
            self._metrics.sent(environ.get("PATH_INFO", ""), status, count)
        if self._lines is not None:
            now = self._edition()
            edition = _header(headers, "X-Edition") or (now.fingerprint if now else "")
            self._lines.write(line(environ, status, count, seconds, edition))


def _length(body: Iterable[bytes], environ: WSGIEnvironment, headers: Iterable[tuple[str, str]]) -> int:
    """How many bytes a body has that is sent at once."""
    if isinstance(body, list | tuple):
        return sum(map(len, body))
    if environ["REQUEST_METHOD"] == "HEAD":
        return 0
    length = _header(headers, "Content-Length")
    return int(length) if length.isdecimal() else 0


def _header(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key == name), "")
