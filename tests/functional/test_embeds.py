"""The player that other sites embed in their pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html
from playwright.sync_api import Page
from support import Client, Server, Site

from longwave import create_app
from longwave.web.request_context import KEEPER

TOML = 'title = "Site"\nurl = "https://pod.example"\n'


@pytest.fixture(scope="module")
def client(shared_site: Site, mp3: Path) -> Iterator[FlaskClient]:
    """Yield a client of a site of an episode with audio, one without, and a draft."""
    shared_site.put("content/site.toml", TOML)
    shared_site.episode(title='A "first" <one>', aliases=["/was", "/podcast/old"])
    shared_site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    shared_site.episode("2026-01-03-2-silent.md")
    shared_site.episode("2026-01-04-3-draft.md", draft=True)
    shared_site.put("content/audio/podcast/3-draft.mp3", mp3.read_bytes())
    app = create_app(shared_site.root)
    app.test_client_class = Client
    yield app.test_client()
    app.extensions[KEEPER].close()


def test_only_the_embed_may_be_framed(client: FlaskClient) -> None:
    """Other sites may frame the embedded player, but no other page; the rest of its CSP is that of all pages."""
    embed = client.get("/embed/podcast/1-first")
    policy = embed.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert (
        policy.replace("frame-ancestors *", "frame-ancestors 'self'")
        == client.get("/").headers["Content-Security-Policy"]
    )
    page = html.fromstring(embed.text)
    assert page.xpath("//longwave-player//audio/@src") == ["/audio/podcast/1-first.mp3"]
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://pod.example/podcast/1-first"]
    assert page.xpath("//h1/a/@target") == ["_blank"]
    assert not page.xpath("//header[@class='site'] | //footer")


def test_what_cannot_be_heard_has_no_embed(client: FlaskClient) -> None:
    """An episode without audio, a draft and an unknown episode have no embedded player: its address is a 404."""
    for slug in ("2-silent", "3-draft", "4-none"):
        assert client.get(f"/embed/podcast/{slug}").status_code == 404
    silent = html.fromstring(client.get("/podcast/2-silent").text)
    assert not silent.xpath("//link[@type='application/json+oembed']")
    assert silent.xpath("//meta[@name='twitter:card']/@content") == ["summary"]


def test_oembed_is_discovered_and_answers(client: FlaskClient) -> None:
    """An episode's page links its oEmbed, which returns an iframe within the requested size, with the title escaped."""
    page = html.fromstring(client.get("/podcast/1-first").text)
    (address,) = page.xpath("//link[@type='application/json+oembed']/@href")
    assert address.startswith("https://pod.example/oembed?url=")
    path = address.removeprefix("https://pod.example")
    answer = client.get(f"{path}&maxwidth=400")
    description = answer.get_json()
    assert (description["version"], description["type"], description["width"], description["title"]) == (
        "1.0",
        "rich",
        400,
        'A "first" <one>',
    )
    frame = html.fragment_fromstring(description["html"])
    assert frame.get("src") == "https://pod.example/embed/podcast/1-first"
    assert (frame.get("title"), frame.get("width")) == ('A "first" <one>', "400")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=https%3A%2F%2Fpod.example%2Fpodcast%2F1-first.html", 200),
        ("url=http%3A%2F%2Fpod.example%2Fpodcast%2F1-first%2F", 200),
        ("url=https%3A%2F%2Fpod.example%2Fwas", 200),
        ("url=https%3A%2F%2Fother.example%2Fpodcast%2F1-first", 404),
        ("url=https%3A%2F%2Fpod.example%2Fpodcast%2F3-draft", 404),
        ("url=%2Fpodcast%2F1-first", 404),
        ("url=https%3A%2F%2F%5B", 404),
        ("url=javascript%3Aalert(1)", 404),
        ("", 404),
        ("url=https%3A%2F%2Fpod.example%2Fpodcast%2F1-first&format=xml", 501),
        (f"url=https%3A%2F%2Fpod.example%2Fpodcast%2F1-first&maxwidth={'9' * 5000}&maxheight=0", 200),
    ],
)
def test_oembed_knows_episodes_only(client: FlaskClient, query: str, status: int) -> None:
    """oEmbed takes only addresses of this site's episodes, in any spelling; others are refused in JSON."""
    answer = client.get(f"/oembed?{query}")
    assert answer.status_code == status
    assert answer.is_json
    if status == 200:
        assert (answer.get_json()["width"], answer.get_json()["height"]) == (640, 240)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/embed/podcast/old", "/embed/podcast/1-first"),
        ("/embed/podcast/1-first/", "/embed/podcast/1-first"),
        ("/podcast/old/transcript.vtt", "/podcast/1-first/transcript.vtt"),
        ("/podcast/old/chapters.json", "/podcast/1-first/chapters.json"),
    ],
)
def test_what_belongs_to_an_episode_moves_with_it(client: FlaskClient, path: str, location: str) -> None:
    """An episode's alias redirects its embedded player and files, too; an unknown episode's addresses are 404."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (301, location)
    assert client.get(path.replace("/old", "/none").replace("/1-first", "/none")).status_code == 404


def test_cards_show_the_player(client: FlaskClient) -> None:
    """An episode's Twitter card and OpenGraph data link the embedded player and the audio."""
    page = html.fromstring(client.get("/podcast/1-first").text)
    named = {meta.get("name") or meta.get("property"): meta.get("content") for meta in page.xpath("//meta")}
    assert named["twitter:card"] == "player"
    assert named["twitter:player"] == named["og:video"] == "https://pod.example/embed/podcast/1-first"
    assert named["og:audio"] == "https://pod.example/audio/podcast/1-first.mp3"


@pytest.fixture
def elsewhere() -> Iterator[Callable[[str], str]]:
    """Yield a function that serves a page with this HTML at another site, and returns its address."""
    shown = {"page": b""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(shown["page"])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def show(page: str) -> str:
        shown["page"] = page.encode()
        return f"http://127.0.0.1:{server.server_port}/"

    yield show
    server.shutdown()
    server.server_close()


def test_it_plays_in_another_sites_page(
    page: Page, site: Site, serve: Callable[..., Server], elsewhere: Callable[[str], str], mp3: Path
) -> None:
    """In another site's iframe the player fits, plays from a timestamp and links its episode; no other page shows."""
    site.episode(body="- 0:03 -- Third")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    server = serve()
    frames = "".join(
        f'<iframe src="{server.url}{path}" width="{width}" height="240"></iframe>'
        for path, width in (
            ("/embed/podcast/1-first#t=0:03", 640),
            ("/embed/podcast/1-first", 320),
            ("/podcast/1-first", 640),
        )
    )
    page.goto(elsewhere(frames))
    wide, narrow, refused = page.frames[1:]
    for frame in (wide, narrow):
        frame.wait_for_selector(".player [data-do=toggle]")
        assert frame.evaluate("document.documentElement.scrollHeight") <= 240
        assert frame.evaluate("document.documentElement.scrollWidth") <= frame.evaluate("innerWidth")
    assert not refused.query_selector("longwave-player")
    wide.click(".player [data-do=toggle]")
    wide.wait_for_function("() => document.querySelector('audio').currentTime > 3.2")
    with page.context.expect_page() as opened:
        wide.click("h1 a")
    assert opened.value.url == f"{server.url}/podcast/1-first"
