"""Feeds, covers and audio on other hosts, asked for politely and with limits: nothing that they send is trusted."""

from __future__ import annotations

import io
import ipaddress
import socket
import time
import urllib.error
import urllib.request
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from urllib.parse import quote, urljoin, urlsplit

from PIL import Image

from longwave.config import VERSION
from longwave.errors import LongwaveError
from longwave.feeds.audit.findings import Picture, Sound
from longwave.feeds.audit.reading import MAX_BYTES

#: Seconds for a connection, and for the whole of one answer; bytes of a cover; requests at a time; redirects.
_TIMEOUT, _DEADLINE, _MAX_COVER, _AT_ONCE, _REDIRECTS = 15, 60, 20_000_000, 4, 6
_AGENT = f"Longwave/{VERSION} (feed check)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the status, the headers, and as many bytes as were wanted."""

    status: int
    headers: HTTPMessage
    body: bytes


class Remote:
    """The files behind a feed at ``address``, asked for over HTTP."""

    def __init__(self, address: str) -> None:
        """Raises LongwaveError when it is no address of the web, or its host isn't known."""
        self._address = address
        try:
            self._private = _is_private(address)
        except (OSError, ValueError) as error:
            raise LongwaveError(f"{address}: expected a feed's address, found: {_said(error)}.") from None
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def feed(self) -> bytes:
        """The feed's bytes. Raises LongwaveError."""
        try:
            answer = self._ask(self._address, limit=MAX_BYTES + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise LongwaveError(f"{self._address}: expected a feed, found: {_said(error)}.") from None
        return answer.body

    def picture(self, url: str) -> Picture | str:
        """The cover at an address, or in words why there is none."""
        try:
            body = self._ask(url, limit=_MAX_COVER).body
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(io.BytesIO(body), formats=("JPEG", "PNG", "WEBP", "GIF")) as opened:
                    return Picture(opened.width, opened.height, opened.format or "", opened.mode)
        except (OSError, HTTPException, ValueError, Image.DecompressionBombError) as error:
            return _said(error)

    def sounds(self, urls: list[str]) -> dict[str, Sound]:
        """What each file answers to HEAD and to a request for its first two bytes."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(urls, pool.map(self._sound, urls), strict=True))

    def _sound(self, url: str) -> Sound:
        head = True
        try:
            asked = self._ask(url, "HEAD")
        except (OSError, HTTPException, ValueError):
            head, asked = False, None
        try:
            part = self._ask(url, limit=2, range_="bytes=0-1")
        except (OSError, HTTPException, ValueError) as error:
            return Sound(problem=_said(error))
        told = part.headers.get("Content-Range", "").rpartition("/")[2]
        length = told if part.status == 206 else (asked or part).headers.get("Content-Length", "")
        return Sound(
            bytes=int(length) if length.isascii() and length.isdigit() else 0,
            type=(asked or part).headers.get("Content-Type", ""),
            head=head,
            ranges=part.status == 206 and len(part.body) == 2,
        )

    def _ask(self, url: str, method: str = "GET", limit: int = 0, range_: str = "") -> Answer:
        for _ in range(_REDIRECTS):
            try:
                return self._once(url, method, limit, range_)
            except urllib.error.HTTPError as error:
                with error:
                    location = error.headers.get("Location", "") if error.code in (301, 302, 303, 307, 308) else ""
                if not location:
                    raise
                url = urljoin(url, location)
        raise ValueError(f"more than {_REDIRECTS} redirects")

    def _once(self, url: str, method: str, limit: int, range_: str) -> Answer:
        self._refuse(url)
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"} | ({"Range": range_} if range_ else {})
        # The address as it was written may hold letters that no request line can.
        request = urllib.request.Request(quote(url, safe="%/:=&?~#+!$,;'@()*[]"), method=method, headers=headers)  # noqa: S310
        until = time.monotonic() + _DEADLINE
        with self._opener.open(request, timeout=_TIMEOUT) as answer:
            body = b""
            while len(body) < limit and (chunk := answer.read(min(65_536, limit - len(body)))):
                body += chunk
                if time.monotonic() > until:
                    raise TimeoutError(f"no whole answer within {_DEADLINE} seconds")
            return Answer(answer.status, answer.headers, body)

    def _refuse(self, url: str) -> None:
        """Raise ValueError for what is no address of the web, and for one of this network in a feed from outside."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url[:80]!r}, which is no address of the web")
        if not self._private and _is_private(url):
            raise ValueError("an address of this machine's own network")


def _is_private(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url[:80]!r}, which doesn't begin with https://")
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return any(not ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_global for entry in found)


def _said(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the status {error.code}"
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(reason).split())[:150]
