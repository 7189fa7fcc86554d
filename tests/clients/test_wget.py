"""wget, and podget, a podcast downloader that uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from full_feed_site import FEED, MP3
from recording_proxy import RecordingProxy

pytestmark = pytest.mark.slow


def test_it_goes_on_with_a_part(run: Callable, proxy: RecordingProxy, home: Path, local: Callable[[str], Path]) -> None:
    """wget -c of a partly downloaded file requests the missing bytes, and gets only these."""
    data = local(MP3).read_bytes()
    (home / "1-hello.mp3").write_bytes(data[:5_000_000])
    rest = run("goes on with a part", "wget", "-q", "-c", proxy.url + MP3)
    assert rest.request_headers(MP3, "Range") == [("bytes=5000000-", 206)]
    assert rest.for_path(MP3)[0].sent == len(data) - 5_000_000
    assert (home / "1-hello.mp3").read_bytes() == data


def test_it_leaves_what_is_complete(
    run: Callable, proxy: RecordingProxy, home: Path, local: Callable[[str], Path]
) -> None:
    """wget -c of a complete file gets a 416 and leaves the file alone."""
    data = local(MP3).read_bytes()
    (home / "1-hello.mp3").write_bytes(data)
    done = run("goes on with a whole file", "wget", "-nv", "-c", proxy.url + MP3)
    assert done.request_headers(MP3, "Range") == [(f"bytes={len(data)}-", 416)]
    assert done.for_path(MP3)[0].response["Content-Range"] == f"bytes */{len(data)}"
    assert (home / "1-hello.mp3").read_bytes() == data


def test_podget_downloads_each_episode_once(
    run: Callable, proxy: RecordingProxy, home: Path, local: Callable[[str], Path]
) -> None:
    """podget finds the enclosures in the feed, resumes a broken download, and never downloads one again."""
    settings = home / ".podget"
    settings.mkdir()
    run("makes its settings", "podget", "--create-config", "podgetrc")
    (settings / "serverlist").write_text(f"{proxy.url}{FEED} Shows The Podcast\n", "utf-8")
    # podget requires 600 MB of free space by default, which a test machine may lack.
    text = (settings / "podgetrc").read_text("utf-8")
    (settings / "podgetrc").write_text(text.replace("MIN_SPACE=614400", "MIN_SPACE=1"), "utf-8")
    with proxy.cut(after=20_000_000):
        first = run("runs, and the line breaks", "podget")
    second = run("runs again", "podget")
    assert first.request_headers(MP3, "Range") == [(None, 200), ("bytes=20000000-", 206)]
    assert [each.path for each in second.exchanges] == [FEED]
    for name in ("1-hello.mp3", "0-trailer.mp3"):
        assert (home / "POD" / "Shows" / "The Podcast" / name).read_bytes() == local(MP3).with_name(name).read_bytes()
