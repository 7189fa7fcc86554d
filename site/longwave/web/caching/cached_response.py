"""A whole response, ready to be sent and to be cached, in one content coding."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

import brotli

Headers = tuple[tuple[str, str], ...]

#: Seconds for which a browser, and for which a shared cache, may show a page without revalidation; and for which a
#: shared cache may show a stale page while it revalidates.
_BROWSER_SECONDS, _PROXY_SECONDS, _STALE_SECONDS = 30, 5, 25
_TEXTUAL = ("text/", "application/json", "application/xml", "application/rss+xml", "application/feed+json",
            "application/opensearchdescription+xml", "application/javascript", "application/x-subrip",
            "image/svg+xml")  # fmt: skip
#: Smaller bodies are sent as they are, as compression would gain nothing.
_MIN_COMPRESSED_BYTES = 500
_RSS = "application/rss+xml"
#: With the media type of RSS, browsers show a feed's source; with that of all XML, they apply the feed's stylesheet.
_XML_TYPE = ("Content-Type", "application/xml; charset=utf-8")
#: The headers of a 200 that its 304 repeats.
_NOT_MODIFIED_NAMES = (
    "etag", "vary", "cache-control", "last-modified", "x-edition", "cache-tag", "access-control-allow-origin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response with all of its headers, those of a 304 in its place (``not_modified``), and its ETag with quotes.

    ``is_cacheable`` is true for a 200 whose view doesn't forbid caching. Any other status has no ETag, and so no 304.
    ``is_feed`` is true for an RSS feed, which a browser gets as plain XML.
    """

    status: str
    headers: Headers
    body: bytes
    etag: str = ""
    not_modified: Headers = ()
    is_feed: bool = False
    is_cacheable: bool = False

    def header(self, name: str) -> str:
        """Return the value of a header, by its name in small letters; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


def complete_response(status: str, given: Iterable[tuple[str, str]], body: bytes, edition: str) -> CachedResponse:
    """Return a view's response with the headers that every page gets: edition, cache tag, cache control, ETag, length.

    ``edition`` is the edition's fingerprint, by which a CDN purges the responses of an old edition.
    """
    # A cached Date or Expires would be as old as the response and mislead other caches; the server adds a new Date.
    replaced = ("content-length", "date", "etag", "expires", "vary")
    headers = Headers(pair for pair in given if pair[0].lower() not in replaced)
    plain = CachedResponse(status, (*headers, ("X-Edition", edition), ("Cache-Tag", edition)), body)
    is_feed = plain.header("content-type").startswith(_RSS)
    is_page = status.startswith("200")
    headers = plain.headers
    if not plain.header("cache-control"):
        # The target of a redirect may change with the edition, as a page does.
        headers += (("Cache-Control", cache_control() if is_page or status.startswith("301") else "no-store"),)
    if not is_page:
        return replace(plain, headers=(*headers, ("Content-Length", str(len(body)))))
    headers += (("Vary", "Accept-Encoding, Accept" if is_feed else "Accept-Encoding"),)
    page = replace(plain, headers=headers, is_feed=is_feed, is_cacheable=not plain.header("set-cookie"))
    # A browser that gets a 304 applies the policy that came with its copy, so another policy needs another ETag.
    policy = plain.header("content-security-policy").encode("latin-1", "replace")
    return _with_body(page, body, hashlib.blake2b(body + policy, digest_size=12).hexdigest())


def compressed(response: CachedResponse, coding: str) -> CachedResponse:
    """Return the response compressed with ``coding`` (br or gzip), or unchanged where that would gain nothing."""
    textual = response.header("content-type").startswith(_TEXTUAL)
    if coding == "identity" or not response.etag or not textual or len(response.body) < _MIN_COMPRESSED_BYTES:
        return response
    # A file that browsers cache for a year is worth twenty times the effort of compression; a page is not.
    effort = 11 if "immutable" in response.header("cache-control") else 5
    if coding == "br":
        body = brotli.compress(response.body, quality=effort)
    else:
        body = gzip.compress(response.body, 6, mtime=0)
    return _with_body(response, body, f"{response.etag[1:-1]}-{coding}", ("Content-Encoding", coding))


def _with_body(response: CachedResponse, body: bytes, etag: str, *more: tuple[str, str]) -> CachedResponse:
    rest = (pair for pair in response.headers if pair[0].lower() not in ("content-length", "etag"))
    headers = (*rest, *more, ("ETag", f'"{etag}"'), ("Content-Length", str(len(body))))
    repeated = tuple(pair for pair in headers if pair[0].lower() in _NOT_MODIFIED_NAMES)
    return replace(response, headers=headers, body=body, etag=f'"{etag}"', not_modified=repeated)


@lru_cache(maxsize=128)
def best_coding(accepted: str) -> str:
    """Return the best of br, gzip and identity that an Accept-Encoding header allows (RFC 9110 12.5.3)."""
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


def cache_control(due: datetime | None = None) -> str:
    """Return the Cache-Control of a page; ``due`` is when the next edition comes, past which no page may be shown."""
    browser, proxy, stale = _BROWSER_SECONDS, _PROXY_SECONDS, _STALE_SECONDS
    if due is not None:
        left = max(0, int((due - datetime.now(UTC)).total_seconds()))
        browser, proxy = min(browser, left), min(proxy, left)
        stale = min(stale, left - browser)
    return f"public, max-age={browser}, s-maxage={proxy}, stale-while-revalidate={stale}"


_USUAL_CACHE_CONTROL = ("Cache-Control", cache_control())


def with_cache_control_until(headers: Headers, due: datetime) -> Headers:
    """Return ``headers`` with a Cache-Control that expires at ``due``, when the next edition replaces the page."""
    return tuple(("Cache-Control", cache_control(due)) if pair == _USUAL_CACHE_CONTROL else pair for pair in headers)


def as_xml(headers: Headers) -> Headers:
    """Return a feed's headers with the Content-Type ``application/xml``, as browsers apply its stylesheet only then."""
    return tuple(_XML_TYPE if pair[0].lower() == "content-type" else pair for pair in headers)
