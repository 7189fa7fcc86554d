"""Searching in a real browser: answers while one types, keys, addresses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route
from support import Server, Site

from longwave.search.counts import SearchCounts


@pytest.fixture
def server(site: Site, serve: Callable[..., Server]) -> Server:
    """Episodes, served."""
    site.episode("2019-01-01-1-k8s.md", title="Kubernetes for one", body="- 1:21 -- Pods\n- 2:30 -- Nodes")
    site.episode("2019-02-01-2-more.md", title="Kubernetes for many", body="- 0:05 -- More pods")
    site.episode("2019-03-01-3-other.md", title="Gardens", body="Of roses.")
    return serve()


def focused(page: Page) -> str:
    """The text of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent"))


def test_typing_on_any_page_shows_results(page: Page, server: Server) -> None:
    """From two letters the results stand in the page's place under their own address; Esc brings all back."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{server.url}/podcast/3-other")
    page.keyboard.press("/")
    page.keyboard.type("k")
    page.wait_for_timeout(200)
    assert page.locator("#page-found").count() == 0
    page.keyboard.type("ube")
    page.wait_for_selector("#page-found .episodes h2")
    page.wait_for_function("() => location.search === '?q=kube'")
    page.wait_for_function("() => document.title.startsWith('Search: kube')")
    assert "2 episodes" in page.inner_text("#page-said")
    assert page.locator("h1", has_text="Gardens").is_hidden()
    page.keyboard.press("Escape")
    assert page.url == f"{server.url}/podcast/3-other"
    assert page.locator("h1", has_text="Gardens").is_visible()
    assert page.title().startswith("Gardens")
    assert said == []


def test_back_and_reload_follow_the_address(page: Page, server: Server) -> None:
    """Back leaves the results, Forward shows them again, and a reload gives the same as a page."""
    page.goto(f"{server.url}/podcast/3-other")
    page.keyboard.press("Control+k")
    page.keyboard.type("pods")
    page.wait_for_selector("#page-found .moments")
    page.go_back()
    page.wait_for_selector("#page-found", state="detached")
    assert page.locator("h1", has_text="Gardens").is_visible()
    page.go_forward()
    page.wait_for_selector("#page-found .moments")
    page.reload()
    assert page.input_value("#q") == "pods"
    assert "2 episodes" in page.inner_text("#page-said")
    page.go_back()
    page.wait_for_selector("h1:has-text('Gardens')")


def test_keys_walk_the_results(page: Page, server: Server) -> None:
    """Down goes from the box to the first result and on, up comes back, Enter opens; Back finds the search again."""
    page.goto(f"{server.url}/search")
    page.keyboard.press("/")
    page.keyboard.type("kubernetes")
    page.wait_for_function("() => document.title.startsWith('Search: kubernetes')")
    page.keyboard.press("ArrowDown")
    first = focused(page)
    page.keyboard.press("ArrowDown")
    assert {first, focused(page)} == {"Kubernetes for one", "Kubernetes for many"}
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"h1:has-text('{first}')")
    page.go_back()
    page.wait_for_selector("#page-found .episodes h2")
    assert page.input_value("#q") == "kubernetes"


def test_a_late_answer_is_dropped(page: Page, server: Server) -> None:
    """Where the answer to fewer letters comes after that to more, the latter stays."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "q=ga&" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/search?*", hold)
    page.goto(f"{server.url}/search")
    page.keyboard.press("/")
    page.keyboard.type("ga")
    page.wait_for_timeout(200)
    assert held
    page.keyboard.type("rdens")
    page.wait_for_selector("#page-found .episodes h2")
    for route in held:
        route.fulfill(body='<p id="said">late</p><div id="found">late</div>', content_type="text/html")
    page.wait_for_timeout(200)
    assert page.inner_text("#page-said") == "1 episode for gardens"
    assert page.url.endswith("/search?q=gardens")


def test_a_settled_search_is_counted_once(page: Page, server: Server, site: Site) -> None:
    """What is typed counts when no key follows for two seconds, under its last form only."""
    page.goto(f"{server.url}/podcast/")
    page.keyboard.press("/")
    page.keyboard.type("gardens", delay=30)
    page.wait_for_selector("#page-found .episodes h2")
    page.wait_for_timeout(2600)
    assert [(c.query, c.times, c.found) for c in SearchCounts(site.root / "instance").most_frequent(9)] == [
        ("gardens", 1, 1)
    ]


def test_a_result_plays_its_moment(page: Page, server: Server) -> None:
    """A moment's link leads to the episode at that second, and the slash writes where one writes."""
    page.goto(f"{server.url}/search?q=nodes")
    page.click("#page-found .seek")
    page.wait_for_url("**/podcast/1-k8s#t=2:30")
    page.keyboard.press("/")
    page.keyboard.type("a/b")
    assert page.input_value("#site-search") == "a/b"


def test_results_fit_a_phone(page: Page, server: Server) -> None:
    """Results under the box are no wider than a small phone."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server.url}/podcast/3-other")
    page.keyboard.press("/")
    page.keyboard.type("kubernettes")
    page.wait_for_selector("#page-found .corrected")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_box_of_a_missing_page_stays(page: Page, server: Server) -> None:
    """Where the box is within the page, typing takes nothing away; Enter searches."""
    page.goto(f"{server.url}/nowhere")
    page.click("#q")
    page.keyboard.type("gardens", delay=40)
    page.wait_for_timeout(300)
    assert page.input_value("#q") == "gardens"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=gardens")


def test_back_between_searches_brings_back_their_form(page: Page, server: Server, site: Site) -> None:
    """Back from a narrowed search to the one before finds that one whole: results, box, filters and place."""
    page.goto(f"{server.url}/search?q=kubernetes")
    page.keyboard.press("/")
    page.click(".filters a >> nth=0")
    page.wait_for_selector("form.big input[type=hidden]", state="attached")
    page.go_back()
    page.wait_for_url("**/search?q=kubernetes")
    page.wait_for_selector("form.big input[type=hidden]", state="detached")
    page.keyboard.press("/")
    page.keyboard.press("End")
    page.keyboard.type(" pods")
    page.wait_for_function("() => document.title.startsWith('Search: kubernetes pods')")
    page.go_back()
    page.wait_for_function("() => document.title.startsWith('Search: kubernetes –')")
    assert page.input_value("#q") == "kubernetes"


def test_arrows_scroll_from_other_links(page: Page, server: Server) -> None:
    """On what is no result, arrow keys are the browser's."""
    page.goto(f"{server.url}/search?q=pods")
    page.click("#q")
    page.focus("#page-found .seek")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('.seek')")
