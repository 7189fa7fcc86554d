"""Connections to other hosts whose addresses are resolved once, checked, and only then connected to."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from urllib.parse import urlsplit

from longwave.urls import in_ascii

#: IPv6 networks whose addresses end in the IPv4 address to which a network translates them (RFC 6052, RFC 4291).
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
#: A network for local use (RFC 8215), which Python's list of private networks lacks.
_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")


class Dialer:
    """A maker of connections; unless ``private``, it refuses hosts with an address in this machine's networks.

    Each connection goes to an address that was resolved and checked for that connection, so a name that resolves to
    another address a moment later (DNS rebinding) changes nothing.
    """

    def __init__(self, *, private: bool = False) -> None:
        self._private = private
        #: The IP addresses of hosts that aren't resolved again, by the host's name in lower case.
        self._pinned: dict[str, list[str]] = {}

    @classmethod
    def for_typed(cls, url: str) -> Dialer:
        """Return a dialer that connects to this machine's networks only if ``url``, typed by the owner, lies there.

        The URL's host is pinned to the addresses that it has now: otherwise a host outside could pass for one inside
        and then name hosts inside. Raises OSError or ValueError where the host can't be resolved.
        """
        host, addresses = _resolved_url(url)
        dialer = cls(private=all(map(is_internal, addresses)))
        if dialer._private:
            dialer._pinned[host] = addresses
        return dialer

    def check(self, url: str) -> None:
        """Raise ValueError for a URL to a host in networks that this dialer refuses, OSError for an unknown host."""
        self._check_addresses(_resolved_url(url)[1])

    def connect(self, place: tuple[str, int], timeout: float, _source: object = None) -> socket.socket:
        """Return a connection to a host and a port. Raises ValueError for a host that is refused, and OSError.

        The signature is that of ``socket.create_connection``; ``timeout`` is in seconds.
        """
        host, port = place
        addresses = self._pinned.get(host.lower()) or _resolved(host, port)
        self._check_addresses(addresses)
        for address in addresses[:-1]:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, port), timeout)
        return socket.create_connection((addresses[-1], port), timeout)

    def _check_addresses(self, addresses: list[str]) -> None:
        if not self._private and any(map(is_internal, addresses)):
            raise ValueError("an address of this machine's own network")


def is_internal(address: str) -> bool:
    """Return whether an IP address belongs to this machine or its networks, or is translated to one that does."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed in _LOCAL or parsed.is_site_local:
            return True
        translated = any(parsed in network for network in _TRANSLATED)
        embedded = ipaddress.IPv4Address(parsed.packed[-4:]) if translated else parsed.sixtofour
        return not (embedded or parsed).is_global
    return not parsed.is_global


def _resolved_url(url: str) -> tuple[str, list[str]]:
    """Return a URL's host and its IP addresses. Raises ValueError unless it's http(s), OSError for an unknown host."""
    parts = urlsplit(in_ascii(url))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url[:80]!r}, which doesn't begin with https://")
    return parts.hostname, _resolved(parts.hostname, parts.port or 443)


def _resolved(host: str, port: int) -> list[str]:
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))
