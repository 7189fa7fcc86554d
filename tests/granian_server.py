"""A site served by granian, another WSGI server than Longwave's own."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import Server, wait_until

WSGI = Path(__file__).parents[1] / "wsgi.py"


@contextlib.contextmanager
def serving_by_granian(root: Path, **environment: str) -> Iterator[Server]:
    """Serve a site's folder, whose site.toml has its url, by granian as the guide says, until the end of the block."""
    if (
        importlib.util.find_spec("granian") is None
    ):  # If granian were imported here, Longwave would take it for the running server.
        pytest.skip("granian is not installed")
    (root / "wsgi.py").write_text(WSGI.read_text("utf-8"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--interface", "wsgi", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *options, "wsgi:app"],
        cwd=root, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    server = Server(f"http://127.0.0.1:{port}", process, "")

    def answers() -> bool:
        assert process.poll() is None
        try:
            return server.get("/ready").status == 200
        except OSError:
            return False

    try:
        wait_until(answers)
        yield server
    finally:
        server.stop()
