"""Old and other spellings of an address lead to the one that is served."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from longwave.edition import Edition

_LISTS = ("tags", "guests")


def target(edition: Edition, path: str) -> str | None:
    """The path (or, from ``site.toml``, the address) to which ``path`` has moved; None when nothing is there either."""
    catalogue = edition.catalogue
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
