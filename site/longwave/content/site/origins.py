"""Origins, such as ``https://media.example.com:8443``: the parts of addresses that a Content-Security-Policy names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from longwave.urls import host_in_ascii

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_ORIGIN = re.compile(rf"https?://(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?")
_PORTS = {"http": 80, "https": 443}


def parse_origin(text: str) -> str:
    """Return an entry of ``[security] allow``, an origin such as ``https://*.example.com``, in lower case.

    An origin has no space, comma or semicolon, so that it can't add anything to a policy. Raises ValueError for any
    other text.
    """
    if not _ORIGIN.fullmatch(text.lower()):
        raise ValueError("an origin such as https://media.example.com or https://*.example.com, without a path")
    return text.lower()


def origin(url: str) -> str:
    """Return the origin of an absolute address as browsers write it; empty if a policy can't name that origin."""
    try:
        parts = urlsplit(url.strip())
        host, port = host_in_ascii(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError):
        return ""
    named = f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _PORTS.get(parts.scheme)) else "")
    return named if "*" not in named and _ORIGIN.fullmatch(named) else ""


def allows_origin(allowed: Iterable[str], wanted: str) -> bool:
    """Return whether a policy that allows these origins allows ``wanted``. An origin with http allows https, too."""
    return any(_matches(pattern, wanted) for pattern in allowed)


def _matches(pattern: str, wanted: str) -> bool:
    scheme, _, host = wanted.partition("://")
    allowed_scheme, _, allowed_host = pattern.partition("://")
    allowed_host = allowed_host.removesuffix(f":{_PORTS[allowed_scheme]}")
    is_subdomain = allowed_host.startswith("*.") and host.endswith(allowed_host.removeprefix("*"))
    is_upgrade = (scheme, allowed_scheme) == ("https", "http")
    return (is_subdomain or host == allowed_host) and (scheme == allowed_scheme or is_upgrade)
