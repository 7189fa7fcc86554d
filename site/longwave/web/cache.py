"""The page cache: finished responses, kept in front of Flask through flask-caching's backend.

A view decorated with ``cached()`` still costs all of Flask's work for a request; a finished response costs a lookup.
The cache also decides which edition a request sees, makes each content coding once, and answers 304 and HEAD.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from flask_caching.backends.base import BaseCache
from werkzeug.http import is_resource_modified

from longwave.edition import Edition
from longwave.errors import LongwaveError
from longwave.web.current import EDITION

#: Downloads pass by untouched: waitress must see its own file wrapper.
_PASS = ("/audio/", "/images/")
_SECONDS = 30
_KEPT_FOR = 86_400
_TEXTUAL = ("text/", "application/json", "application/xml", "application/rss+xml", "application/feed+json",
            "application/opensearchdescription+xml", "application/javascript", "application/x-subrip",
            "image/svg+xml")  # fmt: skip
#: Browsers show the source of RSS by its own type, and a page by the type of all XML.
_FEED, _SHOWN = "application/rss+xml", "application/xml; charset=utf-8"
_log = logging.getLogger("longwave")


@dataclass(frozen=True, slots=True)
class Finished:
    """A whole response. ``kept`` says whether it may be stored: a 200 whose view doesn't forbid it."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str = ""
    kept: bool = False

    def header(self, name: str) -> str:
        """The value of a header; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


Reads = Callable[[str], tuple[tuple[str, ...], bool]]


class PageCache:
    """WSGI middleware. ``reads`` tells for a path which query parameters its view reads, and whether it may be kept."""

    def __init__(
        self,
        inner: WSGIApplication,
        backend: BaseCache,
        edition: Callable[[], Edition],
        base: Callable[[Edition], str],
        reads: Reads,
    ) -> None:
        self._inner, self._backend, self._edition, self._base = inner, backend, edition, base
        self._reads = lru_cache(maxsize=8192)(reads)
        self._flights: dict[str, Future[Finished]] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from the cache, or have Flask answer and keep it."""
        try:
            edition = environ[EDITION] = self._edition()
        except LongwaveError as error:
            _log.error("%s", error)
            return _unavailable(start_response)
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or path.startswith(_PASS):
            try:
                return self._inner(environ, start_response)
            finally:
                # A download may take an hour; only its file is needed from here on.
                del environ[EDITION]
        names, keep = self._reads(path)
        key = self._key(environ, edition, path, names) if keep else ""
        coding = _coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        finished = self._encoded(key, coding, environ)
        return _answer(finished, environ, start_response, edition)

    def _key(self, environ: WSGIEnvironment, edition: Edition, path: str, names: tuple[str, ...]) -> str:
        query = environ.get("QUERY_STRING", "")
        read: dict[str, str] = {}
        if names and query:
            for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=None):
                if name in names:
                    read.setdefault(name, value)
        parts = repr((edition.fingerprint, self._base(edition), path, sorted(read.items())))
        return hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()

    def _encoded(self, key: str, coding: str, environ: WSGIEnvironment) -> Finished:
        if not key:
            return _compressed(_tagged(self._render(environ)), coding)
        kept = self._get(f"{key}.{coding}")
        if kept is not None:
            return kept
        return self._alone(f"{key}.{coding}", lambda: self._make(key, coding, environ))

    def _make(self, key: str, coding: str, environ: WSGIEnvironment) -> Finished:
        if coding == "identity":
            finished = _tagged(self._render(environ))
        else:
            finished = _compressed(self._encoded(key, "identity", environ), coding)
        if finished.kept:
            self._set(f"{key}.{coding}", finished)
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
        return Finished(status, tuple(headers), body)

    def _get(self, key: str) -> Finished | None:
        try:
            found = self._backend.get(key)
        except Exception as error:  # noqa: BLE001 - a cache that is down costs speed, never a page
            _log.warning("The page cache can't be read: %s", error)
            return None
        return found if isinstance(found, Finished) else None

    def _set(self, key: str, finished: Finished) -> None:
        try:
            self._backend.set(key, finished, timeout=_KEPT_FOR)
        except Exception as error:  # noqa: BLE001
            _log.warning("The page cache can't be written: %s", error)


def _unavailable(start_response: StartResponse) -> Iterable[bytes]:
    body = b"This site can't be shown right now. Please come back in a minute.\n"
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), ("Retry-After", "30")]
    start_response("503 Service Unavailable", headers)
    return (body,)


def _tagged(finished: Finished) -> Finished:
    drop = {"content-length", "etag", "vary"}
    headers = tuple((name, value) for name, value in finished.headers if name.lower() not in drop)
    if not finished.status.startswith("200"):
        return replace(finished, headers=headers)
    etag = hashlib.blake2b(finished.body, digest_size=12).hexdigest()
    return replace(finished, headers=headers, etag=etag, kept=not finished.header("set-cookie"))


def _compressed(finished: Finished, coding: str) -> Finished:
    textual = finished.header("content-type").startswith(_TEXTUAL)
    if coding == "identity" or not finished.etag or not textual or len(finished.body) < 500:
        return finished
    # What browsers keep for good is worth twenty times the work; a page is not.
    effort = 11 if "immutable" in finished.header("cache-control") else 5
    if coding == "br":
        body = brotli.compress(finished.body, quality=effort)
    else:
        body = gzip.compress(finished.body, 6, mtime=0)
    headers = (*finished.headers, ("Content-Encoding", coding))
    return replace(finished, headers=headers, body=body, etag=f"{finished.etag}-{coding}")


def _coding(accepted: str) -> str:
    """The best of br, gzip and identity that a client accepts (RFC 9110 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(",")[:20]:
        name, _, parameter = part.partition(";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    for coding in ("br", "gzip"):
        if weights.get(coding, weights.get("*", 0.0)) > 0:
            return coding
    return "identity"


def _answer(
    finished: Finished, environ: WSGIEnvironment, start_response: StartResponse, edition: Edition
) -> Iterable[bytes]:
    headers = list(finished.headers)
    headers.append(("X-Edition", edition.fingerprint))
    if finished.etag:
        feed = finished.header("content-type").startswith(_FEED)
        if feed and "text/html" in environ.get("HTTP_ACCEPT", ""):
            headers = [(name, _SHOWN if name.lower() == "content-type" else value) for name, value in headers]
        headers += [("ETag", f'"{finished.etag}"'), ("Vary", "Accept-Encoding, Accept" if feed else "Accept-Encoding")]
        if not finished.header("cache-control"):
            headers.append(("Cache-Control", f"public, max-age={_max_age(edition)}"))
        modified = finished.header("last-modified") or None
        if not is_resource_modified(environ, etag=finished.etag, last_modified=modified):
            telling = {"etag", "vary", "cache-control", "last-modified", "x-edition", "access-control-allow-origin"}
            start_response("304 Not Modified", [pair for pair in headers if pair[0].lower() in telling])
            return ()
    headers.append(("Content-Length", str(len(finished.body))))
    start_response(finished.status, headers)
    return () if environ["REQUEST_METHOD"] == "HEAD" else (finished.body,)


def _max_age(edition: Edition) -> int:
    """Seconds for which a page may be shown without asking again: never past the edition that is already due."""
    if edition.next_due is None:
        return _SECONDS
    return max(0, min(_SECONDS, int((edition.next_due - datetime.now(UTC)).total_seconds())))
