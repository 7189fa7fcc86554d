"""gPodder, by its command-line program gpo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from full_feed_site import FEED, MP3, TITLE
from recording_proxy import RecordingProxy

pytestmark = pytest.mark.slow


def test_it_subscribes_and_fetches_what_is_new_only(run: Callable, proxy: RecordingProxy) -> None:
    """After its first request for the feed gpo sends ETag and Last-Modified back, and gets 304 if nothing is new."""
    first = run("subscribes", "gpo", "subscribe", proxy.url + FEED)
    assert TITLE in run("lists", "gpo", "episodes").output
    [read] = first.for_path(FEED)
    assert (read.status, read.response["Content-Encoding"]) == (200, "gzip")
    for time in ("updates", "updates again"):
        second = run(time, "gpo", "update")
        assert second.request_headers(FEED, "If-None-Match", "If-Modified-Since") == [
            (read.response["ETag"], read.response["Last-Modified"], 304)
        ]


def test_it_goes_on_with_a_broken_download(
    run: Callable, proxy: RecordingProxy, home: Path, local: Callable[[str], Path]
) -> None:
    """gpo keeps the beginning of a broken download and requests the rest; the result equals the file."""
    run("subscribes", "gpo", "subscribe", proxy.url + FEED)
    run("updates", "gpo", "update")
    with proxy.cut(after=6_000_000):
        broken = run("downloads, and the line breaks", "gpo", "download")
    assert broken.request_headers(MP3, "Range")[:2] == [(None, 200), ("bytes=6000000-", 206)]
    assert TITLE in run("lists", "gpo", "partial").output
    resumed = run("resumes", "gpo", "resume")
    # gpo has retried three times, from where the connection broke.
    assert resumed.request_headers(MP3, "Range") == [("bytes=24000000-", 206)]
    assert resumed.for_path(MP3)[0].response["Content-Encoding"] is None
    assert _download(home, "1-hello.mp3") == local(MP3).read_bytes()


def test_it_downloads(run: Callable, proxy: RecordingProxy, home: Path, local: Callable[[str], Path]) -> None:
    """gpo, which accepts gzip, gets an audio file unencoded and in a single 200 response."""
    run("subscribes", "gpo", "subscribe", proxy.url + FEED)
    done = run("downloads", "gpo", "download")
    assert done.request_headers(MP3, "Accept-Encoding", "Range") == [("gzip, deflate", None, 200)]
    assert done.for_path(MP3)[0].response["Content-Encoding"] is None
    assert _download(home, "1-hello.mp3") == local(MP3).read_bytes()


def test_it_takes_all_shows_from_the_opml(run: Callable, proxy: RecordingProxy) -> None:
    """gpo imports the site's OPML and is then subscribed to its shows."""
    run("imports the OPML", "gpo", "import", f"{proxy.url}/shows.opml")
    assert proxy.url + FEED in run("lists", "gpo", "list").output


def _download(home: Path, name: str) -> bytes:
    [path] = (home / "gPodder" / "Downloads").rglob(name)
    return path.read_bytes()
