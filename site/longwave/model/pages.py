"""Guests, tags and plain pages: each has a page on the site, and may have a Markdown file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from longwave.model.key import Key
from longwave.model.people import AVATAR, TITLE, WEBSITE, Link

_NEWEST = "the newest episode's"


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest of one or more episodes, with the data of the newest appearance and of ``guests/<slug>.md``.

    ``names`` are other spellings, ``avatar`` is a path below ``content/images`` or a URL, ``text`` is Markdown.
    """

    slug: str
    name: Annotated[str, Key("the guest's name", default="from the file's name", appears_in="pages, search, feeds")]
    title: Annotated[str, replace(TITLE, default=_NEWEST)] = ""
    avatar: Annotated[str, replace(AVATAR, default=_NEWEST, aliases=("picture", "image"))] = ""
    links: Annotated[tuple[Link, ...], replace(WEBSITE, default=_NEWEST)] = ()
    names: Annotated[
        tuple[str, ...],
        Key("other spellings of the same person, a list", default="none", appears_in="all spellings are one guest"),
    ] = ()
    description: Annotated[str, Key("one sentence for search engines and previews", appears_in="page's head")] = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of one or more episodes, with the data of ``tags/<slug>.md`` if there is such a file.

    ``homepage`` is a URL; ``text`` is Markdown.
    """

    slug: str
    label: Annotated[
        str,
        Key(
            "the tag's spelling, in lists and on chips",
            default="`title`, else the file's name",
            appears_in="pages, feeds",
            name="tag",
            aliases=("name", "tag_name"),
        ),
    ]
    title: Annotated[str, Key("the heading of the tag's page", default="the tag's spelling", appears_in="page")] = ""
    description: Annotated[str, Key("one sentence for the page, search engines and previews", appears_in="page")] = ""
    homepage: Annotated[
        str,
        Key(
            "the address of the tag's own site",
            appears_in="page, `services-used.html`",
            aliases=("home_page", "url", "website"),
        ),
    ] = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A plain page: ``pages/<slug>.md``, served at ``/<slug>``. ``text`` is Markdown after Liquid.

    ``page`` is the complete front matter, unknown keys included, which templates and Liquid read as ``page.<key>``.
    """

    slug: Annotated[str, Key("the page's address, `/<slug>`", default="the file's name", appears_in="address")]
    title: Annotated[str, Key("required", appears_in="page")]
    description: Annotated[str, Key("one sentence for search engines and previews", appears_in="page's head")] = ""
    text: str = ""
    page: Mapping[str, Any] = field(default_factory=dict)
