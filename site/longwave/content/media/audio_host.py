"""``audio_url``: the address that a file of audio has on another host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from longwave.content.site.origins import origin

#: What tells the episodes of a show apart.
_OWN = frozenset({"file", "slug", "number"})
_KNOWN = _OWN | {"show", "season", "date"}
_NAME = re.compile(r"\{(\w*)\}")


def audio_url_pattern(text: str) -> str:
    """``audio_url`` as a pattern: one without names gets ``/{show}/{file}``.

    Raises ValueError for what makes no address of its own for each file, and for a host with a name in it, which the
    Content-Security-Policy couldn't name.
    """
    text = text.strip()
    names = set(_NAME.findall(text))
    host = re.match(r"https?://[^/?#]*", text)
    if not host or not origin(host[0]) or re.search(r"\s", text):
        raise ValueError("an address such as https://cdn.example.com/audio/{show}/{file}")
    if not names and not set("?#") & set(text):
        return f"{text.rstrip('/')}/{{show}}/{{file}}"
    if not names <= _KNOWN or not names & _OWN:
        raise ValueError("a pattern with {file}, {slug} or {number}, and of others {show}, {season} or {date} only")
    return text


def fill_pattern(pattern: str, values: Mapping[str, object]) -> str:
    """The address that a pattern gives, with ``values`` percent-encoded but for their slashes."""
    return _NAME.sub(lambda match: quote(str(values.get(match[1], match[0])), errors="replace"), pattern)
