"""A real site in a real folder, served by a real waitress in another process. Nothing here is a mock."""

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
# As long as a page waits for all else; five seconds are short on a busy machine.
expect.set_options(timeout=30_000)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty site."""
    (tmp_path / "site" / "content").mkdir(parents=True)
    return Site(tmp_path / "site")


@pytest.fixture
def open_client(site: Site) -> Iterator[Callable[[], FlaskClient]]:
    """Opens the site in this process, as often as it is called."""
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
    """Starts servers of the site on free ports, with these settings in their environment."""
    servers: list[Server] = []

    def start(*options: str, **environment: str) -> Server:
        servers.append(start_server(site.root, *options, **environment))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An empty site, one for all tests of a module: its fixture of the site's server writes the content."""
    root = tmp_path_factory.mktemp("shared") / "site"
    (root / "content").mkdir(parents=True)
    return Site(root)


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Waits until something is so."""
    return wait_until


@pytest.fixture(scope="session")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real MP3 of six seconds."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    path = tmp_path_factory.mktemp("audio") / "tone.mp3"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=6", "-b:a", "40k", "-ac", "1"]
    subprocess.run([*command, str(path)], check=True, timeout=60)
    return path


@pytest.fixture(scope="session")
def long_mp3(tmp_path_factory: pytest.TempPathFactory, mp3: Path) -> bytes:
    """Five minutes of a tone."""
    path = tmp_path_factory.mktemp("audio") / "long.mp3"
    tone = ["-f", "lavfi", "-i", "sine=frequency=330:duration=299.9", "-b:a", "32k", "-ac", "1", "-ar", "22050"]
    subprocess.run(["ffmpeg", "-v", "error", *tone, str(path)], check=True, timeout=60)
    return path.read_bytes()


@pytest.fixture(scope="session")
def seed() -> str:
    """The real episode, where it is at hand."""
    if REAL_FILE is None:
        pytest.skip("the real episode is not at hand")
    return REAL_FILE.read_text("utf-8")


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def showcase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo with an episode of everything, and the real episode where it is at hand, served."""
    root = tmp_path_factory.mktemp("showcase")
    furnish(root, REAL_FILE)
    with serving(root) as server:
        yield server


@pytest.fixture(scope="session")
def addresses() -> list[str]:
    """The pages of the showcase that have to be right."""
    return PAGES if REAL_FILE is None else [*PAGES, REAL]


@pytest.fixture(scope="module")
def server(shared_site: Site, long_mp3: bytes) -> Iterator[Server]:
    """Three episodes with sound, served to all tests of a module, which only read; modules that need others say so."""
    three_episodes(shared_site, long_mp3)
    with serving(shared_site.root) as server:
        yield server


@pytest.fixture
def own_server(site: Site, serve: Callable[..., Server], long_mp3: bytes) -> Server:
    """The three episodes, served to one test only, which changes `site` or the server."""
    three_episodes(site, long_mp3)
    return serve()


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Every address that the page requests."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


@pytest.fixture
def said(page: Page) -> Iterator[list[str]]:
    """Whatever the console says in a test is an error of ours, but for what the network couldn't deliver."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.on("pageerror", lambda error: lines.append(str(error)))
    yield lines
    assert [line for line in lines if not line.startswith("Failed to load resource")] == []
