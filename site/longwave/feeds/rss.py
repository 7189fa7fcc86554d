"""RSS 2.0 with the tags of iTunes, as https://www.rssboard.org/rss-specification, PSP-1 and Apple want it.

The code has the shape of what it makes: the document, its channel, the channel's items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from longwave.feeds import podcasting
from longwave.feeds.feed_data import Channel, Entry, Part
from longwave.feeds.readable import readable
from longwave.feeds.text import shortened, whole
from longwave.feeds.xml import NAMESPACES, Node, adopt, cdata, document, node
from longwave.model import Category, Enclosure


def rss(channel: Channel, entries: Iterable[Entry], part: Part, stylesheet: str = "") -> bytes:
    """The feed of ``entries``, in their order. The same input gives the same bytes: no clock is read.

    ``stylesheet`` is the path of the CSS by which a browser shows it.
    """
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    adopt(root, _channel(channel, entries, part))
    return document(root, stylesheet)


def _channel(channel: Channel, entries: Iterable[Entry], part: Part) -> Node:
    return node(
        "channel",
        node("title", channel.title),
        node("link", channel.link),
        node("description", shortened(channel.description or channel.title)),
        node("language", channel.language),
        node("copyright", channel.copyright),
        node("lastBuildDate", _date(part.changed)),
        node("generator", "Longwave"),
        *_links(channel, part),
        _image(channel) if channel.image else None,
        node("itunes:author", channel.author),
        node("itunes:owner", node("itunes:name", channel.owner.name), node("itunes:email", channel.owner.email)),
        node("itunes:image", href=channel.image),
        *(_category(category) for category in channel.categories),
        node("itunes:explicit", _truth(channel.explicit)),
        node("itunes:type", channel.type),
        node("itunes:new-feed-url", channel.new_feed_url),
        *podcasting.of_channel(channel),
        readable(channel),
        *(_item(entry) for entry in entries),
    )


def _links(channel: Channel, part: Part) -> Iterator[Node]:
    """Where this document is, who tells of news, and where the other pages are (RFC 5005)."""
    pages = {"self": part.number}
    if part.count > 1:
        pages |= {"first": 1, "previous": part.number - 1, "next": part.number + 1, "last": part.count}
    for rel, number in pages.items():
        if 1 <= number <= part.count:
            yield node("atom:link", href=page_address(channel, number), rel=rel, type="application/rss+xml")
    # Hubs are told of the first page, which is where new episodes are.
    yield from (node("atom:link", href=hub, rel="hub") for hub in channel.hubs if part.number == 1)


def page_address(channel: Channel, number: int, suffix: str = ".xml") -> str:
    """The address of a page of a feed; the first one is the feed itself."""
    return f"{channel.address}{suffix}" + (f"?page={number}" if number > 1 else "")


def _item(entry: Entry) -> Node:
    return node(
        "item",
        node("title", entry.title),
        node("link", entry.link),
        node("description", entry.description),
        cdata("content:encoded", entry.html),
        node("guid", entry.guid, isPermaLink=_truth(entry.permalink)),
        node("pubDate", _date(entry.date)),
        _enclosure(entry.enclosure) if entry.enclosure else None,
        node("itunes:title", entry.title),
        node("itunes:author", entry.author),
        node("itunes:duration", whole(entry.enclosure.seconds if entry.enclosure else 0)),
        node("itunes:season", whole(entry.season)),
        node("itunes:episode", whole(entry.number)),
        node("itunes:episodeType", entry.type),
        node("itunes:explicit", _truth(entry.explicit)),
        node("itunes:image", href=entry.image),
        *podcasting.of_item(entry),
    )


def _enclosure(enclosure: Enclosure) -> Node:
    return node("enclosure", url=enclosure.url, length=str(enclosure.bytes), type=enclosure.type)


def _image(channel: Channel) -> Node:
    return node("image", node("url", channel.image), node("title", channel.title), node("link", channel.link))


def _category(category: Category) -> Node:
    return node("itunes:category", node("itunes:category", text=category.sub), text=category.name)


def _date(date: datetime) -> str:
    # In UTC, because RFC 822 has no seconds in an offset, which old local times do.
    return format_datetime(date.astimezone(UTC))


def _truth(value: bool) -> str:
    return "true" if value else "false"
