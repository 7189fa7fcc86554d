"""RSS 2.0 with the tags of iTunes, as https://www.rssboard.org/rss-specification and PSP-1 want it.

The code has the shape of what it makes: the document, its channel, the channel's items.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from longwave.feeds.links import absolute
from longwave.feeds.xml import NAMESPACES, cdata, document, node
from longwave.model import Category, Enclosure, EpisodeType, Person


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. ``link`` is the page that it belongs to, ``feed`` its own address.

    All addresses are absolute. What is empty is left out, but for the description, which is then the title.
    """

    title: str
    link: str
    feed: str
    description: str
    language: str
    author: str
    owner: Person
    image: str = ""
    categories: tuple[Category, ...] = ()
    explicit: bool = False
    type: str = "episodic"
    copyright: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One episode in a feed. ``html`` may hold relative addresses: they are made absolute against ``link``.

    The ``enclosure`` has an absolute ``url``; None for what is only to be read. Season and number are left out when
    they are 0, which the directories refuse.
    """

    title: str
    link: str
    guid: str
    date: datetime
    updated: datetime | None
    description: str
    html: str
    author: str
    enclosure: Enclosure | None = None
    number: int | None = None
    season: int | None = None
    type: EpisodeType = "full"
    explicit: bool = False
    image: str = ""


def rss(channel: Channel, entries: Iterable[Entry]) -> bytes:
    """The feed of ``entries``, in their order. The same input gives the same bytes: no clock is read."""
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES)
    described = _channel(channel, tuple(entries))
    if described is not None:
        root.append(described)
    return document(root)


def _channel(channel: Channel, entries: tuple[Entry, ...]) -> etree._Element | None:
    return node(
        "channel",
        node("title", channel.title),
        node("link", channel.link),
        node("description", channel.description or channel.title),
        node("language", channel.language.replace("_", "-")),
        node("copyright", channel.copyright),
        node("lastBuildDate", _newest(entries)),
        node("generator", "Longwave"),
        node("atom:link", href=channel.feed, rel="self", type="application/rss+xml"),
        _image(channel) if channel.image else None,
        node("itunes:author", channel.author),
        node("itunes:owner", node("itunes:name", channel.owner.name), node("itunes:email", channel.owner.email)),
        node("itunes:image", href=channel.image),
        *(_category(category) for category in channel.categories),
        node("itunes:explicit", _truth(channel.explicit)),
        node("itunes:type", channel.type),
        *(_item(entry) for entry in entries),
    )


def _item(entry: Entry) -> etree._Element | None:
    return node(
        "item",
        node("title", entry.title),
        node("link", entry.link),
        node("description", entry.description),
        cdata("content:encoded", absolute(entry.html, entry.link)),
        node("guid", entry.guid, isPermaLink="false"),
        node("pubDate", _date(entry.date)),
        _enclosure(entry.enclosure) if entry.enclosure else None,
        node("itunes:title", entry.title),
        node("itunes:author", entry.author),
        node("itunes:duration", _count(entry.enclosure.seconds if entry.enclosure else 0)),
        node("itunes:season", _count(entry.season)),
        node("itunes:episode", _count(entry.number)),
        node("itunes:episodeType", entry.type),
        node("itunes:explicit", _truth(entry.explicit)),
        node("itunes:image", href=entry.image),
    )


def _enclosure(enclosure: Enclosure) -> etree._Element | None:
    return node("enclosure", url=enclosure.url, length=str(enclosure.bytes), type=enclosure.type)


def _image(channel: Channel) -> etree._Element | None:
    return node("image", node("url", channel.image), node("title", channel.title), node("link", channel.link))


def _category(category: Category) -> etree._Element | None:
    return node("itunes:category", node("itunes:category", text=category.sub), text=category.name)


def _newest(entries: tuple[Entry, ...]) -> str:
    dates = [entry.updated or entry.date for entry in entries] + [entry.date for entry in entries]
    return _date(max(dates)) if dates else ""


def _date(date: datetime) -> str:
    # In UTC, because RFC 822 has no seconds in an offset, which old local times do.
    return format_datetime(date.astimezone(UTC))


def _count(number: int | None) -> str:
    return str(number) if number else ""


def _truth(value: bool) -> str:
    return "true" if value else "false"
