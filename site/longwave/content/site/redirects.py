"""The ``redirects`` of ``site.toml``: from old addresses, or patterns of them, to new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

#: The regular expressions for names in braces, such as ``{number}``, that match only digits, so many at most that
#: matching stays fast.
_DIGITS = {"number": r"\d{1,20}", "year": r"\d{4}", "month": r"\d{1,2}", "day": r"\d{1,2}"}
#: The regular expression for any other name in braces: part of a path segment, at most as long as a file's name can be.
_ANY = "[^/]{1,255}?"


def redirect_target(redirects: Mapping[str, str], path: str) -> str | None:
    """Return the new path or address of an old ``path``, None where no redirect fits.

    A redirect of exactly this path comes first, then the first pattern that fits.
    """
    if path in redirects:
        return redirects[path]
    for pattern, goal in redirects.items():
        start, brace, _ = pattern.partition("{")
        # The cheap comparison comes first: an import writes thousands of patterns, and most begin with other
        # characters.
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

    A name matches up to the first occurrence of the text after it, without backtracking (an atomic group), as several
    names between two slashes would otherwise take minutes for a long path.
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
    """Return the target of a redirect, a path or an address, with ``values`` in place of its names in braces."""
    if "://" in goal:
        # An absolute address is sent unchanged, so its values are percent-encoded, lest they change its structure.
        values = {name: quote(value, safe="") for name, value in values.items()}
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), goal)
