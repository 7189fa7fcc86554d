"""In a real browser: a click on a timestamp plays from that second, and no page is wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from support import Server, Site, serving

#: A title that is wider than any phone.
TITLE = "W" * 60
#: Notes with a table, code and a word that are wider than any phone.
WIDE = "| a | b |\n|---|---|\n| " + "x" * 200 + " | y |\n\n    " + "c" * 300 + "\n\n" + "long" * 60


@pytest.fixture(scope="module")
def server(shared_site: Site, mp3: Path) -> Iterator[Server]:
    """Yield a server of an episode with audio and one with content wider than a phone."""
    shared_site.episode(body="- 0:03 -- Third second\n- 0:05 -- Fifth")
    shared_site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    shared_site.episode("2026-01-03-2-wide.md", title=TITLE, body=WIDE)
    with serving(shared_site.root) as server:
        yield server


def test_a_time_plays_its_second(page: Page, server: Server, asked: list[str], said: list[str]) -> None:
    """A click on a timestamp or an address with one plays from there, and nothing is loaded from other hosts."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click("a[data-seek='3']")
    page.wait_for_function(
        "() => { const a = document.querySelector('audio'); return !a.paused && a.currentTime >= 3; }"
    )
    assert page.url.endswith("#t=0:03")
    page.goto("about:blank")
    page.goto(f"{server.url}/podcast/1-first#t=0:05")
    page.wait_for_function("() => Math.abs(document.querySelector('audio').currentTime - 5) < 0.5")
    assert said == []
    assert all(address.startswith((server.url, "about:")) for address in asked)


def test_pages_fit_a_phone(page: Page, server: Server) -> None:
    """No page is wider than a small phone, whatever its content."""
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/podcast/", "/podcast/2-wide", "/search?q=long", "/tags/", "/nope"):
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
