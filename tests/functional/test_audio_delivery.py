"""Audio for listeners who behave badly, and files that change under them, over a real connection."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from support import Server, Site

SOUND = "/audio/podcast/1-first.mp3"
SIZE = 30_000_000


@pytest.fixture
def server(site: Site, serve: Callable[..., Server]) -> Server:
    """A server of four threads with one long file."""
    site.episode()
    os.truncate(site.put("content/audio/podcast/1-first.mp3", b""), SIZE)
    return serve("--threads", "4")


@pytest.fixture
def dial(server: Server) -> Iterator[Callable[[str], socket.socket]]:
    """Opens connections that send this and read little."""
    with ExitStack() as opened:

        def connect(said: str) -> socket.socket:
            where = urlsplit(server.url)
            connection = opened.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(20)
            connection.connect((where.hostname, where.port))
            connection.sendall(said.encode())
            return connection

        yield connect


def _asked(path: str, header: str = "X: y") -> str:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n"


def test_requests_behind_a_download_stop_nobody(server: Server, dial: Callable[[str], socket.socket]) -> None:
    """Listeners that send the next request before they have read the file leave the threads to others."""
    slow = [dial(_asked(SOUND) + _asked("/")) for _ in range(8)]
    assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in slow)
    time.sleep(0.5)
    for _ in range(5):
        assert server.get("/podcast/1-first").status == 200


def test_ranges_share_a_connection(server: Server, dial: Callable[[str], socket.socket]) -> None:
    """A range ends with its last byte, so the next answer on the connection begins where a client expects it."""
    asked = [
        _asked(SOUND, "Range: bytes=5-9"),
        _asked(SOUND, "Range: bytes=-3"),
        _asked("/health", "Connection: close"),
    ]
    connection = dial("".join(asked))
    answered = b"".join(iter(lambda: connection.recv(4096), b""))
    first, second, third, health = answered.split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 206")
    assert second.startswith(b"\0\0\0\0\0HTTP/1.1 206")
    assert third.startswith(b"\0\0\0HTTP/1.1 200")
    assert health


def test_a_file_that_is_cut_ends_the_connection(
    site: Site, server: Server, dial: Callable[[str], socket.socket]
) -> None:
    """When a file is written anew in place while it is sent, the download fails at once, and the server goes on."""
    connection = dial(_asked(SOUND))
    connection.recv(100)
    os.truncate(site.root / "content" / SOUND.lstrip("/"), 1000)
    read = 0
    while data := connection.recv(1_000_000):
        read += len(data)
    assert read < SIZE
    assert server.get("/health").status == 200


def test_clients_that_leave_keep_no_file_open(server: Server, dial: Callable[[str], socket.socket]) -> None:
    """A download that its client ends early closes its file."""
    if not os.path.isdir("/proc/self/fd"):  # noqa: PTH112 - one word of a check
        pytest.skip("this system doesn't show the open files of a process")
    for _ in range(20):
        connection = dial(_asked(SOUND))
        connection.recv(100)
        connection.close()
    until = time.monotonic() + 10
    while _open_sounds(server.process.pid) and time.monotonic() < until:
        time.sleep(0.1)
    assert _open_sounds(server.process.pid) == 0


def _open_sounds(pid: int) -> int:
    found = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        try:
            found += os.readlink(entry.path).endswith(".mp3")  # noqa: PTH115 - of a process that goes on meanwhile
        except OSError:
            continue
    return found
