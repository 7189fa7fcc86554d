"""The site as ``site.toml`` describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from longwave.model.key import Key
from longwave.model.people import Link, Person
from longwave.model.show import Show
from longwave.model.syndication import Category, Syndication


@dataclass(frozen=True, slots=True)
class Theme:
    """The owner's choices for the look, checked; an empty one leaves Longwave's stylesheet as it is.

    ``accent`` is ``#rrggbb``, ``font`` one of ``serif``, ``sans`` and ``mono`` or a CSS list of families, ``radius``
    a CSS length.
    """

    accent: Annotated[str, Key("a colour: hex, a name, `rgb()` or `hsl()`", appears_in="links, buttons, player")] = ""
    font: Annotated[str, Key("`serif`, `sans`, `mono`, or families: `Inter, sans-serif`", appears_in="all text")] = ""
    radius: Annotated[str, Key("how round corners are: `0`, `8px`, `0.5rem`", appears_in="buttons, pictures")] = ""


@dataclass(frozen=True, slots=True)
class Site:
    """The settings of ``site.toml``, with every default filled in.

    ``url`` has no slash at its end; it is empty when the owner gave none. ``allow`` are the other origins, such as
    ``https://*.example.com``, from which pages may show something. ``public`` are patterns of files below ``content``
    that are served though nothing names them. ``html`` is ``raw`` where HTML in Markdown is shown as it is, ``safe``
    where it is cleaned. ``audio_url`` is the one of shows that have none. ``redirects`` lead from a path or a pattern
    to a path or an address, and ``forced`` are the redirects that win over a page of the site. ``extra`` is the whole
    file as plain data, which Liquid reads as ``site.<key>``.
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
    feed: Syndication = field(default_factory=Syndication)
    repo: Annotated[
        str, Key("the address of the site's repository", appears_in='"Edit on GitHub" on every episode')
    ] = ""
    per_page: Annotated[int, Key("the number of episodes on a page of a list", appears_in="lists")] = 20
    navigation: Annotated[
        tuple[Link, ...],
        Key('links at the top of each page: `[{label = "About", url = "/about"}]`', appears_in="pages"),
    ] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    forced: Mapping[str, str] = field(default_factory=dict)
    shows: tuple[Show, ...] = ()
    theme: Theme = Theme()
    allow: tuple[str, ...] = ()
    public: Annotated[
        tuple[str, ...],
        Key(
            "patterns of files that are served though nothing names them, such as `images/press/*` (see "
            "[Served files](#served-files))",
            appears_in="addresses",
        ),
    ] = ()
    html: str = "raw"
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hubs(self) -> tuple[str, ...]:
        """The WebSub hubs that are notified when the feed of all shows changes."""
        return self.feed.hubs
