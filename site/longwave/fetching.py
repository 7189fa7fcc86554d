"""The one HTTP client for other hosts: limited in time and size, and careful where it connects to.

Nothing that a host sends is trusted.
"""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from longwave.config import VERSION
from longwave.dialing import Dialer
from longwave.urls import in_ascii

#: Time limits in seconds: for a connection and each read; and for all headers, or a whole answer of limited size.
_TIMEOUT, _DEADLINE = 15, 60
_MAX_REDIRECTS = 6
_CHUNK_BYTES = 65_536
#: Every exception that a request may raise: for network trouble, a malformed answer, or a URL that is refused.
FETCH_ERRORS = (OSError, HTTPException, ValueError)
Connect = Callable[..., socket.socket]


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: status, headers, at most as many bytes as were asked for, and the URL after redirects.

    ``is_truncated`` says that the body reached the limit, so that more may follow. ``permanent_url`` is the URL to
    which permanent redirects alone lead (301, 308); empty where there are none.
    """

    status: int
    headers: HTTPMessage
    body: bytes
    url: str
    is_truncated: bool = False
    permanent_url: str = ""


class Fetcher:
    """An HTTP client for one ``purpose``, which the User-Agent names.

    A name and a password in a URL are sent to its host alone, never to another to which a redirect leads. Unless
    ``private``, addresses of this machine and its networks are refused before a byte is sent there, whatever name or
    redirect leads to them. Every method raises one of FETCH_ERRORS; ``error_message`` puts any of them into words.
    """

    def __init__(self, purpose: str, *, private: bool = False) -> None:
        self._agent = f"Longwave/{VERSION} ({purpose})"
        self._dialer = Dialer(private=private)

    @classmethod
    def for_typed(cls, purpose: str, url: str) -> Fetcher:
        """Return a fetcher that asks this machine's networks only if ``url``, typed by the owner, lies there itself.

        Raises OSError or ValueError where the URL's host can't be resolved.
        """
        fetcher = cls(purpose)
        fetcher._dialer = Dialer.for_typed(url)
        return fetcher

    def fetch(
        self,
        url: str,
        method: str = "GET",
        *,
        limit: int = 0,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer with at most ``limit`` bytes of its body, decompressed and complete up to there.

        The whole exchange takes a minute at most. A ``form`` is sent to this URL alone: a redirect is then not
        followed, and is an error like any other status.
        """
        until = time.monotonic() + _DEADLINE
        data = None if form is None else urlencode(form).encode()
        with self._follow(url, method, headers or {}, data) as (response, final_url, permanent_url):
            chunks = _chunks(response, until)
            # A range of a compressed file can't be decompressed by itself.
            if response.status != 206 and response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
                chunks = gunzip(chunks)
            body = first_bytes(limit, chunks) if method != "HEAD" else b""
            truncated = 0 < limit <= len(body)
            return Answer(response.status, response.headers, body, final_url, truncated, permanent_url)

    @contextlib.contextmanager
    def stream(
        self, url: str, method: str = "GET", *, headers: Mapping[str, str] | None = None
    ) -> Iterator[tuple[HTTPResponse, str]]:
        """Yield an open response, to be read in chunks, and its URL after redirects; any read may take 15 seconds."""
        with self._follow(url, method, headers or {}) as (response, final_url, _):
            yield response, final_url

    @contextlib.contextmanager
    def _follow(
        self, url: str, method: str, headers: Mapping[str, str], data: bytes | None = None
    ) -> Iterator[tuple[HTTPResponse, str, str]]:
        """Yield the response after all redirects, its URL, and the URL to which permanent redirects alone lead."""
        permanent_url, permanent_so_far = "", True
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                response = self._open(url, method, headers, data)
            except urllib.error.HTTPError as error:
                with error:
                    location = error.headers.get("Location", "") if error.code in (301, 302, 303, 307, 308) else ""
                if not location or data is not None:
                    raise
                url = _redirected(url, _as_utf8(location))
                permanent_so_far = permanent_so_far and error.code in (301, 308)
                permanent_url = url if permanent_so_far else permanent_url
                continue
            with response:
                yield response, url, permanent_url
            return
        raise ValueError(f"more than {_MAX_REDIRECTS} redirects")

    def _open(self, url: str, method: str, headers: Mapping[str, str], data: bytes | None) -> HTTPResponse:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url[:80]!r}, which is no address of the web")
        # A URL as people write it may hold letters that no request line can.
        request = urllib.request.Request(in_ascii(without_login(url)), data, method=method)  # noqa: S310
        login = unquote(urlsplit(url).netloc.rpartition("@")[0])
        if login:
            pair = login if ":" in login else f"{login}:"
            headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", **headers}
        for name, value in {"User-Agent": self._agent, "Accept-Encoding": "identity", **headers}.items():
            request.add_header(name, value)
        response: HTTPResponse = self._opener(request).open(request, timeout=_TIMEOUT)
        return response

    def _opener(self, request: urllib.request.Request) -> urllib.request.OpenerDirector:
        """Return an opener that connects through the machine's HTTP proxy if there is one, or else by ``self._dialer``.

        The opener doesn't follow redirects, as ``_follow`` does so, and refuses ``file:`` and ``ftp:`` URLs.
        """
        proxy = _proxy_for(request)
        if proxy:
            # The proxy resolves the name for itself, so all that can be done is to check it before.
            self._dialer.check(request.full_url)
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler({request.type: proxy} if proxy else {}),
            _Handler(socket.create_connection if proxy else self._dialer.connect),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            opener.add_handler(handler)
        return opener


def without_login(url: str) -> str:
    """Return a URL without the name and the password before its host, fit to be printed."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


def first_bytes(limit: int, chunks: Iterable[bytes]) -> bytes:
    """Return the first ``limit`` bytes of ``chunks``, taking no more chunks than that needs."""
    body = bytearray()
    if limit > 0:
        for chunk in chunks:
            body += chunk
            if len(body) >= limit:
                break
    return bytes(body[:limit])


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the content of a gzip file that comes in chunks. Raises ValueError for one that is damaged or cut off."""
    decompressor = zlib.decompressobj(31)
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                # A gzip file may be several, one after the other (RFC 1952 2.2).
                decompressor = zlib.decompressobj(31) if decompressor.eof else decompressor
                yield decompressor.decompress(rest, _CHUNK_BYTES)
                rest = decompressor.unconsumed_tail or decompressor.unused_data
        yield decompressor.flush()
    except zlib.error:
        raise ValueError("a gzip file that is damaged") from None
    if not decompressor.eof:
        raise ValueError("a gzip file that breaks off")


def error_message(error: Exception) -> str:
    """Return one of FETCH_ERRORS as one short printable line, whatever a server put into it."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the status {error.code}"
    if isinstance(error, IncompleteRead):
        return "an answer that breaks off"
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    reason = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return " ".join("".join(c if c.isprintable() else " " for c in str(reason)).split())[:150]


def _chunks(response: HTTPResponse, until: float) -> Iterator[bytes]:
    """Yield a response's body in chunks as they arrive, until the monotonic time ``until``.

    Raises IncompleteRead where the body is shorter than its Content-Length, and TimeoutError.
    """
    promised, received = response.length or 0, 0
    while chunk := response.read1(_CHUNK_BYTES):
        if time.monotonic() > until:
            raise TimeoutError(f"no whole answer within {_DEADLINE} seconds")
        received += len(chunk)
        yield chunk
    if received < promised:
        raise IncompleteRead(b"", promised - received)


def _redirected(url: str, location: str) -> str:
    """Return the URL to which ``location`` leads from ``url``, with the login of ``url`` if the host is the same."""
    old, new = urlsplit(url), urlsplit(urljoin(url, location))
    is_same = (old.scheme, old.netloc.rpartition("@")[2]) == (new.scheme, new.netloc)
    return new._replace(netloc=old.netloc).geturl() if is_same else new.geturl()


def _as_utf8(header: str) -> str:
    """Return a header as its server wrote it: many send UTF-8, which http.client decodes as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _proxy_for(request: urllib.request.Request) -> str:
    """Return the proxy that the environment names for a request; empty where it names none or ``no_proxy`` excludes it.

    ``no_proxy`` may name a host with its port, so the host is compared as urllib itself does.
    """
    proxy = urllib.request.getproxies().get(request.type, "")
    return "" if urllib.request.proxy_bypass(request.host) else proxy


class _CarefulConnection(HTTPConnection):
    """A connection made by the function ``connect``, and closed if the status and the headers take too long."""

    def __init__(self, host: str, *, connect: Connect, **options: Any) -> None:
        super().__init__(host, **options)
        # By itself http.client would resolve the name once more, perhaps to an address that was never checked.
        self._create_connection = connect
        self._is_late = False

    def getresponse(self) -> HTTPResponse:
        # Each byte of a header may take as long as the timeout of a read; only another thread can end that.
        timer = threading.Timer(_DEADLINE, self._give_up, (self.sock,))
        timer.daemon = True
        timer.start()
        response = None
        try:
            response = super().getresponse()
        finally:
            timer.cancel()
            if self._is_late:
                if response is not None:
                    # http.client takes headers that were cut off for complete, and the response would hold the socket.
                    response.close()
                self.close()
                raise TimeoutError(f"no answer within {_DEADLINE} seconds")
        return response

    def _give_up(self, sock: socket.socket) -> None:
        self._is_late = True
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _CarefulTLSConnection(_CarefulConnection, HTTPSConnection):
    """A careful connection over TLS: the address is checked before the TCP connection, so before the handshake too."""


class _Handler(urllib.request.AbstractHTTPHandler):
    """A handler of ``http`` and ``https`` whose connections are made by the function ``connect``."""

    def __init__(self, connect: Connect) -> None:
        super().__init__()
        self._connect = connect

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(_CarefulConnection, connect=self._connect), request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(_CarefulTLSConnection, connect=self._connect), request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_
