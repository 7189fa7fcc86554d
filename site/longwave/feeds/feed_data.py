"""The content of a feed, independent of RSS and JSON: the channel, its entries, and the page of a paged feed.

An entry holds the Episode, and a channel the show's ``Syndication``, in addition to the values that are computed for
feeds. So a key of front matter or site.toml whose value appears unchanged in feeds needs no field here. All addresses
are absolute.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from longwave.feeds.transcript_links import TranscriptLink
from longwave.model import Alternate, Category, Enclosure, Episode, Link, Person, Picture, Show, Syndication


@dataclass(frozen=True, slots=True)
class Credit:
    """A person credited in a feed. ``role`` and ``group`` are in lower case; ``image`` and ``link`` are URLs."""

    name: str
    role: str
    image: str = ""
    link: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Trailer:
    """An episode that introduces a show or a season; its ``enclosure`` has an absolute ``url``."""

    title: str
    date: datetime
    enclosure: Enclosure
    season: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel of a feed. ``link`` is the URL of its web page, ``address`` its own URL without ``.xml``.

    Empty values are left out of the feed, except the description, which the title replaces. ``links`` are the buttons
    by which people subscribe elsewhere.
    """

    title: str
    link: str
    address: str
    description: str
    language: str
    author: str
    owner: Person
    image: str = ""
    categories: tuple[Category, ...] = ()
    explicit: bool = False
    type: str = "episodic"
    copyright: str = ""
    guid: str = ""
    credits: tuple[Credit, ...] = ()
    trailers: tuple[Trailer, ...] = ()
    links: tuple[Link, ...] = ()
    syndication: Syndication = field(default_factory=Syndication)
    pictures: tuple[Picture, ...] = ()

    @property
    def hubs(self) -> tuple[str, ...]:
        """Return the WebSub hubs that are notified when the feed changes."""
        return self.syndication.hubs


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: an episode, its show, and the values that are computed for feeds only.

    ``title`` is without the episode's number, ``html`` has been cleaned for podcast apps, and ``tags`` are the tags'
    labels. ``enclosure`` and ``alternates`` have absolute ``url``s; ``enclosure`` is None for an episode without audio.
    ``outline`` are the lines of chapters at the end of an RSS description. ``chapters`` is a URL, empty where there are
    none. ``pictures`` are the episode's own, whose ``file`` is a URL.
    """

    episode: Episode
    show: Show
    link: str
    guid: str
    title: str
    description: str = ""
    outline: tuple[str, ...] = ()
    html: str = ""
    image: str = ""
    tags: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    enclosure: Enclosure | None = None
    alternates: tuple[Alternate, ...] = ()
    transcripts: tuple[TranscriptLink, ...] = ()
    chapters: str = ""
    pictures: tuple[Picture, ...] = ()

    @property
    def author(self) -> str:
        """Return the author of the episode, as its front matter says, or else of its show."""
        return self.episode.author or self.show.author

    @property
    def explicit(self) -> bool:
        """Return whether the episode is explicit, as its front matter says, or else as its show says."""
        return self.show.explicit if self.episode.explicit is None else self.episode.explicit


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A document of a paged feed (RFC 5005): page ``number`` (from 1) of ``count``, and the time of the last change."""

    changed: datetime
    number: int = 1
    count: int = 1


def without_empty(**values: Any) -> dict[str, Any]:
    """Return the keyword arguments as a dictionary, without those that are empty, zero or False, for JSON."""
    return {name: value for name, value in values.items() if value}
