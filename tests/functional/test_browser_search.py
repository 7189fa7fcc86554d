"""Search as you type in a real browser: its results, keys and addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from player_site import settle
from playwright.sync_api import Page, Route
from support import Server, Site, serving

from longwave.search.search_counts import SearchCounts


def write(site: Site) -> None:
    """Write the episodes that the tests search."""
    site.episode("2019-01-01-1-k8s.md", title="Kubernetes for one", body="- 1:21 -- Pods\n- 2:30 -- Nodes")
    site.episode("2019-02-01-2-more.md", title="Kubernetes for many", body="- 0:05 -- More pods")
    site.episode("2019-03-01-3-other.md", title="Gardens", body="Of roses.")


@pytest.fixture(scope="module")
def server(shared_site: Site) -> Iterator[Server]:
    """Yield a server of the episodes that the tests search."""
    write(shared_site)
    with serving(shared_site.root) as server:
        yield server


def pause(page: Page) -> None:
    """Wait longer than the search box waits after a key before it searches."""
    page.evaluate("new Promise((over) => setTimeout(over, 100))")
    settle(page)


def focused(page: Page) -> str:
    """Return the text of the focused element."""
    return str(page.evaluate("document.activeElement.textContent"))


def test_typing_on_any_page_shows_results(page: Page, server: Server) -> None:
    """From two letters on, search results replace the page and have their own address; Esc restores the page."""
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.goto(f"{server.url}/podcast/3-other")
    page.keyboard.press("/")
    page.keyboard.type("k")
    pause(page)
    assert page.locator("#page-results").count() == 0
    page.keyboard.type("ube")
    page.wait_for_selector("#page-results .episodes h2")
    page.wait_for_function("() => location.search === '?q=kube'")
    page.wait_for_function("() => document.title.startsWith('Search: kube')")
    assert "2 episodes" in page.inner_text("#page-status")
    assert page.locator("h1", has_text="Gardens").is_hidden()
    page.keyboard.press("Escape")
    assert page.url == f"{server.url}/podcast/3-other"
    assert page.locator("h1", has_text="Gardens").is_visible()
    assert page.title().startswith("Gardens")
    assert messages == []


def test_back_and_reload_follow_the_address(page: Page, server: Server) -> None:
    """Back leaves the search results, Forward shows them again, and a reload gives a page with the same results."""
    page.goto(f"{server.url}/podcast/3-other")
    page.keyboard.press("Control+k")
    page.keyboard.type("pods")
    page.wait_for_selector("#page-results .moments")
    page.go_back()
    page.wait_for_selector("#page-results", state="detached")
    assert page.locator("h1", has_text="Gardens").is_visible()
    page.go_forward()
    page.wait_for_selector("#page-results .moments")
    page.reload()
    assert page.input_value("#q") == "pods"
    assert "2 episodes" in page.inner_text("#page-status")
    page.go_back()
    page.wait_for_selector("h1:has-text('Gardens')")


def test_keys_walk_the_results(page: Page, server: Server) -> None:
    """Down goes from the search box to the results, Up returns, Enter opens a result; Back restores the search."""
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
    page.wait_for_selector("#page-results .episodes h2")
    assert page.input_value("#q") == "kubernetes"


def test_a_late_answer_is_dropped(page: Page, server: Server) -> None:
    """A late response to a shorter query doesn't replace the results of the longer one typed since."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "q=ga&" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/search?*", hold)
    page.goto(f"{server.url}/search")
    page.keyboard.press("/")
    with page.expect_request(lambda request: "q=ga&" in request.url):
        page.keyboard.type("ga")
    page.keyboard.type("rdens")
    page.wait_for_function("() => document.title.startsWith('Search: gardens')")
    assert held
    for route in held:
        route.fulfill(body='<p id="page-status">late</p><div id="page-results">late</div>', content_type="text/html")
    # Playwright answers this later request after the held one, whose response the page has got by then.
    page.evaluate("fetch('/search?q=later').then((answer) => answer.text())")
    settle(page)
    assert page.inner_text("#page-status") == "1 episode for gardens"
    assert page.url.endswith("/search?q=gardens")


def test_a_settled_search_is_counted_once(page: Page, site: Site, serve: Callable[..., Server]) -> None:
    """A search is counted in the statistics once, when no key follows for two seconds, in its last form only."""
    write(site)
    counted: list[str] = []
    page.on("request", lambda request: counted.append(request.url) if request.method == "POST" else None)
    page.clock.install()
    page.goto(f"{serve().url}/podcast/")
    page.clock.pause_at(datetime.now() + timedelta(hours=1))
    with page.expect_response("**/search.js") as script:
        page.keyboard.press("/")
    page.evaluate("(address) => import(address)", script.value.url)
    for typed, since in (("gard", 1500), ("ens", 1800)):
        page.keyboard.type(typed)
        page.clock.run_for(100)
        page.wait_for_selector("#page-results .episodes h2")
        page.clock.run_for(since)
        assert counted == []
    with page.expect_event("requestfinished", lambda request: request.method == "POST"):
        page.clock.run_for(200)
    page.clock.run_for(60_000)
    page.evaluate("fetch('/health')")
    assert len(counted) == 1
    assert [(c.query, c.times, c.found) for c in SearchCounts(site.root / "instance").most_frequent(9)] == [
        ("gardens", 1, 1)
    ]


def test_a_result_plays_its_moment(page: Page, server: Server) -> None:
    """A timestamp in a result plays the episode from there, and the slash key in a text field types a slash."""
    page.goto(f"{server.url}/search?q=nodes")
    page.click("#page-results .seek")
    page.wait_for_url("**/podcast/1-k8s#t=2:30")
    page.keyboard.press("/")
    page.keyboard.type("a/b")
    assert page.input_value("#site-search") == "a/b"


def test_results_fit_a_phone(page: Page, server: Server) -> None:
    """Results under the search box are no wider than a small phone."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server.url}/podcast/3-other")
    page.keyboard.press("/")
    page.keyboard.type("kubernettes")
    page.wait_for_selector("#page-results .corrected")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_box_of_a_missing_page_stays(page: Page, server: Server) -> None:
    """Typing in the search box within a 404 page's content replaces nothing; Enter searches."""
    page.goto(f"{server.url}/nowhere")
    page.click("#q")
    page.keyboard.type("gardens", delay=40)
    page.wait_for_function("() => performance.getEntriesByType('resource').some((one) => /search.js$/.test(one.name))")
    pause(page)
    assert page.input_value("#q") == "gardens"
    assert page.is_visible("#q")
    assert page.url == f"{server.url}/nowhere"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=gardens")


def test_back_between_searches_brings_back_their_form(page: Page, server: Server, site: Site) -> None:
    """Back from a filtered search restores the earlier results, query, filters and scroll position."""
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
    """Arrow keys scroll the page when the focus isn't on a result."""
    page.goto(f"{server.url}/search?q=pods")
    page.click("#q")
    page.focus("#page-results .seek")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('.seek')")
