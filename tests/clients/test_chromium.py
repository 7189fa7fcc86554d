"""Chromium's own audio element."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from station import MP3
from wire import Wire

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


def test_it_seeks_with_the_strong_etag(page: Page, wire: Wire) -> None:
    """Chromium plays and jumps ahead: it asks for a part on the condition of the ETag that it knows, and gets it."""
    page.goto(f"{wire.url}/podcast/1-hello")
    with wire.watch("Chromium", "plays, then jumps ahead") as played:
        assert 1799 < page.evaluate(_PLAY, [wire.url + MP3, 0]) < 1802
        page.evaluate(_PLAY, [wire.url + MP3, 1500])
        page.close()
    first, part, *_ = played.of(MP3)
    assert (first.asked["Range"], first.status) == ("bytes=0-", 206)
    assert part.asked["If-Range"] == first.got["ETag"]
    assert not part.asked["If-Range"].startswith("W/")
    assert int(part.asked["Range"].removeprefix("bytes=").partition("-")[0]) > 20_000_000
    assert {each.status for each in played.of(MP3)} == {206}


def test_it_asks_for_nothing_before_it_plays(page: Page, wire: Wire) -> None:
    """The site's own page fetches no sound while nobody plays."""
    with wire.watch("Chromium", "opens the page") as opened:
        page.goto(f"{wire.url}/podcast/1-hello", wait_until="networkidle")
        page.close()
    assert opened.of(MP3) == []
