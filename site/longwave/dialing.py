"""Connections to other hosts by an address that was looked at before anything is sent there."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from urllib.parse import urlsplit

from longwave.urls import in_ascii

#: In whose last four bytes stands the address of IPv4 to which a network translates them (RFC 6052, RFC 4291).
_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
#: Networks' own, which Python's list doesn't have (RFC 8215).
_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")


class Dialer:
    """Connects to hosts; unless ``private``, to none that has an address in this machine or its networks.

    Each connection goes to an address that was looked up, and looked at, for this one: a name that leads elsewhere a
    moment later changes nothing.
    """

    def __init__(self, *, private: bool = False) -> None:
        self._private = private
        #: Hosts that keep the addresses that they had when they were looked at.
        self._kept: dict[str, list[str]] = {}

    @classmethod
    def for_typed(cls, url: str) -> Dialer:
        """Return one that connects to this machine's networks only if ``url``, which the owner typed, lies there.

        Its host then keeps the addresses that it has now: else one outside could be taken for one inside, and send from
        outside whom to ask inside. Raises OSError or ValueError where nobody can tell where it lies.
        """
        host, found = _found(url)
        dialer = cls(private=all(map(is_own, found)))
        if dialer._private:
            dialer._kept[host] = found
        return dialer

    def check(self, url: str) -> None:
        """Raise ValueError for an address that isn't connected to, as for one that a proxy is asked for instead."""
        self._look_at(_found(url)[1])

    def connect(self, place: tuple[str, int], timeout: float, _source: object = None) -> socket.socket:
        """Return a connection to a host and a port. Raises ValueError where it is refused, and OSError."""
        host, port = place
        found = self._kept.get(host.lower()) or _looked_up(host, port)
        self._look_at(found)
        for address in found[:-1]:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, port), timeout)
        return socket.create_connection((found[-1], port), timeout)

    def _look_at(self, addresses: list[str]) -> None:
        if not self._private and any(map(is_own, addresses)):
            raise ValueError("an address of this machine's own network")


def is_own(address: str) -> bool:
    """Return whether an IP address is one of this machine or of its networks, or stands for one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _LOCAL or found.is_site_local:
            return True
        translated = any(found in network for network in _TRANSLATED)
        meant = ipaddress.IPv4Address(found.packed[-4:]) if translated else found.sixtofour
        return not (meant or found).is_global
    return not found.is_global


def _found(url: str) -> tuple[str, list[str]]:
    """Return the host of an address of the web, and where it lies. Raises OSError or ValueError."""
    parts = urlsplit(in_ascii(url))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url[:80]!r}, which doesn't begin with https://")
    return parts.hostname, _looked_up(parts.hostname, parts.port or 443)


def _looked_up(host: str, port: int) -> list[str]:
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))
