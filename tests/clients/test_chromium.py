"""Chromium's audio element, which seeks by range requests."""

from __future__ import annotations

import pytest
from full_feed_site import MP3
from playwright.sync_api import Page
from recording_proxy import RecordingProxy

pytestmark = pytest.mark.slow

_PLAY = """
([address, at]) => new Promise((done, failed) => {
  window.sound ??= new Audio(address);
  sound.onerror = () => failed(sound.error.message);
  sound.ontimeupdate = () => { if (!sound.seeking && sound.currentTime > at) done(sound.duration); };
  if (at) sound.currentTime = at;
  sound.play();
})
"""


def test_it_seeks_with_the_strong_etag(page: Page, proxy: RecordingProxy) -> None:
    """When its user jumps ahead, Chromium requests a range with If-Range and the strong ETag, and gets a 206."""
    page.goto(f"{proxy.url}/podcast/1-hello")
    with proxy.watch("Chromium", "plays, then jumps ahead") as played:
        assert 1799 < page.evaluate(_PLAY, [proxy.url + MP3, 0]) < 1802
        page.evaluate(_PLAY, [proxy.url + MP3, 1500])
        page.close()
    first, part, *_ = played.for_path(MP3)
    assert (first.request["Range"], first.status) == ("bytes=0-", 206)
    assert part.request["If-Range"] == first.response["ETag"]
    assert not part.request["If-Range"].startswith("W/")
    assert int(part.request["Range"].removeprefix("bytes=").partition("-")[0]) > 20_000_000
    assert {each.status for each in played.for_path(MP3)} == {206}


def test_it_asks_for_nothing_before_it_plays(page: Page, proxy: RecordingProxy) -> None:
    """An episode's page in Chromium requests no audio before Play."""
    with proxy.watch("Chromium", "opens the page") as opened:
        page.goto(f"{proxy.url}/podcast/1-hello", wait_until="networkidle")
        page.close()
    assert opened.for_path(MP3) == []
