"""Reading a transcript along with the audio, and using the keyboard alone, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from player_site import SOUND, settle
from playwright.sync_api import Page, expect
from support import Server, Site, serving

IN_VIEW = "(e) => { const b = e.getBoundingClientRect(); return b.bottom > 0 && b.top < innerHeight; }"
WORDS = ("Apples", "Bread", "Cheese", "Dates", "Eggs", "Figs")


def cues(seconds: int, step: int) -> str:
    """Return a transcript (WebVTT) of two speakers with a sentence every ``step`` seconds."""
    return "WEBVTT\n\n" + "\n\n".join(
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n<v {'Ann' if n // step % 8 < 4 else 'Bob'}>"
        f"{WORDS[n // step % 6]} are spoken of in sentence {n}, which is café talk of some length. "
        for n in range(0, seconds, step)
    )


#: A transcript (WebVTT) of five entries, of which the first two are reviewed.
ENTRIES = "".join(
    f"- {{speaker: A, timestamp: 0:0{n}, transcript: Words {n}., reviewed: {'true' if n < 2 else 'false'}}}\n"
    for n in range(5)
)


@pytest.fixture(scope="module")
def server(shared_site: Site, long_mp3: bytes) -> Iterator[Server]:
    """Yield a server of episodes with a long transcript, a transcript but no audio, and unreviewed entries."""
    shared_site.episode(
        body="- 0:03 -- Third second\n- 0:45 -- Forty-fifth\n\n" + "A paragraph.\n\n" * 20, guest="Ann Lee"
    )
    shared_site.put("content/audio/podcast/1-first.mp3", long_mp3)
    shared_site.put("content/transcripts/podcast/1-first.vtt", cues(300, 1))
    shared_site.episode("2026-01-03-2-silent.md", body="Words.")
    shared_site.put("content/transcripts/podcast/2-silent.vtt", cues(30, 1))
    shared_site.episode("2026-01-04-3-unreviewed.md")
    shared_site.put("content/transcripts/podcast/3-unreviewed.yml", ENTRIES)
    with serving(shared_site.root) as server:
        yield server


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    """Fail a test at its end if the browser's console has a message."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.on("pageerror", lambda error: lines.append(str(error)))
    yield
    assert lines == []


def hears_from(page: Page, second: int) -> None:
    """Wait until the marked sentence of the transcript begins at ``second`` or later, and the audio plays within it."""
    page.wait_for_function(
        f"""() => {{
          const at = {SOUND}.currentTime, seek = Number(document.querySelector(".paragraphs .now")?.dataset.seek ?? NaN);
          return seek >= {second} && at >= seek && at < seek + 2;
        }}"""
    )


def open_at(page: Page, server: Server, sentence: int) -> None:
    """Open the episode and click the transcript's sentence that begins at second ``sentence``, to play from there."""
    page.set_viewport_size({"width": 900, "height": 600})
    page.goto(f"{server.url}/podcast/1-first")
    page.click(f".paragraphs span[data-seek='{sentence}']")
    hears_from(page, sentence)


def test_what_is_said_is_marked_and_followed(page: Page, server: Server) -> None:
    """During playback the transcript marks the current sentence and keeps it in view, also after a seek."""
    open_at(page, server, 30)
    assert page.get_attribute(".paragraphs .now", "aria-current") == "true"
    hears_from(page, 32)
    assert page.locator(".paragraphs .now").count() == 1
    page.evaluate(f"{SOUND}.currentTime = 200")
    hears_from(page, 201)
    page.wait_for_function(f"() => ({IN_VIEW})(document.querySelector('.paragraphs .now'))")


def test_who_scrolls_away_is_left_alone(page: Page, server: Server) -> None:
    """A reader who scrolls away isn't pulled back; a button returns to the playing sentence and follows again."""
    open_at(page, server, 30)
    page.mouse.move(400, 300)
    page.mouse.wheel(0, 2500)
    page.wait_for_selector(".follow:visible")
    place = page.evaluate("scrollY")
    before = page.evaluate(f"{SOUND}.currentTime")
    page.wait_for_function(f"() => {SOUND}.currentTime > {before + 2}")
    assert page.evaluate("scrollY") == place
    page.click(".follow")
    page.wait_for_function(f"() => ({IN_VIEW})(document.querySelector('.paragraphs .now'))")
    expect(page.locator(".follow")).to_be_hidden()
    page.evaluate(f"{SOUND}.currentTime = 150")
    page.wait_for_function(
        f"() => {SOUND}.currentTime > 151 && ({IN_VIEW})(document.querySelector('.paragraphs .now'))"
    )


def test_who_reads_the_notes_is_not_moved(page: Page, server: Server) -> None:
    """The Play button at the top of the page doesn't scroll to the transcript far below."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    page.wait_for_selector(".paragraphs .now")
    page.wait_for_function(f"() => {SOUND}.currentTime > 2.5")
    assert page.evaluate("scrollY") == 0
    assert page.locator(".e-content .seek.now").count() == 0
    page.click(".e-content [data-seek='45']")
    page.wait_for_selector(".e-content .seek.now[data-seek='45']")
    assert page.inner_text(".player .now") == "Forty-fifth"


def test_words_are_found(page: Page, server: Server) -> None:
    """The transcript's search ignores accents; Enter and Shift+Enter go forward and back, and wrap around."""
    page.goto(f"{server.url}/podcast/1-first")
    page.fill("#page-find", "CAFE TALK")
    expect(page.locator("[data-show=matches]")).to_have_text("1 of 300")
    page.fill("#page-find", "sentence 29")
    expect(page.locator("[data-show=matches]")).to_have_text("1 of 11")
    page.wait_for_function(f"() => ({IN_VIEW})(document.querySelector('.paragraphs .match'))")
    page.press("#page-find", "Enter")
    expect(page.locator("[data-show=matches]")).to_have_text("2 of 11")
    page.press("#page-find", "Shift+Enter")
    page.press("#page-find", "Shift+Enter")
    expect(page.locator("[data-show=matches]")).to_have_text("11 of 11")
    assert page.get_attribute(".paragraphs .match", "data-seek") == "299"
    page.fill("#page-find", "pineapple")
    expect(page.locator("[data-show=matches]")).to_have_text("Not found")
    assert page.url == f"{server.url}/podcast/1-first"
    page.fill("#page-find", "sentence 123,")
    page.focus("[data-do=play-match]")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {SOUND}.currentTime >= 123 && {SOUND}.currentTime < 126")


def test_a_quote_is_copied_with_its_address(page: Page, server: Server) -> None:
    """A transcript's paragraph, or the selected part of it, is copied with speaker, title and a link to its second."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}/podcast/1-first")
    page.hover(".paragraphs p:nth-child(2)")
    page.click(".quote")
    expect(page.locator(".quote")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“Eggs are spoken of in sentence 4,")
    assert "— Bob, First (0:04)" in copied
    assert copied.endswith(f"{server.url}/podcast/1-first#t=0:04\n")
    page.evaluate(
        "() => { const range = document.createRange(); const text = document.querySelector(\"span[data-seek='2']\").firstChild;"
        "range.setStart(text, 0); range.setEnd(text, 6); getSelection().addRange(range); }"
    )
    page.hover(".paragraphs p:nth-child(1)")
    page.click(".quote")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('“Cheese”')")
    assert page.evaluate("navigator.clipboard.readText()").endswith("#t=0:02\n")
    assert page.evaluate(f"{SOUND}.paused")


def test_selecting_plays_nothing(page: Page, server: Server) -> None:
    """Selecting words of the transcript to copy doesn't start the audio."""
    page.goto(f"{server.url}/podcast/1-first")
    page.locator(".paragraphs span[data-seek='2']").dblclick()
    assert page.evaluate("getSelection().toString().trim()") != ""
    page.evaluate(f"{SOUND}.pause()")
    # The selection stays within one sentence, as a plain click on a sentence would play from there.
    line = page.eval_on_selector(
        ".paragraphs span[data-seek='3']", "(sentence) => sentence.getClientRects()[0].toJSON()"
    )
    page.mouse.move(line["x"] + 5, line["y"] + 5)
    page.mouse.down()
    page.mouse.move(line["x"] + 90, line["y"] + 5)
    page.mouse.up()
    assert page.evaluate("getSelection().toString().trim()") != ""
    settle(page)
    assert page.evaluate(f"{SOUND}.paused")


def test_unreviewed_entries_are_counted(page: Page, server: Server) -> None:
    """A line on the page states the number of a transcript's unreviewed entries, which are hidden."""
    page.goto(f"{server.url}/podcast/3-unreviewed")
    assert page.inner_text(".unreviewed") == "3 entries are still unreviewed and not shown."
    assert "Words 3" not in page.content()


def test_keys_play_anywhere_but_where_one_types(page: Page, server: Server) -> None:
    """Space, arrows, < > and m control the audio anywhere on the page but in text fields."""
    page.goto(f"{server.url}/podcast/1-first")
    page.keyboard.press("Space")
    page.wait_for_function(f"() => !{SOUND}.paused")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => {SOUND}.currentTime >= 30")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => {SOUND}.currentTime < 25")
    page.keyboard.press(">")
    page.keyboard.press(">")
    page.keyboard.press("<")
    page.keyboard.press("m")
    assert page.evaluate(f"[{SOUND}.playbackRate, {SOUND}.muted]") == [1.25, True]
    page.keyboard.press("Space")
    page.wait_for_function(f"() => {SOUND}.paused")
    page.click("header nav >> text=Guests")
    page.wait_for_selector("h1:has-text('Guests')")
    page.keyboard.press("Space")
    page.wait_for_function(f"() => !{SOUND}.paused")
    page.focus("#site-search")
    page.keyboard.type("m <>")
    page.keyboard.press("ArrowLeft")
    assert page.input_value("#site-search") == "m <>"
    assert page.evaluate(f"[{SOUND}.playbackRate, {SOUND}.muted, {SOUND}.paused]") == [1.25, True, False]


def test_one_setting_turns_keys_off(page: Page, server: Server) -> None:
    """With the keyboard setting off no key acts outside a control, the search's slash included, also after a reload."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".keys summary")
    page.uncheck("[data-do=keys]")
    page.reload()
    for key in ("Space", "m", ">", "/", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate(f"[{SOUND}.paused, {SOUND}.muted, {SOUND}.playbackRate]") == [True, False, 1]
    assert page.evaluate("document.activeElement.id") != "site-search"
    assert not page.is_checked("[data-do=keys]")
    page.focus(".player [data-do=seek]")
    page.keyboard.press("ArrowRight")
    assert page.input_value(".player [data-do=seek]") == "30"


def test_everything_works_by_keyboard_alone(page: Page, server: Server) -> None:
    """Tab, Enter, Space and arrows suffice to play, browse on and play there; sliders have spoken values."""
    page.goto(f"{server.url}/podcast/1-first")
    reached = {}
    for _ in range(60):
        page.keyboard.press("Tab")
        what = page.evaluate(
            "(() => { const e = document.activeElement; return e.dataset.do || (e.matches('.seek') ? 'time' : '') || (e.matches('summary') ? 'summary' : '') || (e.hasAttribute('download') ? 'download' : ''); })()"
        )
        if what and what not in reached:
            reached[what] = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if what == "toggle":
            page.keyboard.press("Enter")
            page.wait_for_function(f"() => !{SOUND}.paused")
        if what == "seek":
            page.keyboard.press("ArrowRight")
            assert page.get_attribute(".player [data-do=seek]", "aria-valuetext") == "30 seconds of 5 minutes"
        if what == "volume":
            page.keyboard.press("ArrowLeft")
            assert page.get_attribute("[data-do=volume]", "aria-valuetext") == "95 percent"
        if what == "speed":
            page.keyboard.press("Enter")
        if what == "time":
            page.keyboard.press("Enter")
            page.wait_for_function(f"() => {SOUND}.currentTime >= 3 && {SOUND}.currentTime < 6")
            break
    assert {
        "scheme",
        "seek",
        "speed",
        "back",
        "toggle",
        "forward",
        "mute",
        "volume",
        "sleep",
        "share",
        "download",
        "summary",
        "time",
    } <= reached.keys()
    assert "none" not in reached.values()
    assert page.evaluate(f"{SOUND}.playbackRate") == 1.25
    page.focus("header nav a")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Podcast')")
    expect(page.locator(".bar")).to_be_visible()
    assert not page.evaluate(f"{SOUND}.paused")


def test_targets_are_large_enough(page: Page, server: Server) -> None:
    """Every control of the player and the player bar measures 24 pixels at least."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    sizes = "(list) => list.map((e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()]).filter(([, b]) => b.width && Math.min(b.width, b.height) < 24)"
    controls = ":is(button, input, select, a, summary)"
    assert page.eval_on_selector_all(f".player {controls}, .transcript button, .paragraphs a, .find input", sizes) == []
    page.click("header nav >> text=Guests")
    page.wait_for_selector(".bar:visible")
    assert page.eval_on_selector_all(f".bar {controls}, header {controls}, footer a", sizes) == []


def test_a_transcript_without_sound_is_read_and_quoted(page: Page, server: Server) -> None:
    """A transcript without audio has no play controls, and its quotes have the page's address."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server.url}/podcast/2-silent")
    assert page.locator(".paragraphs a, [data-do=play-match]").count() == 0
    page.hover(".paragraphs p:nth-child(2)")
    page.click(".quote")
    expect(page.locator(".quote")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{server.url}/podcast/2-silent#t=0:04\n")


def test_right_to_left_pages_fit(page: Page, site: Site, serve: Callable[..., Server], long_mp3: bytes) -> None:
    """A site in Arabic isn't wider than the window, and its seek bar runs from right to left."""
    site.put("content/site.toml", 'language = "ar"\n')
    site.episode(title="مرحبا", body="- 1:00 -- نص")
    site.put("content/audio/podcast/1-first.mp3", long_mp3)
    page.set_viewport_size({"width": 360, "height": 640})
    server = serve()
    for path in ("/", "/podcast/1-first", "/search?q=نص"):
        page.goto(f"{server.url}{path}")
        # Overflow to the left doesn't show in scrollWidth, but could be scrolled to.
        page.evaluate("scrollTo(-9999, 0)")
        assert page.evaluate("[scrollX, document.documentElement.scrollWidth]") == [0, 360]
    page.goto(f"{server.url}/podcast/1-first")
    assert page.evaluate("getComputedStyle(document.querySelector('.player .track')).direction") == "ltr"
