"""A real site in a real folder, served by a real waitress in another process; nothing here is a mock."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from player_site import three_episodes
from playwright.sync_api import Page, expect
from showcase import PAGES, REAL, furnish
from support import Client, Server, Site, serving, start_server, wait_until

from longwave import create_app
from longwave.web.request_context import KEEPER

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
REAL_FILE = next(iter(sorted(SEEDS.glob("*.txt"))), None)
# Playwright's default of five seconds is short on a busy machine.
expect.set_options(timeout=30_000)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return an empty site."""
    (tmp_path / "site" / "content").mkdir(parents=True)
    return Site(tmp_path / "site")


@pytest.fixture
def open_client(site: Site) -> Iterator[Callable[[], FlaskClient]]:
    """Yield a function that opens the site in this process and returns a client."""
    opened: list[Flask] = []

    def open_it() -> FlaskClient:
        opened.append(create_app(site.root))
        opened[-1].test_client_class = Client
        return opened[-1].test_client()

    yield open_it
    for app in opened:
        app.extensions[KEEPER].close()


@pytest.fixture
def serve(site: Site) -> Iterator[Callable[..., Server]]:
    """Yield a function that starts a server of the site on a free port, with settings in its environment."""
    servers: list[Server] = []

    def start(*options: str, **environment: str) -> Server:
        servers.append(start_server(site.root, *options, **environment))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return an empty site for all tests of a module; the module's own fixture writes the content."""
    root = tmp_path_factory.mktemp("shared") / "site"
    (root / "content").mkdir(parents=True)
    return Site(root)


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Return a function that waits until a condition holds."""
    return wait_until


@pytest.fixture(scope="session")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a real MP3 of six seconds."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    path = tmp_path_factory.mktemp("audio") / "tone.mp3"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=6", "-b:a", "40k", "-ac", "1"]
    subprocess.run([*command, str(path)], check=True, timeout=60)
    return path


@pytest.fixture(scope="session")
def long_mp3(tmp_path_factory: pytest.TempPathFactory, mp3: Path) -> bytes:
    """Return the bytes of an MP3 with a tone of five minutes."""
    path = tmp_path_factory.mktemp("audio") / "long.mp3"
    tone = ["-f", "lavfi", "-i", "sine=frequency=330:duration=299.9", "-b:a", "32k", "-ac", "1", "-ar", "22050"]
    subprocess.run(["ffmpeg", "-v", "error", *tone, str(path)], check=True, timeout=60)
    return path.read_bytes()


@pytest.fixture(scope="session")
def seed() -> str:
    """Return the text of an episode file of a real podcast site; skip the test if the file isn't on this machine."""
    if REAL_FILE is None:
        pytest.skip("the real episode is not at hand")
    return REAL_FILE.read_text("utf-8")


@pytest.fixture
def free_port() -> int:
    """Return a port on which no program listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def showcase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server of the demo, an episode with every kind of notes, and, if this machine has it, a real episode."""
    root = tmp_path_factory.mktemp("showcase")
    furnish(root, REAL_FILE)
    with serving(root) as server:
        yield server


@pytest.fixture(scope="session")
def addresses() -> list[str]:
    """Return the paths of the pages of the ``showcase`` site that are tested."""
    return PAGES if REAL_FILE is None else [*PAGES, REAL]


@pytest.fixture(scope="module")
def server(shared_site: Site, long_mp3: bytes) -> Iterator[Server]:
    """Yield a server of three episodes with audio for all tests of a module, which don't change the site."""
    three_episodes(shared_site, long_mp3)
    with serving(shared_site.root) as server:
        yield server


@pytest.fixture
def own_server(site: Site, serve: Callable[..., Server], long_mp3: bytes) -> Server:
    """Return a server of a site of three episodes with audio for one test, which may change `site` or the server."""
    three_episodes(site, long_mp3)
    return serve()


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Return the list of addresses that the page requests, which grows while the test runs."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """Yield the messages of the browser's console; at the end, fail on any but failed downloads."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.on("pageerror", lambda error: lines.append(str(error)))
    yield lines
    assert [line for line in lines if not line.startswith("Failed to load resource")] == []
