"""``site.toml`` becomes the Site. Every key is optional, and a key that can't be used costs only itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from pydantic_core import ErrorDetails

from longwave.content.fields.expectations import expected
from longwave.content.fields.feed_keys import Categories, Links, SharedKeys, ShowKeys, or_empty
from longwave.content.fields.salvage import TooManyError, place_of, salvage
from longwave.content.media.audio_host import audio_address
from longwave.content.site.origins import checked
from longwave.content.site.theme import colour, families, length
from longwave.errors import ContentError, Problem
from longwave.model import Person, Show, Site, Syndication, Theme
from longwave.routes import OWN_NAMES
from longwave.urls import in_ascii, site_address

FILE = "content/site.toml"
#: The names that no show and no page may have: first parts of Longwave's own addresses, and folders of content/.
RESERVED = OWN_NAMES | {"includes", "pages", "transcripts", "chapters"}
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("a time zone such as Europe/Berlin") from None
    return name


def _goal(address: str) -> str:
    """Where a redirect leads: a path, or an address of the web."""
    with suppress(ValueError):
        if re.fullmatch(r"(/|https?://)[^\x00-\x1f\x7f]*", address) and in_ascii(address):
            return address
    raise ValueError("a path or an address, such as /podcast/first or https://podcast.example.com")


_Goal = Annotated[str, AfterValidator(_goal)]


def _pattern(text: str) -> str:
    """A pattern of files below content/ that can be served."""
    top, *parts = text.split("/")
    if top in ("audio", "images") and parts and not any(not part or part.startswith(".") for part in parts):
        return text
    raise ValueError("a pattern of files in content/images or content/audio, such as images/press/*")


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _name(value: Any) -> Any:
    """The name of a person, who may be a table: ``author = {name = "Ann Lee", email = "…"}``."""
    return value["name"] if isinstance(value, dict) and "name" in value else value


def _written(value: Any) -> Any:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _or_nothing(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda text: check(text) if text.strip() else "")


Named = Annotated[Person, BeforeValidator(_named)]
#: ``pt_BR``, as many write it, is no language tag (RFC 5646).
_DASHES = AfterValidator(lambda tag: tag.replace("_", "-"))


class _Common(SharedKeys):
    """What the site and each of its shows may say. None: not said."""

    title: str | None = None
    description: str | None = None
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*$"), _DASHES] | None = None
    author: Annotated[str, BeforeValidator(_name)] | None = None
    owner: Named | None = None
    hosts: tuple[Named, ...] | None = None
    image: str | None = None
    categories: Categories | None = None
    explicit: bool | None = None
    copyright: str | None = None
    audio_url: Annotated[str, _or_nothing(audio_address)] | None = None


class _ShowTable(_Common, ShowKeys):
    links: Links = ()
    audio: str = ""
    guid: str = ""
    guids: dict[str, str] = Field(default_factory=dict)
    same_time: Literal["number", "name"] = "number"
    type: Literal["episodic", "serial"] = "episodic"


class _Security(BaseModel):
    allow: tuple[Annotated[str, AfterValidator(checked)], ...] = ()


class _Redirect(BaseModel):
    """A redirect in full; with ``force`` it wins over what the site itself has at that address."""

    to: _Goal
    force: bool = False


def _in_full(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


class _SiteFile(_Common):
    url: Annotated[str, or_empty(site_address)] = ""
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    repo: Annotated[str, or_empty(site_address)] = ""
    per_page: Annotated[int, Field(ge=1, le=500)] = 20
    navigation: Links = ()
    redirects: dict[Annotated[str, Field(pattern="^/")], Annotated[_Redirect, BeforeValidator(_in_full)]] = Field(
        default_factory=dict
    )
    shows: dict[str, _ShowTable] = Field(default_factory=dict)
    accent: Annotated[str, _or_nothing(colour)] = ""
    font: Annotated[str, _or_nothing(families)] = ""
    radius: Annotated[str, BeforeValidator(_written), _or_nothing(length)] = ""
    html: Literal["raw", "safe"] = "raw"
    security: _Security = _Security()
    public: tuple[Annotated[str, AfterValidator(_pattern)], ...] = ()


#: The keys of site.toml that are read: at its top, and in the table of a show. Liquid reads ``links``.
SITE_KEYS = frozenset({*_SiteFile.model_fields, "links"})
SHOW_KEYS = frozenset(_ShowTable.model_fields)


def parse_site(text: str) -> tuple[Site, tuple[Problem, ...]]:
    """The site that ``text`` (TOML) describes, and a problem for every key that was left out because it can't be used.

    Raises ContentError when the text isn't TOML at all.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits is a ValueError of Python's own.
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at and at[1] else text.count("\n") + 1
        found = _AT_LINE.sub("", str(error)) or "nesting that is too deep"
        raise ContentError(Problem(FILE, line, "valid TOML", found, 'Text stands in quotes: title = "…"')) from None
    problems: list[Problem] = []
    try:
        known = salvage(_SiteFile.model_validate, data, lambda error: problems.append(_problem(text, error)))
    except TooManyError as error:
        raise ContentError(Problem(FILE, 1, "a site's settings", str(error))) from None
    problems.extend(_reserved(text, name) for name in sorted(RESERVED & known.shows.keys()))
    return _site(known, data), tuple(problems)


def with_shows(site: Site, folders: Iterable[str]) -> Site:
    """The site with a show for every folder of episodes, those that have no table in ``site.toml`` included."""
    known = {show.slug for show in site.shows}
    found = (_show(site, slug, _ShowTable(), declared=False) for slug in folders if slug not in known)
    return replace(site, shows=(*site.shows, *found))


def _site(known: _SiteFile, extra: Mapping[str, Any]) -> Site:
    title = known.title or "Podcast"
    author = known.author or (known.hosts[0].name if known.hosts else "") or (known.owner.name if known.owner else "")
    site = Site(
        title=title,
        description=known.description or "",
        url=known.url,
        language=known.language or "en",
        timezone=known.timezone,
        author=author or title,
        owner=known.owner or Person(author or title),
        hosts=known.hosts or (),
        image=known.image or "",
        audio_url=known.audio_url or "",
        categories=known.categories or (),
        explicit=bool(known.explicit),
        copyright=known.copyright or "",
        feed=known.over(Syndication()),
        repo=known.repo,
        per_page=known.per_page,
        navigation=known.navigation,
        redirects={path: one.to for path, one in known.redirects.items()},
        forced={path: one.to for path, one in known.redirects.items() if one.force},
        theme=Theme(known.accent, known.font, known.radius),
        # A word that nobody knows was meant to clean.
        html="raw" if extra.get("html", "raw") == "raw" else "safe",
        allow=tuple(dict.fromkeys(known.security.allow)),
        public=known.public,
        extra=_plain(extra),
    )
    shows = (_show(site, slug, t) for slug, t in known.shows.items() if slug not in RESERVED)
    return replace(site, shows=tuple(shows))


def _show(site: Site, slug: str, table: _ShowTable, *, declared: bool = True) -> Show:
    return Show(
        slug=slug,
        title=table.title or (slug.replace("-", " ").replace("_", " ").title()),
        description=site.description if table.description is None else table.description,
        language=table.language or site.language,
        author=table.author or (table.hosts[0].name if table.hosts else site.author),
        owner=table.owner or site.owner,
        hosts=site.hosts if table.hosts is None else table.hosts,
        image=table.image or site.image,
        links=table.links,
        categories=site.categories if table.categories is None else table.categories,
        audio=table.audio,
        audio_url=site.audio_url if table.audio_url is None else table.audio_url,
        guid=table.guid,
        guids=table.guids,
        same_time=table.same_time,
        explicit=site.explicit if table.explicit is None else table.explicit,
        type=table.type,
        copyright=table.copyright or site.copyright,
        feed=replace(
            table.over(site.feed), guid=table.podcast_guid, new_feed_url=table.new_feed_url, seasons=table.seasons
        ),
        declared=declared,
    )


def _problem(text: str, error: ErrorDetails) -> Problem:
    loc = place_of(error)
    keys = [key for key in loc if isinstance(key, str) and re.search(rf"(?m)^.*\b{re.escape(key)}\b", text)]
    line = 1
    if keys:
        table = text.find(f"[shows.{keys[1]}]") if keys[0] == "shows" and len(keys) > 1 else 0
        match = re.compile(rf"(?m)^\s*\[*[\w.\"'-]*?{re.escape(keys[-1])}\b").search(text, max(0, table))
        line = text.count("\n", 0, match.start() + len(match[0])) + 1 if match else 1
    name = ".".join(str(part) for part in loc if not str(part).startswith("function-"))
    more = {"found": error["input"], "hint": "This key is left out until it is mended."} | error.get("ctx", {})
    return Problem(FILE, line, f"{expected(error)} as {name}", repr(more["found"])[:80], more["hint"])


def _reserved(text: str, name: str) -> Problem:
    line = text.count("\n", 0, max(0, text.find(f"[shows.{name}"))) + 1
    hint = f"/{name} is an address of Longwave's own."
    return Problem(FILE, line, "a show with another name", repr(name), hint)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)
