"""Origins: the part of an address that a Content-Security-Policy knows, such as ``https://media.example.com:8443``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from longwave.urls import host_in_ascii

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ORIGIN = re.compile(rf"https?://(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?")
_PORTS = {"http": 80, "https": 443}


def parse_origin(text: str) -> str:
    """An origin as ``[security] allow`` lists them, in lower case. Raises ValueError for anything else.

    What passes holds no space, comma or semicolon, and so can't end a part of a policy.
    """
    if not _ORIGIN.fullmatch(text.lower()):
        raise ValueError("an origin such as https://media.example.com or https://*.example.com, without a path")
    return text.lower()


def origin(url: str) -> str:
    """The origin of an absolute address, as browsers write it; empty where a policy couldn't name it."""
    try:
        parts = urlsplit(url.strip())
        host, port = host_in_ascii(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError):
        return ""
    named = f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS.get(parts.scheme)) else "")
    return named if "*" not in named and _ORIGIN.fullmatch(named) else ""


def allows_origin(allowed: Iterable[str], wanted: str) -> bool:
    """Whether a policy with these origins lets the origin ``wanted`` in. One for http is good for https as well."""
    return any(_covers(pattern, wanted) for pattern in allowed)


def _covers(pattern: str, wanted: str) -> bool:
    scheme, _, host = wanted.partition("://")
    known, _, named = pattern.partition("://")
    named = named.removesuffix(f":{_PORTS[known]}")
    same = host.endswith(named.removeprefix("*")) if named.startswith("*.") else host == named
    return same and (scheme == known or (scheme, known) == ("https", "http"))
