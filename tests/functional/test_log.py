"""One line of JSON for each request."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import Server, Site, wait_for_url

Serve = Callable[..., Server]
Eventually = Callable[[Callable[[], bool]], None]
EPISODE = "/podcast/1-first"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the lines go."""
    return tmp_path / "access.log"


def lines(log: Path) -> list[dict[str, Any]]:
    """What was written so far; each line is an object of its own."""
    return [json.loads(line) for line in log.read_text("utf-8").split("\n")[:-1]]


def after(eventually: Eventually, log: Path, count: int) -> list[dict[str, Any]]:
    """The lines, once there are so many."""
    eventually(lambda: len(lines(log)) >= count)
    found = lines(log)
    assert len(found) == count
    return found


def raw(server: Server, request: str) -> bytes:
    """What comes back on a connection on which these bytes are sent."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.encode("latin-1"))
        got = b""
        # Of what is far too long the server doesn't read the rest.
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65_536):
                got += data
    return got


def test_a_request_is_one_line(site: Site, serve: Serve, log: Path, eventually: Eventually) -> None:
    """It says when, what, how it went, how much, how long, from where, with what, and from which edition."""
    site.episode()
    server = serve(LONGWAVE_ACCESS_LOG=str(log))
    edition = server.get("/ready").json["edition"]
    page = server.get(f"{EPISODE}?q=secret", User_Agent="Écoute/1.0", Referer="https://a.example/b?q=secret")
    server.get(EPISODE, Accept_Encoding="gzip")
    server.get(EPISODE, Accept_Encoding="gzip")
    server.get(EPISODE, "HEAD")
    server.get(EPISODE, If_None_Match=page.headers["ETag"])
    server.get("/n%C3%B6where")
    found = after(eventually, log, 7)[1:]
    assert [line["cache"] for line in found] == ["miss", "miss", "hit", "hit", "hit", "miss"]
    assert [line["status"] for line in found] == [200, 200, 200, 200, 304, 404]
    assert [line["method"] for line in found][3] == "HEAD"
    assert [line["bytes"] > 0 for line in found] == [True, True, True, False, False, True]
    first = found[0]
    assert first["bytes"] == len(page.body)
    assert {line["edition"] for line in found} == {edition}
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert (first["path"], first["address"], first["referer"]) == (EPISODE, "127.0.0.1", "https://a.example/b")
    assert 0 < first["ms"] < 5000
    assert found[-1]["path"] == "/nöwhere"
    # Only a proxy's name for a request tells anybody anything.
    assert not any("request" in line for line in found)
    assert "secret" not in log.read_text("utf-8")


def test_the_same_again_is_a_line_of_its_own(site: Site, serve: Serve, log: Path, eventually: Eventually) -> None:
    """As often as a page is asked for, each line has its own time and client, and all are in order."""
    site.episode()
    server = serve(LONGWAVE_ACCESS_LOG=str(log))
    asked = [
        {"User_Agent": f"Player/{number}", "Referer": f"https://{number}.example/?q=secret"} for number in range(250)
    ]
    sizes = [len(server.get(EPISODE, **given).body) for given in asked]
    server.get(EPISODE, Range="bytes=0-5")
    found = after(eventually, log, 251)
    assert [line["agent"] for line in found[:250]] == [given["User_Agent"] for given in asked]
    assert [line["referer"] for line in found[:250]] == [f"https://{number}.example/" for number in range(250)]
    assert [line["bytes"] for line in found[:250]] == sizes
    assert [line["cache"] for line in found] == ["miss"] + ["hit"] * 250
    assert {line["address"] for line in found} == {"127.0.0.1"}
    times = [line["time"] for line in found]
    assert times == sorted(times)
    assert (found[-1]["range"], "range" in found[0]) == ("bytes=0-5", False)


def test_nobody_can_forge_a_line(site: Site, serve: Serve, log: Path, eventually: Eventually) -> None:
    """Whatever a client puts into its request stays within one line, and a long one is cut."""
    site.episode()
    server = serve(LONGWAVE_ACCESS_LOG=str(log))
    wild = '%0a{"status":200}%0d%E2%80%A8%00%1b[31m'
    raw(server, f'GET /{wild} HTTP/1.0\r\nUser-Agent: "}}\x85{{\r\nReferer: {"x" * 9000}\r\n\r\n')
    raw(server, f"GET /{'y' * 9000} HTTP/1.0\r\n\r\n")
    # What is no request at all is told as well.
    raw(server, 'GET /a HTTP/1.0\r\nUser-Agent: \x0b\x1b\n{"status":200}\r\n\r\n')
    raw(server, f"GET /a HTTP/1.0\r\nCookie: {'z' * 40_000}\r\n\r\n")
    found = after(eventually, log, 4)
    assert [line["status"] for line in found] == [404, 404, 400, 431]
    text = log.read_text("utf-8")
    assert text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert found[0]["path"].startswith('/\n{"status":200}\r')
    assert max(map(len, text.split("\n"))) < 2500


def test_a_download_is_told_at_its_end(site: Site, serve: Serve, log: Path, eventually: Eventually) -> None:
    """Its line has the bytes that were sent: of a range, of the whole, and of one that its listener broke off."""
    site.episode()
    size = 40_000_000
    site.put("content/audio/podcast/1-first.mp3", b"\xff\xfb" * (size // 2))
    server = serve(LONGWAVE_ACCESS_LOG=str(log))
    audio = "/audio/podcast/1-first.mp3"
    server.get(audio)
    server.get(audio, Range="bytes=100-299")
    server.get(audio, "HEAD")
    etag = server.get(audio, Range="bytes=0-0").headers["ETag"]
    server.get(audio, If_None_Match=etag)
    found = after(eventually, log, 5)
    assert [(line["status"], line["bytes"], line.get("range")) for line in found] == [
        (200, size, None),
        (206, 200, "bytes=100-299"),
        (200, 0, None),
        (206, 1, "bytes=0-0"),
        (304, 0, None),
    ]
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET {audio} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        read = 0
        while read < 1_000_000:
            read += len(connection.recv(65_536))
        time.sleep(0.3)
        assert len(lines(log)) == 5
    broken = after(eventually, log, 6)[5]
    assert (broken["status"], broken["path"], broken["cache"]) == (200, audio, "none")
    assert 900_000 < broken["bytes"] < size
    assert broken["ms"] >= 300


def start(site: Site, stdout: int, **environment: str) -> subprocess.Popen[str]:
    """A server whose standard output is what a test says."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "longwave", "serve", "--port", "0"],
        cwd=site.root, stdout=stdout, stderr=subprocess.STDOUT, env={**os.environ, **environment}, text=True,
    )  # fmt: skip


def test_lines_go_to_a_pipe_but_not_to_a_terminal(site: Site) -> None:
    """Where nobody decided, a service's output has the lines, and a terminal stays readable; 0 and 1 decide."""
    site.episode()

    def said(setting: str | None, *, terminal: bool) -> str:
        reads, writes = os.openpty() if terminal else os.pipe()
        process = start(site, writes, **({"LONGWAVE_ACCESS_LOG": setting} if setting else {}))
        os.close(writes)
        text = ""
        while "Open http" not in text or not text.endswith("\n"):
            text += os.read(reads, 65_536).decode()
        url = re.search(r"Open (\S+)/", text)
        assert url is not None
        Server(url[1], process, text).get(EPISODE)
        time.sleep(0.3)
        process.terminate()
        process.wait(timeout=10)
        try:
            while data := os.read(reads, 65_536):
                text += data.decode()
        except OSError:
            pass  # a terminal whose other end is closed
        os.close(reads)
        return text

    assert f'"path": "{EPISODE}"' in said(None, terminal=False)
    assert f'"path": "{EPISODE}"' not in said(None, terminal=True)
    assert f'"path": "{EPISODE}"' not in said("0", terminal=False)
    assert f'"path": "{EPISODE}"' in said("1", terminal=True)


def test_a_reader_that_sleeps_stops_nobody(site: Site) -> None:
    """When nobody reads the output any more, pages are answered as fast, and a stop is a stop."""
    site.episode()
    process = start(site, subprocess.PIPE)
    server = wait_for_url(process)
    for _ in range(1500):  # a pipe holds 65,536 bytes
        assert server.get(EPISODE, User_Agent="x" * 250).status == 200
    began = time.monotonic()
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert time.monotonic() - began < 5
    assert process.stdout is not None
    process.stdout.close()


def test_a_log_that_cannot_be_written_is_said_at_the_start(site: Site) -> None:
    """One line tells which setting is wrong."""
    site.episode()
    done = site.run_program("serve", LONGWAVE_ACCESS_LOG="/nowhere/at/all.log")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "LONGWAVE_ACCESS_LOG" in done.stderr


def test_a_pipe_that_nobody_reads_is_said_at_the_start(site: Site, tmp_path: Path) -> None:
    """A named pipe without a reader is a setting to mend, and nothing to wait for."""
    site.episode()
    os.mkfifo(tmp_path / "pipe")
    done = site.run_program("serve", LONGWAVE_ACCESS_LOG=str(tmp_path / "pipe"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "LONGWAVE_ACCESS_LOG" in done.stderr


def test_commands_leave_the_log_alone(site: Site, log: Path) -> None:
    """Who only publishes or checks makes no file, which the server might then not be allowed to write."""
    site.episode()
    assert site.run("reindex", LONGWAVE_ACCESS_LOG=str(log)).returncode == 0
    assert not log.exists()
