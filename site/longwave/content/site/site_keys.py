"""The keys of ``site.toml``, their types and defaults, for the site and for the table of a show.

Keys whose values are used unchanged are declared on ``Site``, ``Theme``, ``Show`` and ``Syndication``; keys that shows
inherit from the site, or whose values are converted, are declared here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, model_validator

from longwave.content.fields.declared_keys import keys_of, names_of, values_of, with_keys
from longwave.content.fields.feed_field_types import (
    Categories,
    Frequency,
    Hubs,
    Links,
    Medium,
    Podroll,
    Remarks,
    RemoteItem,
    SeasonNames,
    Uuid,
    WebAddress,
)
from longwave.content.fields.field_types import PictureName
from longwave.content.fields.licenses import Licensed
from longwave.content.fields.listing_types import CHANNEL_FORMS, with_alt
from longwave.content.fields.places import Places
from longwave.content.fields.social_types import AiParts, SocialPosts
from longwave.content.fields.stated_fact_types import EnclosureTable
from longwave.content.fields.support_links import Funding
from longwave.content.fields.value_blocks import ValueBlocks
from longwave.content.fields.value_checks import or_empty, part_checked
from longwave.content.media.audio_host import audio_url_pattern
from longwave.content.site.origins import parse_origin
from longwave.content.site.theme import parse_colour, parse_families, parse_length
from longwave.model import Key, Person, SharedSyndication, Show, Site, Syndication, Theme
from longwave.urls import base_address, in_ascii, web_address


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("a time zone such as Europe/Berlin") from None
    return name


def _redirect_target(address: str) -> str:
    with suppress(ValueError):
        if re.fullmatch(r"(/|https?://)[^\x00-\x1f\x7f]*", address) and in_ascii(address):
            return address
    raise ValueError("a path or an address, such as /podcast/first or https://podcast.example.com")


def _public_pattern(text: str) -> str:
    top, *parts = text.split("/")
    if top in ("audio", "images") and parts and not any(not part or part.startswith(".") for part in parts):
        return text
    raise ValueError("a pattern of files in content/images or content/audio, such as images/press/*")


def _person_table(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _linkable(person: Person) -> Person:
    """Return the person with a whole address, as pages link to it; ``ann.example.com`` is one without its scheme."""
    url = person.url.strip()
    whole = url if ":" in url or "." not in url else f"https://{url}"
    return replace(person, url=part_checked("url", whole, web_address))


def _person_name(value: Any) -> Any:
    """Return the name in a table such as ``author = {name = "Ann Lee", email = "…"}``."""
    return value["name"] if isinstance(value, dict) and "name" in value else value


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _redirect_table(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


def _unless_blank(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda text: check(text) if text.strip() else "")


_PersonTable = Annotated[Person, AfterValidator(_linkable), BeforeValidator(_person_table)]
#: Language tags have hyphens (RFC 5646), but many owners write ``pt_BR``.
_DASHES = AfterValidator(lambda tag: tag.replace("_", "-"))
_Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$"), _DASHES]


class SharedKeys(BaseModel):
    """The keys that the site may set for all of its shows. The value is None if the file doesn't have the key."""

    # This class is only a base of SHOW_READER and SITE_READER, so pydantic needn't build validators for it.
    model_config = ConfigDict(defer_build=True)

    _alt = model_validator(mode="before")(with_alt)

    title: Annotated[
        str | None, Key("the name", default="`Podcast`; of a show, from its folder's name", appears_in="pages, feeds")
    ] = None
    description: Annotated[str | None, Key("a few sentences", appears_in="pages, feeds")] = None
    language: Annotated[
        _Language | None,
        Key(
            "a language tag such as `pt-BR`; also chooses how search reads words",
            default="`en`",
            appears_in="pages, feeds",
        ),
    ] = None
    author: Annotated[
        Annotated[str, BeforeValidator(_person_name)] | None,
        Key("a name", default="the first host's, else the owner's, else the title", appears_in="`itunes:author`"),
    ] = None
    owner: Annotated[
        _PersonTable | None,
        Key(
            'a name, or `{name = "Ann Lee", email = "ann@example.com"}`',
            default="the author",
            appears_in="`itunes:owner`",
        ),
    ] = None
    hosts: Annotated[
        tuple[_PersonTable, ...] | None,
        Key(
            'names, or tables: `[{name = "Ann Lee", url = "https://…", image = "ann.jpg"}]`; people with another '
            "`role` (and `group`) of the [Podcast Taxonomy](https://podcasttaxonomy.com/), too",
            appears_in="pages, `podcast:person`",
        ),
    ] = None
    image: Annotated[
        PictureName | None,
        Key("the cover: a file below `content/images/`, or an address", appears_in="pages, `itunes:image`"),
    ] = None
    categories: Annotated[
        Categories | None,
        Key(
            'Apple\'s: `["Technology", "Society & Culture > Documentary"]`; the first one counts most',
            appears_in="`itunes:category`",
        ),
    ] = None
    explicit: Annotated[
        bool | None, Key("`true` or `false`", default="`false`", appears_in="pages, `itunes:explicit`")
    ] = None
    copyright: Annotated[str | None, Key("such as `© 2026 Ann Lee`", appears_in="`copyright`")] = None
    audio_url: Annotated[
        Annotated[str, _unless_blank(audio_url_pattern)] | None,
        Key("the audio's address [on another host](#audio-on-another-host)", appears_in="player, `enclosure`"),
    ] = None


class _Security(BaseModel):
    """The keys of the table ``[security]`` in ``site.toml``."""

    allow: tuple[Annotated[str, AfterValidator(parse_origin)], ...] = ()


class _Redirect(BaseModel):
    """A redirect written as a table; with ``force``, it takes precedence over a page of the site at that address."""

    to: Annotated[str, AfterValidator(_redirect_target)]
    force: bool = False


_SYNDICATION_FORMS: dict[str, object] = {
    **CHANNEL_FORMS,
    "new_feed_url": WebAddress,
    "guid": Uuid,
    "funding": Funding,
    "license": Licensed,
    "medium": Medium,
    "txt": Remarks,
    "locations": Places,
    "value": ValueBlocks,
    "schedule": Frequency,
    "podroll": Podroll,
    "publisher": RemoteItem,
    "remote_items": Podroll,
    "social": SocialPosts,
    "ai": AiParts,
    "seasons": SeasonNames,
    "hubs": Hubs,
    "limit": Annotated[int, Field(ge=0, le=100_000)],
}
#: The pydantic model that reads the table of a show in ``site.toml``.
SHOW_READER = with_keys(
    with_keys(
        with_keys(SharedKeys, Show, {"links": Links, "enclosures": EnclosureTable}),
        SharedSyndication,
        _SYNDICATION_FORMS,
        optional=True,
    ),
    Syndication,
    _SYNDICATION_FORMS,
)


class SiteKeys(SharedKeys):
    """The keys at the top of ``site.toml``; ``SITE_READER`` has those of Site, Theme and Syndication, too."""

    url: Annotated[
        Annotated[str, or_empty(base_address)],
        Key("the site's own address, from which absolute links and guids are made", appears_in="everywhere"),
    ] = ""
    timezone: Annotated[
        Annotated[str, AfterValidator(_zone)],
        Key(
            "the zone of dates without an offset, such as `Europe/Berlin`; of an hour that comes twice, the first",
            appears_in="dates",
        ),
    ] = "UTC"
    html: Annotated[
        Literal["raw", "safe"],
        Key(
            "`safe`: the [HTML in Markdown](#html-in-markdown) is cleaned; `raw`: it is shown as it is",
            appears_in="pages",
        ),
    ] = "raw"
    links: Annotated[object, Key("a table of addresses for Liquid", appears_in="`{{ site.links.<name> }}`")] = None
    redirects: Annotated[
        dict[Annotated[str, Field(pattern="^/")], Annotated[_Redirect, BeforeValidator(_redirect_table)]],
        Key(
            "a table from old paths to paths or addresses: `{year} {month} {day} {number}` are digits, `{any other "
            "name}` has no slash",
            appears_in="addresses",
        ),
    ] = Field(default_factory=dict)
    security: Annotated[
        _Security,
        Key(
            "a table: `allow` lists the origins [from which pages may show something](#content-from-other-sites)",
            appears_in="pages",
        ),
    ] = _Security()
    shows: Annotated[
        dict[str, Annotated[SharedKeys, GetPydanticSchema(lambda _, handler: handler.generate_schema(SHOW_READER))]],
        Key("a table for each show, by its folder's name: `[shows.podcast]`", appears_in="everywhere"),
    ] = Field(default_factory=dict)


_THEME_FORMS: dict[str, object] = {
    "accent": Annotated[str, _unless_blank(parse_colour)],
    "font": Annotated[str, _unless_blank(parse_families)],
    "radius": Annotated[str, BeforeValidator(_number_as_text), _unless_blank(parse_length)],
}
_SITE_FORMS: dict[str, object] = {
    "repo": Annotated[str, or_empty(base_address)],
    "per_page": Annotated[int, Field(ge=1, le=500)],
    "navigation": Links,
    "public": tuple[Annotated[str, AfterValidator(_public_pattern)], ...],
}

_SHARED = keys_of(SharedSyndication)
_SHOW_ONLY = {field: key for field, key in keys_of(Syndication).items() if field not in _SHARED}
_SHOW_FIELDS, _SITE_FIELDS, _THEME_FIELDS = keys_of(Show), keys_of(Site), keys_of(Theme)
#: The pydantic model that reads all of ``site.toml``.
SITE_READER = with_keys(
    with_keys(with_keys(SiteKeys, Site, _SITE_FORMS), Theme, _THEME_FORMS),
    SharedSyndication,
    _SYNDICATION_FORMS,
    optional=True,
)
#: The names of the keys of ``site.toml`` that are read: at its top, and in the table of a show.
SITE_KEYS, SHOW_KEYS = names_of(SITE_READER), names_of(SHOW_READER)


def site_fields(keys: SiteKeys) -> dict[str, Any]:
    """Return the values of the fields of a Site that take a key's value unchanged, and ``theme`` and ``feed``."""
    return {
        **values_of(keys, _SITE_FIELDS),
        "theme": Theme(**values_of(keys, _THEME_FIELDS)),
        "feed": _inherit(Syndication(), keys),
    }


def show_fields(keys: SharedKeys, site: Site) -> dict[str, Any]:
    """Return the values of the fields of a Show that take a key's value unchanged, and ``feed`` based on ``site``."""
    # The site's alternative text describes the site's picture, so a show with a picture of its own doesn't inherit it.
    inherited = replace(site.feed, image_alt="") if keys.image else site.feed
    feed = replace(_inherit(inherited, keys), **values_of(keys, _SHOW_ONLY))
    return {**values_of(keys, _SHOW_FIELDS), "feed": feed}


def _inherit(inherited: Syndication, keys: SharedKeys) -> Syndication:
    """Return the ``inherited`` settings of a feed, overridden by the values that ``keys`` have."""
    given = {field: value for field, value in values_of(keys, _SHARED).items() if value is not None}
    return replace(inherited, **given)
