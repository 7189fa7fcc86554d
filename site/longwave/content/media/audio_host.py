"""The setting ``audio_url``: a pattern for the addresses of audio files that lie on another host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from longwave.content.site.origins import origin

#: The names in braces of which an ``audio_url`` needs one, as their values differ between the episodes of a show.
_DISTINCT = frozenset({"file", "slug", "number"})
_KNOWN = _DISTINCT | {"show", "season", "date"}
_NAME = re.compile(r"\{(\w*)\}")


def audio_url_pattern(text: str) -> str:
    """Return the value of ``audio_url`` as a pattern; ``/{show}/{file}`` is appended to one without names in braces.

    Raises ValueError, whose message is the expected form, for a pattern that can give two files the same address, and
    for a name in braces in the host, because the Content-Security-Policy has to name the host.
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
    """Return a pattern with ``values``, percent-encoded except for slashes, in place of their names in braces.

    Names without a value stay as they are.
    """
    return _NAME.sub(lambda match: quote(str(values.get(match[1], match[0])), errors="replace"), pattern)
