"""The ``redirects`` of ``site.toml``: from old addresses, or patterns of them, to new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

#: Names that stand for digits; their number is bounded, so that a match is short.
_DIGITS = {"number": r"\d{1,20}", "year": r"\d{4}", "month": r"\d{1,2}", "day": r"\d{1,2}"}
#: The pattern of any other name, as long as the name of a file can be.
_ANY = "[^/]{1,255}?"


def redirect_target(redirects: Mapping[str, str], path: str) -> str | None:
    """Return the new path or address of an old ``path``, None where no redirect fits.

    A redirect of exactly this path comes first, then the first pattern that fits.
    """
    if path in redirects:
        return redirects[path]
    for pattern, goal in redirects.items():
        start, brace, _ = pattern.partition("{")
        # An import writes thousands of patterns, most of which begin with other characters.
        match = _pattern(pattern).fullmatch(path) if brace and path.startswith(start) else None
        if match:
            return _fill(goal, match.groupdict())
    return None


def path_spellings(path: str) -> tuple[str, ...]:
    """Return the path and its other spellings: with and without ``/``, ``.html`` or ``index.html`` at the end."""
    bare = path.removesuffix("index.html").removesuffix(".html").rstrip("/")
    return tuple(dict.fromkeys((path, f"{bare}/", *((bare, f"{bare}.html") if bare else ()))))


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """Return the compiled pattern of a redirect such as ``/old-{number}.mp3``; a name matches no slash.

    The match of a name ends where the text after that name is first found, and no other place is tried (an atomic
    group): with several names between two slashes a long path would take minutes.
    """
    parts = re.split(r"\{([A-Za-z_][A-Za-z0-9_]*)\}", text)
    names: set[str] = set()
    steps = [""]
    for place, part in enumerate(parts):
        if place % 2 == 0:
            steps[-1] += re.escape(part)
        elif part in names:
            steps[-1] += f"(?P={part})"
        else:
            names.add(part)
            if part not in _DIGITS:
                steps.append("")
            steps[-1] += f"(?P<{part}>{_DIGITS.get(part, _ANY)})"
    *atomic, last = steps
    return re.compile("".join(f"(?>{step})" for step in atomic) + last)


def _fill(goal: str, values: Mapping[str, str]) -> str:
    """Return the new path or address with ``values`` for its names."""
    if "://" in goal:
        # An address is sent as it is: percent-encoded values can't leave their place in its path.
        values = {name: quote(value, safe="") for name, value in values.items()}
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), goal)
