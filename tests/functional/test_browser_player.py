"""The player in a real browser: it plays, and goes on playing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from support import Server, Site

CUES = "WEBVTT\n\n" + "\n\n".join(
    f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n<v {'Ann' if n % 20 < 10 else 'Bob'}>"
    f"Sentence number {n} is said here, and it is long enough to be read with some care."
    for n in range(0, 300, 2)
)
SOUND = "document.querySelector('audio')"


@pytest.fixture
def server(site: Site, serve: Callable[..., Server], long_mp3: bytes) -> Server:
    """Three episodes with sound, one of them with everything, served."""
    site.episode(
        body="- 0:03 -- Third second\n- 0:45 -- Forty-fifth of [Two](/podcast/2-two#t=1:40)\n- 2:00 -- Two minutes\n\n"
        + "A paragraph.\n\n" * 30,
        chapters=[{"start": "0:00", "title": "Beginning"}, {"start": "1:30", "title": "Middle"}],
        guest="Ann Lee",
    )
    site.episode("2026-01-03-2-two.md", title="Two", body="- 1:40 -- Zebras")
    site.episode("2026-01-04-3-three.md", title="Three")
    for name in ("1-first", "2-two", "3-three"):
        site.put(f"content/audio/podcast/{name}.mp3", long_mp3)
    site.put("content/transcripts/podcast/1-first.vtt", CUES)
    return serve()


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Every address that the page requests."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    return addresses


@pytest.fixture(autouse=True)
def said(page: Page) -> object:
    """Whatever the console says in a test is an error of ours, but for what the network couldn't deliver."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.on("pageerror", lambda error: lines.append(str(error)))
    yield lines
    assert [line for line in lines if not line.startswith("Failed to load resource")] == []


def at(page: Page) -> float:
    """The second at which the sound is."""
    return float(page.evaluate(f"{SOUND}.currentTime"))


def plays_from(page: Page, second: float) -> None:
    """Wait until the sound plays within two seconds after ``second``."""
    page.wait_for_function(
        f"() => {{ const a = {SOUND}; return !a.paused && a.currentTime > {second} && a.currentTime < {second + 2}; }}"
    )


def test_sound_plays_and_nothing_is_fetched_before(page: Page, server: Server, asked: list[str]) -> None:
    """Nothing of the sound is asked for before Play, then time advances; all comes from this site."""
    page.goto(f"{server.url}/podcast/1-first")
    page.wait_for_timeout(300)
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
        (".spoken p:nth-child(3) a.seek", 20),
        (".spoken span[data-seek='26']", 26),
    ],
    ids=["note", "chapter", "paragraph", "sentence"],
)
def test_every_kind_of_time_plays_its_second(page: Page, server: Server, link: str, second: int) -> None:
    """A click on a time in the notes, a chapter, a paragraph's time or any sentence plays from there."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(link)
    plays_from(page, second)
    if ".seek" in link or "data-seek='4" in link:
        assert "#t=" in page.url


def test_a_hit_of_the_search_plays_its_second(page: Page, server: Server) -> None:
    """A moment among the results leads to its episode and plays, also while another one plays; and so does a link in notes."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    page.fill("#site-search", "zebras")
    page.press("#site-search", "Enter")
    page.click("#found .moments .seek")
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
    """An address with a time opens there without fetching any sound, and Play plays from there."""
    page.goto(f"{server.url}/podcast/1-first{hash}")
    page.wait_for_function(f"() => {SOUND}?.currentTime === {second}")
    assert page.locator(".player [data-do=seek]").input_value() == str(round(second))
    assert not [address for address in asked if "/audio/" in address]
    page.click(".player [data-do=toggle]")
    plays_from(page, second)


def test_the_place_survives(page: Page, server: Server) -> None:
    """A reload finds the place again, also where the address names another second; and so does a later visit."""
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


def test_it_plays_on_while_one_browses(page: Page, server: Server, asked: list[str]) -> None:
    """Three pages and two Backs don't stop the sound; a bar shows what plays and leads back to it."""
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
    """A new page begins at its top with the focus at its start, an anchor scrolls, and Back returns to link and place."""
    page.set_viewport_size({"width": 800, "height": 500})
    page.goto(f"{server.url}/podcast/1-first")
    page.locator(".around a").scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 300
    page.click(".around a")
    page.wait_for_selector("h1:has-text('Two')")
    assert page.evaluate("scrollY") == 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.go_back()
    page.wait_for_selector("h1:has-text('First')")
    page.wait_for_function(f"() => Math.abs(scrollY - {place}) < 5")
    assert page.evaluate("document.activeElement.matches('.around a')")
    page.evaluate("document.querySelector('.around a').setAttribute('href', '/podcast/1-first#transcript')")
    page.click(".around a")
    page.wait_for_function("() => document.querySelector('#transcript').getBoundingClientRect().top < 100")


def test_what_is_no_plain_click_is_the_browsers(page: Page, server: Server) -> None:
    """A click with Ctrl opens a tab; feeds and downloads aren't fetched as pages; an error is a full load."""
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


def test_another_version_of_the_site_is_loaded_whole(page: Page, server: Server, site: Site) -> None:
    """Where a page brings other scripts or styles than those that run, it is loaded as a whole."""
    page.goto(f"{server.url}/podcast/1-first")
    page.evaluate("window.here = true")
    site.put("content/theme.css", "p { color: inherit; }")
    assert site.run("reindex").returncode == 0
    page.wait_for_timeout(2500)
    page.click("header nav >> text=Guests")
    page.wait_for_selector("h1:has-text('Guests')")
    assert page.evaluate("window.here") is None


def test_speed_volume_and_scheme_are_remembered(page: Page, server: Server) -> None:
    """One tap is the next speed, volume and mute hold too, and so do the colours, after a full load."""
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
    """The speeds go from a half to three and begin again."""
    page.goto(f"{server.url}/podcast/1-first")
    speeds = []
    for _ in range(9):
        page.click(".player [data-do=speed]")
        speeds.append(page.inner_text(".player [data-do=speed]"))
    assert speeds == ["1.25×", "1.5×", "1.75×", "2×", "2.5×", "3×", "0.5×", "0.75×", "1×"]


def test_the_sleep_timer_stops_the_sound(page: Page, server: Server) -> None:
    """After the minutes that were chosen the sound stops where it is; at a chapter's end likewise."""
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
    for _ in range(40):
        page.clock.run_for(500)
        if page.evaluate(f"{SOUND}.paused"):
            break
        page.wait_for_timeout(100)
    assert 90 <= at(page) < 92


def test_lists_show_what_was_heard(page: Page, server: Server) -> None:
    """Lists show how much is left, the home page offers what was begun and forgets it when told to."""
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
        page.get_attribute(f"[data-heard='{key}']", "data-heard"): page.inner_text(f"[data-heard='{key}']")
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
    """A button in a list plays its episode and pauses it again, and the bar shows it."""
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


def test_a_lost_connection_is_said_and_mended(page: Page, server: Server) -> None:
    """Where the sound can't be reached, the page says so, keeps the place, and plays on from there when it can be again."""
    page.goto(f"{server.url}/podcast/1-first#t=2:00")
    page.route("**/audio/**", lambda route: route.abort())
    page.click(".player [data-do=toggle]")
    expect(page.locator(".player [data-show=message]")).to_contain_text("connection is lost")
    assert page.inner_text(".player [data-show=elapsed]") == "2:00"
    page.unroute("**/audio/**")
    plays_from(page, 120)
    expect(page.locator(".player [data-show=message]")).to_be_empty()


def test_sharing_names_the_second_or_not(page: Page, server: Server) -> None:
    """The link to share has the second when that is ticked, and only then; it is copied, and the player can be embedded."""
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


@pytest.mark.parametrize("kept", ["[1,2", "[1, 2]", '{"podcast/1-first": null, "x": {"at": "y"}}', '"x"', "null", "7"])
def test_whatever_is_remembered_the_player_plays(page: Page, server: Server, kept: str) -> None:
    """Garbage in the browser's memory, or an anchor that can't be decoded, costs nothing but itself."""
    page.goto(f"{server.url}/health")
    page.evaluate(
        "(text) => { for (const name of ['heard', 'settings', 'begun', 'scheme', 'keys']) localStorage['longwave.' + name] = text; }",
        kept,
    )
    page.goto(f"{server.url}/podcast/1-first#%E0%A4%A")
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"() => {SOUND}.currentTime > 1.2")
    page.click("header nav >> text=Podcast")
    page.wait_for_selector("h1:has-text('Podcast')")
    page.goto(f"{server.url}/")
    expect(page.locator("[data-heard='podcast/1-first']")).to_contain_text("left")


def test_without_a_memory_the_player_plays(page: Page, server: Server) -> None:
    """Where a browser forbids to remember anything, all works for as long as the page is open."""
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
    """A server that dies while it plays is said to be lost, and heard again from the same place when it is back."""
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", long_mp3)
    server = serve("--port", str(free_port))
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    # Else the browser plays on from its cache, which is as it should be, but no test.
    protocol.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    server.stop()
    page.evaluate(f"{SOUND}.src = {SOUND}.src")
    page.click(".player [data-do=toggle]")
    expect(page.locator(".player [data-show=message]")).to_contain_text("connection is lost")
    serve("--port", str(free_port))
    page.wait_for_function(f"() => !{SOUND}.paused && {SOUND}.currentTime > 0.5", timeout=20_000)
    expect(page.locator(".player [data-show=message]")).to_be_empty()


def test_a_hundred_pages_leave_nothing_behind(page: Page, server: Server) -> None:
    """Browsing on and on piles up neither elements nor listeners."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    protocol = page.context.new_cdp_session(page)
    protocol.send("Performance.enable")

    def held() -> dict[str, float]:
        protocol.send("HeapProfiler.collectGarbage")
        metrics = protocol.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in metrics if one["name"] in ("Nodes", "JSEventListeners")}

    def round_trip(times: int) -> None:
        # A handle to an element, as wait_for_selector gives it, would itself keep the page that it was on.
        for _ in range(times):
            page.click("header nav >> text=Guests")
            expect(page.locator("h1")).to_have_text("Guests")
            page.click(".bar [data-show=title]")
            expect(page.locator("h1")).to_have_text("First")

    round_trip(5)
    before = held()
    round_trip(25)
    after = held()
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 10, (before, after)
    assert after["Nodes"] <= before["Nodes"] * 1.5, (before, after)


def test_without_scripts_nothing_is_lost(page: Page, server: Server) -> None:
    """Without JavaScript there is the browser's own player, plain links, the transcript, and nothing that does nothing."""
    context: BrowserContext = page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = context.new_page()
    plain.goto(f"{server.url}/podcast/1-first")
    assert plain.locator("longwave-player audio[controls]").is_visible()
    assert plain.locator("button[type=button]:visible").count() == 0
    assert plain.locator(".spoken p").first.is_visible()
    plain.click("header nav >> text=Guests")
    plain.click("main >> text=Ann Lee")
    assert plain.inner_text("h1") == "Ann Lee"
    context.close()


def test_without_one_script_the_browsers_player_is_there(page: Page, server: Server, said: list[str]) -> None:
    """Where a script can't be loaded, the page falls back to the browser's own player."""
    page.route("**/deck.js", lambda route: route.abort())
    page.goto(f"{server.url}/podcast/1-first")
    page.wait_for_function("() => !document.documentElement.classList.contains('js')")
    assert page.locator("longwave-player audio[controls]").is_visible()


def test_the_systems_controls_work(page: Page, server: Server) -> None:
    """Media Session shows title, show and chapter, and the system's keys play, pause and seek."""
    page.add_init_script(
        "window.acts = {}; const set = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);"
        "navigator.mediaSession.setActionHandler = (name, act) => { window.acts[name] = act; set(name, act); };"
    )
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
    page.evaluate("acts.seekto({ seekTime: 10 })")
    plays_from(page, 10)
    page.evaluate("acts.pause({})")
    page.wait_for_function(f"() => {SOUND}.paused && navigator.mediaSession.playbackState === 'paused'")
