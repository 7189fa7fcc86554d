"""Web addresses: validation, ASCII forms for headers and feeds, and the way from a link to a path of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urljoin, urlsplit

import idna

#: The hint for a site's address that has a path.
ROOT_HINT = "Serve the site from the root of a host of its own, such as https://podcast.example.com."
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def web_address(url: str) -> str:
    """Return an http or https address in ASCII. Raises ValueError, whose text is the expected form, for others."""
    try:
        parts = urlsplit(url)
        has_host = parts.hostname and parts.port != 0  # Reading a port that isn't a number raises ValueError.
        if parts.scheme in ("http", "https") and has_host and not re.search(r"[\s<>\"]", url):
            return in_ascii(url)
    except ValueError:
        pass
    raise ValueError("an address that begins with https://")


def base_address(url: str) -> str:
    """Return an address of the web to which paths can be added: in ASCII, without a slash at its end.

    Raises ValueError, with the expected form as its text, for anything else and for an address with a query.
    """
    try:
        if "?" not in url and "#" not in url:
            return web_address(url).rstrip("/")
    except ValueError:
        pass
    raise ValueError("an address such as https://podcast.example.com")


def site_address(url: str) -> str:
    """Return the address of a site, which is the root of a host, without a slash at its end.

    Raises ValueError where ``base_address`` does, and for an address with a path, as pages are served from ``/`` only.
    """
    address = base_address(url)
    if urlsplit(address).path:
        raise ValueError("an address without a path")
    return address


def is_absolute(address: str) -> bool:
    """Return whether an address names its host, or a scheme such as mailto."""
    return address.startswith("//") or _SCHEME.match(address) is not None


def path_on_site(address: str, page: str, sites: Iterable[str]) -> tuple[str, str] | None:
    """Return the path and the fragment, both decoded, of a link on the page at the path ``page``.

    ``sites`` are the absolute addresses of the site itself. None for a link to another site, or one that is invalid.
    """
    address = address.strip()
    for site in sites:
        if address == site or address.startswith((f"{site}/", f"{site}#", f"{site}?")):
            address = address.removeprefix(site) or "/"
            break
    else:
        if is_absolute(address):
            return None
    try:
        parts = urlsplit(urljoin(f"https://site.invalid{page}", address))
    except ValueError:
        return None
    return unquote(parts.path) or "/", unquote(parts.fragment)


def host_in_ascii(host: str) -> str:
    """Return the name of a host as browsers ask for it (IDNA 2008 with UTS 46). Raises ValueError."""
    return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")


def in_ascii(url: str) -> str:
    """Return an absolute address in ASCII alone: its host by IDNA, the rest percent-encoded (RFC 3987 3.1).

    Raises ValueError for an address that has no such form.
    """
    parts = urlsplit(url)
    netloc = parts.netloc
    if not netloc.isascii():
        user, at, place = netloc.rpartition("@")
        host, colon, port = place.partition(":")
        netloc = f"{quote(user, safe='%:')}{at}{host_in_ascii(host)}{colon}{port}"
    return quote(parts._replace(netloc=netloc).geturl(), safe="%/:=&?~#+!$,;'@()*[]")
