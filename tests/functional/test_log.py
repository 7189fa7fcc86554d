"""The access log: one line of JSON for each request."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from support import Server, Site, serving, wait_for_url, wait_until

from longwave.web.request_context import KEEPER

EPISODE, AGAIN, AUDIO = "/podcast/1-first", "/podcast/2-again", "/audio/podcast/3-long.mp3"
SIZE = 40_000_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of the access log."""
    return tmp_path_factory.mktemp("log") / "access.log"


@pytest.fixture(scope="module")
def server(shared_site: Site, written: Path) -> Iterator[Server]:
    """Yield a server with an access log, an episode for each test, and a long recording."""
    for number, slug in enumerate(("1-first", "2-again", "3-long"), 1):
        shared_site.episode(f"2026-01-0{number}-{slug}.md", title=slug)
    os.truncate(shared_site.put(f"content{AUDIO}", b""), SIZE)
    with serving(shared_site.root, LONGWAVE_ACCESS_LOG=str(written)) as server:
        yield server


@dataclass
class Log:
    """The lines of the access log since a test's beginning."""

    path: Path
    begin: int

    @property
    def text(self) -> str:
        """Return the log's text so far."""
        return self.path.read_bytes()[self.begin :].decode()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return the log's lines so far, parsed from JSON."""
        return [json.loads(line) for line in self.text.split("\n")[:-1]]

    def after(self, count: int) -> list[dict[str, Any]]:
        """Wait until the log has this number of lines, and return them."""
        wait_until(lambda: len(self.lines) >= count)
        lines = self.lines
        assert len(lines) == count
        return lines


@pytest.fixture
def log(server: Server, written: Path) -> Log:
    """Return the access log's lines from this test on."""
    return Log(written, written.stat().st_size)


def raw(server: Server, request: str) -> bytes:
    """Send a raw request on a connection of its own, and return the response."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(request.encode("latin-1"))
        got = b""
        # The server doesn't read the rest of an oversized request.
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65_536):
                got += data
    return got


def test_a_request_is_one_line(server: Server, log: Log) -> None:
    """A log line has time, request, status, bytes, duration, client, referrer, user agent and edition."""
    edition = server.get("/ready").json["edition"]
    page = server.get(f"{EPISODE}?q=secret", User_Agent="Écoute/1.0", Referer="https://a.example/b?q=secret")
    server.get(EPISODE, Accept_Encoding="gzip")
    server.get(EPISODE, Accept_Encoding="gzip")
    server.get(EPISODE, "HEAD")
    server.get(EPISODE, If_None_Match=page.headers["ETag"])
    server.get("/n%C3%B6where")
    lines = log.after(7)[1:]
    assert [line["cache"] for line in lines] == ["miss", "miss", "hit", "hit", "hit", "miss"]
    assert [line["status"] for line in lines] == [200, 200, 200, 200, 304, 404]
    assert [line["method"] for line in lines][3] == "HEAD"
    assert [line["bytes"] > 0 for line in lines] == [True, True, True, False, False, True]
    first = lines[0]
    assert first["bytes"] == len(page.body)
    assert {line["edition"] for line in lines} == {edition}
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert (first["path"], first["address"], first["referer"]) == (EPISODE, "127.0.0.1", "https://a.example/b")
    assert 0 < first["ms"] < 5000
    assert lines[-1]["path"] == "/nöwhere"
    # Only a trusted proxy's request ID is logged.
    assert not any("request" in line for line in lines)
    assert "secret" not in log.text


def test_the_same_again_is_a_line_of_its_own(server: Server, log: Log) -> None:
    """The log has a line for each of several equal requests, in order, with its own time and client."""
    clients = [
        {"User_Agent": f"Player/{number}", "Referer": f"https://{number}.example/?q=secret"} for number in range(250)
    ]
    sizes = [len(server.get(AGAIN, **given).body) for given in clients]
    server.get(AGAIN, Range="bytes=0-5")
    lines = log.after(251)
    assert [line["agent"] for line in lines[:250]] == [given["User_Agent"] for given in clients]
    assert [line["referer"] for line in lines[:250]] == [f"https://{number}.example/" for number in range(250)]
    assert [line["bytes"] for line in lines[:250]] == sizes
    assert [line["cache"] for line in lines] == ["miss"] + ["hit"] * 250
    assert {line["address"] for line in lines} == {"127.0.0.1"}
    times = [line["time"] for line in lines]
    assert times == sorted(times)
    assert (lines[-1]["range"], "range" in lines[0]) == ("bytes=0-5", False)


def test_nobody_can_forge_a_line(server: Server, log: Log) -> None:
    """No request can add a second line to the log, or make its line long."""
    wild = '%0a{"status":200}%0d%E2%80%A8%00%1b[31m'
    raw(server, f'GET /{wild} HTTP/1.0\r\nUser-Agent: "}}\x85{{\r\nReferer: {"x" * 9000}\r\n\r\n')
    raw(server, f"GET /{'y' * 9000} HTTP/1.0\r\n\r\n")
    # A malformed request is logged as well.
    raw(server, 'GET /a HTTP/1.0\r\nUser-Agent: \x0b\x1b\n{"status":200}\r\n\r\n')
    raw(server, f"GET /a HTTP/1.0\r\nCookie: {'z' * 40_000}\r\n\r\n")
    lines = log.after(4)
    assert [line["status"] for line in lines] == [404, 404, 400, 431]
    text = log.text
    assert text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert lines[0]["path"].startswith('/\n{"status":200}\r')
    assert max(map(len, text.split("\n"))) < 2500


def test_a_download_is_told_at_its_end(server: Server, log: Log) -> None:
    """A download's log line has the number of bytes sent, be it a range, the whole file, or an aborted download."""
    server.get(AUDIO)
    server.get(AUDIO, Range="bytes=100-299")
    server.get(AUDIO, "HEAD")
    etag = server.get(AUDIO, Range="bytes=0-0").headers["ETag"]
    server.get(AUDIO, If_None_Match=etag)
    # The server logs a download a moment after its last byte, when the client may have sent the next request.
    assert sorted((line["status"], line["bytes"], line.get("range", "")) for line in log.after(5)) == [
        (200, 0, ""),
        (200, SIZE, ""),
        (206, 1, "bytes=0-0"),
        (206, 200, "bytes=100-299"),
        (304, 0, ""),
    ]
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET {AUDIO} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        read = 0
        while read < 1_000_000:
            read += len(connection.recv(65_536))
        began = time.monotonic()
        server.get("/health")
        # The later request is logged first, as the download hasn't ended.
        assert log.after(6)[5]["path"] == "/health"
        took = time.monotonic() - began
    broken = log.after(7)[6]
    assert (broken["status"], broken["path"], broken["cache"]) == (200, AUDIO, "none")
    assert 900_000 < broken["bytes"] < SIZE
    assert broken["ms"] >= took * 1000


def test_a_server_that_only_sends_sound_writes_lines(
    site: Site, open_client: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first log line is written soon, even if all requests are for audio."""
    path = site.root / "access.log"
    monkeypatch.setenv("LONGWAVE_ACCESS_LOG", str(path))
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", b"sound")
    client = open_client()
    client.application.extensions[KEEPER].edition()
    assert client.get("/audio/podcast/1-first.mp3").status_code == 200
    wait_until(lambda: path.exists() and "/audio/podcast/1-first.mp3" in path.read_text("utf-8"))


@contextlib.contextmanager
def started(site: Site, stdout: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a server's process with this file descriptor as its standard output."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "longwave", "serve", "--port", "0"],
        cwd=site.root, stdout=stdout, stderr=subprocess.STDOUT, env={**os.environ, **environment}, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=60)
        if process.stdout is not None:
            process.stdout.close()


def test_lines_go_to_a_pipe_but_not_to_a_terminal(site: Site) -> None:
    """By default the log goes to a standard output that is a pipe, not a terminal; the setting 0 or 1 overrides it."""
    site.episode()

    def said(access_log: str | None, *, terminal: bool) -> str:
        reads, writes = os.openpty() if terminal else os.pipe()
        text, setting = "", {} if access_log is None else {"LONGWAVE_ACCESS_LOG": access_log}
        with started(site, writes, **setting) as process:
            os.close(writes)
            while "Open http" not in text or not text.endswith("\n"):
                text += os.read(reads, 65_536).decode()
            url = re.search(r"Open (\S+)/", text)
            assert url is not None
            Server(url[1], process, text).get(EPISODE)
            # The server writes its last log lines when it stops, so the output is read after that.
            process.terminate()
            with contextlib.suppress(OSError):  # Reading a pseudo-terminal whose other end is closed raises OSError.
                while data := os.read(reads, 65_536):
                    text += data.decode()
            os.close(reads)
            assert process.wait(timeout=60) == 0
        return text

    assert f'"path": "{EPISODE}"' in said(None, terminal=False)
    assert f'"path": "{EPISODE}"' not in said(None, terminal=True)
    assert f'"path": "{EPISODE}"' not in said("0", terminal=False)
    assert f'"path": "{EPISODE}"' in said("1", terminal=True)


def test_a_reader_that_sleeps_stops_nobody(site: Site) -> None:
    """A program that stops reading the log from the server's output delays neither pages nor the server's stop."""
    site.episode()
    with started(site, subprocess.PIPE) as process:
        server = wait_for_url(process)
        for _ in range(400):  # A pipe holds 65,536 bytes, which is less than 200 lines.
            assert server.get(EPISODE, User_Agent="x" * 250).status == 200
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_a_log_that_cannot_be_written_is_said_at_the_start(site: Site) -> None:
    """An access log that can't be written is reported at the server's start in one line that names the setting."""
    site.episode()
    done = site.run_program("serve", LONGWAVE_ACCESS_LOG="/nowhere/at/all.log")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "LONGWAVE_ACCESS_LOG" in done.stderr


def test_a_pipe_that_nobody_reads_is_said_at_the_start(site: Site, tmp_path: Path) -> None:
    """A named pipe without a reader is refused as the access log at the server's start, without waiting."""
    site.episode()
    os.mkfifo(tmp_path / "pipe")
    done = site.run_program("serve", LONGWAVE_ACCESS_LOG=str(tmp_path / "pipe"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "LONGWAVE_ACCESS_LOG" in done.stderr


def test_commands_leave_the_log_alone(site: Site, tmp_path: Path) -> None:
    """Commands other than the server create no access log, as the server might not be allowed to write theirs."""
    site.episode()
    log = tmp_path / "access.log"
    assert site.run("reindex", LONGWAVE_ACCESS_LOG=str(log)).returncode == 0
    assert not log.exists()
