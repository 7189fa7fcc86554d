"""What other hosts send, asked for politely and with limits: nothing of it is trusted."""

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

#: Seconds for a connection and for each wait, for all headers, and for the whole of one bounded answer; redirects.
_TIMEOUT, _DEADLINE, _REDIRECTS = 15, 60, 6
_CHUNK = 65_536
#: All that a request may raise: a network's trouble, a server's nonsense, an address that can't be asked.
FETCH_ERRORS = (OSError, HTTPException, ValueError)
Connect = Callable[..., socket.socket]


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

    A name and a password in an address are sent to its host alone, never to another that a redirect names. Unless
    ``private``, addresses of this machine and its networks are refused before a byte is sent there, whatever name or
    redirect leads to them. Every method raises one of FETCH_ERRORS; ``said`` puts any of them into words.
    """

    def __init__(self, purpose: str, *, private: bool = False) -> None:
        self._agent = f"Longwave/{VERSION} ({purpose})"
        self._dialer = Dialer(private=private)

    @classmethod
    def for_typed(cls, purpose: str, url: str) -> Fetcher:
        """Return one that asks this machine's networks only if ``url``, which the owner typed, lies there itself.

        Raises OSError or ValueError where nobody can tell where it lies.
        """
        fetcher = cls(purpose)
        fetcher._dialer = Dialer.for_typed(url)
        return fetcher

    def ask(
        self,
        url: str,
        method: str = "GET",
        *,
        limit: int = 0,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """One answer with at most ``limit`` bytes of its body, unpacked and whole up to there, within a minute.

        A ``form`` is sent to this address alone: then no redirect is followed, and is an error like any other status.
        """
        until = time.monotonic() + _DEADLINE
        data = None if form is None else urlencode(form).encode()
        with self._follow(url, method, headers or {}, data) as (answer, found, moved):
            pieces = _pieces(answer, until)
            # A part of a file that was packed can't be unpacked by itself.
            if answer.status != 206 and answer.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
                pieces = unzipped(pieces)
            body = at_most(limit, pieces) if method != "HEAD" else b""
            return Answer(answer.status, answer.headers, body, found, 0 < limit <= len(body), moved)

    @contextlib.contextmanager
    def stream(
        self, url: str, method: str = "GET", *, headers: Mapping[str, str] | None = None
    ) -> Iterator[tuple[HTTPResponse, str]]:
        """An open answer, to be read in pieces, and its address after redirects; any read may take 15 seconds."""
        with self._follow(url, method, headers or {}) as (answer, found, _):
            yield answer, found

    @contextlib.contextmanager
    def _follow(
        self, url: str, method: str, headers: Mapping[str, str], data: bytes | None = None
    ) -> Iterator[tuple[HTTPResponse, str, str]]:
        moved, lasting = "", True
        for _ in range(_REDIRECTS + 1):
            try:
                answer = self._open(url, method, headers, data)
            except urllib.error.HTTPError as error:
                with error:
                    location = error.headers.get("Location", "") if error.code in (301, 302, 303, 307, 308) else ""
                if not location or data is not None:
                    raise
                url = _led(url, _as_written(location))
                lasting = lasting and error.code in (301, 308)
                moved = url if lasting else moved
                continue
            with answer:
                yield answer, url, moved
            return
        raise ValueError(f"more than {_REDIRECTS} redirects")

    def _open(self, url: str, method: str, headers: Mapping[str, str], data: bytes | None) -> HTTPResponse:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url[:80]!r}, which is no address of the web")
        proxied = _is_proxied(url)
        if proxied:
            # It looks the name up for itself, and may find another address than is found here.
            self._dialer.check(url)
        plain, login = without_login(url), unquote(urlsplit(url).netloc.rpartition("@")[0])
        # The address as it was written may hold letters that no request line can.
        request = urllib.request.Request(in_ascii(plain), data, method=method)  # noqa: S310
        if login:
            pair = login if ":" in login else f"{login}:"
            headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}", **headers}
        for name, value in {"User-Agent": self._agent, "Accept-Encoding": "identity", **headers}.items():
            request.add_header(name, value)
        opener = _opener(socket.create_connection if proxied else self._dialer.connect)
        answer: HTTPResponse = opener.open(request, timeout=_TIMEOUT)
        return answer


def without_login(url: str) -> str:
    """An address as anybody may read it: without a name and a password before its host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else url


def at_most(limit: int, pieces: Iterable[bytes]) -> bytes:
    """The first ``limit`` bytes of ``pieces``, of which no more are taken than that needs."""
    body = bytearray()
    if limit > 0:
        for piece in pieces:
            body += piece
            if len(body) >= limit:
                break
    return bytes(body[:limit])


def unzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What is packed in the pieces of a gzip, itself in pieces. Raises ValueError for one that isn't whole."""
    unpack = zlib.decompressobj(31)
    try:
        for piece in pieces:
            packed = piece
            while packed:
                # A gzip may be several, one behind the other.
                unpack = zlib.decompressobj(31) if unpack.eof else unpack
                yield unpack.decompress(packed, _CHUNK)
                packed = unpack.unconsumed_tail or unpack.unused_data
        yield unpack.flush()
    except zlib.error:
        raise ValueError("a gzip file that is damaged") from None
    if not unpack.eof:
        raise ValueError("a gzip file that breaks off")


def said(error: Exception) -> str:
    """Return one of FETCH_ERRORS on one short line, whatever a server put into it."""
    if isinstance(error, urllib.error.HTTPError):
        return f"the status {error.code}"
    if isinstance(error, IncompleteRead):
        return "an answer that breaks off"
    inner = error.reason if isinstance(error, urllib.error.URLError) else error
    reason = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return " ".join("".join(c if c.isprintable() else " " for c in str(reason)).split())[:150]


def _pieces(answer: HTTPResponse, until: float) -> Iterator[bytes]:
    """The body as it comes. Raises IncompleteRead where it ends before the length that was promised."""
    promised, have = answer.length or 0, 0
    while chunk := answer.read1(_CHUNK):
        if time.monotonic() > until:
            raise TimeoutError(f"no whole answer within {_DEADLINE} seconds")
        have += len(chunk)
        yield chunk
    if have < promised:
        raise IncompleteRead(b"", promised - have)


def _led(url: str, location: str) -> str:
    """Where ``location`` leads from ``url``: with its login where that is the same place."""
    old, new = urlsplit(url), urlsplit(urljoin(url, location))
    is_same = (old.scheme, old.netloc.rpartition("@")[2]) == (new.scheme, new.netloc)
    return new._replace(netloc=old.netloc).geturl() if is_same else new.geturl()


def _as_written(location: str) -> str:
    """A header as its server wrote it: many send UTF-8, which is read as Latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location


def _is_proxied(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in urllib.request.getproxies() and not urllib.request.proxy_bypass(parts.hostname or "")


class _Careful(HTTPConnection):
    """A connection that ``connect`` makes, and that is closed where the status and the headers don't come in time."""

    def __init__(self, host: str, *, connect: Connect, **more: Any) -> None:
        super().__init__(host, **more)
        # http.client itself would look the name up once more, when it may lead elsewhere.
        self._create_connection = connect
        self._late = False

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
    def __init__(self, connect: Connect) -> None:
        super().__init__()
        self._connect = connect

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(_Careful, connect=self._connect), request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(_CarefulTLS, connect=self._connect), request)

    http_request = https_request = urllib.request.AbstractHTTPHandler.do_request_


def _opener(connect: Connect) -> urllib.request.OpenerDirector:
    """An opener without redirects, which are followed here, and without files and FTP."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Handler(connect),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
