"""What search engines read first: every page's address, and what they may leave alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice

from lxml import etree

from longwave.feeds.links import address
from longwave.feeds.xml import clean, document

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LIMIT = 50_000  # a sitemap with more addresses is invalid


def sitemap(base: str, entries: Iterable[tuple[str, datetime | None]]) -> bytes:
    """The sitemap (https://www.sitemaps.org/protocol.html) of paths and the time of their last change, if known.

    ``base`` is the site's address without a slash at its end. Only the first 50,000 paths are in it, the most that the
    protocol allows.
    """
    root = etree.fromstring(f'<urlset xmlns="{_NAMESPACE}"/>')
    for path, changed in islice(entries, _LIMIT):
        url = etree.SubElement(root, f"{{{_NAMESPACE}}}url")
        etree.SubElement(url, f"{{{_NAMESPACE}}}loc").text = clean(address(base, path))
        if changed is not None:
            # In UTC, because these dates have no seconds in an offset, which old local times do.
            lastmod = changed.astimezone(UTC).isoformat(timespec="seconds")
            etree.SubElement(url, f"{{{_NAMESPACE}}}lastmod").text = lastmod
    return document(root)


def robots(base: str) -> str:
    """``robots.txt`` (RFC 9309): everything may be read but the endless ways to narrow and to page a search."""
    rules = ("User-agent: *", "Disallow: /search?*&", "Disallow: /search.json")
    return "\n".join((*rules, "", f"Sitemap: {base}/sitemap.xml", ""))
