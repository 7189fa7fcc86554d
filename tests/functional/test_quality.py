"""Every page in a real browser: no errors, no foreign requests, no layout shifts, no horizontal scrolling."""

from __future__ import annotations

import contextlib

import pytest
from page_visit import SIZES, Visit, trickling, visit, visiting, watched
from playwright.sync_api import Browser, Page
from showcase import EVERYTHING, NOTES
from support import Server

WEIGHT, REQUESTS = 40_000, 6
TRICKLING = (
    "/longwave/",
    EVERYTHING,
    "/longwave/9-nothing-to-hear",
    "/letters/1-on-keeping-your-own-archive",
    "/guests/otto-lindqvist",
)


@pytest.fixture(scope="module")
def visits(browser: Browser, showcase: Server, addresses: list[str]) -> list[Visit]:
    """Return a visit to every page, on a desktop and on a phone."""
    made = []
    for size in SIZES:
        with contextlib.closing(visiting(browser, size)) as context:
            page = watched(context)
            made += [visit(page, showcase.url, path, size) for path in addresses]
    return made


def test_no_page_complains(visits: list[Visit]) -> None:
    """No page logs to the console, fails in a script or violates its CSP."""
    lines = [f"{seen.path} ({seen.size}): {line}" for seen in visits for line in (*seen.said, *seen.refused)]
    assert not lines, "\n".join(lines)


def test_no_page_asks_elsewhere_or_for_sound(visits: list[Visit], showcase: Server) -> None:
    """No page requests another host, nor audio before Play."""
    lines = [
        f"{seen.path} ({seen.size}): {address}"
        for seen in visits
        for address in seen.asked
        if not address.startswith((f"{showcase.url}/", "data:")) or "/audio/" in address
    ]
    assert not lines, "\n".join(lines)


def test_no_page_is_wider_than_its_window(visits: list[Visit]) -> None:
    """No page scrolls horizontally on any screen, with all details open."""
    lines = [f"{seen.path} {line}" for seen in visits for line in seen.wide]
    assert not lines, "\n".join(lines)


def test_nothing_moves_while_a_page_loads(visits: list[Visit]) -> None:
    """No page has layout shifts while it loads."""
    assert not moved(visits)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_while_a_page_trickles_in(browser: Browser, showcase: Server, size: str) -> None:
    """No page has layout shifts when its HTML arrives piece by piece."""
    with contextlib.closing(visiting(browser, size)) as context:
        page = watched(context)
        with trickling(showcase, page) as site:
            visits = [visit(page, site, path, size) for path in TRICKLING]
    assert not moved(visits)


def moved(visits: list[Visit]) -> list[str]:
    """Return a line for each page visit with a visible layout shift."""
    return [f"{seen.path} ({seen.size}): {seen.shift:.4f}, {seen.shifted}" for seen in visits if seen.shift >= 0.005]


@pytest.mark.parametrize("path", [NOTES, EVERYTHING])
def test_first_view_is_light(page: Page, showcase: Server, path: str) -> None:
    """The first load of an episode's page takes at most 6 requests and 40 KB over the network, without pictures."""
    protocol = page.context.new_cdp_session(page)
    requests: dict[str, tuple[str, str]] = {}
    size_of: dict[str, float] = {}
    protocol.on(
        "Network.requestWillBeSent",
        lambda event: requests.update({event["requestId"]: (event["request"]["url"], event["type"])}),
    )
    protocol.on(
        "Network.loadingFinished", lambda event: size_of.update({event["requestId"]: event["encodedDataLength"]})
    )
    protocol.send("Network.enable")
    page.goto(showcase.url + path, wait_until="networkidle")
    # Chromium's own player uses pictures in data: addresses.
    sent = {request: url for request, (url, _) in requests.items() if not url.startswith("data:")}
    assert len(sent) > 1
    assert sent.keys() <= size_of.keys()
    plain = {url: size_of[request] for request, url in sent.items() if requests[request][1] != "Image"}
    assert sum(plain.values()) <= WEIGHT, plain
    assert len(plain) <= REQUESTS, plain


def test_paper_has_the_notes_only(page: Page, showcase: Server) -> None:
    """A printed episode page has title and notes, but no navigation, player and footer."""
    page.goto(showcase.url + EVERYTHING)
    chrome = (
        page.get_by_role("banner").get_by_role("navigation"),
        page.get_by_role("search"),
        page.locator("audio:visible, .player:visible, longwave-player:visible"),
        page.get_by_role("contentinfo"),
    )
    assert all(part.count() for part in chrome)
    page.emulate_media(media="print")
    assert [part.count() for part in chrome] == [0, 0, 0, 0]
    for kept in ("h1", ".e-content", ".e-content table", ".e-content pre >> nth=0"):
        assert page.is_visible(kept), kept
