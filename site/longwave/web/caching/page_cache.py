"""The page cache: whole responses, stored in front of Flask through flask-caching's backend.

A view decorated with flask-caching's ``cached()`` still costs all of Flask's work for a request; a cached response
costs a lookup. The page cache also decides which edition a request sees, makes each content coding once, and answers
304 and HEAD.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask_caching.backends.base import BaseCache
from werkzeug.exceptions import HTTPException
from werkzeug.http import is_resource_modified

from longwave.edition import Edition, Keeper
from longwave.errors import LongwaveError
from longwave.web.caching.cached_response import (
    CachedResponse,
    as_xml,
    best_coding,
    complete_response,
    compressed,
    with_cache_control_until,
)
from longwave.web.headers import over_tls
from longwave.web.request_context import (
    CACHE_RESULT,
    EDITION,
    OWN_AUDIO_PATH,
    STATUS_PATHS,
    UNCACHED,
    media_path,
)

View = TypeVar("View", bound=Callable[..., Any])
#: A function that returns, for a path, the query parameters that its view reads, and whether to cache its responses.
ReadParameters = Callable[[str], tuple[tuple[str, ...], bool]]

_METHODS = ("GET", "HEAD")
#: The keys of an environment on which a 304 depends.
_CONDITIONS = ("REQUEST_METHOD", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
#: The conditional and range headers that are left out of the request when a page is rendered for the cache.
_PERSONAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH")
_CACHE_SECONDS = 86_400
_ASCII = "".join(map(chr, range(128)))
_MARK = "__longwave_reads__"
_log = logging.getLogger("longwave")


def reads(*names: str, keep: bool = True) -> Callable[[View], View]:
    """Return a decorator that declares the query parameters which a view reads; with ``keep=False`` nothing is cached.

    Any other query parameter is no part of the cache key.
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, (tuple(sorted(names)), keep))
        return view

    return mark


def declared_parameters(app: Flask) -> ReadParameters:
    """Return a function that gives, for a path, the parameters and ``keep`` that ``reads`` declared for its view."""

    def find(path: str) -> tuple[tuple[str, ...], bool]:
        try:
            # PATH_INFO is Latin-1 by the standard (PEP 3333), and UTF-8 by intention.
            text = path.encode("latin-1").decode("utf-8", "replace")
            endpoint, _ = app.url_map.bind("localhost").match(text, method="GET")
        except HTTPException:
            return (), False
        return getattr(app.view_functions[endpoint], _MARK, ((), True))

    return find


class PageCache:
    """A WSGI middleware that answers from the cache, or has Flask answer and stores the response."""

    def __init__(
        self,
        inner: WSGIApplication,
        backend: BaseCache,
        keeper: Keeper,
        base: Callable[[Edition], str],
        parameters: ReadParameters,
    ) -> None:
        self._inner, self.backend, self._keeper, self._base = inner, backend, keeper, base
        self._parameters = parameters
        self._flights: dict[str, Future[CachedResponse]] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request from the cache, else through Flask."""
        path, query = _repair(environ)
        edition = self._keeper.current
        if edition is None:
            return self._answer_before_first_edition(environ, start_response)
        if environ["wsgi.url_scheme"] == "https":
            start_response = over_tls(start_response)
        environ[EDITION], environ[CACHE_RESULT] = edition, "none"
        media = media_path(edition, path)
        if environ["REQUEST_METHOD"] not in _METHODS or media:
            if media and media != path:
                environ[OWN_AUDIO_PATH], environ["PATH_INFO"] = path, media
            try:
                return self._inner(environ, start_response)
            finally:
                # The log shows the path that the client asked for.
                environ["PATH_INFO"] = path
                # A download may take an hour and needs only its file, so it mustn't keep a replaced edition in memory.
                del environ[EDITION]
        place = self._place(path, query)
        coding = best_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if not place:
            response = compressed(self._render(environ), coding)
        else:
            place = f"{edition.fingerprint}|{self._base(edition)}|{place}"
            cached = self._get(f"{place}|{coding}")
            environ[CACHE_RESULT] = "hit" if cached else "miss"
            response = cached or self._make_once(place, coding, environ)
        return _send(response, environ, start_response, edition.next_due)

    def _answer_before_first_edition(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Wait for the first edition, then answer, so that a restart refuses nobody; status pages don't wait."""
        if environ.get("PATH_INFO") not in STATUS_PATHS:
            try:
                self._keeper.edition()
            except Exception as error:  # noqa: BLE001 - after any error the next request tries again
                _log.error("%s", error, exc_info=not isinstance(error, LongwaveError))
            else:
                return self(environ, start_response)
        environ[CACHE_RESULT] = "none"
        safe = environ["wsgi.url_scheme"] == "https"
        return self._inner(environ, over_tls(start_response) if safe else start_response)

    def _place(self, path: str, query: str) -> str:
        """Return the part of a cache key that names a page: the declared parameters and the path.

        Empty for a page that isn't cached.
        """
        names, keep = self._parameters(path)
        if not keep:
            return ""
        read: dict[str, str] = {}
        if names and query:
            for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=None):
                if name in names:
                    read.setdefault(name, value)
        return f"{urlencode(sorted(read.items()), errors='surrogatepass')}|{path}"

    def _make_once(self, place: str, coding: str, environ: WSGIEnvironment) -> CachedResponse:
        """Return the response for a ``place`` (see ``_place``) in a content coding, once for simultaneous requests."""
        key = f"{place}|{coding}"
        with self._lock:
            flight = self._flights.get(key)
            is_first = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not is_first:
            return flight.result()
        try:
            # Another thread may have stored this response since this one looked into the cache.
            response = self._get(key) or self._make(place, coding, environ)
        except BaseException as error:
            flight.set_exception(error)
            raise
        else:
            flight.set_result(response)
            return response
        finally:
            with self._lock:
                del self._flights[key]

    def _make(self, place: str, coding: str, environ: WSGIEnvironment) -> CachedResponse:
        """Render a response, or compress the cached one in the identity coding, and store it."""
        if coding == "identity":
            response = self._render(environ)
        else:
            response = compressed(self._make_once(place, "identity", environ), coding)
        if response.is_cacheable:
            self._set(f"{place}|{coding}", response)
        return response

    def _render(self, environ: WSGIEnvironment) -> CachedResponse:
        """Return Flask's response to a GET without the client's conditional and range headers: one for all clients."""
        shared = {name: value for name, value in environ.items() if name not in _PERSONAL}
        shared["REQUEST_METHOD"] = "GET"
        # A page is made whole before it is cached, so nothing of it may depend on the server's way of sending files.
        shared.pop("wsgi.file_wrapper", None)
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], object]:
            started[:] = [status, headers]
            return lambda _data: None

        parts = self._inner(shared, start)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
            forbidden = UNCACHED in shared
            # Flask's request and its environment refer to each other; neither may keep an old edition alive.
            shared.clear()
        status, headers = started
        response = complete_response(status, headers, body, environ[EDITION].fingerprint)
        return replace(response, is_cacheable=False) if forbidden else response

    def _get(self, key: str) -> CachedResponse | None:
        try:
            found = self.backend.get(key)
        except Exception as error:  # noqa: BLE001 - a cache that is down costs speed, never a page
            _log.warning("The page cache can't be read: %s", error)
            return None
        return found if isinstance(found, CachedResponse) else None

    def _set(self, key: str, response: CachedResponse) -> None:
        try:
            self.backend.set(key, response, timeout=_CACHE_SECONDS)
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("The page cache can't be written: %s", error)


def _repair(environ: WSGIEnvironment) -> tuple[str, str]:
    """Correct a request's path and query string in ``environ`` where Werkzeug would misread them; return both."""
    path = environ.get("PATH_INFO", "")
    if not path.startswith("/"):
        # Werkzeug would redirect to the path with a slash, at whatever host the request names.
        path = environ["PATH_INFO"] = f"/{path}"
    query = environ.get("QUERY_STRING", "")
    if not query.isascii():
        # Werkzeug would decode the client's bytes as UTF-8, and fail on others.
        query = environ["QUERY_STRING"] = quote(query, _ASCII, "latin-1", "replace")
    return path, query


def _send(
    response: CachedResponse, environ: WSGIEnvironment, start_response: StartResponse, due: datetime | None
) -> Iterable[bytes]:
    """Send a response, or its 304 if the client has it; it expires at ``due``, when the next edition comes."""
    status, headers, body = response.status, response.headers, [response.body]
    etags = environ.get("HTTP_IF_NONE_MATCH")
    conditional = etags is not None or "HTTP_IF_MODIFIED_SINCE" in environ
    if conditional and not _is_modified(response, etags, environ):
        status, headers, body = "304 Not Modified", response.not_modified, []
    if response.is_feed and "text/html" in environ.get("HTTP_ACCEPT", "").lower():
        headers = as_xml(headers)
    if due is not None:
        headers = with_cache_control_until(headers, due)
    start_response(status, [*headers])
    # The body is a list, as servers send a list with a single part at once.
    return body if environ["REQUEST_METHOD"] == "GET" else []


def _is_modified(response: CachedResponse, etags: str | None, environ: WSGIEnvironment) -> bool:
    """Return whether the client's copy is outdated, by its If-None-Match or If-Modified-Since (RFC 9110 13.2.2)."""
    # The usual case is tested first, without parsing: nearly every client sends exactly one ETag.
    if etags == response.etag or not response.etag:
        return not response.etag
    modified = response.header("last-modified") or None
    # Werkzeug would evaluate If-Match as well, which guards against lost changes, but no request changes a page.
    conditions = {name: environ[name] for name in _CONDITIONS if name in environ}
    try:
        return is_resource_modified(conditions, etag=response.etag[1:-1], last_modified=modified)
    except (ValueError, OverflowError):
        # A date that can't exist, or lies outside of the years 1 to 9999, is ignored (RFC 9110 13.1.3).
        return True
