"""RSS 2.0 with Apple's tags, by https://www.rssboard.org/rss-specification, PSP-1 and Apple's requirements.

The code has the shape of the document: the root, its channel, the channel's items.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from longwave.feeds import listing_tags, podcasting
from longwave.feeds.conversation import replies
from longwave.feeds.feed_data import Channel, Entry, FeedPage
from longwave.feeds.live_items import live_item
from longwave.feeds.outline import with_outline
from longwave.feeds.text import shortened
from longwave.feeds.xml import NAMESPACES, Node, adopt, boolean, cdata, document, integer, node, rfc822
from longwave.model import Category, Enclosure
from longwave.phrases import phrase


def rss(channel: Channel, entries: Iterable[Entry], part: FeedPage, stylesheet: str = "") -> bytes:
    """Return the feed of ``entries``, in their order. The same input always gives the same bytes.

    ``stylesheet`` is the address of the CSS by which a browser shows the feed.
    """
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    adopt(root, _channel(channel, entries, part))
    return document(root, stylesheet)


def _channel(channel: Channel, entries: Iterable[Entry], part: FeedPage) -> Node:
    return node(
        "channel",
        node("title", channel.title),
        node("link", channel.link),
        node("description", shortened(channel.description or channel.title)),
        node("language", channel.language),
        node("copyright", channel.copyright),
        node("lastBuildDate", rfc822(part.changed)),
        node("generator", "Longwave"),
        *_atom_links(channel, part),
        _image(channel) if channel.image else None,
        node("itunes:author", channel.author),
        node("itunes:owner", node("itunes:name", channel.owner.name), node("itunes:email", channel.owner.email)),
        node("itunes:image", href=channel.image),
        *(_category(category) for category in channel.categories),
        node("itunes:explicit", boolean(channel.explicit)),
        node("itunes:type", channel.type),
        node("itunes:new-feed-url", channel.syndication.new_feed_url),
        *listing_tags.of_channel(channel),
        *podcasting.of_channel(channel),
        _introduction(channel),
        *(rss_item(entry) for entry in entries),
    )


def _atom_links(channel: Channel, part: FeedPage) -> Iterator[Node]:
    """Yield links to the document itself, to the hubs, and to the other pages of a paged feed (RFC 5005)."""
    pages = {"self": part.number}
    if part.count > 1:
        pages |= {"first": 1, "previous": part.number - 1, "next": part.number + 1, "last": part.count}
    for rel, number in pages.items():
        if 1 <= number <= part.count:
            yield node("atom:link", href=page_address(channel, number), rel=rel, type="application/rss+xml")
    # Only the first page names the hubs, as new episodes appear on that page.
    yield from (node("atom:link", href=hub, rel="hub") for hub in channel.hubs if part.number == 1)


def page_address(channel: Channel, number: int, suffix: str = ".xml") -> str:
    """Return the URL of page ``number`` of a feed; page 1 is the feed itself."""
    return f"{channel.address}{suffix}" + (f"?page={number}" if number > 1 else "")


def rss_item(entry: Entry) -> Node:
    """Return the ``item`` element of an entry, or its ``podcast:liveItem`` as long as its broadcast isn't recorded."""
    live = entry.episode.broadcast
    return live_item(live, *_of_item(entry)) if live else node("item", *_of_item(entry))


def _of_item(entry: Entry) -> tuple[Node, ...]:
    episode, enclosure = entry.episode, entry.enclosure
    return (
        node("title", entry.title),
        node("link", entry.link),
        node("description", with_outline(entry.description, entry.outline)),
        cdata("content:encoded", entry.html),
        node("guid", entry.guid, isPermaLink=boolean(is_permalink(entry))),
        node("pubDate", rfc822(episode.date)),
        _enclosure(enclosure) if enclosure else None,
        *(node("category", tag) for tag in entry.tags),
        node("itunes:title", episode.itunes_title or entry.title),
        node("itunes:author", entry.author),
        node("itunes:duration", integer(enclosure.seconds if enclosure else 0)),
        node("itunes:season", integer(episode.season)),
        node("itunes:episode", integer(episode.number) if isinstance(episode.number, int) else ""),
        node("itunes:episodeType", episode.episode_type),
        node("itunes:explicit", boolean(entry.explicit)),
        node("itunes:image", href=entry.image),
        *listing_tags.of_item(entry),
        *replies(episode),
        *podcasting.of_item(entry),
    )


def is_permalink(entry: Entry) -> bool:
    """Return whether apps may open an entry's guid as an address: by the episode's own keys, else by its show's."""
    own = bool(entry.episode.guid) and entry.episode.guid_is_permalink
    return own or (entry.show.guid_is_permalink and entry.guid.startswith(("https://", "http://")))


def _enclosure(enclosure: Enclosure) -> Node:
    return node("enclosure", url=enclosure.url, length=str(enclosure.bytes), type=enclosure.type)


def _image(channel: Channel) -> Node:
    return node("image", node("url", channel.image), node("title", channel.title), node("link", channel.link))


def _category(category: Category) -> Node:
    return node("itunes:category", node("itunes:category", text=category.sub), text=category.name)


def _introduction(channel: Channel) -> Node:
    """Return the text for people who open the feed in a browser: its title, its address, and how to subscribe.

    The elements are XHTML: browsers show them as HTML, links included, and podcast apps ignore unknown elements.
    ``static/feed.css`` styles them and the rest of the feed. (Browsers are removing XSLT, the older technique.)
    """
    address = f"{channel.address}.xml"
    return node(
        "xhtml:div",
        node("xhtml:p", phrase("feed.heading")),
        node("xhtml:h1", channel.title),
        node("xhtml:p", phrase("feed.how_to_subscribe")),
        node("xhtml:p", node("xhtml:a", address, href=address)),
        node(
            "xhtml:ul",
            node("xhtml:li", node("xhtml:a", phrase("feed.website"), href=channel.link)),
            *(
                node("xhtml:li", node("xhtml:a", link.label, href=link.url))
                for link in channel.links
                if link.url.startswith(("https://", "http://"))
            ),
        ),
    )
