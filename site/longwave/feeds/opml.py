"""The list of all shows, which apps import at once: OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from longwave.feeds.feed_data import Channel
from longwave.feeds.xml import Node, adopt, document, node
from longwave.model import Site


def opml(site: Site, channels: Iterable[Channel]) -> bytes:
    """The shows' feeds, in the order of ``site.toml``."""
    root = etree.Element("opml", {"version": "2.0"})
    head = node(
        "head",
        node("title", site.title),
        node("ownerName", site.owner.name),
        node("ownerEmail", site.owner.email),
        node("docs", "http://opml.org/spec2.opml"),
    )
    adopt(root, head)
    # It is required, even of a site without shows.
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
