"""Old and other spellings of an address lead to the one that is served."""

from __future__ import annotations

from longwave.content.redirects import moved, spellings
from longwave.edition import Edition

_LISTS = ("tags", "guests")


def target(edition: Edition, path: str) -> str | None:
    """The path (or, from ``site.toml``, the address) to which ``path`` has moved; None when nothing is there either."""
    catalogue = edition.catalogue
    alias = catalogue.redirects.get(path) or catalogue.redirects.get(path.rstrip("/"))
    if alias:
        return alias
    for spelling in spellings(path):
        goal = moved(catalogue.site.redirects, spelling)
        if goal and goal != path:
            return goal
    bare = path.rstrip("/").removesuffix(".html").removesuffix("/index")
    if bare == "":
        return "/" if path != "/" else None
    for spelling in (bare, f"{bare}/"):
        if spelling != path and _is_served(edition, spelling):
            return spelling
    return None


def _is_served(edition: Edition, path: str) -> bool:
    catalogue = edition.catalogue
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
