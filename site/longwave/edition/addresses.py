"""Which addresses a site serves, and where old and other spellings of them lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from longwave.catalogue import Catalogue

_LISTS = ("tags", "guests")
_FIXED = frozenset(
    {"/", "/search", "/search.json", "/opensearch.xml", "/shows.opml", "/feed.xml", "/feed.json", "/sitemap.xml"}
    | {"/robots.txt", "/favicon.ico", "/apple-touch-icon.png", "/theme.css", "/oembed", "/health", "/ready", "/metrics"}
)
_FEED = re.compile(r"(/.+)/feed\.(?:xml|json)")
_COMPANION = re.compile(r"/([^/]+)/([^/]+)/(?:transcript\.(?:vtt|srt|json|html)|chapters\.json)")


def target(catalogue: Catalogue, path: str) -> str | None:
    """The path (or, from ``site.toml``, the address) to which ``path`` has moved; None when nothing is there either."""
    alias = catalogue.redirects.get(path) or catalogue.redirects.get(path.rstrip("/"))
    if alias:
        return alias
    for pattern, goal in catalogue.site.redirects.items():
        match = _pattern(pattern).fullmatch(path)
        if match:
            return _filled(goal, match.groupdict())
    bare = path.rstrip("/").removesuffix(".html").removesuffix("/index")
    if bare == "":
        return "/" if path != "/" else None
    for spelling in (bare, f"{bare}/"):
        if spelling != path and _is_page(catalogue, spelling):
            return spelling
    return None


def is_served(catalogue: Catalogue, path: str) -> bool:
    """Whether something answers at ``path`` (decoded, without a query): a page, a feed or a file that goes with one.

    Of pictures, audio and static files, which lie in folders, nothing is known here.
    """
    if path in _FIXED or _is_page(catalogue, path):
        return True
    if match := _FEED.fullmatch(path):
        return _is_page(catalogue, f"{match[1]}/") or (
            match[1].startswith(("/tags/", "/guests/")) and _is_page(catalogue, match[1])
        )
    match = _COMPANION.fullmatch(path)
    if match or path.startswith("/embed/"):
        show, slug = (match[1], match[2]) if match else (*path.removeprefix("/embed/").split("/"), "")[:2]
        return catalogue.episode(show, slug) is not None
    return False


def pages(catalogue: Catalogue) -> tuple[str, ...]:
    """The paths of all pages that have an address of their own."""
    return (
        "/",
        *(f"/{name}/" for name in (*_LISTS, *catalogue.shows)),
        *(episode.path for episode in catalogue.episodes),
        *(f"/tags/{slug}" for slug in catalogue.tags),
        *(f"/guests/{slug}" for slug in catalogue.guests),
        *(f"/{slug}" for slug in catalogue.pages),
    )


def _is_page(catalogue: Catalogue, path: str) -> bool:
    parts = path[1:].split("/")
    if len(parts) == 1:
        return parts[0] in catalogue.pages or parts[0] == "search"
    if len(parts) != 2:
        return False
    first, second = parts
    if not second:
        return first in _LISTS or first in catalogue.shows
    if first in _LISTS:
        return second in (catalogue.tags if first == "tags" else catalogue.guests)
    return catalogue.episode(first, second) is not None


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """``/old-{number}.mp3`` as a pattern in which each name stands for what lies between two slashes."""
    parts = re.split(r"\{([a-z_]\w*)\}", text, flags=re.IGNORECASE)
    seen: set[str] = set()
    pattern = ""
    for place, part in enumerate(parts):
        if place % 2 == 0:
            pattern += re.escape(part)
        elif part in seen:
            pattern += f"(?P={part})"
        else:
            seen.add(part)
            pattern += rf"(?P<{part}>\d+)" if part == "number" else rf"(?P<{part}>[^/]+?)"
    return re.compile(pattern)


def _filled(goal: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), goal)
