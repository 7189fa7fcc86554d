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
from listening import CUES
from playwright.sync_api import Page
from showcase import PAGES, REAL, furnish
from support import Client, Server, Site, serving, start_server, wait_until

from longwave import create_app
from longwave.web.current import KEEPER

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
REAL_FILE = next(iter(sorted(SEEDS.glob("*.txt"))), None)


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


@pytest.fixture
def server(site: Site, serve: Callable[..., Server], long_mp3: bytes) -> Server:
    """Three episodes with sound, one of them with everything, served; modules that need another site say so."""
    site.episode(
        body="- 0:03 -- Third second\n- 0:45 -- Forty-fifth of [Two](/podcast/2-two#t=1:40)\n- 2:00 -- Two minutes\n\n"
        + "A paragraph.\n\n" * 30,
        chapters=[{"start": "0:00", "title": "Beginning"}, {"start": "1:30", "title": "Middle"}],
        guest="Ann Lee",
    )
    site.episode("2026-01-03-2-two.md", title="Two", body="- 1:40 -- Zebras")
    site.episode("2026-01-04-3-three.md", title="Three")
    for name in ("1-first", "2-two", "3-three"):
        site.put(f"content/audio/podcast/{name}.mp3", long_mp3)
    site.put("content/transcripts/podcast/1-first.vtt", CUES)
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
