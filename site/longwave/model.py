"""The nouns of a podcast site as frozen dataclasses. They know nothing of files, Flask or Whoosh.

All of them are stored in an edition as JSON and read back from it, so every field is plain data. Times within an
episode are seconds, sizes are bytes, dates carry a zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

EpisodeType = Literal["full", "trailer", "bonus"]
MomentSource = Literal["note", "chapter", "cue"]


@dataclass(frozen=True, slots=True)
class Link:
    """A labelled address: a subscribe button, a guest's website, an entry of the navigation."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """A host, author or owner as ``site.toml`` names them. ``image`` is a path below ``content/images`` or a URL."""

    name: str
    email: str = ""
    url: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the podcast directories, such as Technology, or Society & Culture > Documentary."""

    name: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class License:
    """Under what a show or an episode may be used: an SPDX identifier, or a name of its own with ``url``."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """What place a show or an episode is about. ``geo`` is a ``geo:`` URI, ``osm`` an object of OpenStreetMap."""

    name: str
    geo: str = ""
    osm: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Free text for machines: ``podcast:txt``. Its ``purpose`` may be empty."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often episodes come, in words, and as a rule of iCalendar (RFC 5545), such as ``FREQ=WEEKLY``."""

    text: str = ""
    rrule: str = ""
    start: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Another podcast that a show's listeners may like. An empty ``guid`` is the one made from ``url``, its feed."""

    url: str = ""
    guid: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Syndication:
    """What only feeds tell of a show. What its table leaves out is the site's, but for addresses, guid and seasons.

    ``funding`` are labelled addresses; ``seasons`` are names by number; ``hubs`` are the WebSub hubs that are told of
    news. With ``limit`` a feed holds so many episodes and its pages the rest; 0: it holds all.
    """

    new_feed_url: str = ""
    guid: str = ""
    locked: bool = True
    funding: tuple[Link, ...] = ()
    license: License | None = None
    medium: str = "podcast"
    txt: tuple[Remark, ...] = ()
    location: Location | None = None
    schedule: Schedule | None = None
    podroll: tuple[Recommendation, ...] = ()
    seasons: Mapping[str, str] = field(default_factory=dict)
    hubs: tuple[str, ...] = ()
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Show:
    """A podcast, or a series of written interviews: one folder of episodes. What its table leaves out is the site's.

    ``image`` is a path below ``content/images`` (or a URL). ``audio`` and ``guid`` are patterns that may hold
    ``{number}``, ``{slug}``, ``{season}``, ``{date}`` and ``{show}``; empty means ``<slug>.mp3`` and the permalink.
    ``audio_url`` is the address of the audio on another host, with these and ``{file}``; empty: it is served from here.
    ``guids`` are those of single episodes, by slug, where no pattern gives what apps have known them by. ``same_time``
    tells which of two episodes of one instant is the newer one: by number, or by the file's name as in Jekyll.
    """

    slug: str
    title: str
    description: str
    language: str
    author: str
    owner: Person
    hosts: tuple[Person, ...] = ()
    image: str = ""
    links: tuple[Link, ...] = ()
    categories: tuple[Category, ...] = ()
    audio: str = ""
    audio_url: str = ""
    guid: str = ""
    guids: Mapping[str, str] = field(default_factory=dict)
    same_time: Literal["number", "name"] = "number"
    explicit: bool = False
    type: Literal["episodic", "serial"] = "episodic"
    copyright: str = ""
    feed: Syndication = Syndication()
    #: Has a table in site.toml; such a show has a page before its first episode.
    declared: bool = False

    @property
    def hubs(self) -> tuple[str, ...]:
        """The WebSub hubs that are told when its feed changes."""
        return self.feed.hubs


@dataclass(frozen=True, slots=True)
class Theme:
    """How the owner wants the site to look, checked; empty means as Longwave's stylesheet has it.

    ``accent`` is ``#rrggbb``, ``font`` one of ``serif``, ``sans`` and ``mono`` or a CSS list of families, ``radius``
    a CSS length.
    """

    accent: str = ""
    font: str = ""
    radius: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """``site.toml``, with every default filled in. ``url`` has no slash at its end; empty when the owner gave none.

    ``allow`` are the other origins, such as ``https://*.example.com``, from which pages may show something.
    ``public`` are patterns of files below ``content`` that are served though nothing names them.
    ``html`` is ``raw`` where HTML in Markdown is shown as it is, ``safe`` where it is cleaned.
    ``audio_url`` is what shows without their own begin with.
    """

    title: str
    description: str
    url: str
    language: str
    timezone: str
    author: str
    owner: Person
    hosts: tuple[Person, ...] = ()
    image: str = ""
    audio_url: str = ""
    categories: tuple[Category, ...] = ()
    explicit: bool = False
    copyright: str = ""
    feed: Syndication = Syndication()
    repo: str = ""
    per_page: int = 20
    navigation: tuple[Link, ...] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    forced: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[Show, ...] = ()
    theme: Theme = Theme()
    allow: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    html: str = "raw"
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hubs(self) -> tuple[str, ...]:
        """The WebSub hubs that are told when the feed of all shows changes."""
        return self.feed.hubs


@dataclass(frozen=True, slots=True)
class Appearance:
    """A guest as one episode's front matter describes them."""

    name: str
    role: str = "guest"
    title: str = ""
    avatar: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Guest:
    """A person over all episodes: the newest appearance, enriched by ``guests/<slug>.md``. ``text`` is Markdown."""

    slug: str
    name: str
    title: str = ""
    avatar: str = ""
    links: tuple[Link, ...] = ()
    names: tuple[str, ...] = ()
    description: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag over all episodes, enriched by ``tags/<slug>.md``. ``homepage`` is a URL; ``text`` is Markdown."""

    slug: str
    label: str
    description: str = ""
    homepage: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A plain page: ``pages/<slug>.md``, served at ``/<slug>``. ``text`` is Markdown after Liquid."""

    slug: str
    title: str
    description: str = ""
    text: str = ""
    page: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """An episode's audio: ``file`` below ``content/audio/<show>/``, or ``url`` elsewhere, where listeners get it.

    Both are there for a file that the show's ``audio_url`` puts on another host. ``here`` says that the file was found;
    ``bytes`` and ``seconds`` were then read from it, else they are what the front matter claims (0 when it claims
    nothing). ``expected`` says that something promises the file: the key ``audio``, the show's pattern, or a claimed
    size or length.
    """

    file: str = ""
    url: str = ""
    here: bool = False
    expected: bool = False
    bytes: int = 0
    seconds: int = 0
    type: str = "audio/mpeg"


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another form of an episode's audio: smaller, better, or a film. ``bitrate`` is in bits per second, 0: unknown."""

    enclosure: Enclosure
    title: str = ""
    bitrate: int = 0


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A stretch worth quoting, in seconds. Without a title it has the episode's."""

    start: int
    duration: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A second in an episode with words attached. ``text`` is plain text, without markup and without the time."""

    seconds: int
    text: str
    source: MomentSource = "note"


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of a transcript: seconds from the start of the audio, and what was said. ``speaker`` may be empty."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """The cues of one episode in order of time. ``hidden`` counts the entries that nobody has reviewed yet."""

    cues: tuple[Cue, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Episode:
    """One Markdown file. Its text lies beside it in the edition; this is what lists, feeds and pages need of it.

    ``source`` is the file's path relative to the site's folder. ``tags`` are as written. ``page`` is the whole front
    matter, unknown keys included: what templates and Liquid see as ``page.<key>``. ``image`` and the avatars are paths
    below ``content/images`` or URLs.
    """

    show: str
    slug: str
    source: str
    title: str
    date: datetime
    description: str = ""
    updated: datetime | None = None
    number: int | None = None
    season: int | None = None
    episode_type: EpisodeType = "full"
    explicit: bool | None = None
    guests: tuple[Appearance, ...] = ()
    tags: tuple[str, ...] = ()
    image: str = ""
    enclosure: Enclosure | None = None
    aliases: tuple[str, ...] = ()
    guid: str = ""
    #: Whether the guid is an address that apps may open, as some hosts have it.
    guid_is_permalink: bool = False
    draft: bool = False
    chapters: tuple[Moment, ...] = ()
    #: The transcript's file as the front matter names it; empty: found by slug or number.
    transcript: str = ""
    #: The file of chapters likewise.
    chapters_file: str = ""
    soundbites: tuple[Soundbite, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    license: License | None = None
    location: Location | None = None
    page: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What names this episode within the site: ``<show>/<slug>``."""
        return f"{self.show}/{self.slug}"

    @property
    def path(self) -> str:
        """Its address on the site: ``/<show>/<slug>``."""
        return f"/{self.show}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Notes:
    """What ``longwave.content.episodes.notes`` reads from a body after Liquid.

    ``moments`` are the timestamped list items in the order in which they stand; ``text`` is all of the body as plain
    text without markup (link texts kept, addresses dropped, code kept), paragraphs separated by newlines.
    """

    text: str = ""
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Everything of one episode that can be searched, beside its own fields."""

    notes: Notes = field(default_factory=Notes)
    transcript: Transcript = field(default_factory=Transcript)
