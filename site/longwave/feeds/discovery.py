"""Documents by which other programs discover the site: OPML, the sitemap, ``robots.txt`` and OpenSearch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import quote

from lxml import etree

from longwave.feeds.feed_data import Channel
from longwave.feeds.xml import Node, adopt, clean, document, node
from longwave.model import Site
from longwave.routes import url_for

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
#: The most addresses that a valid sitemap may have.
_MAX_ADDRESSES = 50_000
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"


def opml(site: Site, channels: Iterable[Channel]) -> bytes:
    """Return the list of the shows' feeds, in the order of ``site.toml``, as OPML 2.0 (http://opml.org/spec2.opml).

    Podcast apps can import the list to subscribe to all shows at once.
    """
    root = etree.Element("opml", {"version": "2.0"})
    head = node(
        "head",
        node("title", site.title),
        node("ownerName", site.owner.name),
        node("ownerEmail", site.owner.email),
        node("docs", "http://opml.org/spec2.opml"),
    )
    adopt(root, head)
    # OPML requires the body, even if the site has no shows.
    adopt(etree.SubElement(root, "body"), *(_outline(channel) for channel in channels))
    return document(root)


def _outline(channel: Channel) -> Node:
    return node(
        "outline",
        type="rss",
        text=channel.title,
        title=channel.title,
        description=channel.description,
        language=channel.language,
        xmlUrl=f"{channel.address}.xml",
        htmlUrl=channel.link,
    )


def sitemap(base: str, pages: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Return the sitemap (https://www.sitemaps.org/protocol.html) of paths and the time of their last change, if known.

    ``base`` is the site's address without a slash at its end; the paths aren't percent-encoded. Only the first 50,000
    paths are in the sitemap, the most that the protocol allows.
    """
    root = etree.fromstring(f'<urlset xmlns="{_SITEMAP}"/>')
    for path, changed in islice(pages, _MAX_ADDRESSES):
        url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = clean(base + quote(path, errors="replace"))
        if changed is not None:
            # The time is in UTC, because its format has no seconds in an offset, which old local times have.
            lastmod = changed.astimezone(UTC).isoformat(timespec="seconds")
            etree.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = lastmod
    return document(root)


def robots(base: str) -> str:
    """Return ``robots.txt`` (RFC 9309), which disallows only the endless variants of filtered and paged searches."""
    rules = ("User-agent: *", f"Disallow: {url_for('search')}?*&", f"Disallow: {url_for('search_json')}")
    return "\n".join((*rules, "", f"Sitemap: {url_for('sitemap', base=base)}", ""))


def opensearch(base: str, title: str, description: str) -> bytes:
    """Return the OpenSearch 1.1 description document, by which browsers and other programs search the site at ``base``.

    The names are cut to the lengths that the standard allows.
    """
    default: dict[str | None, str] = {None: _OPENSEARCH}
    root = etree.Element(f"{{{_OPENSEARCH}}}OpenSearchDescription", nsmap=default)  # type: ignore[arg-type]  # the stubs know no default
    _add(root, "ShortName", title[:16])
    _add(root, "LongName", title[:48])
    _add(root, "Description", (description or title)[:1024])
    _add(root, "InputEncoding", "UTF-8")
    _add(root, "Image", url_for("favicon", base=base), type="image/x-icon", width="32", height="32")
    # The braces of the variables may not be percent-encoded.
    variables = "?q={searchTerms}&page={startPage?}"
    _add(root, "Url", type="text/html", template=url_for("search", base=base) + variables, rel="results")
    _add(root, "Url", type="application/json", template=url_for("search_json", base=base) + variables)
    itself = url_for("opensearch", base=base)
    _add(root, "Url", type="application/opensearchdescription+xml", template=itself, rel="self")
    return document(root)


def _add(root: etree._Element, tag: str, text: str = "", **attributes: str) -> None:
    child = etree.SubElement(
        root, f"{{{_OPENSEARCH}}}{tag}", {name: clean(value) for name, value in attributes.items()}
    )
    child.text = clean(text) or None
