"""A real site in a real folder, served by a real waitress in another process. Nothing here is a mock."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, sync_playwright
from support import Server, Site, wait_for_url

from longwave import create_app
from longwave.web.current import KEEPER

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


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
        return opened[-1].test_client()

    yield open_it
    for app in opened:
        app.extensions[KEEPER].close()


@pytest.fixture
def serve(site: Site) -> Iterator[Callable[..., Server]]:
    """Starts servers of the site on free ports, with these settings in their environment."""
    servers: list[Server] = []

    def start(*options: str, **environment: str) -> Server:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "longwave", "serve", "--port", "0", *options],
            cwd=site.root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        servers.append(wait_for_url(process))
        return servers[-1]

    yield start
    for server in servers:
        server.process.terminate()
        server.process.communicate(timeout=20)


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits until something is so, up to ten seconds."""

    def wait(so: Callable[[], bool], seconds: float = 10) -> None:
        until = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < until, "it never came to be"
            time.sleep(0.05)

    return wait


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
def seed() -> str:
    """The real episode, where it is at hand."""
    found = sorted(SEEDS.glob("*.txt"))
    if not found:
        pytest.skip("the real episode is not at hand")
    return found[0].read_text("utf-8")


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        )
        yield browser.new_page()
        browser.close()
