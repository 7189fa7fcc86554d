"""The built wheel, installed away from the checkout, serves a folder that has only content/ in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from support import Server, Site, wait_for_url

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def run(*command: str | Path) -> None:
    """Run a command and fail the test if it fails."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the installed ``longwave``, in a new virtual environment with the locked dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    venv.create(folder / "venv")
    install = (sys.executable, "-m", "pip", "--python", folder / "venv", "install", "-q")
    run(*install, "--require-hashes", "-r", ROOT / "requirements.lock")
    run(*install, "--no-deps", next(folder.glob("longwave-*.whl")))
    return folder / "venv" / "bin" / "longwave"


def test_the_wheel_serves_a_folder(command: Path, site: Site) -> None:
    """An installed Longwave includes its templates, its stylesheet and its commands."""
    site.episode(tags=["aws"], guest="Ann Lee", body="- 1:21 -- Hello from the wheel")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    process = subprocess.Popen(
        [command, "serve", "--port", "0"],
        cwd=site.root,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        server: Server = wait_for_url(process)
        assert "1 episode, 1 guest, 1 tag" in server.started
        page = server.get("/podcast/1-first")
        assert page.status == 200
        assert 'data-seek="81"' in page.text
        used = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
        assert used
        for path in (*used, "/podcast/feed.xml", "/favicon.ico"):
            assert server.get(path).status == 200, path
        assert server.get("/search.json?q=wheel").json["total"] == 1
        done = subprocess.run(
            [command, "check"], cwd=site.root, env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, "0 problems" in done.stdout) == (0, True)
    finally:
        process.terminate()
        process.communicate(timeout=20)
