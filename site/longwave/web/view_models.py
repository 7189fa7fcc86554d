"""The pieces of which pages are made: links, cards, players, results. A public API, as those of ``contexts`` are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class LinkTo:
    """A link. ``count`` is how many episodes lie behind it (0: not counted), ``current`` whether one is there."""

    label: str
    url: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A guest. ``url`` is their page here (empty: a name of signs only has none), ``avatar`` the address of a picture.

    ``role`` is empty for who is simply a guest.
    """

    name: str
    url: str
    title: str = ""
    role: str = ""
    avatar: str = ""
    links: tuple[LinkTo, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A chapter, or a time with words: its second, that second as ``1:21``, and the text."""

    seconds: int
    clock: str
    text: str


@dataclass(frozen=True, slots=True)
class Player:
    """An episode's sound: where it is, what it is, how long (seconds, 0: not known) and how large (bytes).

    ``key`` is ``<show>/<slug>``, under which a browser remembers what was heard. ``link`` is the episode's absolute
    address, ``embed`` that of its player alone. ``image`` is a square picture, empty where there is none.
    """

    url: str
    type: str
    seconds: int
    bytes: int
    key: str
    title: str
    show: str
    page: str
    link: str
    embed: str
    image: str = ""
    chapters: tuple[Stretch, ...] = ()

    @property
    def told(self) -> Mapping[str, Any]:
        """What the page's script is told, as plain data."""
        chapters = [(chapter.seconds, chapter.text) for chapter in self.chapters]
        names = ("url", "seconds", "key", "title", "show", "page", "link", "embed", "image")
        return {name: getattr(self, name) for name in names} | ({"chapters": chapters} if chapters else {})


@dataclass(frozen=True, slots=True)
class Card:
    """An episode in a list. ``seconds`` is 0 where the length isn't known, ``author`` is who makes the show.

    ``image`` is the episode's own picture, in a size for lists; ``player`` is None where there is nothing to hear.
    ``unpublished`` is empty but in a preview: ``Draft``, or ``Out on 3 December``.
    """

    title: str
    url: str
    show: LinkTo
    date: datetime
    number: int | None = None
    description: str = ""
    seconds: int = 0
    episode_type: str = "full"
    explicit: bool = False
    image: str = ""
    guests: tuple[LinkTo, ...] = ()
    tags: tuple[LinkTo, ...] = ()
    author: str = ""
    player: Player | None = None
    unpublished: str = ""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show. ``links`` are its subscribe buttons, the feed last."""

    title: str
    url: str
    description: str
    image: str
    count: int
    links: tuple[LinkTo, ...]
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pager:
    """Where one is in a long list. ``previous`` and ``next`` are empty at its ends."""

    page: int
    pages: int
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a transcript, and the second at which it begins."""

    seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A paragraph of a transcript: its second, that second as ``1:21``, who speaks, and the sentences."""

    seconds: int
    clock: str
    speaker: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A search result. ``moments`` are addresses that play, with their label, their words and who says them.

    ``unpublished`` is as that of a ``Card``.
    """

    title_html: Markup
    snippet_html: Markup
    url: str
    show: str
    number: int | None
    date: datetime
    guests: tuple[str, ...]
    moments: tuple[FoundMoment, ...]
    unpublished: str = ""


@dataclass(frozen=True, slots=True)
class FoundMoment:
    """A moment within a search result."""

    label: str
    url: str
    html: Markup
    speaker: str
    source: str


@dataclass(frozen=True, slots=True)
class Filter:
    """By what a search can be narrowed: its name, its values, and the address without it (empty: it isn't used)."""

    name: str
    values: tuple[LinkTo, ...]
    without: str = ""
