"""The WSGI middleware in front of Flask: proxy fix, then access log and metrics, then the page cache."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask

from longwave.audio.delivery import SENT
from longwave.config import SENDFILE_HEADERS, Settings
from longwave.edition import Keeper
from longwave.web.caching.page_cache import PageCache
from longwave.web.metrics import METRICS, Metrics
from longwave.web.proxies import ProxyFix
from longwave.web.request_context import CACHE_RESULT, EDITION, KEEPER, media_path
from longwave.web.request_log import ENVIRONMENT, LineWriter, request_line

#: The key of an app's extensions for its ``Observer``, which logs and counts requests, if there is one.
OBSERVER = "longwave.observer"
_PAGES = "longwave.pages"


def install_middleware(app: Flask, settings: Settings, pages: PageCache, log: LineWriter | None) -> None:
    """Pass every request of ``app`` through the middleware; with a ``log``, write a line for each request.

    A layer that no setting asks for isn't installed.
    """
    app.extensions[_PAGES] = pages
    metrics = app.extensions.get(METRICS)
    front: WSGIApplication = pages
    if log is not None or metrics is not None:
        front = app.extensions[OBSERVER] = Observer(front, log, metrics, app.extensions[KEEPER])
    if settings.proxies is not None:
        front = ProxyFix(front, settings.proxies)
    app.wsgi_app = front  # type: ignore[method-assign, assignment]  # Flask's own way of putting middleware in front


def log_requests(app: Flask, settings: Settings, log: LineWriter) -> None:
    """Write a line to the access log for each request from now on."""
    install_middleware(app, settings, app.extensions[_PAGES], log)


class Observer:
    """A WSGI middleware that logs and counts each request, without wrapping any body.

    A page is recorded when it is ready to be sent. A download is recorded when the server lets go of its file: the code
    that sends the file then calls the function that lies under ``longwave.sent`` in the environment.
    """

    def __init__(self, inner: WSGIApplication, log: LineWriter | None, metrics: Metrics | None, keeper: Keeper) -> None:
        self._inner, self._log, self._metrics, self._keeper = inner, log, metrics, keeper

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on to the inner application; log and count its response."""
        if media_path(self._keeper.current, environ.get("PATH_INFO", "")):
            return self._pass_on_download(environ, start_response)
        began, start = perf_counter(), _RememberedStart(start_response)
        try:
            body = self._inner(environ, start)
        except BaseException:
            self._record(environ, 500, 0, perf_counter() - began)
            raise
        sent = sum(map(len, body)) if isinstance(body, list) else _announced_length(start.headers, environ)
        self._record(environ, start.status, sent, perf_counter() - began)
        return body

    def open_log(self) -> None:
        """Open the access log before the first request. Raises LongwaveError when it can't be written."""
        if self._log is not None:
            self._log.open()

    def record_refusal(self, address: str, status: int, sent: int) -> None:
        """Log and count the server's error response, of ``sent`` bytes, to malformed input from a client."""
        self._record({"REMOTE_ADDR": address}, status, sent, 0)

    def _pass_on_download(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on a request for a file; it is recorded when the file is sent, perhaps long after this call."""
        began, start, logged = perf_counter(), _RememberedStart(start_response), environ
        # Only the fingerprint is kept, so that no old edition stays in memory for as long as a download takes.
        edition = self._fingerprint(environ)

        def record_end(sent: int) -> None:
            if self._metrics is not None:
                self._metrics.count_sent(logged.get("PATH_INFO", ""), sent)
            self._write(logged, start.status, sent, perf_counter() - began, edition)

        environ[SENT] = record_end
        body = self._inner(environ, start)
        if environ.pop(SENT, None) is not None:
            # No code that sends a file has taken ``record_end``, so the response is recorded now.
            self._record(environ, start.status, _announced_length(start.headers, environ), perf_counter() - began)
            return body
        logged = {name: environ[name] for name in ENVIRONMENT if name in environ}
        if self._metrics is not None:
            self._metrics.count_request(logged.get("PATH_INFO", ""), start.status, perf_counter() - began)
        return body

    def _record(self, environ: Mapping[str, Any], status: int, sent: int | None, seconds: float) -> None:
        if self._metrics is not None:
            path = environ.get("PATH_INFO", "")
            self._metrics.count_request(path, status, seconds, environ.get(CACHE_RESULT, "none"))
            self._metrics.count_sent(path, sent or 0)
        self._write(environ, status, sent, seconds, self._fingerprint(environ))

    def _write(self, environ: Mapping[str, Any], status: int, sent: int | None, seconds: float, edition: str) -> None:
        if self._log is not None:
            self._log.write(request_line(environ, status, sent, seconds, edition))

    def _fingerprint(self, environ: Mapping[str, Any]) -> str:
        edition = environ.get(EDITION) or self._keeper.current
        return edition.fingerprint if edition is not None else ""


class _RememberedStart:
    """A ``start_response`` that remembers the status and the headers of the application."""

    def __init__(self, start: StartResponse) -> None:
        self._start = start
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        self.status, self.headers = int(status[:3]), headers
        return self._start(status, headers, exc_info) if exc_info else self._start(status, headers)


def _announced_length(headers: Iterable[tuple[str, str]], environ: WSGIEnvironment) -> int | None:
    """Return the size of a body by its Content-Length; None where a proxy was told to send a file."""
    if environ["REQUEST_METHOD"] == "HEAD":
        return 0
    if any(name.lower() in SENDFILE_HEADERS for name, _ in headers):
        return None
    length = next((value for name, value in headers if name == "Content-Length"), "")
    return int(length) if length.isdecimal() else 0
