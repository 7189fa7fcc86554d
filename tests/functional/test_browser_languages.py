"""The choice of a transcript's language in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from player_site import SOUND
from playwright.sync_api import Browser, Page, expect
from support import Server, Site, serving


@pytest.fixture(scope="module")
def server(shared_site: Site, long_mp3: bytes) -> Iterator[Server]:
    """Yield a server of an episode with a transcript in English and one in Arabic."""
    shared_site.episode()
    shared_site.put("content/audio/podcast/1-first.mp3", long_mp3)
    for suffix, text in (("vtt", "Good evening."), ("ar.vtt", "مساء الخير.")):
        cue = f"WEBVTT\n\n00:00.000 --> 00:09.000\n{text}\n"
        shared_site.put(f"content/transcripts/podcast/1-first.{suffix}", cue)
    with serving(shared_site.root) as server:
        yield server


def test_another_language_plays_on(page: Page, server: Server) -> None:
    """A click on a language shows its transcript while the sound plays on, and its sentence is marked as spoken."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".paragraphs span[data-seek='0']")
    page.wait_for_function(f"() => {SOUND}.currentTime > 0.2")
    page.click(".languages a[lang=ar]")
    expect(page.locator(".paragraphs")).to_contain_text("مساء الخير")
    expect(page.locator(".languages a[aria-current]")).to_have_text("العربية")
    expect(page.locator(".paragraphs .now")).to_have_text("مساء الخير.")
    assert page.evaluate(f"!{SOUND}.paused")
    assert page.evaluate("getComputedStyle(document.querySelector('.paragraphs p')).direction") == "rtl"


def test_the_choice_works_without_scripts(browser: Browser, server: Server) -> None:
    """Without JavaScript the languages are links that lead to the other transcript, and back."""
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".languages a[lang=ar]")
    expect(page.locator(".paragraphs")).to_contain_text("مساء الخير")
    page.click(".languages a[lang=en]")
    expect(page.locator(".paragraphs")).to_contain_text("Good evening.")
    page.context.close()
