"""Delivery of audio over a real connection: to clients that misbehave, and of files that change while they are sent."""

from __future__ import annotations

import os
import random
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support import Server, Site, serving

SOUND, CUT, OVER, EMPTY, ENDLESS = (
    f"/audio/podcast/{name}.mp3" for name in ("1-first", "cut", "over", "empty", "endless")
)
SIZE = 30_000_000
SIZES = {SOUND: SIZE, CUT: SIZE, OVER: SIZE, EMPTY: 0, ENDLESS: 20_000_000_000}


@pytest.fixture(scope="module")
def log(shared_site: Site) -> Path:
    """Return the path of the server's access log."""
    return shared_site.root.parent / "access.log"


@pytest.fixture(scope="module")
def server(shared_site: Site, log: Path) -> Iterator[Server]:
    """Yield a server of four threads of a site with long audio files and an empty one."""
    shared_site.put("content/site.toml", 'public = ["audio/podcast/*"]')
    shared_site.episode()
    shared_site.episode("2026-01-03-2-behind.md", title="Behind")
    for path, size in SIZES.items():
        os.truncate(shared_site.put(f"content{path}", b""), size)
    with serving(shared_site.root, "--threads", "4", LONGWAVE_ACCESS_LOG=str(log)) as server:
        yield server


@pytest.fixture
def dial(server: Server) -> Iterator[Callable[[str], socket.socket]]:
    """Yield a function that opens a connection with a small receive buffer, and sends the given requests on it."""
    with ExitStack() as opened:

        def connect(said: str) -> socket.socket:
            where = urlsplit(server.url)
            connection = opened.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.settimeout(60)
            connection.connect((where.hostname, where.port))
            connection.sendall(said.encode())
            return connection

        yield connect


def _asked(path: str, header: str = "X: y") -> str:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n"


def test_requests_behind_a_download_stop_nobody(
    server: Server, log: Path, dial: Callable[[str], socket.socket], eventually: Callable[..., None]
) -> None:
    """Requests that are pipelined behind a download that its client doesn't read occupy no thread."""
    slow = [dial(_asked(SOUND) + _asked("/podcast/2-behind")) for _ in range(8)]
    assert all(connection.recv(12) == b"HTTP/1.1 200" for connection in slow)
    # If each listener occupied a thread, only four of the pipelined requests would be read.
    eventually(lambda: log.read_text("utf-8").count('"/podcast/2-behind"') == 8)
    for _ in range(5):
        assert server.get("/podcast/1-first").status == 200


def test_ranges_share_a_connection(server: Server, dial: Callable[[str], socket.socket]) -> None:
    """The response to a range has exactly its bytes, so the next response on the connection can be read."""
    requests = [
        _asked(SOUND, "Range: bytes=5-9"),
        _asked(SOUND, "Range: bytes=-3"),
        _asked("/health", "Connection: close"),
    ]
    connection = dial("".join(requests))
    answered = b"".join(iter(lambda: connection.recv(4096), b""))
    first, second, third, health = answered.split(b"\r\n\r\n")
    assert first.startswith(b"HTTP/1.1 206")
    assert second.startswith(b"\0\0\0\0\0HTTP/1.1 206")
    assert third.startswith(b"\0\0\0HTTP/1.1 200")
    assert health


def test_a_file_that_is_cut_ends_the_connection(
    shared_site: Site, server: Server, dial: Callable[[str], socket.socket]
) -> None:
    """A download ends at once when its file is truncated in place, and the server goes on."""
    connection = dial(_asked(CUT))
    connection.recv(100)
    os.truncate(shared_site.root / "content" / CUT.lstrip("/"), 1000)
    read = 0
    while data := connection.recv(1_000_000):
        read += len(data)
    assert read < SIZE
    assert server.get("/health").status == 200


def test_a_file_that_is_written_over_ends_the_connection(
    shared_site: Site, server: Server, dial: Callable[[str], socket.socket]
) -> None:
    """Overwriting an audio file in place ends its download; resuming gets the whole new file."""
    path = shared_site.root / "content" / OVER.lstrip("/")
    etag = server.get(OVER, "HEAD").headers["ETag"]
    connection = dial(_asked(OVER))
    connection.recv(100)
    with path.open("r+b") as file:
        file.write(b"new")
    while connection.recv(1_000_000):
        pass
    assert server.get(OVER, Range="bytes=1000-", If_Range=etag).status == 200


def test_an_empty_file_keeps_the_connection(server: Server, dial: Callable[[str], socket.socket]) -> None:
    """An empty audio file is sent as an empty body, and the connection stays open."""
    requests = [
        _asked(EMPTY),
        _asked(EMPTY, "Range: bytes=0-"),
        _asked(EMPTY, "Range: bytes=-5"),
        _asked("/health", "Connection: close"),
    ]
    connection = dial("".join(requests))
    answered = b"".join(iter(lambda: connection.recv(4096), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answered) == [b"200", b"416", b"200", b"200"]
    assert answered.count(b"Content-Length: 0\r\n") == 3


def test_names_in_any_bytes_are_answered(server: Server, dial: Callable[[str], socket.socket]) -> None:
    """Addresses of raw bytes in any encoding, and odd versions of HTTP, get a 404 or a 400, never a 500."""
    for name in (
        b"gr\xfc\xdfe.mp3",
        "grüße.mp3".encode(),
        b"\xff\xfe",
        b"a\x01b",
        b"%",
        b"%zz",
        b"a;b=c",
        b"a?%00&download=1",
    ):
        connection = dial("")
        connection.sendall(b"GET /audio/podcast/" + name + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert connection.recv(12) in (b"HTTP/1.1 404", b"HTTP/1.1 400", b"HTTP/1.0 400"), name
    assert server.get("/health").status == 200


#: A client program that is as fast as can be, as the system discards all bytes that it receives (MSG_TRUNC).
_FAST = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
    connection.sendall(sys.argv[3].encode())
    while connection.recv(4_000_000, socket.MSG_TRUNC):
        print(flush=True)
"""


def test_a_fast_download_lets_others_have_their_turn(server: Server) -> None:
    """Other clients are answered while one downloads a long file at full speed."""
    where = urlsplit(server.url)
    request = _asked(ENDLESS, "Connection: close")
    command = [sys.executable, "-c", _FAST, str(where.hostname), str(where.port), request]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as fast:
        assert fast.stdout is not None
        fast.stdout.readline()
        threading.Thread(target=fast.stdout.read, daemon=True).start()
        began = time.monotonic()
        answered = [server.get("/health").status for _ in range(30)]
        took, going_on = time.monotonic() - began, fast.poll() is None
        fast.kill()
    assert (answered, going_on) == ([200] * 30, True)
    assert took < 5


@pytest.fixture
def held(server: Server) -> Callable[[], list[str]]:
    """Return a function that lists the server's open audio files and sockets, its listening socket among them."""
    open_files = Path(f"/proc/{server.process.pid}/fd")
    if not open_files.is_dir():
        pytest.skip("this system doesn't show the open files of a process")

    def look() -> list[str]:
        names = []
        for entry in open_files.iterdir():
            # The server may close a file between the listing and this line.
            with suppress(OSError):
                names.append(str(entry.readlink()))
        # The server has the 20 GB file open to hash it; no listener requests it.
        sounds = [name for name in names if name.endswith(".mp3") and not name.endswith(ENDLESS)]
        return [*sounds, *(name for name in names if "socket:" in name)]

    return look


def test_clients_that_leave_keep_no_file_open(
    dial: Callable[[str], socket.socket], held: Callable[[], list[str]], eventually: Callable[..., None]
) -> None:
    """A download that its client ends early closes its file."""
    for _ in range(20):
        connection = dial(_asked(SOUND))
        connection.recv(100)
        connection.close()
    eventually(lambda: not any(name.endswith(".mp3") for name in held()))


def test_aborts_leave_nothing_open(
    server: Server,
    dial: Callable[[str], socket.socket],
    held: Callable[[], list[str]],
    eventually: Callable[..., None],
) -> None:
    """Listeners who disconnect at any byte, within the headers or the file, leave no file open."""
    chance = random.Random(5)
    for _ in range(300):
        first = chance.choice((0, 0, chance.randrange(SIZE)))
        request = _asked(SOUND, f"Range: bytes={first}-")
        length = chance.choice((len(request), len(request), chance.randrange(1, len(request))))
        connection = dial(request[:length])
        left = chance.choice((0, 1, chance.randrange(1000), chance.randrange(1_000_000)))
        # A half request gets no response.
        connection.settimeout(0.5 if length == len(request) else 0.005)
        with suppress(TimeoutError):
            while left > 0 and (got := connection.recv(left)):
                left -= len(got)
        if chance.random() < 0.5:
            # The connection is reset instead of closed.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    # Only the listening socket is left open.
    eventually(lambda: len(held()) == 1)
    assert server.get("/podcast/1-first").status == 200
