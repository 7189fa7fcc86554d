"""The player in a real browser: it plays, seeks, remembers and shares."""

from __future__ import annotations

import pytest
from player_site import SOUND, at, plays_from, settle, to_the_next
from playwright.sync_api import Page, Route, expect
from support import Server, wait_until

pytestmark = pytest.mark.usefixtures("said")
#: A time (minutes:seconds) that is longer than the page's pauses before it retries audio that failed to load.
LATER = "02:00"
#: A script that records the handlers of Media Session, so that a test can call `acts.pause({})`.
ACTS = (
    "window.acts = {}; const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);"
    "navigator.mediaSession.setActionHandler = (name, act) => { window.acts[name] = act; set(name, act); };"
)


def test_sound_plays_and_nothing_is_fetched_before(page: Page, server: Server, asked: list[str]) -> None:
    """No audio is requested before Play, then playback advances; all requests go to this site."""
    page.goto(f"{server.url}/podcast/1-first")
    settle(page)
    assert not [address for address in asked if "/audio/" in address]
    assert page.inner_text(".player [data-show=left]") == "−5:00"
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"() => {SOUND}.currentTime > 0.5")
    expect(page.locator(".player [data-do=toggle]")).to_have_attribute("aria-label", "Pause")
    assert page.locator("audio").count() == 1
    assert [address for address in asked if "/audio/" in address]
    assert all(address.startswith(server.url) for address in asked)


@pytest.mark.parametrize(
    ("link", "second"),
    [
        (".e-content [data-seek='45']", 45),
        (".chapters [data-seek='90']", 90),
        (".paragraphs p:nth-child(3) a.seek", 20),
        (".paragraphs span[data-seek='26']", 26),
    ],
    ids=["note", "chapter", "paragraph", "sentence"],
)
def test_every_kind_of_time_plays_its_second(page: Page, server: Server, link: str, second: int) -> None:
    """A click on a timestamp in the notes, a chapter, or a transcript's timestamp or sentence plays from there."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(link)
    plays_from(page, second)
    if ".seek" in link or "data-seek='4" in link:
        assert "#t=" in page.url


def test_a_hit_of_the_search_plays_its_second(page: Page, server: Server) -> None:
    """A timestamp in search results, or a link with one in notes, opens its episode and plays, whatever plays now."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    page.fill("#site-search", "zebras")
    page.press("#site-search", "Enter")
    page.click("#page-results .moments .seek")
    plays_from(page, 100)
    assert page.url.endswith("/podcast/2-two#t=1:40")
    page.go_back()
    page.go_back()
    page.wait_for_selector("h1:has-text('First')")
    page.click("text=Two >> nth=0")
    plays_from(page, 100)


@pytest.mark.parametrize(
    ("hash", "second"),
    [
        ("#t=2:34", 154),
        ("#t=154", 154),
        ("#t=0h2m34s", 154),
        ("#2:34", 154),
        ("#0:02:34", 154),
        ("#t=1m", 60),
        ("#t=12.4,20", 12.4),
    ],
)
def test_an_address_opens_at_its_second(page: Page, server: Server, asked: list[str], hash: str, second: float) -> None:  # noqa: A002
    """An address with a timestamp sets the player there without requesting audio, and Play plays from there."""
    page.goto(f"{server.url}/podcast/1-first{hash}")
    page.wait_for_function(f"() => {SOUND}?.currentTime === {second}")
    assert page.locator(".player [data-do=seek]").input_value() == str(round(second))
    assert not [address for address in asked if "/audio/" in address]
    page.click(".player [data-do=toggle]")
    plays_from(page, second)


def test_the_place_survives(page: Page, server: Server) -> None:
    """A reload and a later visit restore the playback position, a reload even if the address has a timestamp."""
    page.goto(f"{server.url}/podcast/1-first#t=1:00")
    page.click(".player [data-do=toggle]")
    plays_from(page, 60)
    page.click(".player [data-do=forward]")
    plays_from(page, 90)
    page.reload()
    page.wait_for_function(f"() => {SOUND}?.currentTime >= 90")
    assert page.evaluate(f"{SOUND}.paused")
    page.goto("about:blank")
    page.goto(f"{server.url}/podcast/1-first")
    assert page.inner_text(".player [data-show=elapsed]").startswith("1:3")
    page.goto("about:blank")
    page.goto(f"{server.url}/podcast/1-first#t=0:30")
    page.wait_for_function(f"() => {SOUND}?.currentTime === 30")


def test_speed_volume_and_scheme_are_remembered(page: Page, server: Server) -> None:
    """A tap on the speed button chooses the next speed; speed, volume, mute and colour scheme survive a page load."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=speed]")
    page.click(".player [data-do=speed]")
    page.locator(".player [data-do=volume]").fill("40")
    page.click(".player [data-do=mute]")
    page.click("[data-do=scheme]")
    page.reload()
    assert page.inner_text(".player [data-do=speed]") == "1.5×"
    assert page.evaluate(f"[{SOUND}.playbackRate, {SOUND}.volume, {SOUND}.muted]") == [1.5, 0.4, True]
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"() => {SOUND}.currentTime > 1")
    assert page.evaluate(f"{SOUND}.playbackRate") == 1.5


def test_every_speed_can_be_reached(page: Page, server: Server) -> None:
    """Taps on the speed button go from half to triple speed and begin again."""
    page.goto(f"{server.url}/podcast/1-first")
    speeds = []
    for _ in range(9):
        page.click(".player [data-do=speed]")
        speeds.append(page.inner_text(".player [data-do=speed]"))
    assert speeds == ["1.25×", "1.5×", "1.75×", "2×", "2.5×", "3×", "0.5×", "0.75×", "1×"]


def test_the_sleep_timer_stops_the_sound(page: Page, server: Server) -> None:
    """The sleep timer pauses after the chosen minutes, or at the end of the chapter."""
    page.clock.install()
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"() => {SOUND}.currentTime > 0.2", polling=100)
    page.select_option("[data-do=sleep]", "5")
    page.clock.fast_forward("04:00")
    page.clock.run_for(1000)
    assert not page.evaluate(f"{SOUND}.paused")
    assert page.inner_text("[data-show=sleep]").startswith("0:5")
    page.clock.fast_forward("01:00")
    page.clock.run_for(1000)
    assert page.evaluate(f"{SOUND}.paused")
    assert page.evaluate(f"{SOUND}.volume") == 1
    page.evaluate(f"{SOUND}.currentTime = 89")
    page.click(".player [data-do=toggle]")
    page.select_option("[data-do=sleep]", "chapter")

    def is_over() -> bool:
        page.clock.run_for(500)
        return bool(page.evaluate(f"{SOUND}.paused"))

    wait_until(is_over)
    assert 90 <= at(page) < 92


def test_sharing_names_the_second_or_not(page: Page, server: Server) -> None:
    """The link to share has the current second only if a checkbox is ticked; link and embed code can be copied."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}/podcast/1-first#t=1:21")
    page.wait_for_function(f"() => {SOUND}?.currentTime === 81")
    page.click(".player [data-do=share]")
    expect(page.locator("dialog [data-show=link]")).to_have_value(f"{server.url}/podcast/1-first#t=1:21")
    page.click("dialog [data-do=copy]")
    expect(page.locator("[data-show=copied]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith("#t=1:21")
    page.uncheck("dialog input[type=checkbox]")
    assert page.input_value("dialog [data-show=link]") == f"{server.url}/podcast/1-first"
    assert f'<iframe src="{server.url}/embed/podcast/1-first"' in page.input_value("dialog textarea")
    page.keyboard.press("Escape")
    assert page.locator("dialog").is_hidden()


def test_the_systems_controls_work(page: Page, server: Server) -> None:
    """Media Session shows title, show and chapter, and the system's keys play, pause and seek, also to a hidden chapter."""
    page.add_init_script(ACTS)
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    page.wait_for_function("() => navigator.mediaSession.metadata?.title === 'Beginning'")
    assert page.evaluate("[navigator.mediaSession.metadata.album, navigator.mediaSession.metadata.artist]") == [
        "First",
        "Podcast",
    ]
    page.evaluate("acts.nexttrack({})")
    plays_from(page, 90)
    page.wait_for_function("() => navigator.mediaSession.metadata.title === 'Middle'")
    page.evaluate("acts.nexttrack({})")
    plays_from(page, 150.5)
    assert page.evaluate("navigator.mediaSession.metadata.title") == "Middle"
    assert "Another picture" not in page.content()
    page.evaluate("acts.seekto({ seekTime: 10 })")
    plays_from(page, 10)
    page.evaluate("acts.pause({})")
    page.wait_for_function(f"() => {SOUND}.paused && navigator.mediaSession.playbackState === 'paused'")
    page.evaluate("() => { navigator.mediaSession.setPositionState = (told) => { window.told = told?.position; }; }")
    page.evaluate("acts.seekto({ seekTime: 200 })")
    page.wait_for_function("() => window.told === 200")


def test_what_is_chosen_while_it_is_lost_plays_once(page: Page, server: Server) -> None:
    """A chapter chosen while the connection is lost plays when it is back, and its audio is loaded once."""
    page.clock.install()
    page.goto(f"{server.url}/podcast/1-first")
    page.route("**/audio/**", lambda route: route.abort())
    page.click(".player [data-do=toggle]")
    expect(page.locator(".player [data-show=message]")).to_contain_text("connection is lost")
    page.unroute("**/audio/**")
    page.click(".chapters [data-seek='90']")
    plays_from(page, 90)
    page.evaluate(f"{SOUND}.addEventListener('emptied', () => {{ window.again = true; }})")
    page.clock.fast_forward(LATER)
    settle(page)
    assert not page.evaluate("window.again")
    before = at(page)
    assert before > 90
    page.wait_for_function(f"() => !{SOUND}.paused && {SOUND}.currentTime > {before}")


def test_a_second_chosen_without_a_network_holds(page: Page, server: Server) -> None:
    """After a seek without a network, with some audio buffered, playback resumes at the chosen second."""
    page.clock.install()
    page.add_init_script(ACTS)
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    page.context.set_offline(True)
    page.evaluate(f"{SOUND}.dispatchEvent(new Event('waiting'))")
    expect(page.locator(".player [data-show=message]")).to_contain_text("connection is lost")
    page.wait_for_function("() => acts.seekto")
    page.evaluate("acts.seekto({ seekTime: 200 })")
    plays_from(page, 200)
    page.context.set_offline(False)
    page.wait_for_function("() => navigator.onLine")
    page.clock.fast_forward(LATER)
    settle(page)
    page.wait_for_function(f"() => !{SOUND}.paused && {SOUND}.currentTime > 200.2")
    expect(page.locator(".player [data-show=elapsed]")).to_contain_text("3:2")


def test_what_is_paused_stays_paused(page: Page, server: Server) -> None:
    """A loading error while an episode is paused doesn't start it, and Play resumes at its position."""
    page.clock.install()
    page.goto(f"{server.url}/podcast/1-first#t=2:00")
    page.click(".player [data-do=toggle]")
    plays_from(page, 120)
    page.click(".player [data-do=toggle]")
    page.route("**/audio/**", lambda route: route.abort())
    page.evaluate(
        f"new Promise((heard) => {{ const a = {SOUND}; a.addEventListener('error', heard); a.preload = 'auto';"
        "const { currentTime } = a; a.load(); a.currentTime = currentTime; })"
    )
    page.unroute("**/audio/**")
    page.clock.fast_forward(LATER)
    settle(page)
    assert page.evaluate(f"{SOUND}.paused")
    assert page.inner_text(".player [data-show=message]") == ""
    page.click(".player [data-do=toggle]")
    plays_from(page, 120)


def test_a_late_answer_changes_nothing(page: Page, server: Server) -> None:
    """A pause while the page checks whether the audio file exists cancels playback and the error message."""
    held: list[Route] = []
    page.clock.install()
    page.add_init_script(ACTS)
    page.goto(f"{server.url}/podcast/1-first")
    page.route("**/audio/**", lambda route: held.append(route) if route.request.method == "HEAD" else route.abort())
    with page.expect_request(lambda request: request.method == "HEAD"):
        page.click(".player [data-do=toggle]")
    page.wait_for_function("() => acts.pause")
    page.evaluate("acts.pause({})")
    with page.expect_event("requestfailed", lambda request: request.method == "HEAD"):
        held[0].abort()
    page.unroute("**/audio/**")
    settle(page)
    page.clock.fast_forward(LATER)
    settle(page)
    assert page.evaluate(f"{SOUND}.paused")
    assert page.inner_text(".player [data-show=message]") == ""


def test_the_sleep_timer_leaves_nothing_quiet(page: Page, server: Server) -> None:
    """Audio that ends while the timer fades out leaves the next episode at full volume."""
    page.goto(f"{server.url}/podcast/3-three#t=4:58")
    page.select_option("[data-do=sleep]", label="End of episode")
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"() => {SOUND}.volume < 0.5")
    page.wait_for_function(f"() => {SOUND}.ended")
    page.wait_for_function(f"() => {SOUND}.volume === 1")
    assert page.input_value("[data-do=sleep]") == ""


def test_the_sleep_timer_is_shown_on_every_page(page: Page, server: Server) -> None:
    """A sleep timer that was set on another page is shown as chosen, and can be cancelled."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    page.select_option("[data-do=sleep]", "30")
    to_the_next(page)
    page.wait_for_selector("h1:has-text('Two')")
    assert page.input_value("[data-do=sleep]") == "30"
    page.select_option("[data-do=sleep]", "")
    assert page.inner_text("[data-show=sleep]") == ""


def test_a_place_on_a_page_is_used_once(page: Page, server: Server) -> None:
    """A position chosen before Play is used once; when the player bar is closed, the page shows the last played one."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    to_the_next(page)
    page.wait_for_selector("h1:has-text('Two')")
    page.focus(".player [data-do=seek]")
    page.keyboard.press("ArrowRight")
    page.click(".player [data-do=toggle]")
    plays_from(page, 30)
    page.evaluate(f"{SOUND}.currentTime = 200")
    page.wait_for_function(f"() => {SOUND}.currentTime > 200.2")
    page.evaluate("document.querySelector('.bar [data-do=close]').click()")
    assert page.inner_text(".player [data-show=elapsed]").startswith("3:2")
    assert page.evaluate("document.activeElement.localName") == "main"
