"""A finished response: whole, ready to be sent and to be kept, in one content coding."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import brotli

Headers = tuple[tuple[str, str], ...]

#: Seconds for which a browser shows a page without asking, a proxy does, and a proxy does while it asks.
_BROWSER, _PROXY, _MEANWHILE = 30, 5, 25
#: For how long before it is due an edition shortens these.
_AHEAD = _BROWSER + _MEANWHILE
_TEXTUAL = ("text/", "application/json", "application/xml", "application/rss+xml", "application/feed+json",
            "application/opensearchdescription+xml", "application/javascript", "application/x-subrip",
            "image/svg+xml")  # fmt: skip
#: Browsers show the source of RSS by its own type, and a page by the type of all XML.
_FEED, _SHOWN = "application/rss+xml", ("Content-Type", "application/xml; charset=utf-8")
#: What a 304 repeats of the 200.
_TELLING = ("etag", "vary", "cache-control", "last-modified", "x-edition", "cache-tag", "access-control-allow-origin")


@dataclass(frozen=True, slots=True)
class Finished:
    """``headers`` are all that the response has, ``unchanged`` those of its 304; ``etag`` has its quotes.

    ``feed``: to a browser it goes as plain XML. ``kept``: it may be stored, as a 200 whose view doesn't forbid it. What
    is no 200 has no ETag and so no 304.
    """

    status: str
    headers: Headers
    body: bytes
    etag: str = ""
    unchanged: Headers = ()
    feed: bool = False
    kept: bool = False

    def header(self, name: str) -> str:
        """The value of a header; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def finish(status: str, given: Iterable[tuple[str, str]], body: bytes, edition: str) -> Finished:
    """A response of a view, with what all carry: their edition (by which a CDN purges them), and how long they last."""
    # Date and Expires would be as old as the response itself, and caches go by them; servers give each answer its Date.
    own = ("content-length", "date", "etag", "expires", "vary")
    headers = Headers(pair for pair in given if pair[0].lower() not in own)
    plain = Finished(status, (*headers, ("X-Edition", edition), ("Cache-Tag", edition)), body)
    feed = plain.header("content-type").startswith(_FEED)
    page = status.startswith("200")
    headers = plain.headers
    if not plain.header("cache-control"):
        # Where a redirect leads is a matter of the edition, too.
        headers += (("Cache-Control", fresh() if page or status.startswith("301") else "no-store"),)
    if not page:
        return replace(plain, headers=(*headers, ("Content-Length", str(len(body)))))
    headers += (("Vary", "Accept-Encoding, Accept" if feed else "Accept-Encoding"),)
    whole = replace(plain, headers=headers, feed=feed, kept=not plain.header("set-cookie"))
    # A browser that is told 304 keeps the policy that came with its copy.
    policy = plain.header("content-security-policy").encode("latin-1", "replace")
    return _of(whole, body, hashlib.blake2b(body + policy, digest_size=12).hexdigest())


def encoded(finished: Finished, coding: str) -> Finished:
    """The same in another content coding, where that is worth it."""
    textual = finished.header("content-type").startswith(_TEXTUAL)
    if coding == "identity" or not finished.etag or not textual or len(finished.body) < 500:
        return finished
    # What browsers keep for good is worth twenty times the work; a page is not.
    effort = 11 if "immutable" in finished.header("cache-control") else 5
    if coding == "br":
        body = brotli.compress(finished.body, quality=effort)
    else:
        body = gzip.compress(finished.body, 6, mtime=0)
    return _of(finished, body, f"{finished.etag[1:-1]}-{coding}", ("Content-Encoding", coding))


def _of(finished: Finished, body: bytes, etag: str, *more: tuple[str, str]) -> Finished:
    rest = (pair for pair in finished.headers if pair[0].lower() not in ("content-length", "etag"))
    headers = (*rest, *more, ("ETag", f'"{etag}"'), ("Content-Length", str(len(body))))
    unchanged = tuple(pair for pair in headers if pair[0].lower() in _TELLING)
    return replace(finished, headers=headers, body=body, etag=f'"{etag}"', unchanged=unchanged)


@lru_cache(maxsize=128)
def coding(accepted: str) -> str:
    """The best of br, gzip and identity that a client accepts (RFC 9110 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(",")[:20]:
        name, _, parameter = part.partition(";")
        try:
            weights[name.strip()] = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    for known in ("br", "gzip"):
        if weights.get(known, weights.get("*", 0.0)) > 0:
            return known
    return "identity"


def ending(due: datetime | None) -> float:
    """From when on, in seconds since 1970, an edition's pages are shown for less long than usual; 0: never."""
    return due.timestamp() - _AHEAD if due else 0


def fresh(due: datetime | None = None) -> str:
    """For how long a page may be shown without asking: never past the edition that is already due."""
    browser, proxy, meanwhile = _BROWSER, _PROXY, _MEANWHILE
    if due is not None:
        left = max(0, int((due - datetime.now(UTC)).total_seconds()))
        browser, proxy = min(browser, left), min(proxy, left)
        meanwhile = min(meanwhile, left - browser)
    return f"public, max-age={browser}, s-maxage={proxy}, stale-while-revalidate={meanwhile}"


_FOR_A_WHILE = ("Cache-Control", fresh())


def shortened(headers: Headers, due: datetime) -> Headers:
    """Headers by which a page doesn't outlast the edition that is due."""
    return tuple(("Cache-Control", fresh(due)) if pair == _FOR_A_WHILE else pair for pair in headers)


def shown(headers: Headers) -> Headers:
    """The headers of a feed for a browser, which shows it as a page by them."""
    return tuple(_SHOWN if pair[0].lower() == "content-type" else pair for pair in headers)
