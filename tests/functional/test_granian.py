"""The site on granian, a WSGI server without `wsgi.file_wrapper`."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from granian_server import serving_by_granian
from support import Server, Site, serving

EPISODE, SOUND = "/podcast/1-first", "/audio/podcast/1-first.mp3"
SIZE = 20_000_000


@pytest.fixture(scope="module")
def furnished(shared_site: Site) -> Site:
    """Return a site with an episode and its audio, configured as the guide says for other WSGI servers."""
    shared_site.put("content/site.toml", 'url = "https://pod.example"\n')
    shared_site.episode("2026-01-02-1-first.md", body="Hello. " * 200)
    shared_site.episode("2026-01-03-ünï.md", title="Ünï")
    shared_site.put("content/audio/podcast/1-first.mp3", bytes(range(250)) * (SIZE // 250))
    return shared_site


@pytest.fixture(scope="module")
def granian(furnished: Site) -> Iterator[Server]:
    """Yield a granian server of the site, started as the guide says."""
    with serving_by_granian(furnished.root) as server:
        yield server


@pytest.fixture(scope="module")
def waitress(furnished: Site) -> Iterator[Server]:
    """Yield a waitress server of the site, as `flask serve` runs it."""
    with serving(furnished.root) as server:
        yield server


def test_it_answers_as_waitress_does(granian: Server, waitress: Server) -> None:
    """Granian gives pages, feeds, errors, 304s, encodings and ranges the same status, headers and bytes as waitress."""
    own = ("connection", "date", "server", "via")
    tag = waitress.get(EPISODE).headers["ETag"]
    sound = waitress.get(SOUND, "HEAD").headers["ETag"]
    for path, method, given in (
        (EPISODE, "GET", {"Accept_Encoding": "br"}), (EPISODE, "GET", {"Accept_Encoding": "gzip"}), (EPISODE, "HEAD", {}),
        (EPISODE, "GET", {"If_None_Match": tag}), ("/podcast/%C3%BCn%C3%AF", "GET", {}), ("/podcast/feed.xml", "GET", {}),
        ("/", "GET", {}), ("/nowhere", "GET", {}), ("/podcast", "GET", {}), ("/search?q=hello", "GET", {}),
        (SOUND, "GET", {"Range": "bytes=1000-1999"}), (SOUND, "GET", {"Range": "bytes=-9"}), (SOUND, "GET", {}),
        (SOUND, "HEAD", {}), (SOUND, "GET", {"If_None_Match": sound}), (SOUND, "GET", {"Range": f"bytes={SIZE}-"}),
    ):  # fmt: skip
        for _ in range(2):
            mine, theirs = granian.get(path, method, **given), waitress.get(path, method, **given)
            headers = [
                {name.lower(): value for name, value in answer.headers.items() if name.lower() not in own}
                for answer in (mine, theirs)
            ]
            assert (path, mine.status, mine.body, headers[0]) == (path, theirs.status, theirs.body, headers[1])


def test_aborts_leave_nothing_open(granian: Server, eventually: Callable[..., None]) -> None:
    """Clients that disconnect amid a download leave no file open on granian, and others are answered meanwhile."""
    children = Path(f"/proc/{granian.process.pid}/task/{granian.process.pid}/children").read_text().split()
    assert children

    def held() -> int:
        count = 0
        for child in children:
            for entry in Path(f"/proc/{child}/fd").iterdir():
                with suppress(OSError):
                    count += str(entry.readlink()).endswith(".mp3")
        return count

    opened = []
    for _ in range(40):
        connection = socket.create_connection(("127.0.0.1", int(granian.url.rpartition(":")[2])))
        connection.sendall(f"GET {SOUND} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n".encode())
        opened.append(connection)
        assert connection.recv(15) == b"HTTP/1.1 206 Pa"
    assert held() > 0
    assert granian.get(EPISODE).status == 200
    for connection in opened:
        connection.close()
    eventually(lambda: held() == 0)


def test_what_nothing_published_names_is_nowhere(granian: Server, furnished: Site) -> None:
    """On granian, too, a file to which no published text refers is a 404, and so is a published one's misspelt name."""
    (furnished.root / "content/audio/podcast/secret.mp3").hardlink_to(furnished.root / f"content{SOUND}")
    (furnished.root / "content/audio/podcast/1-FIRST.mp3").hardlink_to(furnished.root / f"content{SOUND}")
    assert granian.get(SOUND, "HEAD").status == 200
    for name in ("secret.mp3", "1-FIRST.mp3", "1-first.mp3%00", "%2e/1-first.mp3", "/1-first.mp3"):
        assert granian.get(f"/audio/podcast/{name}").status in (308, 404), name
