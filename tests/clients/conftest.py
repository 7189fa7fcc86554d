"""Real podcast programs against a real server; a proxy between them records each request and response."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from full_feed_site import furnish
from recording_proxy import Recording, RecordingProxy
from support import Site, serving


class Run(Protocol):
    """A function that runs a program and returns the recording of its requests; the test fails if the program does."""

    def __call__(self, act: str, program: str, *arguments: str) -> Recording: ...


@pytest.fixture(scope="session")
def station(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a site whose feed has every tag that Longwave writes."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    site = Site(tmp_path_factory.mktemp("station"))
    furnish(site)
    return site


@pytest.fixture(scope="session")
def proxy(station: Site) -> Iterator[RecordingProxy]:
    """Yield a recording proxy before the site's server; the site's url is the proxy's, so its links lead there."""
    proxy = RecordingProxy()
    with serving(station.root, LONGWAVE_URL=proxy.url) as server:
        proxy.upstream = server.url
        yield proxy
    proxy.close()


@pytest.fixture
def local(station: Site) -> Callable[[str], Path]:
    """Return a function that maps the path of an audio request to that file in the site's content folder."""
    return lambda path: station.root / "content" / path.lstrip("/")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return an empty home folder for the programs of one test."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def surroundings(home: Path) -> dict[str, str]:
    """Return the environment variables for the programs, without this machine's proxy or configuration."""
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm"}


@pytest.fixture
def run(proxy: RecordingProxy, home: Path, surroundings: dict[str, str]) -> Run:
    """Return a function that runs a program in the home folder and returns the recording of its requests."""

    def run_it(act: str, program: str, *arguments: str) -> Recording:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
        with proxy.watch(program, act) as recording:
            done = subprocess.run(
                [program, *arguments],
                cwd=home,
                env=surroundings,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=180,
                check=False,
            )
        assert done.returncode == 0, done.stdout
        recording.output = done.stdout
        return recording

    return run_it
