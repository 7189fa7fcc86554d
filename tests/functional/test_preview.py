"""The preview, which shows unpublished episodes, in a real browser whose page follows each saved file."""

from __future__ import annotations

import io
import itertools
import json
import re
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from page_visit import axe
from PIL import Image
from player_site import SOUND, at, plays_from
from playwright.sync_api import Page, expect
from support import Server, Site, serving, start_server, wait_until

from longwave.routes import ROUTES

pytestmark = pytest.mark.usefixtures("said")
DRAFT, AHEAD = "/podcast/2-draft", "/podcast/3-ahead"
DAY = datetime.now(UTC) + timedelta(days=40)
DUE = f"Out on {DAY.day} {DAY:%B}" + ("" if DAY.year == datetime.now(UTC).year else f" {DAY.year}")
NOTES = "\n\n".join(f"Paragraph {number}." for number in range(60))
PANEL = ".longwave-problems .box"
Serve = Callable[..., Server]


def write(site: Site, sound: bytes) -> None:
    """Write a published episode, a draft and a future-dated one, all with audio, and a transcript of the draft."""
    site.episode(body=f"- 0:03 -- Third second\n\n{NOTES}")
    site.episode("2026-01-03-2-draft.md", title="Aardvarks", draft=True, body="Half of it.", guest="Zoë Draft")
    site.episode(f"{DAY:%Y-%m-%d}-3-ahead.md", title="Tomorrow", body="Of wombats.")
    for name in ("1-first", "2-draft", "3-ahead"):
        site.put(f"content/audio/podcast/{name}.mp3", sound)
    site.put("content/transcripts/podcast/2-draft.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Spoken words.\n")


@pytest.fixture(scope="module")
def shared(shared_site: Site, long_mp3: bytes) -> Iterator[Server]:
    """Yield a preview of the three episodes, for tests that change none of them."""
    write(shared_site, long_mp3)
    with serving(shared_site.root, command="preview") as server:
        yield server


@pytest.fixture
def written(site: Site, long_mp3: bytes) -> Site:
    """Return a site of the three episodes, which a test may change."""
    write(site, long_mp3)
    return site


@pytest.fixture
def start(site: Site) -> Iterator[Serve]:
    """Yield a function that starts previews of the site on free ports."""
    servers: list[Server] = []

    def it(*options: str) -> Server:
        servers.append(start_server(site.root, *options, command="preview"))
        return servers[-1]

    yield it
    for server in servers:
        server.stop()


@pytest.fixture
def beside(written: Site, start: Serve) -> Server:
    """Return a running preview of the site that a test may change."""
    return start()


#: A script that tells whether the page's cover picture has roughly the colour ``seen`` (RGB).
COLOUR = """(seen) => {
    const image = document.querySelector(".cover img");
    if (!image?.complete || !image.naturalWidth) return false;
    const drawn = Object.assign(document.createElement("canvas"), {width: 1, height: 1}).getContext("2d");
    drawn.drawImage(image, 0, 0, 1, 1);
    return [...drawn.getImageData(0, 0, 1, 1).data].slice(0, 3).every((part, at) => Math.abs(part - seen[at]) < 10);
}"""


def square(colour: str) -> bytes:
    """Return a picture file of one colour."""
    held = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(held, "PNG")
    return held.getvalue()


def events(server: Server) -> dict[str, object]:
    """Return the data of the first event in a preview's event stream (Server-Sent Events)."""
    with urllib.request.urlopen(f"{server.url}/-/preview", timeout=10) as stream:
        for line in stream:
            if line.startswith(b"data: "):
                return dict(json.loads(line[6:]))
    raise AssertionError("nothing was told")


def publish(site: Site, server: Server, name: str, **meta: Any) -> None:
    """Write an episode, and wait until the preview shows it."""
    site.episode(f"2026-01-05-{name}.md", **{"title": name.title(), **meta})
    address = f"/podcast/{meta.get('slug', name)}"
    wait_until(lambda: server.get(address).status == 200)


def test_what_is_unpublished_is_there_and_marked(shared_site: Site, shared: Server) -> None:
    """A preview shows drafts and future-dated episodes with badges, serves their audio, and records no searches."""
    for path in ("/", "/podcast/", "/guests/zoe-draft", DRAFT, f"/embed{DRAFT}", "/search?q=aardvarks"):
        assert '<strong class="unpublished">Draft</strong>' in shared.get(path).text, path
    for path in ("/", "/podcast/", AHEAD, "/search?q=wombats"):
        assert f'<strong class="unpublished">{DUE}</strong>' in shared.get(path).text, path
    assert '"unpublished"' not in shared.get("/podcast/1-first").text.partition("<main")[2]
    for path in ("/audio/podcast/2-draft.mp3", "/audio/podcast/3-ahead.mp3", f"{DRAFT}/transcript.vtt"):
        assert shared.get(path).status == 200, path
    assert not (shared_site.root / "instance").exists()
    assert "3 episodes, 1 guest, 0 tags (1 draft, 1 to come)" in shared.started


def test_no_public_server_shows_any_of_it(written: Site, beside: Server, serve: Serve) -> None:
    """A public server of a previewed folder, and its index, have neither drafts nor the preview's script and stream."""
    public = serve()
    pointer = (written.root / "index/current").read_text()
    written.episode("2026-01-03-2-draft.md", title="Changed", draft=True)
    wait_until(lambda: "Changed" in beside.get(DRAFT).text)
    assert (written.root / "index/current").read_text() == pointer
    version = re.search(r"/static/(\w+)/start.js", public.get("/").text)
    assert version is not None
    for path in (DRAFT, AHEAD, "/-/preview", f"/static/{version[1]}/preview.js", "/static/preview.js", "/guests/zoe-draft",
                 "/audio/podcast/2-draft.mp3"):  # fmt: skip
        assert public.get(path).status == 404, path
    for path in ("/", "/podcast/", "/podcast/feed.xml", "/sitemap.xml", "/podcast/1-first", "/search?q=aardvarks"):
        answer = public.get(path)
        assert answer.status == 200
        assert not re.search("2-draft|Tomorrow|unpublished|preview.js|longwave-preview", answer.text), path
        assert answer.headers["X-Robots-Tag"] is None


def test_its_pages_are_for_nobody_else(shared: Server) -> None:
    """A preview's pages are no-store and noindex, and have a strict CSP."""
    answer = shared.get(DRAFT)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_no_page_of_another_origin_reads_or_frames_it(written: Site, beside: Server) -> None:
    """A preview, unlike a public site, lets no page of another origin read, embed or frame any of its responses."""
    written.put("content/images/drawing.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    written.put("content/theme.css", "p { background: url(/images/full/drawing.svg) }")
    wait_until(lambda: beside.get("/images/full/drawing.svg").status == 200)
    names = {"show": "podcast", "slug": "2-draft", "file": "2-draft.mp3", "size": "full", "name": "drawing.svg",
             "guest": "zoe-draft", "tag": "none", "page": "none", "version": "0", "language": "es"}  # fmt: skip
    forms = ("xml", "json", "vtt", "css")
    paths = [route.path(form=form, **names) for route in ROUTES.values() for form in forms]
    paths += [f"/oembed?url={beside.url}{DRAFT}", "/search.json?q=aardvarks"]
    for path, method in itertools.product(dict.fromkeys(paths), ("GET", "OPTIONS")):
        headers = beside.get(path, method, Origin="http://evil.example").headers
        assert not [name for name in headers if name.lower().startswith("access-control-")], path
        assert headers.get_all("Cross-Origin-Resource-Policy") == ["same-origin"], path
        policies = headers.get_all("Content-Security-Policy")
        assert [re.findall("frame-ancestors ([^;]*)", policy) for policy in policies] == [["'self'"]], path
    with urllib.request.urlopen(f"{beside.url}/-/preview", timeout=30) as stream:
        assert stream.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_it_answers_this_machine_only(shared_site: Site, shared: Server) -> None:
    """A preview is reachable at a loopback address only and refuses foreign host names, unless --host allows them."""
    port = int(shared.url.rpartition(":")[2])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", port), timeout=5)
    assert shared.get("/", Host=f"localhost:{port}").status == 200
    for name in ("evil.example", f"evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example"):
        answer = shared.get(DRAFT, Host=name)
        assert (answer.status, "Aardvarks" in answer.text) == (403, False), name
    with serving(shared_site.root, "--host", "0.0.0.0", command="preview") as server:
        assert "sees your drafts" in server.started
        assert server.get(DRAFT, Host="my-laptop.local").status == 200


@pytest.mark.xdist_group("alone")
def test_a_save_is_seen_at_once_and_nothing_is_lost(page: Page, written: Site, beside: Server) -> None:
    """A saved file changes the open page at once; scroll position, audio, open details, focus and typed text stay."""
    page.goto(f"{beside.url}/podcast/1-first")
    page.click(".player [data-do=toggle]")
    plays_from(page, 0)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.locator("#site-search").focus()
    page.evaluate("document.querySelector('#site-search').value = 'w'")
    page.evaluate("scrollTo(0, 900)")
    page.evaluate(f"""() => {{
        window.same = true;
        {SOUND}.addEventListener('pause', () => {{ window.stopped = true; }});
        window.changed = new Promise((done) => new MutationObserver((_, watch) => {{
            if (document.querySelector('.e-content').textContent.includes('Another line')) {{ watch.disconnect(); done(Date.now()); }}
        }}).observe(document.body, {{childList: true, subtree: true, characterData: true}}));
    }}""")
    # The page's event stream is open, and its script has stored the original HTML.
    page.wait_for_selector(".longwave-problems[hidden]", state="attached")
    page.wait_for_function("() => performance.getEntriesByName(location.href, 'resource').length")
    place = at(page)
    took = []
    for word in ("Another line", "A second time"):
        if took:
            page.evaluate(f"""() => {{ window.changed = new Promise((done) => new MutationObserver((_, watch) => {{
                if (document.querySelector('.e-content').textContent.includes('{word}')) {{ watch.disconnect(); done(Date.now()); }}
            }}).observe(document.body, {{childList: true, subtree: true, characterData: true}})); }}""")
        saved = time.time() * 1000
        written.episode(title="First, again", body=f"- 0:03 -- Third second\n\nBefore.\n\n{word}.\n\n{NOTES}")
        took.append(page.evaluate("window.changed") - saved)
    # A page without an event stream would poll every two seconds.
    assert min(took) < 1500, took
    assert page.inner_text("h1") == "First, again"
    assert page.title().startswith("First, again")
    assert page.evaluate("scrollY") == 900
    assert page.evaluate("[window.same, window.stopped]") == [True, None]
    assert page.evaluate("document.querySelectorAll('details:not([open])').length") == 0
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["site-search", "w"]
    page.wait_for_function(f"() => {SOUND}.currentTime > {place}")
    expect(page.locator(".player [data-do=toggle]")).to_have_attribute("aria-label", "Pause")


def test_results_over_the_page_stay(page: Page, shared_site: Site, shared: Server) -> None:
    """The open search results of a preview page stay when a file is saved, and the page behind them is updated."""
    publish(shared_site, shared, "searched")
    page.goto(f"{shared.url}/podcast/searched")
    page.locator("#site-search").press_sequentially("wombats")
    expect(page.locator("#page-over .results h2")).to_have_text("Tomorrow")
    publish(shared_site, shared, "searched", body="Quite new.")
    expect(page.locator(".e-content")).to_contain_text("Quite new.")
    expect(page.locator("#page-over .results h2")).to_have_text("Tomorrow")
    assert page.input_value("#site-search") == "wombats"
    page.keyboard.press("Escape")
    expect(page.locator(".e-content")).to_be_visible()
    expect(page.locator("#page-over")).to_have_count(0)


def test_a_mistake_is_told_over_the_last_good_page(page: Page, written: Site, beside: Server) -> None:
    """A panel over the last good page shows the error's file, line and text, escaped, until the file is mended."""
    page.goto(f"{beside.url}/podcast/1-first")
    expect(page.locator(PANEL)).to_be_hidden()
    page.evaluate("window.mark = document.querySelector('.e-content')")
    written.put("content/podcast/2026-01-02-1-first.md", "---\ntitle: First\ndate: <b>soon</b>\n---\n\nLost.\n")
    panel = page.locator(PANEL)
    expect(panel).to_contain_text("content/podcast/2026-01-02-1-first.md:3")
    expect(panel).to_contain_text(
        "Expected a date such as 2019-11-18 or 2019-11-18 12:00:00 -0500, found '<b>soon</b>'."
    )
    expect(page.locator(f"{PANEL} [role=alert] li")).to_have_count(1)
    assert "Paragraph 59" in page.inner_text(".e-content")
    written.put("content/site.toml", "title = \n")
    expect(page.locator(f"{PANEL} li")).to_have_count(2)
    expect(page.locator(f"{PANEL} li").first).to_contain_text("content/site.toml:1")
    page.reload()
    expect(panel).to_contain_text("2 problems")
    page.click(f"{PANEL} .close")
    expect(panel).to_be_hidden()
    page.reload()
    expect(page.locator(".longwave-problems .pill")).to_have_text("2 problems")
    expect(panel).to_be_hidden()
    page.click(".longwave-problems .pill")
    expect(panel).to_be_visible()
    page.evaluate("window.mark = document.querySelector('.e-content').firstElementChild")
    written.episode(body=f"- 0:03 -- Third second\n\n{NOTES}")
    (written.root / "content/site.toml").unlink()
    expect(page.locator(".longwave-problems")).to_be_hidden()
    assert page.evaluate("window.mark.isConnected"), "the page was left as it was"


def test_a_first_start_with_a_broken_file_has_the_panel(page: Page, site: Site, start: Serve) -> None:
    """A preview started with a broken file shows the panel of problems, and the episode once the file is mended."""
    site.put("content/podcast/2026-01-02-1-first.md", "---\ntitle: [\n---\n")
    server = start()
    page.goto(f"{server.url}/podcast/1-first")
    expect(page.locator(PANEL)).to_contain_text("content/podcast/2026-01-02-1-first.md:")
    site.episode(body="Mended.")
    expect(page.locator("h1")).to_have_text("First")
    expect(page.locator(".longwave-problems")).to_be_hidden()


def test_a_broken_template_leaves_the_page(page: Page, written: Site, beside: Server) -> None:
    """A preview reports a broken template of the owner with its line; the open page stays as it was."""
    own = '{% extends "default:episode.html" %}\n{% block footer %}\n'
    page.goto(f"{beside.url}/podcast/1-first")
    written.put("templates/episode.html", own + "<p id=mine>Mine</p>\n{% endblock %}\n")
    expect(page.locator("#mine")).to_have_text("Mine")
    for broken, said in (
        ("{% endblok %}\n", "templates/episode.html:3"),
        ("{{ nobody.knows.it }}{% endblock %}\n", "templates/episode.html:3"),
    ):
        written.put("templates/episode.html", own + broken)
        expect(page.locator(PANEL)).to_contain_text(said)
        assert page.inner_text("#mine") == "Mine"
        written.put("templates/episode.html", own + "<p id=mine>Mine</p>\n{% endblock %}\n")
        expect(page.locator(".longwave-problems")).to_be_hidden()


def test_the_look_follows_too(page: Page, shared_site: Site, shared: Server) -> None:
    """An open preview page shows a saved theme without a reload, and follows its episode's new slug or deletion."""
    publish(shared_site, shared, "looked")
    page.goto(f"{shared.url}/podcast/looked")
    page.evaluate("window.same = true")
    for colour, seen in (("red", "rgb(255, 0, 0)"), ("lime", "rgb(0, 255, 0)")):
        shared_site.put("content/theme.css", f"h1 {{ color: {colour}; }}")
        expect(page.locator("h1")).to_have_css("color", seen)
    expect(page.locator("link[href^='/theme.css']")).to_have_count(1)
    publish(shared_site, shared, "looked", slug="other", body="At another address.")
    page.wait_for_url("**/podcast/other")
    expect(page.locator(".e-content")).to_contain_text("At another address.")
    assert shared.get("/podcast/looked").headers["Location"] == "/podcast/other"
    (shared_site.root / "content/podcast/2026-01-05-looked.md").unlink()
    expect(page.locator("h1")).to_have_text("Nothing is at this address")
    publish(shared_site, shared, "looked", slug="other", body="Back.")
    expect(page.locator(".e-content")).to_contain_text("Back.")
    assert page.evaluate("window.same")


def test_a_picture_follows_its_file(page: Page, shared_site: Site, shared: Server, mp3: Path) -> None:
    """An open preview page shows a changed picture without a reload."""
    shared_site.put("content/audio/podcast/pictured.mp3", mp3.read_bytes())
    publish(shared_site, shared, "pictured")
    page.goto(f"{shared.url}/podcast/pictured")
    page.evaluate("window.same = true")
    for colour, seen in (("red", [254, 0, 0]), ("blue", [0, 0, 254])):
        shared_site.put("content/images/cover.png", square(colour))
        publish(shared_site, shared, "pictured", image="cover.png")
        page.wait_for_function(COLOUR, arg=seen)
    assert page.evaluate("window.same")


def test_many_pages_may_listen(beside: Server) -> None:
    """More open preview pages than server threads don't block the server; closing a page makes room for another."""
    streams = [urllib.request.urlopen(f"{beside.url}/-/preview", timeout=10) for _ in range(24)]
    for stream in streams:
        assert stream.readline()
    assert beside.get("/-/preview").status == 503
    assert beside.get("/podcast/1-first").status == 200
    for stream in streams:
        stream.close()

    def is_told() -> bool:
        try:
            return events(beside)["problems"] == []
        except urllib.error.HTTPError:
            return False

    wait_until(is_told)


def test_the_panel_is_for_everybody(page: Page, written: Site, beside: Server) -> None:
    """axe-core finds no violation in the preview's panel and badges, and the keyboard closes and opens the panel."""
    written.put("content/podcast/bad.md", "---\ntitle: [\n---\n")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
        page.goto(f"{beside.url}{DRAFT}")
        expect(page.locator(PANEL)).to_be_visible()
        assert axe(page)() == []
    page.locator("#site-search").focus()
    written.put("content/podcast/worse.md", "---\ntitle: [\n---\n")
    expect(page.locator(f"{PANEL} li")).to_have_count(2)
    assert page.evaluate("document.activeElement.id") == "site-search", "a new mistake doesn't take the focus"
    page.locator(f"{PANEL} .close").focus()
    page.keyboard.press("Escape")
    expect(page.locator(PANEL)).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(PANEL)).to_be_visible()


def test_a_mark_goes_when_its_time_has_come(page: Page, shared_site: Site, shared: Server) -> None:
    """A future-dated episode's page, open in a preview, loses the badge that marks it unpublished on that date."""
    soon = datetime.now(UTC) + timedelta(seconds=6)
    publish(shared_site, shared, "soon", date=f"{soon:%Y-%m-%d %H:%M:%S} +0000")
    page.goto(f"{shared.url}/podcast/soon")
    expect(page.locator(".unpublished")).to_have_count(1)
    expect(page.locator(".unpublished")).to_have_count(0)


def test_a_folder_that_cant_be_written_is_told(page: Page, written: Site, beside: Server) -> None:
    """An open preview page shows why saved files can't be published, until they can."""
    page.goto(f"{beside.url}/podcast/1-first")
    editions = written.root / "index/preview/editions"
    editions.rename(editions.with_name("away"))
    editions.write_text("in the way")
    written.episode(body="Not yet.")
    expect(page.locator(PANEL)).to_contain_text("expected")
    editions.unlink()
    written.episode(body="Now.")
    expect(page.locator(".e-content")).to_contain_text("Now.")
    expect(page.locator(".longwave-problems")).to_be_hidden()


def test_ctrl_c_ends_it_at_once(beside: Server) -> None:
    """Ctrl-C ends the preview and its open event streams without a traceback."""
    with urllib.request.urlopen(f"{beside.url}/-/preview", timeout=10) as stream:
        assert stream.readline()
        beside.process.send_signal(signal.SIGINT)
        output, _ = beside.process.communicate(timeout=10)
        assert stream.read() is not None
    assert "Traceback" not in output
    assert beside.process.returncode == 0
