"""Slow clients on waitress and granian: no other client waits for them."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from granian_server import serving_by_granian
from support import Server, Site, serving

pytestmark = pytest.mark.xdist_group("alone")
#: The number of slow clients: more than the server has threads, but fewer than its limit of connections.
CLIENTS = 100
PAGE, SOUND = "/podcast/1-first", "/audio/podcast/1-first.mp3"
#: The start of a request that posts a search form.
FORM = "POST /search HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
#: By kind of client: the text that it sends at once, the text it then repeats slowly, and whether it reads slowly.
KINDS: dict[str, tuple[str, str, bool]] = {
    "half": ("GET / HTTP/1.1\r\nHost: x\r\n", "", False),
    "headers": ("GET / HTTP/1.1\r\nHost: x\r\nX: ", "a", False),
    "form": (f"{FORM}Content-Length: 1000\r\n\r\nq=", "a", False),
    "chunks": (f"{FORM}Transfer-Encoding: chunked\r\n\r\n2\r\nq=\r\n", "1\r\na\r\n", False),
    "unwanted": (f"POST {PAGE} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "a", False),
    "page": (f"GET {PAGE} HTTP/1.1\r\nHost: x\r\n\r\n", "", True),
    "sound": (f"GET {SOUND} HTTP/1.1\r\nHost: x\r\nRange: bytes=0-\r\n\r\n", "", True),
}


@pytest.fixture(scope="module", params=["waitress", "granian"])
def server(request: pytest.FixtureRequest, shared_site: Site) -> Iterator[Server]:
    """Yield a server of a site with a page and an audio file that are larger than a socket's buffer."""
    shared_site.put("content/site.toml", 'url = "https://pod.example"\n')
    shared_site.episode(body="Zebras and much more of the like.\n\n" * 25_000)
    shared_site.put("content/audio/podcast/1-first.mp3", bytes(range(250)) * 80_000)
    start = serving if request.param == "waitress" else serving_by_granian
    with start(shared_site.root, LONGWAVE_SEARCH_LIMIT="0") as running:
        yield running


@contextlib.contextmanager
def slow_clients(server: Server, kind: str) -> Iterator[None]:
    """Connect a hundred clients of one kind, each of which sends or reads a byte a second."""
    at_once, slowly, answered = KINDS[kind]
    over = threading.Event()
    with contextlib.ExitStack() as opened:
        clients = []
        for _ in range(CLIENTS):
            client = opened.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(60)
            client.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
            client.sendall(at_once.encode())
            clients.append(client)
        for client in clients if answered else ():
            assert client.recv(1)

        def step(client: socket.socket, letter: str) -> None:
            # A client that the server has disconnected slows nobody, either.
            with contextlib.suppress(OSError):
                if answered:
                    client.recv(1)
                elif letter:
                    client.sendall(letter.encode())

        def go_on() -> None:
            for letter in itertools.cycle(slowly or [""]):
                for client in clients:
                    step(client, letter)
                if over.wait(1):
                    return

        dripping = threading.Thread(target=go_on)
        dripping.start()
        try:
            yield
        finally:
            over.set()
            dripping.join()


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_waits_for_the_slow(server: Server, kind: str) -> None:
    """While a hundred clients send half a request, send a byte a second or hardly read, all others are answered."""
    with slow_clients(server, kind):
        took = []
        for number in range(20):
            began = time.monotonic()
            path = (PAGE, f"/search.json?q=zebras+{kind}{number}", "/podcast/feed.xml", SOUND)[number % 4]
            assert server.get(path, Range="bytes=0-99" if path == SOUND else "x").status in (200, 206)
            took.append(time.monotonic() - began)
    assert sorted(took)[len(took) // 2] < 1
    assert max(took) < 10
