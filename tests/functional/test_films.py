"""Episodes that are films or documents: their pages, and the player of a film in a real browser."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from page_visit import axe, needs, visiting
from player_site import CUES
from playwright.sync_api import Browser, Page, expect
from support import Server, Site, serving, wait_until

FILM = "document.querySelector('video')"
_PLAYS = f"() => !{FILM}.paused && {FILM}.currentTime > "


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a WebM film of twenty seconds, with sound, which Chromium plays on every system."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    path = tmp_path_factory.mktemp("film") / "film.webm"
    inputs = ["-f", "lavfi", "-i", "testsrc=d=20:s=160x90:r=10", "-f", "lavfi", "-i", "sine=d=20"]
    codecs = ["-c:v", "libvpx", "-b:v", "50k", "-c:a", "libopus"]
    subprocess.run(["ffmpeg", "-v", "error", *inputs, *codecs, path], check=True, timeout=60)
    return path.read_bytes()


@pytest.fixture(scope="module")
def server(shared_site: Site, film: bytes, mp3: Path) -> Iterator[Server]:
    """Yield a server of four episodes: a film, a document, an HLS stream, and audio with a film as an alternate."""
    site = shared_site
    site.episode(audio="1-first.webm", chapters=[{"start": "0:10", "title": "Middle"}], mp3_duration="0:20")
    site.put("content/audio/podcast/1-first.webm", film)
    site.put("content/transcripts/podcast/1-first.vtt", CUES)
    site.episode("2026-01-03-2-paper.md", title="Paper", audio="2-paper.pdf")
    site.put("content/audio/podcast/2-paper.pdf", b"%PDF-1.4\n" + b" " * 1_200_000)
    site.episode("2026-01-04-3-stream.md", title="Stream", audio="https://cdn.example.com/live.m3u8")
    forms = [{"audio": "https://cdn.example.com/4.mp4", "height": "1080p"}, {"url": "ipfs://a", "type": "video/mp4"}]
    site.episode("2026-01-05-4-both.md", title="Both", alternates=forms)
    site.put("content/audio/podcast/4-both.mp3", mp3.read_bytes())
    with serving(site.root) as running:
        yield running


def test_a_film_has_a_player_without_scripts(server: Server) -> None:
    """The page of a film has a <video> with its captions, which browsers play without scripts."""
    page = html.fromstring(server.get("/podcast/1-first").text)
    [video] = page.xpath("//longwave-player/video")
    assert video.get("src") == "/audio/podcast/1-first.webm"
    assert video.xpath("track")[0].get("src") == "/podcast/1-first/transcript.vtt"
    assert not page.xpath("//audio")
    assert server.get("/audio/podcast/1-first.webm", "HEAD").headers["Content-Type"] == "video/webm"


def test_a_film_is_a_film_in_the_feeds(server: Server) -> None:
    """The RSS feed and the JSON Feed state the media type of a film."""
    assert 'type="video/webm"' in server.get("/podcast/feed.xml").text
    attachments = [item["attachments"][0] for item in server.get("/podcast/feed.json").json["items"]]
    assert "video/webm" in [each["mime_type"] for each in attachments]


@pytest.mark.parametrize(("slug", "label"), [("2-paper", "(PDF, 1.2 MB)"), ("3-stream", "(M3U8)")])
def test_a_document_has_a_link_instead_of_a_player(server: Server, slug: str, label: str) -> None:
    """The page of an episode whose enclosure no browser plays links to the file, and has no player."""
    page = html.fromstring(server.get(f"/podcast/{slug}").text)
    [link] = page.xpath("//p[@class='document']/a")
    assert label in link.text_content()
    assert not page.xpath("//longwave-player[@class='player']")
    assert server.get(f"/embed/podcast/{slug}").status == 404


def test_other_forms_are_links(server: Server) -> None:
    """An episode's page links those of its alternate audio or video files that a browser can fetch, and no others."""
    page = html.fromstring(server.get("/podcast/4-both").text)
    [link] = page.xpath("//p[@class='forms']/a")
    assert (link.get("href"), link.text_content()) == ("https://cdn.example.com/4.mp4", "MP4 1080p")


def test_the_embed_of_a_film_is_high_enough(server: Server) -> None:
    """The oEmbed iframe of a film is high enough for the picture, and allows full screen."""
    answer = server.get(f"/oembed?url={server.url}/podcast/1-first").json
    assert answer["height"] == 600
    assert "fullscreen" in answer["html"]


@pytest.mark.browser
@pytest.mark.usefixtures("said")
def test_a_film_plays_on_its_page_and_its_sound_elsewhere(page: Page, server: Server) -> None:
    """A film goes on as audio in the player bar of other pages, and with its picture once its page is opened again."""
    page.goto(f"{server.url}/podcast/1-first")
    expect(page.locator(".screen")).to_be_visible()
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"{_PLAYS} 0.3")
    expect(page.locator(".screen video")).to_be_visible()
    page.eval_on_selector(".neighbours a", "(link) => link.click()")
    expect(page.locator("longwave-player.bar")).to_be_visible()
    before = page.evaluate(f"{FILM}.currentTime")
    page.wait_for_function(f"{_PLAYS} {before + 0.5}")
    assert page.locator("longwave-player.bar > video").is_hidden()
    page.click("longwave-player.bar [data-show=title]")
    expect(page.locator(".screen video")).to_be_visible()
    page.wait_for_function(f"{_PLAYS} {before + 1}")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => {FILM}.ended || {FILM}.currentTime >= 19")


@pytest.mark.browser
@pytest.mark.usefixtures("said")
def test_captions_are_shown_by_a_button_and_a_key(page: Page, server: Server) -> None:
    """A film's captions are off at first, and a button or the key c shows and hides them."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"{_PLAYS} 0")
    assert page.evaluate(f"{FILM}.textTracks[0].mode") == "disabled"
    page.click("[data-do=captions]")
    page.wait_for_function(f"() => {FILM}.textTracks[0].mode === 'showing' && {FILM}.textTracks[0].cues?.length > 3")
    expect(page.locator("[data-do=captions]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("c")
    page.wait_for_function(f"() => {FILM}.textTracks[0].mode === 'disabled'")


@pytest.mark.browser
@pytest.mark.usefixtures("said")
def test_sound_after_a_film_has_an_element_of_its_own(page: Page, server: Server) -> None:
    """Audio that is played after a film plays in an <audio> element, at the speed chosen for the film, which stops."""
    page.goto(f"{server.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    page.wait_for_function(f"{_PLAYS} 0")
    page.click(".player [data-do=speed]")
    page.evaluate(
        "link = Object.assign(document.createElement('a'), {href: '/podcast/4-both'}); document.querySelector('main').append(link); link.click()"
    )
    page.click(".player [data-do=toggle]")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 0.2")
    assert page.evaluate(f"{FILM}.paused && !{FILM}.currentSrc.endsWith('mp3')")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.25
    wait_until(lambda: not page.evaluate(f"{FILM}.hasAttribute('src')"))


@pytest.mark.slow
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_axe_finds_no_violation_in_a_film(browser: Browser, server: Server, size: str) -> None:
    """axe-core finds no violation in the pages of a film and of a document, and in the embed of a film."""
    needs("axe-core")
    lines = []
    with contextlib.closing(visiting(browser, size)) as context:
        page = context.new_page()
        for path in ("/podcast/1-first", "/podcast/2-paper", "/podcast/4-both", "/embed/podcast/1-first"):
            page.goto(server.url + path)
            lines += [f"{path}: {violation}" for violation in axe(page)()]
    assert not lines, "\n".join(lines)


@pytest.mark.slow
def test_the_html_of_a_film_is_valid(server: Server, tmp_path: Path) -> None:
    """The Nu HTML checker finds no error in the pages of a film and of a document."""
    jar = needs("vnu-jar") / "build" / "dist" / "vnu.jar"
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    for number, path in enumerate(
        ("/podcast/1-first", "/podcast/2-paper", "/podcast/4-both", "/embed/podcast/1-first")
    ):
        (tmp_path / f"{number}.html").write_bytes(server.get(path).body)
    command = ["java", "-Xss1m", "-jar", str(jar), "--stdout", "--errors-only", "--skip-non-html", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
