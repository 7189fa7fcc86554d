"""The ``redirects`` of ``site.toml``: where an old address has moved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

#: Names that stand for digits; so many that what is looked for is short.
_DIGITS = {"number": r"\d{1,20}", "year": r"\d{4}", "month": r"\d{1,2}", "day": r"\d{1,2}"}
#: Any other: no name of a file is longer.
_ANY = "[^/]{1,255}?"


def redirect_target(redirects: Mapping[str, str], path: str) -> str | None:
    """What ``path`` has become: as it stands among the ``redirects``, else by the first pattern that fits it."""
    if path in redirects:
        return redirects[path]
    for pattern, goal in redirects.items():
        start, brace, _ = pattern.partition("{")
        # Of thousands of patterns, as an import writes them, most begin otherwise.
        match = _pattern(pattern).fullmatch(path) if brace and path.startswith(start) else None
        if match:
            return _filled(goal, match.groupdict())
    return None


def path_spellings(path: str) -> tuple[str, ...]:
    """The path, and how else it may have been written: with and without ``/``, ``.html`` or ``index.html``."""
    bare = path.removesuffix("index.html").removesuffix(".html").rstrip("/")
    return tuple(dict.fromkeys((path, f"{bare}/", *((bare, f"{bare}.html") if bare else ()))))


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """``/old-{number}.mp3`` as a pattern in which each name stands for what lies between two slashes.

    What a name stands for ends where that which follows is first found, and no other place is tried (an atomic group):
    several names between two slashes would take a long path minutes.
    """
    parts = re.split(r"\{([A-Za-z_][A-Za-z0-9_]*)\}", text)
    seen: set[str] = set()
    steps = [""]
    for place, part in enumerate(parts):
        if place % 2 == 0:
            steps[-1] += re.escape(part)
        elif part in seen:
            steps[-1] += f"(?P={part})"
        else:
            seen.add(part)
            if part not in _DIGITS:
                steps.append("")
            steps[-1] += f"(?P<{part}>{_DIGITS.get(part, _ANY)})"
    *found, last = steps
    return re.compile("".join(f"(?>{step})" for step in found) + last)


def _filled(goal: str, values: Mapping[str, str]) -> str:
    if "://" in goal:
        # An address is sent as it is; what a visitor has put into it stays a part of its path.
        values = {name: quote(value, safe="") for name, value in values.items()}
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), goal)
