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
    for a name in braces in the host, because the Content-Security-Policy has to name the host. A pattern may also be a
    path on this site, such as ``/assets/{file}``.
    """
    text = text.strip()
    names = set(_NAME.findall(text))
    host = re.match(r"https?://[^/?#]*", text)
    is_path = text.startswith("/") and not text.startswith("//") and not {".", ".."} & {*text.split("/")}
    if not (is_path or (host and origin(host[0]))) or re.search(r"\s", text):
        raise ValueError("an address such as https://cdn.example.com/audio/{show}/{file}, or a path")
    if not names and not set("?#") & set(text):
        return f"{text.rstrip('/')}/{{show}}/{{file}}"
    if not names <= _KNOWN or not names & _DISTINCT:
        raise ValueError("a pattern with {file}, {slug} or {number}, and of others {show}, {season} or {date} only")
    return text


def path_on_own_host(address: str, site_url: str) -> str:
    """Return the path of an audio file's address, or of a pattern for such, that lies on the site's own host.

    Any other address is returned unchanged, as is one with a query. The site answers for its host with and without
    ``www.``, by http and by https.
    """
    match = re.fullmatch(r"https?://(?:www\.)?([^/?#{}]+)(/[^?#]*)", address, re.IGNORECASE)
    own = re.match(r"https?://(?:www\.)?([^/?#]+)", site_url, re.IGNORECASE)
    return match[2] if match and own and match[1].lower() == own[1].lower() else address


def fill_pattern(pattern: str, values: Mapping[str, object]) -> str:
    """Return a pattern with ``values``, percent-encoded except for slashes, in place of their names in braces.

    Names without a value stay as they are.
    """
    return _NAME.sub(lambda match: quote(str(values.get(match[1], match[0])), errors="replace"), pattern)
