"""IP addresses are checked before a connection, by whatever host name they are reached."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from longwave.dialing import Dialer, is_internal

_LOOK_UP = socket.getaddrinfo


@pytest.fixture
def inside() -> Iterator[socket.socket]:
    """Yield the socket of a server on this machine, a forbidden target that accepts connections."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0)
        yield server


def lead(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Make the host `named.example` resolve to these lists of IP addresses in turn; the last one is repeated."""
    left, real = list(answers), _LOOK_UP

    def look_up(host: str, port: int, *how: object, **more: object) -> list[object]:
        if host != "named.example":
            return [*real(host, port, *how, **more)]  # type: ignore[arg-type]
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def connected(server: socket.socket) -> bool:
    """Return whether a client has connected to the server."""
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("64:ff9b::7f00:1", True), ("64:ff9b::808:808", False), ("64:ff9b:1::1", True), ("2002:7f00:1::", True),
        ("2002:808:808::", False), ("fec0::1", True), ("::7f00:1", True), ("::1", True), ("::ffff:127.0.0.1", True),
        ("2606:4700::1", False), ("10.0.0.1", True), ("8.8.8.8", False), ("fe80::1%eth0", True), ("0.0.0.0", True),
        ("100.64.0.1", True), ("169.254.169.254", True),
    ],
)  # fmt: skip
def test_own_networks_are_known_by_every_name(address: str, own: bool) -> None:
    """Private IP addresses are recognized, also IPv6 addresses that embed a private IPv4 address."""
    assert is_internal(address) == own


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"]])
def test_nothing_is_connected_before_it_is_looked_at(
    inside: socket.socket, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    """A host that resolves to an internal IP address, also among others, is refused without a connection."""
    lead(monkeypatch, addresses)
    with pytest.raises(ValueError, match="own network"):
        Dialer().connect(("named.example", inside.getsockname()[1]), 5)
    assert not connected(inside)


def test_what_was_looked_at_is_what_is_connected_to(inside: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """An internal host that the user typed keeps its first IP address, wherever its name resolves later."""
    lead(monkeypatch, ["127.0.0.1"], ["203.0.113.1"])
    port = inside.getsockname()[1]
    dialer = Dialer.for_typed(f"http://Named.example:{port}/")
    dialer.connect(("NAMED.example", port), 5).close()
    assert connected(inside)


def test_a_name_that_was_outside_is_let_in_nowhere(inside: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typed host that once resolved to a public IP address is refused when it later resolves to an internal one."""
    port = inside.getsockname()[1]
    for first in (["8.8.8.8"], ["8.8.8.8", "127.0.0.1"]):
        lead(monkeypatch, first, ["127.0.0.1"])
        dialer = Dialer.for_typed(f"http://named.example:{port}/")
        with pytest.raises(ValueError, match="own network"):
            dialer.connect(("named.example", port), 5)
    assert not connected(inside)


def test_the_next_address_is_tried(inside: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """If one of a host's IP addresses refuses the connection, the next one is tried."""
    lead(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    Dialer(private=True).connect(("named.example", inside.getsockname()[1]), 5).close()
    assert connected(inside)


def test_what_a_proxy_is_asked_for_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host at an internal IP address is refused before a proxy is asked to connect to it."""
    lead(monkeypatch, ["10.0.0.1"], ["8.8.8.8"])
    with pytest.raises(ValueError, match="own network"):
        Dialer().check("https://named.example/")
    Dialer().check("https://named.example/")
    with pytest.raises(ValueError, match="doesn't begin with https://"):
        Dialer().check("file:///etc/passwd")
