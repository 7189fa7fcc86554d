"""The proxy fix: a client's address and scheme are taken from a trusted proxy's headers, the host from no proxy's."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from longwave.config import Proxies
from longwave.errors import LongwaveError

#: The key of the environment for the request's ID from a trusted proxy (X-Request-ID).
REQUEST = "longwave.request"
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID")
#: The values of REMOTE_ADDR for a client on a Unix socket: from waitress, and from all other servers.
_UNIX = ("localhost", "")
_NAME = re.compile(r"[\w.:+=/-]{1,128}", re.ASCII)
#: The most characters of X-Forwarded-For that are read, from its end, as a client may send a list of any length.
_MAX_LIST = 1000
#: The name of a client without an address (RFC 7239 6.2).
_UNKNOWN = "unknown"
#: This machine and private networks (RFC 1918, 4193, 3927, 4291); Python's `is_private` has far more.
_PRIVATE = tuple(map(ip_network, (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"
)))  # fmt: skip
Address = IPv4Address | IPv6Address


class ProxyFix:
    """A WSGI middleware that puts the client's address and scheme into ``REMOTE_ADDR`` and ``wsgi.url_scheme``.

    ``X-Forwarded-For`` is read from its right end as far as trusted proxies wrote it, so that a client's own
    beginning counts for nothing. The forwarded headers are then removed from the environment.
    """

    def __init__(self, inner: WSGIApplication, trusted: Proxies) -> None:
        """Raise LongwaveError on a server that takes a header ``X_Forwarded_For``, with underscores, for a proxy's."""
        if "granian" in sys.modules:
            found = "expected a server that tells X-Forwarded-For from X_Forwarded_For, found granian."
            hint = "Any client could forge its address there: use longwave serve, or leave the setting out."
            raise LongwaveError(f"LONGWAVE_TRUSTED_PROXIES: {found}", hint)
        self._inner, self._trusted = inner, trusted
        self._read_cached = lru_cache(maxsize=4096)(self._read)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Put the client's address and scheme into ``environ``, and pass the request on to the inner application."""
        hops, schemes, name = (environ.pop(key, "") for key in _FORWARDED)
        found = self._read_cached(environ.get("REMOTE_ADDR", ""), _end(hops), _end(schemes))
        if found is not None:
            environ["REMOTE_ADDR"], scheme = found
            environ["wsgi.url_scheme"] = scheme or environ["wsgi.url_scheme"]
            if _NAME.fullmatch(name):
                environ[REQUEST] = name
        return self._inner(environ, start_response)

    def _read(self, peer: str, forwarded: str, schemes: str) -> tuple[str, str] | None:
        """Return the client's address and scheme (empty if no proxy names one); None for a peer that isn't trusted."""
        if not self._trusts(peer):
            return None
        client, hops = peer, 0
        for hop in reversed([part.strip() for part in forwarded.split(",")] if forwarded else []):
            address = _address(hop)
            if address is None:
                # A client without an address uses the proxy, and must not be taken for the proxy itself.
                client = _UNKNOWN
                break
            client, hops = str(address), hops + 1
            if not self._trusts(client):
                break
        names = [part.strip().lower() for part in schemes.split(",")]
        scheme = names[-min(max(hops, 1), len(names))]
        return client, scheme if scheme in ("http", "https") else ""

    def _trusts(self, peer: str) -> bool:
        if peer in _UNIX:
            return self._trusted.unix
        address = _address(peer)
        return address is not None and any(address in network for network in self._trusted.networks)


def _end(text: str) -> str:
    """Return the last whole entries of an X-Forwarded-For list, up to 1,000 characters: clients may send any length."""
    return text if len(text) <= _MAX_LIST else text[-_MAX_LIST:].partition(",")[2] or _UNKNOWN


def is_private_peer(peer: str) -> bool:
    """Return whether a peer is on this machine or in a private network, as the other end of a Unix socket is."""
    address = _address(peer)
    return peer in _UNIX or (address is not None and any(address in network for network in _PRIVATE))


def client_network(peer: str) -> str:
    """Return the address by which a client is counted: in IPv6 only 64 bits, as a client can change the others."""
    address = _address(peer)
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else peer


@lru_cache(maxsize=4096)
def without_host(peer: str) -> str:
    """Return an address cut to its network, 24 bits of IPv4 or 48 of IPv6, by which no client can be recognized."""
    address = _address(peer)
    if address is None or address.is_loopback:
        return peer
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False).network_address)


def _address(text: str) -> Address | None:
    """Return an address that may have brackets or a port, as some proxies write it; IPv4 within IPv6 becomes IPv4."""
    match = re.fullmatch(r"\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+", text)
    try:
        address = ip_address((match[1] or match[2]) if match else text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
