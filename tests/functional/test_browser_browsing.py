"""Browsing while an episode plays, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from player_site import SOUND, at, plays_from, settle, to_the_next
from playwright.sync_api import Page, expect
from support import Server, Site, wait_until

pytestmark = pytest.mark.usefixtures("said")


def test_it_plays_on_while_one_browses(page: Page, server: Server, asked: list[str]) -> None:
    """Opening three pages and going back twice doesn't stop the audio; a bar shows the playing episode and links it."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    sound = len([address for address in asked if "/audio/" in address])
    page.evaluate(f"{SOUND}.addEventListener('pause', () => {{ window.stopped = true; }})")
    for link, heading in (
        ("nav >> text=Guests", "Guests"),
        ("main >> text=Ann Lee", "Ann Lee"),
        ("nav >> text=Podcast", "Podcast"),
    ):
        page.click(link)
        page.wait_for_selector(f"h1:has-text('{heading}')")
        assert page.title().startswith(heading)
        assert page.get_attribute("link[rel=canonical]", "href") == page.url
        expect(page.locator(".bar")).to_be_visible()
    for heading in ("Ann Lee", "Guests"):
        page.go_back()
        page.wait_for_selector(f"h1:has-text('{heading}')")
        assert page.title().startswith(heading)
    page.go_forward()
    page.wait_for_selector("h1:has-text('Ann Lee')")
    assert page.inner_text(".bar [data-show=title]") == "First"
    before = at(page)
    page.wait_for_function(f"() => {SOUND}.currentTime > {before}")
    page.click(".bar [data-show=title]")
    page.wait_for_selector("h1:has-text('First')")
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".player [data-do=toggle]")).to_have_attribute("aria-label", "Pause")
    assert page.evaluate("window.stopped") is None
    assert len([address for address in asked if "/audio/" in address]) == sound


def test_places_and_focus_are_as_in_a_full_load(page: Page, server: Server) -> None:
    """A new page begins at its top, with the focus there; an anchor scrolls; Back restores focus and position."""
    page.set_viewport_size({"width": 800, "height": 500})
    page.goto(f"{server.url}/podcast/1-first")
    page.locator(".neighbours a").scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 300
    page.click(".neighbours a")
    page.wait_for_selector("h1:has-text('Two')")
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.go_back()
    page.wait_for_selector("h1:has-text('First')")
    page.wait_for_function(f"() => Math.abs(scrollY - {place}) < 5")
    assert page.evaluate("document.activeElement.matches('.neighbours a')")
    page.evaluate("document.querySelector('.neighbours a').setAttribute('href', '/podcast/1-first#page-transcript')")
    page.click(".neighbours a")
    page.wait_for_function("() => document.querySelector('#page-transcript').getBoundingClientRect().top < 100")


def test_what_is_no_plain_click_is_the_browsers(page: Page, server: Server) -> None:
    """A Ctrl-click opens a tab; feeds and downloads aren't fetched as pages; an error page is a full page load."""
    page.goto(f"{server.url}/podcast/1-first")
    page.evaluate("window.here = true")
    with page.context.expect_page() as opened:
        page.click("header nav >> text=Guests", modifiers=["Control"])
    assert opened.value.url == f"{server.url}/guests/"
    opened.value.close()
    with page.expect_download() as download:
        page.click(".player a[download]")
    assert download.value.suggested_filename == "Podcast - First.mp3"
    page.click("header nav >> text=Guests")
    page.wait_for_selector("h1:has-text('Guests')")
    assert page.evaluate("window.here") is True
    page.route(
        "**/podcast/", lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_()
    )
    page.click("header nav >> text=Podcast")
    page.wait_for_selector("h1:has-text('Podcast')")
    assert page.evaluate("window.here") is None
    page.evaluate("window.here = true")
    page.evaluate("document.querySelector('main a').setAttribute('href', '/nowhere')")
    page.click("main a >> nth=0", force=True)
    page.wait_for_selector("h1:has-text('Nothing is at this address')")
    assert page.evaluate("window.here") is None


def test_another_version_of_the_site_is_loaded_whole(page: Page, own_server: Server, site: Site) -> None:
    """A link to a page whose scripts or styles have changed since this page was loaded is a full page load."""
    page.goto(f"{own_server.url}/podcast/1-first")
    page.evaluate("window.here = true")
    site.put("content/theme.css", "p { color: inherit; }")
    assert site.run("reindex").returncode == 0
    wait_until(lambda: "/theme.css" in own_server.get("/guests/").text)
    page.click("header nav >> text=Guests")
    page.wait_for_selector("h1:has-text('Guests')")
    assert page.evaluate("window.here") is None


def test_lists_show_what_was_heard(page: Page, server: Server) -> None:
    """Lists show a begun episode's remaining time; the home page offers begun episodes, and forgets one on request."""
    page.goto(f"{server.url}/")
    assert page.locator(".continue").is_hidden()
    page.goto(f"{server.url}/podcast/2-two#t=1:40")
    page.click(".player [data-do=toggle]")
    plays_from(page, 100)
    page.goto(f"{server.url}/podcast/3-three#t=4:59")
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"() => {SOUND}.ended")
    page.goto(f"{server.url}/podcast/")
    texts = {
        page.get_attribute(f"[data-progress='{key}']", "data-progress"): page.inner_text(f"[data-progress='{key}']")
        for key in ("podcast/1-first", "podcast/2-two", "podcast/3-three")
    }
    assert re.fullmatch(r"3:\d\d left", texts["podcast/2-two"])
    assert (texts["podcast/3-three"], texts["podcast/1-first"]) == ("heard", "5:00")
    page.goto(f"{server.url}/")
    assert page.locator(".continue li").count() == 1
    page.click(".continue a")
    page.wait_for_selector("h1:has-text('Two')")
    plays_from(page, 100)
    page.go_back()
    page.click(".continue button")
    expect(page.locator(".continue")).to_be_hidden()


def test_a_list_plays(page: Page, server: Server) -> None:
    """A button in a list plays and pauses its episode, and the player bar shows the episode."""
    page.goto(f"{server.url}/podcast/")
    button = page.locator("[data-play]").nth(1)
    button.click()
    plays_from(page, 0)
    expect(button).to_have_text("Pause Two")
    assert page.inner_text(".bar [data-show=title]") == "Two"
    button.click()
    page.wait_for_function(f"() => {SOUND}.paused")
    page.click(".bar [data-do=close]")
    expect(page.locator(".bar")).to_be_hidden()


def test_a_hundred_pages_leave_nothing_behind(page: Page, server: Server) -> None:
    """Browsing a hundred pages leaks neither DOM elements nor event listeners."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    protocol = page.context.new_cdp_session(page)
    protocol.send("Performance.enable")

    def held() -> dict[str, float]:
        protocol.send("HeapProfiler.collectGarbage")
        metrics = protocol.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in metrics if one["name"] in ("Nodes", "JSEventListeners")}

    def round_trip(times: int) -> None:
        # A handle to an element, as from wait_for_selector, would keep its page in memory.
        for _ in range(times):
            page.click("header nav >> text=Guests")
            page.wait_for_function("() => document.querySelector('h1')?.textContent.trim() === 'Guests'")
            page.click(".bar [data-show=title]")
            page.wait_for_function("() => document.querySelector('h1')?.textContent.trim() === 'First'")

    round_trip(5)
    before = held()
    round_trip(25)
    after = held()
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 10, (before, after)
    assert after["Nodes"] <= before["Nodes"] * 1.5, (before, after)


def test_what_is_heard_goes_on_where_it_is(page: Page, server: Server) -> None:
    """On the home page neither Space nor a click on the playing episode's link restarts that episode."""
    page.goto(f"{server.url}/podcast/2-two#t=1:40")
    page.click(".player [data-do=toggle]")
    plays_from(page, 100)
    page.click("header .name")
    page.wait_for_selector(".continue li")
    page.evaluate(f"{SOUND}.currentTime = 200")
    page.wait_for_function(f"() => {SOUND}.currentTime > 200.2")
    page.focus(".continue a")
    page.keyboard.press("Space")
    page.wait_for_function(f"() => {SOUND}.paused")
    settle(page)
    assert page.evaluate("document.activeElement.matches('.continue a')")
    page.keyboard.press("Space")
    plays_from(page, 200)
    page.click(".continue a")
    page.wait_for_selector("h1:has-text('Two')")
    settle(page)
    assert not page.evaluate(f"{SOUND}.paused")
    assert at(page) > 200


def test_a_foreign_script_in_notes_costs_nothing(
    page: Page, site: Site, serve: Callable[..., Server], said: list[str], long_mp3: bytes
) -> None:
    """A page whose notes contain another host's script keeps its player and is browsed like any other."""
    site.episode()
    site.episode(
        "2026-01-03-2-two.md", title="Two", body='<script src="https://widgets.invalid/w.js"></script>\n\nWords.'
    )
    for name in ("1-first", "2-two"):
        site.put(f"content/audio/podcast/{name}.mp3", long_mp3)
    page.goto(f"{serve().url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    to_the_next(page)
    page.wait_for_selector("h1:has-text('Two')")
    assert not page.evaluate(f"{SOUND}.paused")
    with page.expect_console_message(lambda message: "widgets.invalid" in message.text):
        page.reload()
    settle(page)
    assert page.locator(".player [data-do=toggle]").is_visible()
    assert all("Content Security Policy" in line for line in said)
    said.clear()
