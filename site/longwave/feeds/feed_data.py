"""What a feed says of itself and of each episode, before it takes a form. All addresses are absolute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from longwave.model import (
    Category,
    Enclosure,
    EpisodeType,
    License,
    Link,
    Location,
    Person,
    Recommendation,
    Remark,
    Schedule,
    Soundbite,
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Somebody who is heard. ``role`` is the Podcast Taxonomy's, in lower case; picture and link may be empty."""

    name: str
    role: str
    image: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Trailer:
    """An episode that is there to be heard before all others."""

    title: str
    date: datetime
    enclosure: Enclosure
    season: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. ``link`` is the page that it belongs to, ``address`` its own without ``.xml``.

    What is empty is left out, but for the description, which is then the title. ``links`` are the buttons by which
    people subscribe elsewhere.
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
    new_feed_url: str = ""
    guid: str = ""
    locked: bool = True
    medium: str = "podcast"
    cast: tuple[Cast, ...] = ()
    funding: tuple[Link, ...] = ()
    license: License | None = None
    location: Location | None = None
    txt: tuple[Remark, ...] = ()
    schedule: Schedule | None = None
    podroll: tuple[Recommendation, ...] = ()
    trailers: tuple[Trailer, ...] = ()
    hubs: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another form of the sound; its ``enclosure`` has an absolute ``url``. ``bitrate`` is in bits per second."""

    enclosure: Enclosure
    title: str
    bitrate: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One episode in a feed. ``html`` has been cleaned; ``tags`` are as written.

    The ``enclosure`` has an absolute ``url``; None for what is only to be read. Season and number are left out when
    they are 0, which the directories refuse. ``transcript`` is an address without its suffix, ``chapters`` a whole one.
    ``permalink`` says that the guid is an address that may be opened.
    """

    title: str
    link: str
    guid: str
    date: datetime
    updated: datetime | None
    description: str
    html: str
    author: str
    language: str = "en"
    enclosure: Enclosure | None = None
    alternatives: tuple[Alternative, ...] = ()
    number: int | None = None
    season: int | None = None
    season_name: str = ""
    type: EpisodeType = "full"
    explicit: bool = False
    image: str = ""
    tags: tuple[str, ...] = ()
    cast: tuple[Cast, ...] = ()
    transcript: str = ""
    chapters: str = ""
    soundbites: tuple[Soundbite, ...] = ()
    license: License | None = None
    location: Location | None = None
    permalink: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Where in a feed this document stands: page ``number`` of ``count``, from 1, and when the feed last changed."""

    changed: datetime
    number: int = 1
    count: int = 1
