"""For whom a trusted proxy asks, and by which scheme. Nobody else's word is taken, and nobody's word on the host."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from longwave.config import Proxies
from longwave.errors import LongwaveError

#: Where the middleware leaves the request's name that a trusted proxy gave it.
REQUEST = "longwave.request"
_SAID = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID")
#: What servers give for the address of a Unix socket's other end: waitress, and all others.
_UNIX = ("localhost", "")
_NAME = re.compile(r"[\w.:+=/-]{1,128}", re.ASCII)
_LONGEST = 1000
#: RFC 7239 6.2.
_UNKNOWN = "unknown"
#: This machine and private networks (RFC 1918, 4193, 3927, 4291); Python's `is_private` has far more.
_NEAR = tuple(map(ip_network, (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"
)))  # fmt: skip
Address = IPv4Address | IPv6Address


class ProxyFix:
    """WSGI middleware: what stands in ``REMOTE_ADDR`` and ``wsgi.url_scheme`` is then the client's.

    ``X-Forwarded-For`` is read from its right end for as long as trusted proxies wrote it, so a client's own beginning
    of it counts for nothing. What was forwarded is then gone from the environment.
    """

    def __init__(self, inner: WSGIApplication, trusted: Proxies) -> None:
        """Raises LongwaveError on a server that hands on what clients say as if a proxy had said it."""
        if "granian" in sys.modules:
            found = "expected a server that tells X-Forwarded-For from X_Forwarded_For, found granian."
            hint = "Any client could forge its address there: use longwave serve, or leave the setting out."
            raise LongwaveError(f"LONGWAVE_TRUSTED_PROXIES: {found}", hint)
        self._inner, self._trusted = inner, trusted
        self._seen = lru_cache(maxsize=4096)(self._read)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Mend the environment, and pass it on."""
        hops, schemes, name = (environ.pop(key, "") for key in _SAID)
        found = self._seen(environ.get("REMOTE_ADDR", ""), _end(hops), _end(schemes))
        if found is not None:
            environ["REMOTE_ADDR"], scheme = found
            environ["wsgi.url_scheme"] = scheme or environ["wsgi.url_scheme"]
            if _NAME.fullmatch(name):
                environ[REQUEST] = name
        return self._inner(environ, start_response)

    def _read(self, peer: str, forwarded: str, schemes: str) -> tuple[str, str] | None:
        """The client's address and scheme (empty where nobody says it); None for whom nobody trusts."""
        if not self._trusts(peer):
            return None
        client, hops = peer, 0
        for hop in reversed([part.strip() for part in forwarded.split(",")] if forwarded else []):
            address = _address(hop)
            if address is None:
                # Somebody asks through the proxy, whoever it is: not the proxy itself.
                client = _UNKNOWN
                break
            client, hops = str(address), hops + 1
            if not self._trusts(client):
                break
        said = [part.strip().lower() for part in schemes.split(",")]
        scheme = said[-min(max(hops, 1), len(said))]
        return client, scheme if scheme in ("http", "https") else ""

    def _trusts(self, peer: str) -> bool:
        if peer in _UNIX:
            return self._trusted.unix
        address = _address(peer)
        return address is not None and any(address in network for network in self._trusted.networks)


def _end(said: str) -> str:
    """A list as trusted proxies wrote it: strangers may have sent any length of it before."""
    return said if len(said) <= _LONGEST else said[-_LONGEST:].partition(",")[2] or _UNKNOWN


def is_near(peer: str) -> bool:
    """Whether an address is of this machine or of a private network; a Unix socket's other end is."""
    address = _address(peer)
    return peer in _UNIX or (address is not None and any(address in network for network in _NEAR))


def household(peer: str) -> str:
    """What stands for the client at an address: in IPv6 the network of 64 bits, as a client has all of it."""
    address = _address(peer)
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else peer


@lru_cache(maxsize=4096)
def without_host(peer: str) -> str:
    """Return the network of an address, which tells no client from its neighbours: 24 bits of IPv4, 48 of IPv6."""
    address = _address(peer)
    if address is None or address.is_loopback:
        return peer
    return str(ip_network((address, 24 if address.version == 4 else 48), strict=False).network_address)


def _address(text: str) -> Address | None:
    """An address, in brackets or with a port as some proxies write it; IPv4 within IPv6 is IPv4."""
    match = re.fullmatch(r"\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+", text)
    try:
        address = ip_address((match[1] or match[2]) if match else text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
