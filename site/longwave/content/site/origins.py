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
    """Return an origin such as ``https://*.example.com``, an entry of ``[security] allow``, in lower case.

    It holds no space, comma or semicolon, and so can't end a part of a policy. Raises ValueError for any other text.
    """
    if not _ORIGIN.fullmatch(text.lower()):
        raise ValueError("an origin such as https://media.example.com or https://*.example.com, without a path")
    return text.lower()


def origin(url: str) -> str:
    """Return the origin of an absolute address as browsers write it; empty for one that a policy couldn't name."""
    try:
        parts = urlsplit(url.strip())
        host, port = host_in_ascii(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError):
        return ""
    named = f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS.get(parts.scheme)) else "")
    return named if "*" not in named and _ORIGIN.fullmatch(named) else ""


def allows_origin(allowed: Iterable[str], wanted: str) -> bool:
    """Return whether a policy that allows these origins allows ``wanted``. One with http allows https as well."""
    return any(_matches(pattern, wanted) for pattern in allowed)


def _matches(pattern: str, wanted: str) -> bool:
    scheme, _, host = wanted.partition("://")
    allowed_scheme, _, allowed_host = pattern.partition("://")
    allowed_host = allowed_host.removesuffix(f":{_PORTS[allowed_scheme]}")
    is_subdomain = allowed_host.startswith("*.") and host.endswith(allowed_host.removeprefix("*"))
    is_upgrade = (scheme, allowed_scheme) == ("https", "http")
    return (is_subdomain or host == allowed_host) and (scheme == allowed_scheme or is_upgrade)
