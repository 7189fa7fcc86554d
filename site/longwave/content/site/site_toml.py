"""The parser of ``site.toml``. Every key is optional; a value that can't be used is left out and reported."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic_core import ErrorDetails

from longwave.content.fields.salvage import TooManyError, expected, place_of, salvage
from longwave.content.site.site_keys import SHOW_READER, SITE_READER, SharedKeys, SiteKeys, show_fields, site_fields
from longwave.errors import ContentError, Problem
from longwave.model import Person, Show, Site
from longwave.routes import OWN_NAMES

SITE_FILE = "content/site.toml"
#: The names that no show and no page may have: first parts of Longwave's own addresses, and folders of content/.
RESERVED_NAMES = OWN_NAMES | {"includes", "pages", "transcripts", "chapters"}
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
    problems: list[Problem] = []
    try:
        keys = salvage(SITE_READER.model_validate, data, lambda error: problems.append(_problem(text, error)))
    except TooManyError as error:
        raise ContentError(Problem(SITE_FILE, 1, "a site's settings", str(error))) from None
    problems.extend(_reserved(text, name) for name in sorted(RESERVED_NAMES & keys.shows.keys()))
    return _site(keys, data), tuple(problems)


def with_shows(site: Site, folders: Iterable[str]) -> Site:
    """Return the site with a show for every folder of episodes, those that have no table in ``site.toml`` included."""
    declared = {show.slug for show in site.shows}
    others = (_show(site, slug, SHOW_READER(), declared=False) for slug in folders if slug not in declared)
    return replace(site, shows=(*site.shows, *others))


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
    return replace(site, shows=tuple(shows))


def _show(site: Site, slug: str, keys: SharedKeys, *, declared: bool = True) -> Show:
    """Return a show with the ``keys`` of its table, and the site's value for each shared key that it doesn't have."""
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


def _problem(text: str, error: ErrorDetails) -> Problem:
    """Return the problem of an unusable key, with the key's line in ``text`` if that can be determined."""
    loc = place_of(error)
    keys = [key for key in loc if isinstance(key, str) and re.search(rf"(?m)^.*\b{re.escape(key)}\b", text)]
    line = 1
    if keys:
        table = text.find(f"[shows.{keys[1]}]") if keys[0] == "shows" and len(keys) > 1 else 0
        match = re.compile(rf"(?m)^\s*\[*[\w.\"'-]*?{re.escape(keys[-1])}\b").search(text, max(0, table))
        line = text.count("\n", 0, match.start() + len(match[0])) + 1 if match else 1
    name = ".".join(str(part) for part in loc if not str(part).startswith("function-"))
    more = {"found": error["input"], "hint": "This key is left out until it is mended."} | error.get("ctx", {})
    return Problem(SITE_FILE, line, f"{expected(error)} as {name}", repr(more["found"])[:80], more["hint"])


def _reserved(text: str, name: str) -> Problem:
    line = text.count("\n", 0, max(0, text.find(f"[shows.{name}"))) + 1
    hint = f"/{name} is an address of Longwave's own."
    return Problem(SITE_FILE, line, "a show with another name", repr(name), hint)


def _plain(value: Any) -> Any:
    """Return a value of TOML as plain data: dates and times become text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)
