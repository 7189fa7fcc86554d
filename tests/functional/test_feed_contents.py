"""Every element of an RSS feed, parsed by lxml, feedparser and podcastparser."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from flask.testing import FlaskClient
from lxml import etree
from support import Site

NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
OLDER = b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
SITE = """
title = "S & Co"
url = "https://pod.example"
language = "en-GB"
owner = {name = "Ann Lee", email = "ann@pod.example"}
hosts = [{name = "Ann Lee", url = "https://ann.example", image = "ann.png"}]
image = "cover.png"
copyright = "© 2026 Ann"
license = "cc-by-4.0"
funding = {"Buy us a coffee" = "https://coffee.example"}
hubs = ["https://hub.example/"]

[shows.podcast]
title = "Pod"
description = "All of it."
categories = ["Society & Culture > Documentary", "Technology"]
explicit = true
type = "serial"
new_feed_url = "https://new.example/feed.xml"
locked = false
medium = "podcast"
location = {name = "Austin, TX", geo = "geo:30.2672,-97.7431", osm = "R113314"}
txt = [{text = "naj3eEZaWVVY9a38uhX8FekACyhtqP4JN", purpose = "verify"}, "hello"]
update_frequency = {text = "every Monday", rrule = "FREQ=WEEKLY;BYDAY=MO", start = "2026-01-05"}
podroll = ["https://podnews.net/rss", {guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810", title = "No Agenda"}]
seasons = {2 = "The Second"}
links = {Apple = "https://podcasts.apple.example/pod"}
"""


@pytest.fixture
def rich(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> FlaskClient:
    """Return a client of a site that uses every key of site.toml and front matter that a feed shows."""
    site.put("content/site.toml", SITE)
    site.put(
        "content/images/ann.png", (Path(__file__).parents[2] / "content/images/avatars/hana-sato.png").read_bytes()
    )
    site.put(
        "content/images/cover.png", (Path(__file__).parents[2] / "content/images/avatars/hana-sato.png").read_bytes()
    )
    site.episode(
        "2026-01-02-1-first.md",
        title="#1: First <things> & “more”",
        description="What it is.",
        season=2,
        guests=[{"name": "Bo", "role": "Co-Host", "website": "https://bo.example"}, {"name": "Cy"}],
        explicit=False,
        tags=["C++"],
        soundbites=[{"start": "0:02", "duration": 3, "title": "The point"}],
        alternates=[
            {"audio": "1-first.opus", "title": "Small"},
            {"audio": "https://cdn.example/v.mp4", "type": "video/mp4", "bytes": 9},
        ],
        license={"name": "mine", "url": "https://pod.example/license"},
        location="Paris",
        body="See [this](/tags/).\n\n- 0:02 -- that & <b>more</b> ]]> 😀\n\n<script>x()</script>",
    )
    site.episode("2026-01-01-0-trailer.md", title="Trailer", episode_type="trailer", number=0)
    for name in ("1-first.mp3", "0-trailer.mp3", "1-first.opus"):
        site.put(f"content/audio/podcast/{name}", mp3.read_bytes())
    site.put("content/transcripts/podcast/1-first.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHello there.\n")
    return open_client()


def channel_of(client: FlaskClient, path: str = "/podcast/feed.xml") -> etree._Element:
    """Return the channel element of the RSS feed at this path."""
    channel = etree.fromstring(client.get(path).data).find("channel")
    assert channel is not None
    return channel


def said(parent: etree._Element, name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the text and the attributes of each child of ``parent`` whose element name is ``name``."""
    return [((each.text or "").strip(), dict(each.attrib)) for each in parent.findall(name, NS)]


CHANNEL: dict[str, list[tuple[str, dict[str, str]]]] = {
    "title": [("Pod", {})],
    "link": [("https://pod.example/podcast/", {})],
    "description": [("All of it.", {})],
    "language": [("en-GB", {})],
    "copyright": [("© 2026 Ann", {})],
    "atom:link": [
        ("", {"href": "https://pod.example/podcast/feed.xml", "rel": "self", "type": "application/rss+xml"}),
        ("", {"href": "https://hub.example/", "rel": "hub"}),
    ],
    "itunes:author": [("Ann Lee", {})],
    "itunes:owner/itunes:name": [("Ann Lee", {})],
    "itunes:owner/itunes:email": [("ann@pod.example", {})],
    "itunes:image": [("", {"href": "https://pod.example/images/full/cover.png"})],
    "itunes:category": [("", {"text": "Society & Culture"}), ("", {"text": "Technology"})],
    "itunes:category/itunes:category": [("", {"text": "Documentary"})],
    "itunes:explicit": [("true", {})],
    "itunes:type": [("serial", {})],
    "itunes:new-feed-url": [("https://new.example/feed.xml", {})],
    "podcast:guid": [("5a95ae60-6645-5b18-8c14-5c74a060fadf", {})],
    "podcast:locked": [("no", {"owner": "ann@pod.example"})],
    "podcast:funding": [("Buy us a coffee", {"url": "https://coffee.example"})],
    "podcast:person": [
        ("Ann Lee", {"role": "host", "img": "https://pod.example/images/full/ann.png", "href": "https://ann.example"})
    ],
    "podcast:location": [("Austin, TX", {"geo": "geo:30.2672,-97.7431", "osm": "R113314"})],
    "podcast:license": [("cc-by-4.0", {})],
    "podcast:medium": [("podcast", {})],
    "podcast:image": [
        (
            "",
            {
                "href": "https://pod.example/images/full/cover.png",
                "alt": "Pod",
                "aspect-ratio": "1/1",
                "width": "320",
                "height": "320",
                "type": "image/png",
                "purpose": "artwork",
            },
        )
    ],
    "podcast:txt": [("naj3eEZaWVVY9a38uhX8FekACyhtqP4JN", {"purpose": "verify"}), ("hello", {})],
    "podcast:updateFrequency": [("every Monday", {"rrule": "FREQ=WEEKLY;BYDAY=MO", "dtstart": "2026-01-05"})],
    "podcast:podroll/podcast:remoteItem": [
        ("", {"feedGuid": "9b024349-ccf0-5f69-a609-6b82873eab3c", "feedUrl": "https://podnews.net/rss"}),
        ("", {"feedGuid": "917393e3-1b1e-5cef-ace4-edaa54e1f810", "title": "No Agenda"}),
    ],
}


def test_the_channel_says_it_all(rich: FlaskClient, mp3: Path) -> None:
    """Each key of site.toml is one element of the feed's channel, with its value."""
    channel = channel_of(rich)
    for name, expected in CHANNEL.items():
        assert said(channel, name) == expected, name
    ((text, trailer),) = said(channel, "podcast:trailer")
    assert (text, trailer["url"]) == ("Trailer", "https://pod.example/audio/podcast/0-trailer.mp3")
    assert (trailer["length"], trailer["pubdate"]) == (str(mp3.stat().st_size), "Thu, 01 Jan 2026 00:00:00 +0000")


PAGE = "https://pod.example/podcast/1-first"
ITEM: dict[str, list[tuple[str, dict[str, str]]]] = {
    "title": [("First <things> & “more”", {})],
    "link": [(PAGE, {})],
    "description": [("What it is.", {})],
    "guid": [(PAGE, {"isPermaLink": "false"})],
    "pubDate": [("Fri, 02 Jan 2026 00:00:00 +0000", {})],
    "itunes:title": [("First <things> & “more”", {})],
    "itunes:author": [("Ann Lee", {})],
    "itunes:duration": [("6", {})],
    "itunes:season": [("2", {})],
    "itunes:episode": [("1", {})],
    "itunes:episodeType": [("full", {})],
    "itunes:explicit": [("false", {})],
    "itunes:image": [("", {"href": "https://pod.example/images/full/cover.png"})],
    "podcast:person": [
        CHANNEL["podcast:person"][0],
        ("Bo", {"role": "co-host", "href": "https://bo.example"}),
        ("Cy", {"role": "guest", "href": "https://pod.example/guests/cy"}),
    ],
    "podcast:season": [("2", {"name": "The Second"})],
    "podcast:episode": [("1", {})],
    "podcast:transcript": [
        ("", {"url": f"{PAGE}/transcript.vtt", "type": "text/vtt", "language": "en-GB"}),
        ("", {"url": f"{PAGE}/transcript.srt", "type": "application/x-subrip", "language": "en-GB"}),
        ("", {"url": f"{PAGE}/transcript.json", "type": "application/json", "language": "en-GB"}),
        ("", {"url": f"{PAGE}/transcript.html", "type": "text/html", "language": "en-GB"}),
    ],
    "podcast:chapters": [("", {"url": f"{PAGE}/chapters.json", "type": "application/json+chapters"})],
    "podcast:soundbite": [("The point", {"startTime": "2.0", "duration": "3.0"})],
    "podcast:location": [("Paris", {})],
    "podcast:license": [("mine", {"url": "https://pod.example/license"})],
}


def test_an_item_says_it_all(rich: FlaskClient, mp3: Path) -> None:
    """An item has one element for each key of its episode's front matter, and none for a key that is missing or 0."""
    first, trailer = channel_of(rich).findall("item")
    for name, expected in ITEM.items():
        assert said(first, name) == expected, name
    size = str(mp3.stat().st_size)
    sound = {"url": "https://pod.example/audio/podcast/1-first.mp3", "length": size, "type": "audio/mpeg"}
    assert said(first, "enclosure") == [("", sound)]
    for name in (
        "itunes:season",
        "itunes:episode",
        "podcast:episode",
        "podcast:season",
        "podcast:transcript",
        "podcast:chapters",
    ):
        assert said(trailer, name) == [], name
    assert said(trailer, "itunes:episodeType") == [("trailer", {})]


def test_other_forms_of_the_sound_are_offered(rich: FlaskClient, mp3: Path) -> None:
    """A feed states a local alternate file's measured size and bitrate, and a remote one's values from front matter."""
    first = channel_of(rich).findall("item")[0]
    small, film = first.findall("podcast:alternateEnclosure", NS)
    assert small.get("length") == str(mp3.stat().st_size)
    assert (small.get("title"), small.get("type")) == ("Small", "audio/mpeg")  # an MP3 named .opus
    assert 30_000 < int(small.get("bitrate", "0")) < 60_000
    assert dict(film.attrib) == {"type": "video/mp4", "length": "9"}
    assert said(film, "podcast:source") == [("", {"uri": "https://cdn.example/v.mp4", "contentType": "video/mp4"})]


def test_parsers_see_every_value(rich: FlaskClient, mp3: Path) -> None:
    """The parsers feedparser and podcastparser read from a feed the values that were written in the content files."""
    data = rich.get("/podcast/feed.xml").data
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    assert (parsed.feed.title, parsed.feed.link, parsed.feed.language) == (
        "Pod",
        "https://pod.example/podcast/",
        "en-GB",
    )
    assert parsed.feed.image.href == "https://pod.example/images/full/cover.png"
    assert parsed.entries[0].title == "First <things> & “more”"
    assert 'href="https://pod.example/tags/"' in parsed.entries[0].content[0].value
    assert "0:02 – that &amp; <b>more</b> ]]&gt; 😀" in parsed.entries[0].content[0].value
    assert "script" not in parsed.entries[0].content[0].value
    podcast: dict[str, Any] = podcastparser.parse(
        "https://pod.example/podcast/feed.xml",
        # podcastparser knows the Podcasting 2.0 namespace by its older name only.
        io.BytesIO(data.replace(NS["podcast"].encode(), OLDER)),
    )
    assert (podcast["title"], podcast["link"], podcast["description"]) == (
        "Pod",
        "https://pod.example/podcast/",
        "All of it.",
    )
    assert (podcast["itunes_author"], podcast["itunes_owner"]["email"], podcast["type"]) == (
        "Ann Lee",
        "ann@pod.example",
        "serial",
    )
    assert (podcast["language"], podcast["new_url"]) == ("en-GB", "https://new.example/feed.xml")
    assert podcast["itunes_categories"] == [["Society & Culture", "Documentary"], ["Technology"]]
    assert (podcast["funding_url"], podcast["import_prohibited"]) == ("https://coffee.example", False)
    assert (podcast["explicit"], podcast["cover_url"]) == (True, "https://pod.example/images/full/cover.png")
    first = next(each for each in podcast["episodes"] if each["guid"] == PAGE)
    assert (first["title"], first["guid"], first["total_time"]) == ("First <things> & “more”", PAGE, 6)
    assert (first["number"], first["season"], first["type"]) == (1, 2, "full")
    assert first["enclosures"][0]["file_size"] == mp3.stat().st_size
    assert [each["name"] for each in first["persons"]] == ["Ann Lee", "Bo", "Cy"]
    assert (first["explicit"], first["published"], first["link"]) == (False, 1767312000, PAGE)
    assert first["transcript_url"].startswith(f"{PAGE}/transcript.")
    assert first["chapters_json_url"] == f"{PAGE}/chapters.json"


@pytest.mark.parametrize(
    "title", [r"a\u0008b\u0000c\uffff", "]]>", "<b>&amp;", "😀 \u202e end", r"\U0001F600 x", r"\"'", r"a\u2028b\x1f"]
)
def test_hostile_titles_make_good_feeds(title: str, site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """RSS, JSON Feed and OPML are well-formed for any title, and parsers read its text unchanged."""
    front = f'title: "x{title}"\ndescription: "d{title}"\ntags: ["t{title}"]\nguest: "g{title}"'
    site.put("content/podcast/2026-01-02-1-first.md", f"---\n{front}\n---\n\n{title}\n")
    client = open_client()
    for path in ("/podcast/feed.xml", "/feed.xml", "/shows.opml"):
        answer = client.get(path)
        assert answer.status_code == 200
        etree.fromstring(answer.data)
    assert said(channel_of(client).findall("item")[0], "title")[0][0].startswith("x")
    answer = client.get("/podcast/feed.json")
    assert answer.json is not None
    assert answer.json["items"][0]["title"].startswith("x")


def test_a_podcast_keeps_its_guid(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """``podcast_guid`` in site.toml is the feed's podcast:guid, whatever the site's address."""
    own = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    site.put("content/site.toml", f'url = "https://new.example"\n[shows.podcast]\npodcast_guid = "{own}"\n')
    site.episode()
    assert said(channel_of(open_client()), "podcast:guid") == [(own, {})]


def test_a_written_show_has_no_sound(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """The item of an episode without audio has no enclosure or chapters; its description falls back on the notes."""
    site.episode(body="A letter. It goes on.\n\n- 0:02 -- a moment")
    item = channel_of(open_client()).findall("item")[0]
    assert item.find("enclosure") is None
    assert said(item, "podcast:chapters") == []
    assert said(item, "description")[0][0].startswith("A letter. It goes on.")


def test_the_feed_of_the_site_has_what_all_share(rich: FlaskClient) -> None:
    """The feed of all shows has the site's title and settings in its channel, and each show's own in its items."""
    channel = channel_of(rich, "/feed.xml")
    assert said(channel, "podcast:funding") == CHANNEL["podcast:funding"]
    assert said(channel, "itunes:category")[0] == ("", {"text": "Society & Culture"})
    assert said(channel.findall("item")[0], "podcast:person") == ITEM["podcast:person"]


def test_the_description_lists_the_chapters(site: Site, mp3: Path, open_client: Callable[[], FlaskClient]) -> None:
    """The description in RSS ends with a line for each chapter, from 0:00 on; JSON Feed's summary lists no chapters."""
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.episode(body="About tea.\n\n(0:05) Cups\n(1:10) Pots\n(1:02:03) Salt")
    client = open_client()
    item = etree.fromstring(client.get("/podcast/feed.xml").data).find("channel/item")
    assert item is not None
    assert item.findtext("description") == "About tea.\n\n0:00 Start\n0:05 Cups\n1:10 Pots\n1:02:03 Salt"
    json = client.get("/podcast/feed.json").get_json()
    assert json["items"][0]["summary"] == "About tea."
