"""The parser of ``site.toml``. Every key is optional; a value that can't be used is left out and reported."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import ErrorDetails

from longwave.content.fields.salvage import Place, TooManyError, expected, place_of, salvage
from longwave.content.media.audio_host import path_on_own_host
from longwave.content.site.site_keys import SHOW_READER, SITE_READER, SharedKeys, SiteKeys, show_fields, site_fields
from longwave.content.site.toml_lines import line_of, toml_lines
from longwave.errors import ContentError, Problem
from longwave.model import Person, Show, Site
from longwave.routes import OWN_NAMES

SITE_FILE = "content/site.toml"
#: The names that no show and no page may have: first parts of Longwave's own addresses, and folders of content/.
RESERVED_NAMES = OWN_NAMES | {"includes", "pages", "transcripts", "chapters"}
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def parse_site(text: str) -> tuple[Site, tuple[Problem, ...]]:
    """Return the site that a text in TOML describes, and a problem for each key that can't be used and is left out.

    Raises ContentError when the text isn't TOML, or has more than a hundred such keys.
    """
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # The exception may be a plain ValueError, which Python raises for a number with thousands of digits.
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at and at[1] else text.count("\n") + 1
        found = _AT_LINE.sub("", str(error)) or "nesting that is too deep"
        raise ContentError(
            Problem(SITE_FILE, line, "valid TOML", found, 'Text stands in quotes: title = "…"')
        ) from None
    errors: list[ErrorDetails] = []
    try:
        known = salvage(SITE_READER.model_validate, data, errors.append)
    except TooManyError as error:
        raise ContentError(Problem(SITE_FILE, 1, "a site's settings", str(error))) from None
    reserved = sorted(RESERVED_NAMES & known.shows.keys())
    lines = toml_lines(text) if errors or reserved else {}
    problems = [_problem(lines, error) for error in errors]
    problems += [_reserved(lines, name) for name in reserved]
    return _site(known, data), tuple(problems)


def toml_key(name: str) -> str:
    """Return a key as TOML writes it, between quotes where it needs them."""
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def with_shows(site: Site, folders: Iterable[str]) -> Site:
    """Return the site with a show for every folder of episodes, those that have no table in ``site.toml`` included."""
    known = {show.slug for show in site.shows}
    others = (_show(site, slug, SHOW_READER(), declared=False) for slug in folders if slug not in known)
    return replace(site, shows=(*site.shows, *(_with_own_paths(show, site.url) for show in others)))


def _site(keys: SiteKeys, data: Mapping[str, Any]) -> Site:
    """Return the Site for ``keys``, which were read from ``data``, with its shows and every default filled in."""
    title = keys.title or "Podcast"
    author = keys.author or (keys.hosts[0].name if keys.hosts else "") or (keys.owner.name if keys.owner else "")
    site = Site(
        title=title,
        description=keys.description or "",
        url=keys.url,
        language=keys.language or "en",
        timezone=keys.timezone,
        author=author or title,
        owner=keys.owner or Person(author or title),
        hosts=keys.hosts or (),
        image=keys.image or "",
        audio_url=keys.audio_url or "",
        categories=keys.categories or (),
        explicit=bool(keys.explicit),
        copyright=keys.copyright or "",
        redirects={path: redirect.to for path, redirect in keys.redirects.items()},
        forced={path: redirect.to for path, redirect in keys.redirects.items() if redirect.force},
        # A misspelt value counts as "safe", as its author probably wanted HTML to be sanitized.
        html="raw" if data.get("html", "raw") == "raw" else "safe",
        allow=tuple(dict.fromkeys(keys.security.allow)),
        extra=_plain(data),
        **site_fields(keys),
    )
    shows = (_show(site, slug, table) for slug, table in keys.shows.items() if slug not in RESERVED_NAMES)
    return replace(site, shows=tuple(_with_own_paths(show, site.url) for show in shows))


def _with_own_paths(show: Show, url: str) -> Show:
    """Return a show whose addresses of audio are paths where they lie on the site's own host, which serves them."""
    enclosures = {slug: replace(facts, url=path_on_own_host(facts.url, url)) for slug, facts in show.enclosures.items()}
    return replace(show, audio_url=path_on_own_host(show.audio_url, url), enclosures=enclosures)


def _show(site: Site, slug: str, keys: SharedKeys, *, declared: bool = True) -> Show:
    """Return the show ``slug`` with the values in its table, ``keys``; the site's values replace missing ones."""
    return Show(
        slug=slug,
        title=keys.title or (slug.replace("-", " ").replace("_", " ").title()),
        description=site.description if keys.description is None else keys.description,
        language=keys.language or site.language,
        author=keys.author or (keys.hosts[0].name if keys.hosts else site.author),
        owner=keys.owner or site.owner,
        hosts=site.hosts if keys.hosts is None else keys.hosts,
        image=keys.image or site.image,
        categories=site.categories if keys.categories is None else keys.categories,
        audio_url=site.audio_url if keys.audio_url is None else keys.audio_url,
        explicit=site.explicit if keys.explicit is None else keys.explicit,
        copyright=keys.copyright or site.copyright,
        declared=declared,
        **show_fields(keys, site),
    )


def _problem(lines: Mapping[Place, int], error: ErrorDetails) -> Problem:
    """Return the problem of a key of ``site.toml``, or an item of its value, that can't be used, with its line."""
    loc = place_of(error)
    name = ".".join(str(part) for part in loc if not str(part).startswith("function-"))
    more = {"found": error["input"], "hint": "This key is left out until it is mended."} | error.get("ctx", {})
    return Problem(
        SITE_FILE, line_of(lines, loc), f"{expected(error)} as {name}", repr(more["found"])[:80], more["hint"]
    )


def _reserved(lines: Mapping[Place, int], name: str) -> Problem:
    hint = f"/{name} is an address of Longwave's own."
    return Problem(SITE_FILE, line_of(lines, ("shows", name)), "a show with another name", repr(name), hint)


def _plain(value: Any) -> Any:
    """Return a value of TOML as plain data: dates and times become text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)
