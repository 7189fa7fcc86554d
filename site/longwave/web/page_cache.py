"""The page cache: finished responses, kept in front of Flask through flask-caching's backend.

A view decorated with ``cached()`` still costs all of Flask's work for a request; a finished response costs a lookup.
The cache also decides which edition a request sees, makes each content coding once, and answers 304 and HEAD.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask_caching.backends.base import BaseCache
from werkzeug.http import is_resource_modified

from longwave.edition import Edition, Keeper
from longwave.errors import LongwaveError
from longwave.web.cached_response import Finished, coding, encoded, ending, finish, shortened, shown
from longwave.web.headers import over_tls
from longwave.web.request_context import CACHED, EDITION, FILES, STATE

_METHODS = ("GET", "HEAD")
#: What a 304 depends on.
_CONDITIONS = ("REQUEST_METHOD", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
_KEPT_FOR = 86_400
_ASCII = "".join(map(chr, range(128)))
_log = logging.getLogger("longwave")
Reads = Callable[[str], tuple[tuple[str, ...], bool]]


class PageCache:
    """WSGI middleware. ``reads`` tells for a path which query parameters its view reads, and whether it may be kept."""

    def __init__(
        self,
        inner: WSGIApplication,
        backend: BaseCache,
        keeper: Keeper,
        base: Callable[[Edition], str],
        reads: Reads,
    ) -> None:
        self._inner, self.backend, self._keeper, self._base, self._reads = inner, backend, keeper, base, reads
        self._flights: dict[str, Future[Finished]] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the cache, or have Flask answer and keep it."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/"):
            # Else Werkzeug redirects to the same with a slash, at whatever host the request names.
            path = environ["PATH_INFO"] = f"/{path}"
        query = environ.get("QUERY_STRING", "")
        if not query.isascii():
            # Bytes as a client sent them, which Werkzeug would take for UTF-8 and stumble over.
            query = environ["QUERY_STRING"] = quote(query, _ASCII, "latin-1", "replace")
        edition = self._keeper.current
        if edition is None:
            return self._early(environ, start_response)
        if environ["wsgi.url_scheme"] == "https":
            start_response = over_tls(start_response)
        environ[EDITION], environ[CACHED] = edition, "hit"
        if environ["REQUEST_METHOD"] not in _METHODS or path.startswith(FILES):
            environ[CACHED] = "none"
            try:
                return self._inner(environ, start_response)
            finally:
                # A download may take an hour; only its file is needed from here on.
                del environ[EDITION]
        start = f"{edition.fingerprint}|{self._base(edition)}|"
        # Without a query nobody has to be asked what of it is read, unless nothing is found.
        place = self._place(path, query) if query else f"|{path}"
        form = coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        finished = self._get(f"{start}{place}|{form}") if place else None
        if finished is None:
            place = place if query else self._place(path, "")
            environ[CACHED] = "miss" if place else "none"
            finished = self._encoded(start, place, form, environ)
        ends = ending(edition.next_due)
        return _answer(finished, environ, start_response, edition.next_due if ends and time.time() > ends else None)

    def _early(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Before the first edition a page waits for it, so that a restart refuses nobody."""
        if environ.get("PATH_INFO") not in STATE:
            try:
                self._keeper.edition()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next one who asks tries again
                _log.error("%s", error, exc_info=not isinstance(error, LongwaveError))
            else:
                return self(environ, start_response)
        environ[CACHED] = "none"
        safe = environ["wsgi.url_scheme"] == "https"
        return self._inner(environ, over_tls(start_response) if safe else start_response)

    def _place(self, path: str, query: str) -> str:
        """What is read of the query, and the path; empty for what isn't kept."""
        names, keep = self._reads(path)
        if not keep:
            return ""
        read: dict[str, str] = {}
        if names and query:
            for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=None):
                if name in names:
                    read.setdefault(name, value)
        return f"{urlencode(sorted(read.items()), errors='surrogatepass')}|{path}"

    def _encoded(self, start: str, place: str, form: str, environ: WSGIEnvironment) -> Finished:
        if not place:
            return encoded(self._render(environ), form)
        return self._alone(f"{start}{place}|{form}", lambda: self._make(start, place, form, environ))

    def _make(self, start: str, place: str, form: str, environ: WSGIEnvironment) -> Finished:
        if form == "identity":
            finished = self._render(environ)
        else:
            finished = encoded(self._encoded(start, place, "identity", environ), form)
        if finished.kept:
            self._set(f"{start}{place}|{form}", finished)
        return finished

    def _alone(self, key: str, make: Callable[[], Finished]) -> Finished:
        """What ``make`` returns, made by one thread however many ask for it at the same time."""
        with self._lock:
            flight = self._flights.get(key)
            first = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not first:
            return flight.result()
        try:
            # Between the look into the cache and here, another thread may have finished the same.
            finished = self._get(key) or make()
        except BaseException as error:
            flight.set_exception(error)
            raise
        else:
            flight.set_result(finished)
            return finished
        finally:
            with self._lock:
                del self._flights[key]

    def _render(self, environ: WSGIEnvironment) -> Finished:
        conditional = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH")
        asked = {name: value for name, value in environ.items() if name not in conditional}
        asked["REQUEST_METHOD"] = "GET"
        # A page is made whole before it is kept; nothing of it may depend on the server's way of sending files.
        asked.pop("wsgi.file_wrapper", None)
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [status, headers]
            return lambda _data: None

        parts = self._inner(asked, start)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
            # Flask's request and its environment refer to each other; neither may keep an old edition alive.
            asked.clear()
        status, headers = started
        return finish(status, headers, body, environ[EDITION].fingerprint)

    def _get(self, key: str) -> Finished | None:
        try:
            found = self.backend.get(key)
        except Exception as error:  # noqa: BLE001 - a cache that is down costs speed, never a page
            _log.warning("The page cache can't be read: %s", error)
            return None
        return found if isinstance(found, Finished) else None

    def _set(self, key: str, finished: Finished) -> None:
        try:
            self.backend.set(key, finished, timeout=_KEPT_FOR)
        except Exception as error:  # noqa: BLE001
            _log.warning("The page cache can't be written: %s", error)


def _answer(
    finished: Finished, environ: WSGIEnvironment, start_response: StartResponse, due: datetime | None
) -> Iterable[bytes]:
    status, headers, body = finished.status, finished.headers, [finished.body]
    etags = environ.get("HTTP_IF_NONE_MATCH")
    if (etags is not None or "HTTP_IF_MODIFIED_SINCE" in environ) and not _is_news(finished, etags, environ):
        status, headers, body = "304 Not Modified", finished.unchanged, []
    if finished.feed and "text/html" in environ.get("HTTP_ACCEPT", "").lower():
        headers = shown(headers)
    if due is not None:
        headers = shortened(headers, due)
    start_response(status, [*headers])
    # A list, as servers send one of a single part at once.
    return body if environ["REQUEST_METHOD"] == "GET" else []


def _is_news(finished: Finished, etags: str | None, environ: WSGIEnvironment) -> bool:
    """Whether the client doesn't have it already (RFC 9110 13.2.2)."""
    # Nearly everybody sends the one ETag that they have.
    if etags == finished.etag or not finished.etag:
        return not finished.etag
    modified = finished.header("last-modified") or None
    # Werkzeug would go by If-Match as well, which guards what is changed by requests, and nothing is here.
    asked = {name: environ[name] for name in _CONDITIONS if name in environ}
    try:
        return is_resource_modified(asked, etag=finished.etag[1:-1], last_modified=modified)
    except (ValueError, OverflowError):
        # A date beyond all calendars is none, and is ignored (RFC 9110 13.1.3).
        return True
