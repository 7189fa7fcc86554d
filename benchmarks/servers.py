"""Tools of the benchmarks of pages and files: servers in processes of their own, and wrk, which loads them."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DEMO = HERE.parent
#: The Accept-Encoding that browsers send.
CODINGS = "gzip, deflate, br, zstd"


@dataclass(frozen=True)
class Load:
    """The result of one run of wrk: the number of requests, their rate, and percentiles of their response times."""

    requests: int
    per_second: float
    p50_ms: float
    p99_ms: float


def wrk(url: str, seconds: float = 1, connections: int = 16, **headers: str) -> Load:
    """Request an address as fast as possible for some seconds. Any response but a 200 or 304 ends the program."""
    given = [f"-H{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *given, url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{url}: {said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert rate is not None
    count = re.search(r"(\d+) requests in", said)
    assert count is not None
    return Load(int(count[1]), float(rate[1]), _milliseconds(said, 50), _milliseconds(said, 99))


def _milliseconds(said: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)$", said, re.MULTILINE)
    assert found is not None
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def free() -> int:
    """Return a port on which no program listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(port: int, *command: str, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command as a server until the block ends; yield its process once the port is open."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        for _ in range(6000):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None:
                raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
            time.sleep(0.01)
        else:
            raise SystemExit(f"{command[0]} doesn't listen.")
        yield process
    finally:
        process.terminate()
        process.wait()


def waitress(root: Path, port: int, **environment: str) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """Run `longwave serve` of this folder until the end of the block."""
    return running(
        port, sys.executable, "-m", "longwave", "serve", "--port", str(port), cwd=root, env=os.environ | environment
    )


def granian(
    app: str, folder: Path, port: int, **environment: str
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """Run granian with the WSGI application ``module:name`` in this folder, as in docs/running.md, until the block ends."""
    program = shutil.which("granian", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if program is None:
        raise SystemExit("Install granian first.")
    return running(
        port, program, "--interface", "wsgi", "--port", str(port), "--workers", "1", app,
        cwd=folder, env=os.environ | environment,
    )  # fmt: skip


def nginx(folder: Path, name: str, servers: str) -> tuple[str, ...]:
    """Return the command for an nginx with these servers, whose configuration is written into ``folder``."""
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / name).mkdir()
    temporary = " ".join(
        f"{kind}_temp_path {folder / name};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / f"{name}.conf").write_text(
        f"{user} daemon off; worker_processes auto; pid {folder / name}/pid; events {{ worker_connections 2048; }}\n"
        f"http {{ types {{ text/html html; }} access_log off; sendfile on; {temporary}\n{servers}\n}}\n"
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise SystemExit("Install nginx first.")
    return program, "-e", str(folder / name / "log"), "-p", str(folder), "-c", str(folder / f"{name}.conf")


def demo(folder: Path) -> Path:
    """Return a copy of this repository's demo in ``folder``."""
    root = folder / "site"
    shutil.copytree(DEMO / "content", root / "content")
    shutil.copy(DEMO / "wsgi.py", root)
    return root


def family(pid: int) -> list[int]:
    """Return a process and its children, whichever thread started them."""
    begun = (path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [pid, *(int(child) for some in begun for child in some)]


def table(head: str, rows: list[str]) -> str:
    """Return a table in Markdown: text in the first column, numbers in the others."""
    return "\n".join((head, f"|---|{'--:|' * (head.count('|') - 2)}", *rows))


def ask(url: str, codings: str = CODINGS, etag: str = "") -> tuple[str, list[tuple[str, str]], bytes]:
    """Return a response's status, its headers except those that HTTP servers add (such as Date), and its body."""
    given = {"Accept-Encoding": codings} | ({"If-None-Match": etag} if etag else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=given)) as answer:
            return f"{answer.status} {answer.reason}", _said(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.reason}", _said(error.headers), b""


def _said(headers: Message) -> list[tuple[str, str]]:
    own = ("connection", "date", "keep-alive", "server", "via")
    return [(name, value) for name, value in headers.items() if name.lower() not in own]
