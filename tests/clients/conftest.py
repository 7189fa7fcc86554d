"""Programs that people listen with, let loose on a real server. A proxy between them notes what each asked and got."""

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
    """Runs a program to its end, which has to be a good one."""

    def __call__(self, act: str, program: str, *arguments: str) -> Recording: ...


@pytest.fixture(scope="session")
def station(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The folder of the site."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    site = Site(tmp_path_factory.mktemp("station"))
    furnish(site)
    return site


@pytest.fixture(scope="session")
def proxy(station: Site) -> Iterator[RecordingProxy]:
    """The proxy to the site's server. The site's own addresses lead over it too."""
    proxy = RecordingProxy()
    with serving(station.root, LONGWAVE_URL=proxy.url) as server:
        proxy.upstream = server.url
        yield proxy
    proxy.close()


@pytest.fixture
def local(station: Site) -> Callable[[str], Path]:
    """The file that lies behind an address of audio."""
    return lambda path: station.root / "content" / path.lstrip("/")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own for each test's programs."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def surroundings(home: Path) -> dict[str, str]:
    """The environment of the programs; no proxy and no configuration of this machine is in it."""
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm"}


@pytest.fixture
def run(proxy: RecordingProxy, home: Path, surroundings: dict[str, str]) -> Run:
    """Runs programs in their home, and watches the proxy meanwhile."""

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
