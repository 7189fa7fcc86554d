"""Keys for pictures, blocked directories and links to other sites: in feeds, on pages, in the sitemap, and imported."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree, html
from old_host import OldHost
from PIL import Image
from playwright.sync_api import Page, Route, expect
from support import Client, Server, Site

from longwave import create_app
from longwave.web.request_context import KEEPER

Open = Callable[[], FlaskClient]
NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
FEED = "/podcast/feed.xml"
SETTINGS = """
title = "Harbours"
url = "https://pod.example"
image = {path = "cover.png", alt = "A lighthouse at night"}
owner = {name = "Ann", email = "ann@pod.example"}
locked_owner = "rights@pod.example"
managing_editor = "ann@pod.example (Ann)"
webmaster = "web@pod.example (Bob)"
ttl = 90
skip_days = ["Saturday", "Sunday"]
skip_hours = [0, 23]
images = [{file = "wide.png", alt = "The harbour", purpose = "banner social"}]

[shows.podcast]
title = "Harbour Talk"
itunes_title = "Talk"
subtitle = "Boats, mostly"
block = {services = ["all"], except = ["podcastindex"]}
complete = true
youtube = "@harbour"
mastodon = "@harbour@masto.example"
"""
VIDEO = "dQw4w9WgXcQ"


def paint(site: Site, **sizes: tuple[int, int]) -> None:
    """Write a PNG picture of each given size (in pixels) to content/images, named like its argument."""
    (site.root / "content/images").mkdir(parents=True, exist_ok=True)
    for name, size in sizes.items():
        Image.new("RGB", size, "teal").save(site.root / "content/images" / f"{name}.png")


@pytest.fixture
def harbour(site: Site, mp3: Path) -> Site:
    """Return a site whose show and first episode have every key for pictures, blocks, subtitles and other sites."""
    site.put("content/site.toml", SETTINGS)
    paint(site, cover=(1400, 1400), wide=(1600, 900), boat=(900, 900), story=(1080, 1920))
    site.episode(
        title="A long title of a boat", itunes_title="A boat", subtitle="It floats", block=True,
        image={"path": "boat.png", "alt": "A <red> boat"},
        images=[{"file": "story.png", "purpose": "canvas", "alt": "The boat sails"}],
        youtube=VIDEO, bluesky="https://bsky.app/profile/a.example/post/3k", video="https://vimeo.com/76979871",
    )  # fmt: skip
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.episode("2026-01-03-2-plain.md", title="Plain")
    site.put("content/audio/podcast/2-plain.mp3", mp3.read_bytes())
    return site


def tags(parent: etree._Element, name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the text and the attributes of each descendant of ``parent`` that the path ``name`` selects."""
    return [((each.text or "").strip(), dict(each.attrib)) for each in parent.findall(name, NS)]


def channel_at(client: FlaskClient, path: str = FEED) -> etree._Element:
    """Return the channel element of the RSS feed at this path."""
    channel = etree.fromstring(client.get(path).data).find("channel")
    assert channel is not None
    return channel


IMAGES = "https://pod.example/images/full"
CHANNEL: dict[str, list[tuple[str, dict[str, str]]]] = {
    "managingEditor": [("ann@pod.example (Ann)", {})],
    "webMaster": [("web@pod.example (Bob)", {})],
    "ttl": [("90", {})],
    "skipDays/day": [("Saturday", {}), ("Sunday", {})],
    "skipHours/hour": [("0", {}), ("23", {})],
    "itunes:title": [("Talk", {})],
    "itunes:subtitle": [("Boats, mostly", {})],
    "itunes:block": [("Yes", {})],
    "itunes:complete": [("Yes", {})],
    "podcast:block": [("yes", {}), ("no", {"id": "podcastindex"})],
    "podcast:locked": [("yes", {"owner": "rights@pod.example"})],
    "atom:link[@rel='me']": [
        ("", {"href": "https://www.youtube.com/@harbour", "rel": "me", "title": "YouTube"}),
        ("", {"href": "https://masto.example/@harbour", "rel": "me", "title": "Mastodon"}),
    ],
    "podcast:image": [
        ("", {"href": f"{IMAGES}/cover.png", "alt": "A lighthouse at night", "aspect-ratio": "1/1", "width": "1400",
              "height": "1400", "type": "image/png", "purpose": "artwork"}),
        ("", {"href": f"{IMAGES}/wide.png", "alt": "The harbour", "aspect-ratio": "16/9", "width": "1600",
              "height": "900", "type": "image/png", "purpose": "banner social"}),
    ],
}  # fmt: skip
ITEM: dict[str, list[tuple[str, dict[str, str]]]] = {
    "title": [("A long title of a boat", {})],
    "itunes:title": [("A boat", {})],
    "itunes:subtitle": [("It floats", {})],
    "itunes:block": [("Yes", {})],
    "atom:link": [
        ("", {"href": f"https://www.youtube.com/watch?v={VIDEO}", "rel": "related", "title": "YouTube"}),
        ("", {"href": "https://vimeo.com/76979871", "rel": "related", "title": "Video"}),
        ("", {"href": "https://bsky.app/profile/a.example/post/3k", "rel": "related", "title": "Bluesky"}),
    ],
    "podcast:image": [
        ("", {"href": f"{IMAGES}/boat.png", "alt": "A <red> boat", "aspect-ratio": "1/1", "width": "900",
              "height": "900", "type": "image/png", "purpose": "artwork"}),
        ("", {"href": f"{IMAGES}/story.png", "alt": "The boat sails", "aspect-ratio": "9/16", "width": "1080",
              "height": "1920", "type": "image/png", "purpose": "canvas"}),
    ],
}  # fmt: skip


def test_the_feed_has_a_tag_for_each_key(harbour: Site, open_client: Open) -> None:
    """Each key of the show and the episode is a tag in the feed, pictures with sizes; a plain episode has none."""
    assert harbour.root
    channel = channel_at(open_client())
    for name, expected in CHANNEL.items():
        assert tags(channel, name) == expected, name
    plain, item = channel.findall("item")
    for name, expected in ITEM.items():
        assert tags(item, name) == expected, name
    for name in ITEM.keys() - {"title", "itunes:title"}:
        assert tags(plain, name) == [], name


def test_json_feed_says_the_same(harbour: Site, open_client: Open) -> None:
    """JSON Feed marks a complete show as expired, has a banner as banner_image, and all other keys under `_podcast`."""
    harbour.episode("2026-01-04-3-wide.md", title="Wide", images=[{"file": "wide.png", "purpose": "banner"}])
    feed = json.loads(open_client().get("/podcast/feed.json").data)
    assert feed["expired"] is True
    assert feed["_podcast"]["block"] == {"services": ["all"], "except": ["podcastindex"]}
    assert (feed["_podcast"]["ttl"], feed["_podcast"]["skipHours"]) == (90, [0, 23])
    assert [image["aspect-ratio"] for image in feed["_podcast"]["image"]] == ["1/1", "16/9"]
    wide, plain, first = feed["items"]
    assert wide["banner_image"] == f"{IMAGES}/wide.png"
    assert not {"block", "image"} & plain["_podcast"].keys()
    assert (first["_podcast"]["block"], first["_podcast"]["image"][1]["width"]) == (True, 1080)


def test_a_feed_of_several_shows_is_blocked_with_one_of_them(site: Site, open_client: Open) -> None:
    """The feed of all shows blocks each directory that one of the shows blocks."""
    site.put("content/site.toml", '[shows.one]\nblock = ["spotify"]\n[shows.two]\n')
    site.episode(show="one")
    site.episode(show="two")
    client = open_client()
    assert tags(channel_at(client, "/feed.xml"), "podcast:block") == [("yes", {"id": "spotify"})]
    assert tags(channel_at(client, "/two/feed.xml"), "podcast:block") == []
    assert tags(channel_at(client, "/feed.xml"), "itunes:block") == []


def test_search_engines_are_kept_out_only_if_asked(site: Site, open_client: Open) -> None:
    """`block: [search]` makes the pages of a show or an episode `noindex` and keeps them out of the sitemap."""
    site.put("content/site.toml", '[shows.one]\nblock = ["search"]\n[shows.two]\nblock = true\n')
    site.episode(show="one")
    site.episode(show="two")
    site.episode("2026-01-03-2-hidden.md", show="two", block=["search"])
    client = open_client()
    listed = client.get("/sitemap.xml").text
    for path, hidden in (("/one/", True), ("/one/1-first", True), ("/two/", False), ("/two/1-first", False),
                         ("/two/2-hidden", True)):  # fmt: skip
        assert ('<meta name="robots" content="noindex">' in client.get(path).text) is hidden, path
        assert (f"{path}</loc>" not in listed) is hidden, path
    assert tags(channel_at(client, "/one/feed.xml"), "itunes:block") == []


def test_pages_say_what_pictures_show_and_where_else_one_is(harbour: Site, open_client: Open) -> None:
    """Pages have pictures' alt texts, subtitles, named links to other sites, and `rel=me` on a show's profiles."""
    assert harbour.root
    client = open_client()
    page = html.fromstring(client.get("/podcast/1-first").text)
    assert page.xpath("//div[@class='cover']/img/@alt") == ["A <red> boat"]
    assert page.xpath("//p[contains(@class, 'p-summary')]/text()") == ["It floats"]
    links = {link.text: link.get("href") for link in page.xpath("//section[@class='elsewhere']//a")}
    assert list(links) == ["YouTube", "Vimeo", "Bluesky"]
    named = {meta.get("property"): meta.get("content") for meta in page.xpath("//meta[@property]")}
    assert named["og:image:alt"] == "A <red> boat"
    show = html.fromstring(client.get("/podcast/").text)
    assert show.xpath("//header[contains(@class, 'show')]/img/@alt") == ["A lighthouse at night"]
    assert show.xpath("//a[starts-with(@rel, 'me ')]/@href") == show.xpath("//link[@rel='me']/@href")
    assert show.xpath("//link[@rel='me']/@href") == [
        "https://www.youtube.com/@harbour",
        "https://masto.example/@harbour",
    ]
    assert "This show is complete" in show.text_content()
    plain = html.fromstring(client.get("/podcast/2-plain").text)
    assert plain.xpath("//div[@class='cover']/img/@alt") == ["A lighthouse at night"]
    assert plain.xpath("//meta[@property='og:image']/@content") == ["https://pod.example/images/1024/wide.png"]
    assert plain.xpath("//section[@class='elsewhere']") == []


def test_only_the_frame_of_a_video_lets_its_player_in(harbour: Site, open_client: Open) -> None:
    """Only a video's frame page allows the video site in its CSP; an episode without such a video has no frame page."""
    assert harbour.root
    client = open_client()
    page = client.get("/podcast/1-first")
    assert "youtube-nocookie" not in page.text + page.headers["Content-Security-Policy"]
    frame = client.get("/embed/podcast/1-first/video")
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-src https://www.youtube-nocookie.com;" in policy
    assert "frame-ancestors 'self'" in policy
    (player,) = html.fromstring(frame.text).xpath("//iframe/@src")
    assert player == f"https://www.youtube-nocookie.com/embed/{VIDEO}?autoplay=1"
    assert 'content="noindex"' in frame.text
    for path in ("/embed/podcast/2-plain/video", "/embed/podcast/3-none/video"):
        assert client.get(path).status_code == 404


def test_a_missing_picture_is_reported_and_left_out(site: Site, open_client: Open) -> None:
    """A missing picture of the key `images` is reported with its line, and left out of the feed."""
    site.put("content/site.toml", 'url = "https://pod.example"\nimages = ["none.png"]\n')
    site.episode(images=["nowhere.png", "https://cdn.example/a.png"])
    client = open_client()
    assert [each[1]["href"] for each in tags(channel_at(client), "item/podcast:image")] == ["https://cdn.example/a.png"]
    said = site.run("check").stdout
    assert "content/site.toml:2: expected the picture 'none.png' in content/images" in said
    assert re.search(r"1-first\.md:\d: expected the picture 'nowhere\.png'", said)


def taken(root: Path, address: str, home: Site) -> tuple[dict[str, Any], str]:
    """Import the feed at ``address`` into a new folder; return its content files by name, and the new site's feed."""
    done = home.run("import", "rss", address, "--into", str(root), "--allow-private", "--audio", "link")
    assert done.returncode == 0, done.stdout + done.stderr
    files = {path.name: path.read_text("utf-8") for path in sorted(root.glob("content/**/*.md"))}
    files["site.toml"] = (root / "content/site.toml").read_text("utf-8")
    app = create_app(root)
    app.test_client_class = Client
    with contextlib.closing(app.extensions[KEEPER]):
        return files, app.test_client().get(FEED).text


def test_what_we_publish_comes_back_and_stays(
    harbour: Site, serve: Callable[..., Server], tmp_path: Path, site: Site
) -> None:
    """Importing our own feed restores the keys in content files; importing the new site's feed changes none of them."""
    assert harbour.root == site.root
    server = serve(LONGWAVE_URL="")
    local = server.get(FEED).text.replace("https://pod.example/", f"{server.url}/")
    (tmp_path / "one.xml").write_text(local, "utf-8")
    first, again = taken(tmp_path / "one", str(tmp_path / "one.xml"), site)
    settings = first["site.toml"]
    for line in (
        'image_alt = "A lighthouse at night"', 'itunes_title = "Talk"', 'subtitle = "Boats, mostly"', "complete = true",
        'block = {services = ["all"], except = ["podcastindex"]}', 'locked_owner = "rights@pod.example"', "ttl = 90",
        'managing_editor = "ann@pod.example (Ann)"', 'webmaster = "web@pod.example (Bob)"', "skip_hours = [0, 23]",
        'skip_days = ["Saturday", "Sunday"]', 'youtube = "https://www.youtube.com/@harbour"',
        'mastodon = "https://masto.example/@harbour"',
        'images = [{file = "cover-2.png", alt = "The harbour", purpose = "banner social"}]',
    ):  # fmt: skip
        assert line in settings.splitlines()
    episode = next(text for name, text in first.items() if "boat" in name)
    for line in (
        'itunes_title: "A boat"', 'subtitle: "It floats"', "block: true", 'image_alt: "A <red> boat"',
        f'youtube: "https://www.youtube.com/watch?v={VIDEO}"', 'video: "https://vimeo.com/76979871"',
        'bluesky: "https://bsky.app/profile/a.example/post/3k"',
    ):  # fmt: skip
        assert line in episode.splitlines()
    assert re.search(
        r'^images: \[\{file: "podcast/[^"]+-2\.png", alt: "The boat sails", purpose: "canvas"\}\]$',
        episode,
        re.MULTILINE,
    )
    (tmp_path / "two.xml").write_text(again, "utf-8")
    second, _ = taken(tmp_path / "two", str(tmp_path / "two.xml"), site)
    for key in (
        "block",
        "complete",
        "subtitle",
        "itunes_title",
        "ttl",
        "skip_days",
        "locked_owner",
        "image_alt",
        "youtube",
    ):
        assert re.findall(rf"^{key} = .*$", second["site.toml"], re.MULTILINE) == re.findall(
            rf"^{key} = .*$", settings, re.MULTILINE
        )
    for key in ("block", "subtitle", "itunes_title", "youtube", "video", "bluesky", "image_alt"):
        found = [re.findall(rf"^{key}: .*$", "\n".join(files.values()), re.MULTILINE) for files in (first, second)]
        assert found[0] == found[1], key


OLD = """<?xml version="1.0"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Tides</title><link>https://tides.example</link>
<description>About tides.</description>{}<item><title>One</title><guid>g1</guid>
<pubDate>Mon, 06 Jan 2020 09:00:00 +0000</pubDate><enclosure url="https://cdn.example/1.mp3" length="9" type="audio/mpeg"/>
{}</item></channel></rss>"""


@pytest.mark.parametrize(
    ("channel", "item", "line"),
    [
        ("<itunes:block>yes</itunes:block>", "", "block = true"),
        ("<podcast:block>yes</podcast:block>", "", "block = true"),
        ('<podcast:block id="google">yes</podcast:block>', "", 'block = ["google"]'),
        ('<itunes:block>Yes</itunes:block><podcast:block id="apple">yes</podcast:block>', "", 'block = ["apple"]'),
        ('<podcast:block>yes</podcast:block><podcast:block id="kasts">no</podcast:block>', "",
         'block = {services = ["all"], except = ["kasts"]}'),
        ("<itunes:complete>yes</itunes:complete>", "", "complete = true"),
        ("<skipHours><hour>24</hour><hour>x</hour></skipHours>", "", "skip_hours = [0]"),
        ("<itunes:subtitle>About tides</itunes:subtitle>", "", 'title = "Tides"'),
        ("", "<itunes:block>Yes</itunes:block>", "block: true"),
        ("", "<itunes:title>The first</itunes:title>", 'itunes_title: "The first"'),
    ],
)  # fmt: skip
def test_old_feeds_are_hidden_where_they_were(tmp_path: Path, channel: str, item: str, line: str) -> None:
    """An import writes an old feed's blocks, end and titles, however they are spelt, into the new site's files."""
    (tmp_path / "old.xml").write_text(OLD.format(channel, item), "utf-8")
    files, _ = taken(tmp_path / "new", str(tmp_path / "old.xml"), Site(tmp_path))
    assert line in "\n".join(files.values()).splitlines()
    assert "subtitle" not in "".join(files.values())


def test_a_picture_that_stays_elsewhere_keeps_its_stated_size(tmp_path: Path, host: OldHost) -> None:
    """An old feed's picture that can't be fetched has its address, size, purpose and alt text in the new feed, too."""
    image = (
        f'<podcast:image href="{host.url}/gone.jpg" alt="Waves" aspect-ratio="16/9" width="1600" height="900" '
        'type="image/jpeg" purpose="banner"/>'
    )
    (tmp_path / "old.xml").write_text(OLD.format("", image), "utf-8")
    files, feed = taken(tmp_path / "new", str(tmp_path / "old.xml"), Site(tmp_path))
    assert 'alt: "Waves"' in "".join(files.values())
    assert image in feed


def test_a_video_is_loaded_by_a_click_alone(
    page: Page, harbour: Site, serve: Callable[..., Server], asked: list[str], said: list[str]
) -> None:
    """A page with a video requests no other host until a click on its button; then a frame shows the site's player."""
    assert harbour.root
    server = serve()

    def player(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>x</title><p id=it>The video")

    page.route("https://www.youtube-nocookie.com/**", player)
    page.goto(f"{server.url}/")
    page.click("h3 a[href='/podcast/1-first']")
    expect(page.locator(".watch button")).to_be_visible()
    assert all(address.startswith(server.url) for address in asked)
    page.click(".watch button")
    inner = page.frame_locator("iframe.video").frame_locator("iframe")
    expect(inner.locator("#it")).to_have_text("The video")
    assert said == []
