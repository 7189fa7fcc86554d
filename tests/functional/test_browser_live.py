"""The card of a live broadcast in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from support import Server, Site

pytestmark = pytest.mark.usefixtures("said")


def test_the_card_follows_the_visitors_clock(site: Site, serve: Callable[..., Server], page: Page) -> None:
    """A broadcast's card counts down, then says that it is on air, and at last that it is over, without a reload."""
    site.episode(live={"start": "2030-12-05T20:00:00Z", "end": "2030-12-05T21:00:00Z", "url": "https://s.example/live"})
    server = serve()
    page.clock.install(time="2030-12-03T18:00:00Z")
    page.goto(f"{server.url}/podcast/")
    page.click("h3 a")
    card = page.locator("section.live")
    expect(card).to_contain_text("Starts in 2 days")
    expect(card.locator("[data-when=live]")).to_be_hidden()
    page.clock.pause_at("2030-12-05T19:57:59Z")
    page.clock.run_for(1000)
    expect(card).to_contain_text("Starts in 2 minutes")
    page.clock.run_for("02:01")
    expect(card).to_contain_text("On air")
    expect(card.locator("[data-when=pending]")).to_be_hidden()
    expect(card.get_by_role("link", name="Listen live")).to_be_visible()
    page.clock.fast_forward("01:00:01")
    page.clock.run_for(2000)
    expect(card).to_contain_text("The broadcast is over.")
    expect(card.get_by_role("link")).to_have_count(0)
