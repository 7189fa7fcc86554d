"""Audio for listeners who behave badly, and files that change under them, over a real connection."""

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


def test_a_file_that_is_written_over_ends_the_connection(
    site: Site, server: Server, dial: Callable[[str], socket.socket]
) -> None:
    """A file that is written over in place while it is sent ends the download, which goes on with the whole new file."""
    path = site.root / "content" / SOUND.lstrip("/")
    etag = server.get(SOUND, "HEAD").headers["ETag"]
    connection = dial(_asked(SOUND))
    connection.recv(100)
    with path.open("r+b") as file:
        file.write(b"new")
    while connection.recv(1_000_000):
        pass
    assert server.get(SOUND, Range="bytes=1000-", If_Range=etag).status == 200


def test_an_empty_file_keeps_the_connection(site: Site, server: Server, dial: Callable[[str], socket.socket]) -> None:
    """A file without a byte is an answer without a body, and the next answer follows."""
    site.put("content/audio/podcast/empty.mp3", b"")
    empty = "/audio/podcast/empty.mp3"
    asked = [
        _asked(empty),
        _asked(empty, "Range: bytes=0-"),
        _asked(empty, "Range: bytes=-5"),
        _asked("/health", "Connection: close"),
    ]
    connection = dial("".join(asked))
    answered = b"".join(iter(lambda: connection.recv(4096), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answered) == [b"200", b"416", b"200", b"200"]
    assert answered.count(b"Content-Length: 0\r\n") == 3


def test_names_in_any_bytes_are_answered(server: Server, dial: Callable[[str], socket.socket]) -> None:
    """Raw bytes, in whatever encoding, and odd versions of HTTP are a 404 or a 400, never a 500."""
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


#: Nobody is faster than a client that has the system throw away what comes.
_FAST = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
    connection.sendall(sys.argv[3].encode())
    while connection.recv(4_000_000, socket.MSG_TRUNC):
        print(flush=True)
"""


def test_a_fast_download_lets_others_have_their_turn(site: Site, server: Server) -> None:
    """While a client takes a long file as fast as it comes, others are answered."""
    os.truncate(site.put("content/audio/podcast/long.mp3", b""), 20_000_000_000)
    where = urlsplit(server.url)
    asked = _asked("/audio/podcast/long.mp3", "Connection: close")
    command = [sys.executable, "-c", _FAST, str(where.hostname), str(where.port), asked]
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


def test_aborts_leave_nothing_open(
    server: Server, dial: Callable[[str], socket.socket], eventually: Callable[..., None]
) -> None:
    """Listeners who go away at any byte, within the headers or the file, politely or not, leave no file open."""
    chance = random.Random(5)
    open_files = Path(f"/proc/{server.process.pid}/fd")

    def held() -> list[str]:
        names = []
        for entry in open_files.iterdir():
            with suppress(OSError):
                names.append(str(entry.readlink()))
        return [name for name in names if "socket:" in name or name.endswith(".mp3")]

    server.get("/")
    eventually(lambda: not any(name.endswith(".mp3") for name in held()))
    before = len(held())
    for _ in range(300):
        first = chance.choice((0, 0, chance.randrange(SIZE)))
        said = _asked(SOUND, f"Range: bytes={first}-")
        connection = dial(said[: chance.choice((len(said), len(said), chance.randrange(1, len(said))))])
        left = chance.choice((0, 1, chance.randrange(1000), chance.randrange(1_000_000)))
        connection.settimeout(0.05)
        with suppress(TimeoutError):
            while left > 0 and (got := connection.recv(left)):
                left -= len(got)
        if chance.random() < 0.5:
            # A reset instead of a farewell.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    eventually(lambda: len(held()) <= before)
    assert server.get("/podcast/1-first").status == 200
