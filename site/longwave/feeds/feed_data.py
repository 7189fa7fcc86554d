"""The content of a feed before it takes a form: the channel, its entries, and the page of the feed.

An entry holds the episode itself, and a channel the show's ``Syndication``, beside the values that are computed for
feeds. So a key that a feed repeats unchanged needs no field here. All addresses are absolute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from longwave.model import Alternate, Category, Enclosure, Episode, Link, Person, Show, Syndication


@dataclass(frozen=True, slots=True)
class Credit:
    """A person who is heard. ``role`` is of the Podcast Taxonomy, in lower case; ``image`` and ``link`` are URLs."""

    name: str
    role: str
    image: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Trailer:
    """An episode that introduces a show or a season; its ``enclosure`` has an absolute ``url``."""

    title: str
    date: datetime
    enclosure: Enclosure
    season: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed's description of itself. ``link`` is the feed's page, ``address`` the feed's URL without ``.xml``.

    An empty value is left out of the feed, except the description, for which the title then stands. ``links`` are the
    buttons by which people subscribe elsewhere.
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

    @property
    def hubs(self) -> tuple[str, ...]:
        """The WebSub hubs that are pinged when the feed changes."""
        return self.syndication.hubs


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed: an episode, its show, and the values that are computed for feeds alone.

    ``title`` is without the episode's number, ``html`` has been cleaned for podcast apps, and ``tags`` are the tags'
    labels. ``enclosure`` and ``alternates`` have absolute ``url``s; ``enclosure`` is None for a text without sound.
    ``transcripts`` maps media types to URLs; ``chapters`` is a URL, empty where there are none.
    """

    episode: Episode
    show: Show
    link: str
    guid: str
    title: str
    description: str = ""
    html: str = ""
    image: str = ""
    tags: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    enclosure: Enclosure | None = None
    alternates: tuple[Alternate, ...] = ()
    transcripts: Mapping[str, str] = field(default_factory=dict)
    chapters: str = ""

    @property
    def explicit(self) -> bool:
        """Whether the episode is explicit; the show decides where its front matter doesn't."""
        return self.show.explicit if self.episode.explicit is None else self.episode.explicit


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A document of a paged feed (RFC 5005): page ``number`` of ``count``, from 1, and when the feed last changed."""

    changed: datetime
    number: int = 1
    count: int = 1
