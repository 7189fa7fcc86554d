"""Real reverse proxies (nginx, Caddy) before a site, with the configurations in docs/running.md."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from support import Server, wait_until

GUIDE = Path(__file__).parents[1] / "docs" / "running.md"


def start_proxy(kind: str, root: Path, upstream: str, port: int = 0, around: str = "") -> Server:
    """Start nginx or Caddy before the server at ``upstream`` of the site in ``root``, and wait for its first response.

    ``port`` 0 is any free one; ``around`` is added to nginx's ``http`` block. Skips the test if the program isn't installed.
    """
    program = shutil.which(kind) or shutil.which(kind, path="/usr/sbin")
    if program is None:
        pytest.skip(f"{kind} is not installed")
    port = port or _free_port()
    match = re.search(rf"```{kind}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert match is not None
    config = match[1].replace("/srv/podcast/site", str(root)).replace("/var/cache/nginx", str(root.parent))
    config = config.replace("/var/log/nginx", str(root.parent))
    config = config.replace("127.0.0.1:8080", upstream.removeprefix("http://"))
    process = (
        _nginx(program, around + config, root.parent, port)
        if kind == "nginx"
        else _caddy(program, config, root.parent, port)
    )
    proxy = Server(f"http://127.0.0.1:{port}", process, "")
    try:
        wait_until(lambda: _answers(proxy))
    except BaseException:
        proxy.stop()
        raise
    return proxy


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _nginx(program: str, config: str, folder: Path, port: int) -> subprocess.Popen[str]:
    user = "user root;" if os.geteuid() == 0 else ""
    places = " ".join(f"{name}_temp_path {folder};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = config.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("podcast.example.com", "_")
    around = f"{user} daemon off; error_log stderr; pid {folder}/nginx.pid; events {{}}"
    (folder / "proxy.conf").write_text(f"{around}\nhttp {{ access_log off; {places}\n{config}}}\n")
    return _run(folder, program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "proxy.conf"))


def _caddy(program: str, config: str, folder: Path, port: int) -> subprocess.Popen[str]:
    config = config.replace("podcast.example.com", f"127.0.0.1:{port}")
    (folder / "proxy.conf").write_text(f"{{\n admin off\n auto_https off\n}}\n{config}")
    return _run(folder, program, "run", "--adapter", "caddyfile", "--config", str(folder / "proxy.conf"))


def _run(folder: Path, *command: str) -> subprocess.Popen[str]:
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(folder))
    with (folder / "proxy.log").open("w") as log:
        return subprocess.Popen(command, env={**os.environ, **homes}, stdout=log, stderr=log, text=True)


def _answers(server: Server) -> bool:
    assert server.process.poll() is None
    try:
        server.get("/health")
    except OSError:
        return False
    return True
