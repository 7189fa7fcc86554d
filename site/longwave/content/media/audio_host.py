"""The setting ``audio_url``: a pattern for the addresses of audio files that lie on another host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from longwave.content.site.origins import origin

#: The names in a pattern whose values tell the episodes of a show apart.
_DISTINCT = frozenset({"file", "slug", "number"})
_KNOWN = _DISTINCT | {"show", "season", "date"}
_NAME = re.compile(r"\{(\w*)\}")


def audio_url_pattern(text: str) -> str:
    """Return the value of ``audio_url`` as a pattern; ``/{show}/{file}`` is appended to one without names in braces.

    Raises ValueError for a pattern that can give two files the same address, and for a name in braces in the host,
    because the Content-Security-Policy has to name that host. The message tells the expected form.
    """
    text = text.strip()
    names = set(_NAME.findall(text))
    host = re.match(r"https?://[^/?#]*", text)
    if not host or not origin(host[0]) or re.search(r"\s", text):
        raise ValueError("an address such as https://cdn.example.com/audio/{show}/{file}")
    if not names and not set("?#") & set(text):
        return f"{text.rstrip('/')}/{{show}}/{{file}}"
    if not names <= _KNOWN or not names & _DISTINCT:
        raise ValueError("a pattern with {file}, {slug} or {number}, and of others {show}, {season} or {date} only")
    return text


def fill_pattern(pattern: str, values: Mapping[str, object]) -> str:
    """Return the address for ``values``, which are percent-encoded except for slashes. Missing names stay in braces."""
    return _NAME.sub(lambda match: quote(str(values.get(match[1], match[0])), errors="replace"), pattern)
