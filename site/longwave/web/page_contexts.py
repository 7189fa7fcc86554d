"""What each template is given. These classes are a public API: a site's own templates rely on their fields.

Addresses are paths on the site (``/podcast/1-hello``) unless a field says that it is absolute. Texts are plain and are
escaped by the template, but for those whose names end in ``html``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from markupsafe import Markup

from longwave.web.view_models import Card, Filter, Found, LinkTo, Pager, PersonCard, Player, ShowCard, Spoken, Stretch


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around its own: the site, its head, its navigation. ``canonical`` and ``image`` are absolute.

    ``canonical`` is empty on a page that has no address of its own, such as that of an error.

    ``feeds`` are for autodiscovery. ``kind`` is OpenGraph's type; ``audio`` the absolute address of the sound,
    ``embed`` that of the player alone and ``oembed`` of what describes it; ``data`` the page as JSON-LD. ``query`` is
    what stands in the search box. ``theme`` is the version of ``/theme.css``, empty where the owner has none.
    """

    site: str
    language: str
    title: str
    description: str
    canonical: str
    navigation: tuple[LinkTo, ...]
    feeds: tuple[LinkTo, ...]
    version: str
    image: str = ""
    kind: str = "website"
    audio: str = ""
    audio_type: str = ""
    embed: str = ""
    oembed: str = ""
    data: Mapping[str, Any] | None = None
    query: str = ""
    indexed: bool = True
    previous: str = ""
    next: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """``home.html``: the newest episode, those before it, and the shows."""

    template: ClassVar[str] = "home.html"
    frame: Frame
    description: str
    shows: tuple[ShowCard, ...]
    featured: Card | None
    episodes: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ShowPage:
    """``show.html``: one show's episodes."""

    template: ClassVar[str] = "show.html"
    frame: Frame
    show: ShowCard
    episodes: tuple[Card, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """``episode.html``. ``notes_html`` are the rendered notes, ``page`` the whole front matter, ``edit`` an address.

    ``chapters`` are those that the notes don't list already. ``unreviewed`` counts the entries of the transcript that
    aren't shown, because nobody has reviewed them yet. ``image`` is the episode's picture or the show's.
    """

    template: ClassVar[str] = "episode.html"
    frame: Frame
    episode: Card
    updated: datetime | None
    author: str
    player: Player | None
    guests: tuple[PersonCard, ...]
    notes_html: Markup
    chapters: tuple[Stretch, ...]
    transcript: tuple[Spoken, ...]
    unreviewed: int
    image: str
    subscribe: tuple[LinkTo, ...]
    previous: LinkTo | None
    next: LinkTo | None
    edit: str
    page: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """``embed.html``: the player of an episode alone, for a frame in another site's page."""

    template: ClassVar[str] = "embed.html"
    frame: Frame
    episode: Card
    player: Player
    image: str


@dataclass(frozen=True, slots=True)
class TagsPage:
    """``tags.html``: all tags with their counts."""

    template: ClassVar[str] = "tags.html"
    frame: Frame
    tags: tuple[LinkTo, ...]


@dataclass(frozen=True, slots=True)
class TagPage:
    """``tag.html``: a tag and its episodes. ``homepage`` is the technology's own, ``text_html`` its file's body."""

    template: ClassVar[str] = "tag.html"
    frame: Frame
    label: str
    description: str
    homepage: str
    text_html: Markup
    count: int
    episodes: tuple[Card, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class GuestsPage:
    """``guests.html``: all guests with their counts."""

    template: ClassVar[str] = "guests.html"
    frame: Frame
    guests: tuple[PersonCard, ...]


@dataclass(frozen=True, slots=True)
class GuestPage:
    """``guest.html``: a guest and their episodes. ``text_html`` is the biography."""

    template: ClassVar[str] = "guest.html"
    frame: Frame
    guest: PersonCard
    description: str
    text_html: Markup
    episodes: tuple[Card, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class PlainPage:
    """``page.html``: a page of ``content/pages``. ``page`` is its whole front matter."""

    template: ClassVar[str] = "page.html"
    frame: Frame
    title: str
    text_html: Markup
    page: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``search.html``. ``message`` says why there are no results; ``unanswered`` that nothing can be searched now.

    ``corrected`` is the query as it was searched, where a spelling was guessed, and ``exact`` the address that guesses
    none. ``suggestions`` and ``tags`` (the most used) are there where nothing was found; ``chips`` take a filter off.
    """

    template: ClassVar[str] = "search.html"
    frame: Frame
    query: str
    total: int = 0
    results: tuple[Found, ...] = ()
    filters: tuple[Filter, ...] = ()
    orders: tuple[LinkTo, ...] = ()
    pager: Pager = field(default_factory=lambda: Pager(1, 1))
    chosen: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    unanswered: bool = False
    corrected: str = ""
    exact: str = ""
    suggestions: tuple[LinkTo, ...] = ()
    tags: tuple[LinkTo, ...] = ()
    chips: tuple[LinkTo, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """``error.html``: what happened, in a few words."""

    template: ClassVar[str] = "error.html"
    frame: Frame
    status: int
    heading: str
    message: str


@dataclass(frozen=True, slots=True)
class MissingPage:
    """``404.html``: nothing is at this address. ``episodes`` are the newest."""

    template: ClassVar[str] = "404.html"
    frame: Frame
    path: str
    episodes: tuple[Card, ...]


PAGES = (HomePage, ShowPage, EpisodePage, EmbedPage, TagsPage, TagPage, GuestsPage, GuestPage, PlainPage, SearchPage,
         ErrorPage, MissingPage)  # fmt: skip
Page = (
    HomePage | ShowPage | EpisodePage | EmbedPage | TagsPage | TagPage | GuestsPage | GuestPage | PlainPage | SearchPage
    | ErrorPage | MissingPage
)  # fmt: skip
