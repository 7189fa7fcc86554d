"""gPodder, by its program for the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from station import FEED, MP3, TITLE
from wire import Wire

pytestmark = pytest.mark.slow


def test_it_subscribes_and_fetches_what_is_new_only(run: Callable, wire: Wire) -> None:
    """gpo reads the feed once, and is told by 304 that nothing is new each time that it asks again with both validators."""
    first = run("subscribes", "gpo", "subscribe", wire.url + FEED)
    assert TITLE in run("lists", "gpo", "episodes").output
    [read] = first.of(FEED)
    assert (read.status, read.got["Content-Encoding"]) == (200, "gzip")
    for time in ("updates", "updates again"):
        again = run(time, "gpo", "update")
        assert again.told(FEED, "If-None-Match", "If-Modified-Since") == [
            (read.got["ETag"], read.got["Last-Modified"], 304)
        ]


def test_it_goes_on_with_a_broken_download(run: Callable, wire: Wire, home: Path, local: Callable[[str], Path]) -> None:
    """gpo keeps the half of a download that broke and asks for the rest: what it has in the end is the file."""
    run("subscribes", "gpo", "subscribe", wire.url + FEED)
    run("updates", "gpo", "update")
    with wire.cut(after=6_000_000):
        broken = run("downloads, and the line breaks", "gpo", "download")
    assert broken.told(MP3, "Range")[:2] == [(None, 200), ("bytes=6000000-", 206)]
    assert TITLE in run("lists", "gpo", "partial").output
    resumed = run("resumes", "gpo", "resume")
    # It tried thrice more by itself.
    assert resumed.told(MP3, "Range") == [("bytes=24000000-", 206)]
    assert resumed.of(MP3)[0].got["Content-Encoding"] is None
    assert _download(home, "1-hello.mp3") == local(MP3).read_bytes()


def test_it_downloads(run: Callable, wire: Wire, home: Path, local: Callable[[str], Path]) -> None:
    """gpo, which accepts gzip for sound too, gets the file as it is, in one piece."""
    run("subscribes", "gpo", "subscribe", wire.url + FEED)
    done = run("downloads", "gpo", "download")
    assert done.told(MP3, "Accept-Encoding", "Range") == [("gzip, deflate", None, 200)]
    assert done.of(MP3)[0].got["Content-Encoding"] is None
    assert _download(home, "1-hello.mp3") == local(MP3).read_bytes()


def test_it_takes_all_shows_from_the_opml(run: Callable, wire: Wire) -> None:
    """gpo imports the OPML of the site and is then subscribed to its shows."""
    run("imports the OPML", "gpo", "import", f"{wire.url}/shows.opml")
    assert wire.url + FEED in run("lists", "gpo", "list").output


def _download(home: Path, name: str) -> bytes:
    [path] = (home / "gPodder" / "Downloads").rglob(name)
    return path.read_bytes()
