"""newsboat and its downloader podboat, two programs for the terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from full_feed_site import FEED, MP3
from recording_proxy import RecordingProxy

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(home: Path, proxy: RecordingProxy) -> Path:
    """Return the folder of newsboat's settings, with a subscription to the feed."""
    folder = home / ".newsboat"
    folder.mkdir()
    (folder / "urls").write_text(f"{proxy.url}{FEED}\n", "utf-8")
    (folder / "config").write_text(f'podcast-auto-enqueue yes\ndownload-path "{home}"\n', "utf-8")
    return folder


@pytest.fixture
def podboat(settings: Path, surroundings: dict[str, str]) -> Callable[[Callable[[], bool]], None]:
    """Return a function that runs podboat on a pseudo-terminal until a condition holds."""
    if shutil.which("podboat") is None:
        pytest.skip("podboat is not installed")

    def run_it(so: Callable[[], bool]) -> None:
        with _terminal(["podboat"], surroundings) as screen:
            shown = b""
            while b"Queue" not in shown:
                shown += os.read(screen, 65_536)
            os.write(screen, b"d")
            until = time.monotonic() + 60
            while not so():
                assert time.monotonic() < until, "it never came to be"
                if select.select([screen], [], [], 0.1)[0]:
                    os.read(screen, 65_536)

    return run_it


def test_it_fetches_what_is_new_only(run: Callable, settings: Path, proxy: RecordingProxy) -> None:
    """newsboat stores the feed's ETag and Last-Modified at its second request, and gets 304 from the third on."""
    first = run("reloads", "newsboat", "-x", "reload", "print-unread")
    assert "2 unread articles" in first.output
    [read] = run("reloads again", "newsboat", "-x", "reload").for_path(FEED)
    assert read.status == 200
    third = run("reloads a third time", "newsboat", "-x", "reload")
    assert third.request_headers(FEED, "If-None-Match", "If-Modified-Since") == [
        (read.response["ETag"], read.response["Last-Modified"], 304)
    ]


def test_podboat_goes_on_where_it_was_stopped(
    run: Callable, podboat: Callable, home: Path, proxy: RecordingProxy, local: Callable[[str], Path]
) -> None:
    """podboat downloads newsboat's queue; killed amid a download, it requests the rest at its next start."""
    run("reloads", "newsboat", "-x", "reload")
    queue = home / ".newsboat" / "queue"
    # One episode in the download queue is enough for this test.
    queue.write_text("".join(line for line in queue.read_text("utf-8").splitlines(True) if MP3 in line), "utf-8")
    part, complete = home / "1-hello.mp3.part", home / "1-hello.mp3"
    with (
        proxy.watch("podboat", "downloads, and is stopped midway") as stopped,
        proxy.cut(after=6_000_000, silently=True),
    ):

        def is_midway() -> bool:
            # podboat may not have written all received bytes yet.
            is_sent = [each.sent for each in stopped.for_path(MP3)] == [6_000_000]
            return is_sent and part.is_file() and part.stat().st_size > 5_000_000

        podboat(is_midway)
    has = part.stat().st_size
    with proxy.watch("podboat", "resumes") as resumed:
        podboat(complete.is_file)
    assert has > 5_000_000
    assert resumed.request_headers(MP3, "Range") == [(f"bytes={has}-", 206)]
    assert complete.read_bytes() == local(MP3).read_bytes()


@contextlib.contextmanager
def _terminal(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    pid, screen = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environment)
    try:
        yield screen
    finally:
        # podboat's key q would ask for confirmation and wait for the download.
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(screen)
