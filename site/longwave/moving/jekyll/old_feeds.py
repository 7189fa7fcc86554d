"""The old site's feeds with everything that they state: read from the built feeds, else rendered from templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from longwave.content.liquid import Liquid
from longwave.content.site.redirects import path_spellings
from longwave.errors import ContentError, LongwaveError
from longwave.moving.jekyll.feed_templates import (
    FEED_SUFFIXES,
    FeedTemplate,
    covered_posts,
    find_templates,
    render_channel,
    render_entries,
)
from longwave.moving.jekyll.jekyll_site import UNKNOWN_HOST, SourceSite
from longwave.moving.jekyll.liquid_site import surroundings
from longwave.moving.jekyll.permalinks import escape_address
from longwave.moving.jekyll.posts import Post
from longwave.moving.rss.date_forms import parse_feed_date
from longwave.moving.rss.feed_items import Item, item_from_element
from longwave.moving.rss.feed_parser import Document, Element, read_document

_EPOCH = datetime.fromtimestamp(0, UTC)
_LOCAL = re.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::\d+)?(?=/|$|[<\"'])")
_ROOT = re.compile(r"<rss\b[^>]*>")
#: The start of an RSS document for items whose own feed has no root that can be found.
_PLAIN_ROOT = (
    '<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:media="http://search.yahoo.com/mrss/">'
)
_ATOM = "{http://www.w3.org/2005/Atom}"
_NO_CHANNEL = Element("channel")


@dataclass(frozen=True, slots=True)
class JekyllFeed:
    """A feed of the old site, read from the file ``name``.

    ``entries`` maps the name of each post's file to its item, in the feed's order if Jekyll has ``built`` the feed.
    ``words`` are those by which a template chooses its posts, ``settings`` the keys of ``_config.yml`` that it reads. A
    feed is ``complete`` if no limit leaves out old posts.
    """

    name: str
    address: str
    entries: Mapping[str, Item]
    channel: Element = _NO_CHANNEL
    built: bool = False
    words: frozenset[str] = field(default_factory=frozenset)
    settings: frozenset[str] = field(default_factory=frozenset)
    complete: bool = False

    @property
    def document(self) -> Document:
        """Return the feed with its entries' own guids, as subscribers' apps know them."""
        return Document(self.channel, tuple(map(_with_guid, self.entries.values())))

    def count_posts(self, posts: Sequence[Post]) -> int:
        """Return how many of the posts have an entry in this feed."""
        return sum(post.name in self.entries for post in posts)

    def count_audio(self, media_type: str = "") -> int:
        """Return how many entries have an enclosure, of any type or of this one."""
        enclosures = (item.enclosure for item in self.entries.values() if item.enclosure)
        return sum(enclosure.type.startswith(media_type) for enclosure in enclosures)


def read_feeds(source: SourceSite, posts: Sequence[Post]) -> tuple[JekyllFeed, ...]:
    """Return the feeds of the old site, the one with the most audio first, and MP3 before other formats."""
    site = surroundings(source, posts)
    liquid = Liquid(site)
    feeds: dict[str, JekyllFeed] = {feed.address: feed for name in source.built for feed in _built(source, name, posts)}
    for template in find_templates(source, site):
        for feed in _rendered(source, liquid, template, posts):
            built = feeds.get(feed.address)
            feeds[feed.address] = _joined(built, feed) if built else feed
    for feed in _plugin_feed(source, posts):
        feeds.setdefault(feed.address, feed)
    return tuple(sorted(feeds.values(), key=lambda feed: (-feed.count_audio(), -feed.count_audio("audio/mpeg"))))


def _joined(built: JekyllFeed, rendered: JekyllFeed) -> JekyllFeed:
    """Return a built feed with that which only its template says, as the site may have changed since it was built."""
    entries = {
        name: item if item.enclosure or name not in rendered.entries else _with_sound_of(item, rendered.entries[name])
        for name, item in built.entries.items()
    }
    channel = built.channel if built.channel.first_text("title") else rendered.channel
    more = {name: item for name, item in rendered.entries.items() if name not in entries}
    return replace(
        built,
        entries={**entries, **more},
        channel=channel,
        words=rendered.words,
        settings=rendered.settings,
        complete=True,
    )


def _with_sound_of(item: Item, other: Item) -> Item:
    return replace(item, enclosures=other.enclosures, seconds=item.seconds or other.seconds)


def path_on_old_site(source: SourceSite, url: str) -> str:
    """Return the path below ``baseurl`` of an address on the old site; empty for an address of another host."""
    try:
        parts = urlsplit(_LOCAL.sub(source.url, url.strip()))
    except ValueError:
        return ""
    hosts = {urlsplit(home).netloc.removeprefix("www.") for home in (source.url, UNKNOWN_HOST)}
    if parts.scheme and parts.netloc.removeprefix("www.") not in hosts:
        return ""
    path = unquote(parts.path)
    return path.removeprefix(source.base) if path.startswith(f"{source.base}/") else path


def _built(source: SourceSite, name: str, posts: Sequence[Post]) -> Iterator[JekyllFeed]:
    """Yield the feed in a file that Jekyll built, if it is one."""
    if not name.endswith(FEED_SUFFIXES):
        return
    raw = source.built_bytes(name)
    if b"<rss" not in raw[:5000] and b"<feed" not in raw[:5000]:
        return
    document = _document(_LOCAL.sub(source.home, raw.decode("utf-8", "replace")), name)
    if document is None:
        return
    by_address = {spelling: post for post in posts if post.is_published for spelling in path_spellings(post.address)}
    entries: dict[str, Item] = {}
    for element in document.items:
        item = _item(source, element)
        paths = (path_on_old_site(source, address) for address in (element.first_text("link"), item.guid) if address)
        post = next((by_address[path] for path in paths if path in by_address), None)
        if post and item.guid:
            entries.setdefault(post.name, item)
    address = f"/{name.removeprefix(source.destination).lstrip('/')}"
    yield JekyllFeed(name, address, entries, document.channel, built=True)


def _rendered(
    source: SourceSite, liquid: Liquid, template: FeedTemplate, posts: Sequence[Post]
) -> Iterator[JekyllFeed]:
    """Yield the feed that a template makes for all of its posts, if it makes any entries."""
    frame = _LOCAL.sub(source.home, render_channel(liquid, template))
    root = _ROOT.search(frame)
    document = _document(frame, template.name)
    entries: dict[str, Item] = {}
    for post, text in render_entries(liquid, template, source, covered_posts(liquid, template, posts)):
        if "<entry" in text:
            entry = _document(f'<feed xmlns="{_ATOM[1:-1]}">{text}</feed>', template.name)
        else:
            entry = _document(f"{root[0] if root else _PLAIN_ROOT}<channel>{text}</channel></rss>", template.name)
        item = _item(source, entry.items[0]) if entry and entry.items else None
        if item and item.guid:
            entries[post.name] = item
    if entries:
        channel = document.channel if document else _NO_CHANNEL
        yield JekyllFeed(
            template.name,
            template.address,
            entries,
            channel,
            words=template.words(),
            settings=template.settings(),
            complete=True,
        )


def _with_guid(item: Item) -> Element:
    """Return an item's element with the guid by which the item is known, where it has none of its own."""
    if item.element.first_text("guid"):
        return item.element
    guid = Element("guid", item.guid, {"isPermaLink": "false"})
    return replace(item.element, children=(*item.element.children, guid))


def _item(source: SourceSite, element: Element) -> Item:
    """Return the item of an element. As for Jekyll's own feeds, an item without a guid is known by its link."""
    date = parse_feed_date(element.first_text("pubDate", "dc:date", "published")) or _EPOCH
    item = item_from_element(element, date, f"{source.home}/")
    guid = " ".join((element.first_text("guid") or element.first_text("link") or item.guid).split())
    return replace(item, guid=guid)


def _document(text: str, name: str) -> Document | None:
    """Return a feed of RSS or Atom as import from any host reads it; None for a text that is neither."""
    if "<rss" in text:
        try:
            return read_document(text.strip().encode(), name)
        except LongwaveError:
            return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or root.tag != f"{_ATOM}feed":
        return None
    title = Element("title", _plain(root.findtext(f"{_ATOM}title")))
    return Document(Element("channel", children=(title,)), tuple(map(_atom_item, root.iter(f"{_ATOM}entry"))))


def _atom_item(entry: Any) -> Element:
    """Return an ``<entry>`` of Atom as an item of RSS."""
    links = entry.findall(f"{_ATOM}link")
    page = next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), "")
    texts = {
        "guid": _plain(entry.findtext(f"{_ATOM}id")) or page,
        "title": _plain(entry.findtext(f"{_ATOM}title")),
        "link": page,
    }
    enclosures = (
        Element(
            "enclosure",
            attributes={"url": link.get("href", ""), "length": link.get("length", ""), "type": link.get("type", "")},
        )
        for link in links
        if link.get("rel") == "enclosure"
    )
    return Element("item", children=(*(Element(name, text) for name, text in texts.items()), *enclosures))


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _plugin_feed(source: SourceSite, posts: Sequence[Post]) -> Iterator[JekyllFeed]:
    """Yield the feed of the plugin jekyll-feed, which minima and most other themes use."""
    if not _uses_feed(source):
        return
    published = [post for post in posts if post.is_published]
    published.sort(key=lambda post: (post.date, post.name), reverse=True)
    entries = {}
    for post in published:
        guid = f"{source.url}{escape_address(f'{source.base}{post.post_id}')}"
        entries[post.name] = _item(source, Element("item", children=(Element("guid", guid),)))
    yield JekyllFeed("jekyll-feed", f"/{(source.text_setting('feed.path') or 'feed.xml').lstrip('/')}", entries)


def _uses_feed(source: SourceSite) -> bool:
    """Return whether the site has the plugin jekyll-feed."""
    listed = [source.config.get(key) for key in ("plugins", "gems")]
    named = "jekyll-feed" in str(listed) or "feed" in source.config
    if not named and "Gemfile" in source:
        try:
            named = bool(re.search(r"^\s*gem\s+.jekyll-feed", source.text("Gemfile"), re.MULTILINE))
        except ContentError:
            return False
    return named
