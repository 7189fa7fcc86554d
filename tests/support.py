"""The tools of functional tests: a site's folder, a server in a process of its own, and its responses."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from longwave import create_app
from longwave.__main__ import group
from longwave.cli.site_folder import SiteHere


@dataclass(frozen=True)
class Answer:
    """A server's response to a request."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass
class Site:
    """A test site's folder, with methods that write into it and run commands in it."""

    root: Path
    written: int = field(default=0)

    def put(self, name: str, text: str | bytes) -> Path:
        """Write a file of the folder atomically, as editors do, and return its path."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self.written += 1
        beside = path.with_name(f".{path.name}.{self.written}")
        beside.write_bytes(text.encode() if isinstance(text, str) else text)
        beside.replace(path)
        return path

    def episode(
        self, name: str = "2026-01-02-1-first.md", show: str = "podcast", body: str = "Hello.", **meta: Any
    ) -> Path:
        """Write an episode's file and return its path; ``meta`` is its front matter, written as JSON, which is YAML."""
        lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in ({"title": "First"} | meta).items())
        return self.put(f"content/{show}/{name}", f"---\n{lines}\n---\n\n{body}\n")

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``longwave <command>`` in the folder, in this process; an unexpected exception is raised, not printed."""
        with contextlib.chdir(self.root), warnings_on_stderr():
            done = CliRunner().invoke(
                group,
                command,
                env=environment,
                catch_exceptions=False,
                prog_name="longwave",
                obj=SiteHere(create_app=lambda: create_app(Path.cwd())),
            )
        return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)

    def run_program(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``longwave <command>`` in the folder, in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "longwave", *command],
            cwd=self.root,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextlib.contextmanager
def warnings_on_stderr() -> Iterator[None]:
    """Log warnings to stderr during the block, as programs do by default; pytest's own handlers would capture them."""
    assert logging.lastResort is not None
    logging.getLogger().addHandler(logging.lastResort)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(logging.lastResort)


@dataclass
class Server:
    """A server in a process of its own; ``started`` is the output that it had printed when it was ready."""

    url: str
    process: subprocess.Popen[str]
    started: str

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Send a request on a new connection, and return the response; redirects aren't followed."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, method=method, headers=named)
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def stop(self) -> None:
        """Stop the server with SIGTERM, as a service manager does."""
        self.process.terminate()
        self.process.communicate(timeout=20)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        return None


def start_server(root: Path, *options: str, command: str = "serve", **environment: str) -> Server:
    """Start a server of the site in ``root`` on a free port, with settings in its environment, and return it."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "longwave", command, "--port", "0", *options],
        cwd=root,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return wait_for_url(process)


@contextlib.contextmanager
def serving(root: Path, *options: str, command: str = "serve", **environment: str) -> Iterator[Server]:
    """Serve the site in ``root`` until the end of the block."""
    server = start_server(root, *options, command=command, **environment)
    try:
        yield server
    finally:
        server.stop()


def file_tag(data: bytes) -> str:
    """Return the ETag that a file with these bytes has once the server has hashed it."""
    return f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'


def overwrite_unnoticed(path: Path, data: bytes, *, in_place: bool) -> None:
    """Write other bytes of the same length over a file and restore its time, as `rsync -t` or a backup does."""
    before = path.stat()
    if in_place:
        path.write_bytes(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    else:
        beside = path.with_name(".beside")
        beside.write_bytes(data)
        shutil.copystat(path, beside)
        beside.replace(path)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_size) == (before.st_mtime_ns, before.st_size)
    time.sleep(0.06)  # The next write gets another ctime only after a clock tick.


def refuse_to_list(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Make listing any folder of this name fail; permissions wouldn't stop root, who may run the tests."""
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == folder:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


class BackgroundThreads:
    """A base class of threads that run during a ``with`` block and end once ``_stop`` is set."""

    def __init__(self, target: Callable[..., None], arguments: Iterable[tuple[Any, ...]]) -> None:
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=target, args=given) for given in arguments]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def wait_until(so: Callable[[], object], seconds: float = 60) -> None:
    """Wait until ``so()`` is true; the deadline suits a slow and busy machine."""
    until = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)


def wait_for_validators(server: Server, path: str, data: bytes) -> None:
    """Wait until the file at a path has its final validators: a Last-Modified, and its hash as the ETag."""

    def has_both() -> bool:
        headers = server.get(path, "HEAD").headers
        return headers["ETag"] == file_tag(data) and headers["Last-Modified"] is not None

    wait_until(has_both)


def wait_for_url(process: subprocess.Popen[str]) -> Server:
    """Wait until the server in ``process`` has printed its address, and return it."""
    assert process.stdout is not None
    output = ""
    # Unbuffered, as `communicate` would never return what Python had read ahead.
    with open(process.stdout.fileno(), "rb", buffering=0, closefd=False) as stream:
        while line := stream.readline().decode():
            output += line
            match = re.search(r"Open (http://\S+?)/?$", line.strip())
            if match:
                return Server(match[1], process, output)
    process.wait(timeout=10)
    raise AssertionError(f"The server ended with {process.returncode}:\n{output}")


class Client(FlaskClient):
    """A Flask test client that reads each response whole and closes it, as servers do."""

    def open(self, *asked: Any, buffered: bool = True, **more: Any) -> TestResponse:
        """Send a request, and return the response once its whole body is read."""
        return super().open(*asked, buffered=buffered, **more)
