"""Audio files that are deleted, replaced, truncated or overwritten while waitress or granian sends them."""

from __future__ import annotations

import os
import random
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from granian_server import serving_by_granian
from support import Server, Site, serving, wait_until

from longwave.disk import is_settled

#: More bytes than the buffers between a server and a client that doesn't read.
SIZE = 30_000_000
OLD, NEW = (random.Random(seed).randbytes(1_000_000) * (SIZE // 1_000_000) for seed in (1, 2))


@pytest.fixture(scope="module", params=["waitress", "granian"])
def server(request: pytest.FixtureRequest, shared_site: Site) -> Iterator[Server]:
    """Yield a server of a site with one episode and audio file for each kind of change."""
    shared_site.put("content/site.toml", 'url = "https://pod.example"\n')
    for name in CHANGES:
        shared_site.episode(f"2026-01-02-{name}.md", title=name)
        shared_site.put(f"content/audio/podcast/{name}.mp3", OLD)
    start = serving if request.param == "waitress" else serving_by_granian
    with start(shared_site.root) as running:
        yield running


def _delete(path: Path) -> None:
    path.unlink()


def _delete_folder(path: Path) -> None:
    # The folder is renamed, and another one put in its place.
    aside = path.parent.with_name("podcast-old")
    shutil.rmtree(aside, ignore_errors=True)
    path.parent.rename(aside)
    path.parent.mkdir()


def _move(path: Path) -> None:
    path.rename(path.with_suffix(".bak"))


def _replace(path: Path) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(NEW)
    beside.replace(path)


def _cut(path: Path) -> None:
    os.truncate(path, 1000)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _write_over(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(NEW)


def _write_anew(path: Path) -> None:
    path.write_bytes(NEW)


def _go_on(path: Path) -> None:
    with path.open("ab") as file:
        file.write(NEW)


#: By name of a change, a function that makes it to an audio file, and whether downloads still get the whole old file.
CHANGES: dict[str, tuple[Callable[[Path], None], bool]] = {
    "deleted": (_delete, True),
    "moved": (_move, True),
    "replaced": (_replace, True),
    "cut": (_cut, False),
    "emptied": (_empty, False),
    "written-over": (_write_over, False),
    "written-anew": (_write_anew, False),
    "continued": (_go_on, False),
    "folder": (_delete_folder, True),
}


def _asked(server: Server, name: str) -> socket.socket:
    """Return a connection that has requested an audio file and read the response's headers only."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
    client.sendall(f"GET /audio/podcast/{name}.mp3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += client.recv(1)
    assert head.startswith(b"HTTP/1.1 200")
    assert f"content-length: {SIZE}\r\n".encode() in head.lower()
    return client


def _read(client: socket.socket) -> bytes:
    body = bytearray()
    try:
        while data := client.recv(1_000_000):
            body += data
    except ConnectionResetError:
        pass
    return bytes(body)


@pytest.mark.parametrize("name", CHANGES)
def test_nobody_hears_a_mixture(server: Server, shared_site: Site, name: str) -> None:
    """A listener gets the old file to its end or, if it is overwritten in place, a part of it, but no new bytes."""
    change, is_complete = CHANGES[name]
    path = shared_site.root / f"content/audio/podcast/{name}.mp3"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(OLD)
    # Two writes within the resolution of the disk's file times can't be told apart.
    wait_until(lambda: is_settled(path.stat()))
    with closing(_asked(server, name)) as client:
        change(path)
        heard = _read(client)
    assert heard == OLD if is_complete else (len(heard) < SIZE and OLD.startswith(heard))
    after = server.get(f"/audio/podcast/{name}.mp3")
    assert (after.status, after.body) == ((200, path.read_bytes()) if path.exists() else (404, after.body))
    assert server.get(f"/podcast/{name}").status == 200
