"""What other hosts send, asked for politely and with limits: nothing of it is trusted."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urljoin, urlsplit

from longwave.config import VERSION
from longwave.urls import in_ascii

#: Seconds for a connection and for each wait, for all headers, and for the whole of one bounded answer; redirects.
_TIMEOUT, _DEADLINE, _REDIRECTS = 15, 60, 6
_CHUNK = 65_536
#: All that a request may raise: a network's trouble, a server's nonsense, an address that can't be asked.
FETCH_ERRORS = (OSError, HTTPException, ValueError)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the status, the headers, as many bytes as were wanted, and the address after redirects.

    ``cut`` says that the limit was reached, and so that there may be more. ``moved`` is where permanent redirects alone
    lead (301, 308); empty where there are none.
    """

    status: int
    headers: HTTPMessage
    body: bytes
    url: str
    cut: bool = False
    moved: str = ""


class Fetcher:
    """Asks the web for one ``purpose``, which servers are told in the User-Agent.

    Unless ``private``, addresses of this machine and its networks are refused, whatever name or redirect leads there.
    Every method raises one of FETCH_ERRORS; ``said`` puts any of them into words.
    """

    def __init__(self, purpose: str, *, private: bool = False) -> None:
        self._agent = f"Longwave/{VERSION} ({purpose})"
        self._private = private

    def ask(self, url: str, method: str = "GET", *, limit: int = 0, headers: Mapping[str, str] | None = None) -> Answer:
        """One answer with at most ``limit`` bytes of its body, which comes within a minute."""
        until = time.monotonic() + _DEADLINE
        with self._follow(url, method, headers or {}) as (answer, found, moved):
            body = bytearray()
            while len(body) < limit and (chunk := answer.read1(min(_CHUNK, limit - len(body)))):
                body += chunk
                if time.monotonic() > until:
                    raise TimeoutError(f"no whole answer within {_DEADLINE} seconds")
            return Answer(answer.status, answer.headers, bytes(body), found, 0 < limit <= len(body), moved)

    @contextlib.contextmanager
    def stream(
        self, url: str, method: str = "GET", *, headers: Mapping[str, str] | None = None
    ) -> Iterator[tuple[HTTPResponse, str]]:
        """An open answer, to be read in pieces, and its address after redirects; any read may take 15 seconds."""
        with self._follow(url, method, headers or {}) as (answer, found, _):
            yield answer, found

    @contextlib.contextmanager
    def _follow(self, url: str, method: str, headers: Mapping[str, str]) -> Iterator[tuple[HTTPResponse, str, str]]:
        moved, lasting = "", True
        for _ in range(_REDIRECTS):
            try:
                answer = self._open(url, method, headers)
            except urllib.error.HTTPError as error:
                with error:
                    location = error.headers.get("Location", "") if error.code in (301, 302, 303, 307, 308) else ""
                if not location:
                    raise
                url = urljoin(url, location)
                lasting = lasting and error.code in (301, 308)
                moved = url if lasting else moved
                continue
            with answer:
                yield answer, url, moved
            return
        raise ValueError(f"more than {_REDIRECTS} redirects")

    def _open(self, url: str, method: str, headers: Mapping[str, str]) -> HTTPResponse:
        if not self._private and is_private(url):
            raise ValueError("an address of this machine's own network")
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url[:80]!r}, which is no address of the web")
        # The address as it was written may hold letters that no request line can.
        request = urllib.request.Request(in_ascii(url), method=method)  # noqa: S310
        for name, value in {"User-Agent": self._agent, "Accept-Encoding": "identity", **headers}.items():
            request.add_header(name, value)
        opener = _opener(guarded=not self._private and not _is_proxied(url))
        answer: HTTPResponse = opener.open(request, timeout=_TIMEOUT)
        return answer


def is_private(url: str) -> bool:
    """Whether an address leads into this machine or its networks. Raises OSError or ValueError where none can tell."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url[:80]!r}, which doesn't begin with https://")
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return any(_is_own(str(entry[4][0])) for entry in found)


def said(error: Exception) -> str:
    """One of FETCH_ERRORS on one short line."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the status {error.code}"
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    reason = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return " ".join(str(reason).split())[:150]


def _is_own(address: str) -> bool:
    return not ipaddress.ip_address(address.partition("%")[0]).is_global


def _is_proxied(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(parts.hostname or "")


class _Careful(HTTPConnection):
    """A connection that is closed where the status and the headers don't come in time, or the other end is our own."""

    def __init__(self, host: str, *, guarded: bool = True, **more: Any) -> None:
        super().__init__(host, **more)
        self._guarded, self._late = guarded, False

    def connect(self) -> None:
        super().connect()
        # A name may lead elsewhere now than when it was looked up a moment ago.
        if self._guarded and _is_own(str(self.sock.getpeername()[0])):
            self.close()
            raise ValueError("an address of this machine's own network")

    def getresponse(self) -> HTTPResponse:
        # Each byte of a header may take as long as a connection; only another thread can end that.
        timer = threading.Timer(_DEADLINE, self._give_up, (self.sock,))
        timer.daemon = True
        timer.start()
        try:
            answer = super().getresponse()
        finally:
            timer.cancel()
            if self._late:
                self.close()
                raise TimeoutError(f"no answer within {_DEADLINE} seconds")
        return answer

    def _give_up(self, sock: socket.socket) -> None:
        self._late = True
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _CarefulTLS(_Careful, HTTPSConnection):
    pass


class _Handler(urllib.request.AbstractHTTPHandler):
    def __init__(self, *, guarded: bool) -> None:
        super().__init__()
        self._guarded = guarded

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_Careful, request, guarded=self._guarded)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_CarefulTLS, request, guarded=self._guarded)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


def _opener(*, guarded: bool) -> urllib.request.OpenerDirector:
    """An opener without redirects, which are followed here, and without files and FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Handler(guarded=guarded),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
