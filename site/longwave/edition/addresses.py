"""Which addresses a site serves, and where old and other spellings of them lead."""

from __future__ import annotations

import re

from longwave.catalogue import Catalogue
from longwave.content.site.redirects import redirect_target, spellings

_LISTS = ("tags", "guests")
_FIXED = frozenset(
    {"/", "/search", "/search.json", "/opensearch.xml", "/shows.opml", "/feed.xml", "/feed.json", "/sitemap.xml"}
    | {"/robots.txt", "/favicon.ico", "/apple-touch-icon.png", "/theme.css", "/oembed", "/health", "/ready", "/metrics"}
)
_FEED = re.compile(r"(/.+)/feed\.(?:xml|json)")
_FILE = r"/(?:transcript\.(?:vtt|srt|json|html)|chapters\.json)"
_COMPANION = re.compile(rf"/([^/]+)/([^/]+){_FILE}")
#: An episode's address in that of its player for other sites, or of a file that belongs to it.
_WITHIN = re.compile(rf"(/embed)?(/[^/]+/[^/]+?)({_FILE})?/?")


def target(catalogue: Catalogue, path: str) -> str | None:
    """The path (or, from ``site.toml``, the address) to which ``path`` has moved; None when nothing is there either."""
    return _page_target(catalogue, path) or _moved_along(catalogue, path)


def _moved_along(catalogue: Catalogue, path: str) -> str | None:
    """Where what belongs to an episode has moved with it."""
    within = _WITHIN.fullmatch(path)
    if within is None or not (within[1] or within[3]):
        return None
    page = _page_target(catalogue, within[2]) or within[2]
    goal = f"{within[1] or ''}{page}{within[3] or ''}"
    return goal if goal != path and is_served(catalogue, goal) else None


def _page_target(catalogue: Catalogue, path: str) -> str | None:
    for spelling in spellings(path):
        if spelling in catalogue.redirects:
            return catalogue.redirects[spelling]
    for spelling in spellings(path):
        goal = redirect_target(catalogue.site.redirects, spelling)
        if goal and goal != path:
            return goal
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
