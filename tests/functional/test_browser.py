"""In a real browser: a time plays its second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page
from support import Server, Site


def test_a_time_plays_its_second(page: Page, site: Site, serve: Callable[..., Server], mp3: Path) -> None:
    """A click on a time plays that second, an address with a time starts there, and nothing is loaded from elsewhere."""
    site.episode(body="- 0:03 -- Third second\n- 0:05 -- Fifth")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    server = serve()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
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


def test_pages_fit_a_phone(page: Page, site: Site, serve: Callable[..., Server]) -> None:
    """No page is wider than a small phone, whatever stands in it."""
    site.episode(
        title="W" * 60,
        body="| a | b |\n|---|---|\n| " + "x" * 200 + " | y |\n\n    " + "c" * 300 + "\n\n" + "long" * 60,
    )
    server = serve()
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/podcast/", "/podcast/1-first", "/search?q=long", "/tags/", "/nope"):
        page.goto(server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
