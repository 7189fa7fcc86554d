"""Troubles of the player in a real browser: lost connections, missing scripts, a second tab, and the like."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from player_site import SOUND, at, plays_from, settle, to_the_next
from playwright.sync_api import Browser, Page, expect
from support import Server, Site, wait_until

pytestmark = pytest.mark.usefixtures("said")


def test_a_lost_connection_is_said_and_mended(page: Page, server: Server) -> None:
    """An unreachable audio file is reported on the page, and playback resumes at its position once it is reachable."""
    page.goto(f"{server.url}/podcast/1-first#t=2:00")
    page.route("**/audio/**", lambda route: route.abort())
    page.click(".player [data-do=toggle]")
    expect(page.locator(".player [data-show=message]")).to_contain_text("connection is lost")
    assert page.inner_text(".player [data-show=elapsed]") == "2:00"
    page.unroute("**/audio/**")
    plays_from(page, 120)
    expect(page.locator(".player [data-show=message]")).to_be_empty()


@pytest.mark.parametrize("kept", ["[1,2", "[1, 2]", '{"podcast/1-first": null, "x": {"at": "y"}}', '"x"', "null", "7"])
def test_whatever_is_remembered_the_player_plays(page: Page, server: Server, kept: str) -> None:
    """Garbage in the browser's storage, or an undecodable anchor, doesn't break the player."""
    page.goto(f"{server.url}/health")
    page.evaluate(
        "(text) => { for (const name of ['heard', 'settings', 'begun', 'scheme', 'keys']) localStorage['longwave.' + name] = text; }",
        kept,
    )
    page.goto(f"{server.url}/podcast/1-first#%E0%A4%A")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    page.click(".chapters [data-seek='90']")
    plays_from(page, 90)
    page.click("header nav >> text=Podcast")
    page.wait_for_selector("h1:has-text('Podcast')")
    page.goto(f"{server.url}/")
    expect(page.locator("[data-progress='podcast/1-first']")).to_contain_text("left")


def test_without_a_memory_the_player_plays(page: Page, server: Server) -> None:
    """Without access to the browser's storage the player works, and keeps its speed while the page is open."""
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=speed]")
    page.click("[data-do=scheme]")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    page.click("header nav >> text=Guests")
    page.wait_for_selector("h1:has-text('Guests')")
    assert page.evaluate(f"[{SOUND}.paused, {SOUND}.playbackRate]") == [False, 1.25]


def test_a_server_that_comes_back_is_heard_again(
    page: Page, site: Site, long_mp3: bytes, free_port: int, serve: Callable[..., Server]
) -> None:
    """Playback resumes at its position after a server that died is back; the page reports the loss meanwhile."""
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", long_mp3)
    server = serve("--port", str(free_port))
    page.clock.install()
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    # With its cache the browser would play on, and nothing would be tested.
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    server.stop()
    page.evaluate(f"{SOUND}.src = {SOUND}.src")
    page.click(".player [data-do=toggle]")
    expect(page.locator(".player [data-show=message]")).to_contain_text("connection is lost")
    serve("--port", str(free_port))

    def is_heard() -> bool:
        # The page retries after ever longer pauses; the test skips them.
        page.clock.fast_forward("00:30")
        return bool(page.evaluate(f"!{SOUND}.paused && {SOUND}.currentTime > 0.5"))

    wait_until(is_heard)
    expect(page.locator(".player [data-show=message]")).to_be_empty()


def test_without_scripts_nothing_is_lost(browser: Browser, server: Server) -> None:
    """Without JavaScript a page has the browser's own player, plain links, the transcript and no useless control."""
    with contextlib.closing(browser.new_context(java_script_enabled=False)) as context:
        plain = context.new_page()
        plain.goto(f"{server.url}/podcast/1-first")
        assert plain.locator("longwave-player audio[controls]").is_visible()
        assert plain.locator("button[type=button]:visible").count() == 0
        assert plain.locator(".paragraphs p").first.is_visible()
        plain.click("header nav >> text=Guests")
        plain.click("main >> text=Ann Lee")
        assert plain.inner_text("h1") == "Ann Lee"


def test_without_one_script_the_browsers_player_is_there(page: Page, server: Server, said: list[str]) -> None:
    """A page whose script fails to load falls back to the browser's own player."""
    page.route("**/playback.js", lambda route: route.abort())
    page.goto(f"{server.url}/podcast/1-first")
    page.wait_for_function("() => !document.documentElement.classList.contains('js')")
    assert page.locator("longwave-player audio[controls]").is_visible()


def test_a_second_tab_loses_nothing(page: Page, server: Server) -> None:
    """A paused tab takes over the playback position of a tab that played more recently, and never overwrites it."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"() => {SOUND}.currentTime > 1.2")
    page.click(".player [data-do=toggle]")
    other = page.context.new_page()
    other.goto(f"{server.url}/podcast/1-first#t=3:20")
    other.click(".player [data-do=toggle]")
    plays_from(other, 200)
    other.click(".player [data-do=toggle]")
    expect(page.locator(".player [data-show=elapsed]")).to_contain_text("3:2")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.goto("about:blank")
    assert other.evaluate("JSON.parse(localStorage['longwave.heard'])['podcast/1-first'].at") >= 200
    other.close()


def test_back_moves_no_sound(page: Page, server: Server) -> None:
    """Back and Forward between anchors of a page neither start nor seek the audio."""
    page.goto(f"{server.url}/podcast/1-first#t=1:00")
    page.evaluate("new Promise((heard) => { onhashchange = heard; location.hash = '#page-transcript'; })")
    _back(page)
    assert page.evaluate(f"{SOUND}.paused")
    assert at(page) == 60
    page.go_forward()
    page.click(".player [data-do=toggle]")
    page.click(".e-content [data-seek='120']")
    plays_from(page, 120)
    _back(page)
    assert at(page) >= 120


def _back(page: Page) -> None:
    """Go back to another anchor of the page, and wait until its event listeners have run."""
    page.evaluate("new Promise((heard) => { onhashchange = heard; history.back(); })")
    settle(page)


def test_keys_act_on_the_player_that_has_them(page: Page, server: Server) -> None:
    """Keys in a second episode's player seek in that episode while the first plays; its Play switches to the second."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    to_the_next(page)
    page.wait_for_selector("h1:has-text('Two')")
    page.focus(".player [data-do=seek]")
    page.keyboard.press("ArrowRight")
    assert page.input_value(".player [data-do=seek]") == "30"
    assert at(page) < 20
    page.keyboard.press("Space")
    plays_from(page, 30)
    assert page.evaluate(f"{SOUND}.src").endswith("2-two.mp3")


def test_a_file_that_is_gone_is_no_lost_connection(page: Page, own_server: Server, site: Site) -> None:
    """An audio file that is a 404 is reported as not playable, and isn't retried."""
    page.goto(f"{own_server.url}/podcast/1-first")
    (site.root / "content/audio/podcast/1-first.mp3").unlink()
    page.click(".player [data-do=toggle]")
    expect(page.locator(".player [data-show=message]")).to_contain_text("can't be played")
    expect(page.locator(".player [data-do=toggle]")).to_have_attribute("aria-label", "Play")
