"""How feeds are served: their dates, their pages, their other forms, and what a browser shows."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

import brotli
import feedparser
import pytest
from flask.testing import FlaskClient
from lxml import etree
from playwright.sync_api import Browser
from support import Answer, Server, Site

ATOM = "{http://www.w3.org/2005/Atom}link"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def modified(answer: Answer) -> datetime:
    """An answer's Last-Modified; a feed says the same of itself."""
    date = parsedate_to_datetime(answer.headers["Last-Modified"])
    built = etree.fromstring(answer.body).findtext("channel/lastBuildDate")
    assert built is not None
    assert parsedate_to_datetime(built) == date
    return date


def test_a_feeds_date_moves_only_with_the_feed(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """Another show's edits, rebuilds and restarts move nothing; a change, a removal and a return do, always forward."""
    site.episode()
    site.episode(show="other", guest="Ann Lee")
    server = serve()
    first = modified(server.get("/podcast/feed.xml"))
    other = modified(server.get("/other/feed.xml"))

    def edition_after(change: Callable[[], object]) -> None:
        before = server.get("/ready").json["edition"]
        # Two changes within a second have one date.
        time.sleep(1 - time.time() % 1)
        change()
        assert site.run("reindex").returncode == 0
        eventually(lambda: server.get("/ready").json["edition"] != before)

    edition_after(lambda: site.episode(show="other", guest="Ann Lee", title="Changed"))
    assert modified(server.get("/podcast/feed.xml")) == first
    assert modified(server.get("/other/feed.xml")) > other
    assert modified(server.get("/guests/ann-lee/feed.xml")) > other
    assert site.run("reindex", "--full").returncode == 0
    again = serve()
    assert modified(again.get("/podcast/feed.xml")) == first
    again.stop()

    etag = server.get("/podcast/feed.xml").headers["ETag"]
    edition_after(lambda: site.episode(unseen="a key that only templates know"))
    answer = server.get("/podcast/feed.xml")
    assert (modified(answer), answer.headers["ETag"]) == (first, etag)
    edition_after(
        lambda: site.put("content/transcripts/podcast/1-first.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n")
    )
    second = modified(server.get("/podcast/feed.xml"))
    assert second > first
    edition_after(
        lambda: site.put("content/transcripts/podcast/1-first.vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHullo.\n")
    )
    assert modified(server.get("/podcast/feed.xml")) == second
    edition_after((site.root / "content/transcripts/podcast/1-first.vtt").unlink)
    third = modified(server.get("/podcast/feed.xml"))
    assert third > second
    edition_after(lambda: site.episode("2026-01-03-2-second.md", title="Second"))
    fourth = modified(server.get("/podcast/feed.xml"))
    edition_after((site.root / "content/podcast/2026-01-03-2-second.md").unlink)
    fifth = server.get("/podcast/feed.xml", If_Modified_Since=f"{fourth:%a, %d %b %Y %H:%M:%S GMT}")
    assert fifth.status == 200, "what is as it once was is news to who saw it otherwise"
    assert modified(fifth) > fourth > third


def test_a_scheduled_episode_moves_the_date(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None]
) -> None:
    """When an episode's date arrives, the feed has it and says so, without anybody doing anything."""
    site.episode()
    due = datetime.now(UTC) + timedelta(seconds=8)
    site.episode("soon.md", title="Soon", date=f"{due:%Y-%m-%d %H:%M:%S}")
    server = serve()
    before = server.get("/podcast/feed.xml")
    assert b"Soon" not in before.body
    seen = {"If_None_Match": before.headers["ETag"], "If_Modified_Since": before.headers["Last-Modified"]}
    eventually(lambda: b"Soon" in server.get("/podcast/feed.xml", **seen).body, seconds=20)
    assert modified(server.get("/podcast/feed.xml")) >= due.replace(microsecond=0)


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_either_validator_or_both_answer_304(coding: str, site: Site, serve: Callable[..., Server]) -> None:
    """The client may send one or both; of two that disagree the ETag counts. Each coding has an ETag of its own."""
    site.episode(body="word " * 500)
    server = serve()
    answer = server.get("/podcast/feed.xml", Accept_Encoding=coding)
    body = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[coding](answer.body)
    assert feedparser.parse(body).entries
    etag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    old, foreign = "Thu, 01 Jan 2015 00:00:00 GMT", '"another"'
    for given, status in (
        ({"If_None_Match": etag}, 304),
        ({"If_Modified_Since": date}, 304),
        ({"If_None_Match": etag, "If_Modified_Since": date}, 304),
        ({"If_None_Match": etag, "If_Modified_Since": old}, 304),
        ({"If_None_Match": foreign, "If_Modified_Since": date}, 200),
        ({"If_Modified_Since": old}, 200),
        ({"If_None_Match": foreign}, 200),
        ({"If_None_Match": f"W/{etag}"}, 304),
    ):
        again = server.get("/podcast/feed.xml", Accept_Encoding=coding, **given)
        assert again.status == status, given
        assert (again.headers["ETag"], again.headers["Last-Modified"]) == (etag, date)
        assert "Accept-Encoding" in again.headers["Vary"]
        assert (again.body == b"") == (status == 304)
    assert server.get("/podcast/feed.xml", "HEAD", Accept_Encoding=coding).headers["ETag"] == etag


def test_a_limited_feed_has_pages(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """With ``feed_limit`` each page names the others (RFC 5005), and together they hold every episode once."""
    site.put("content/site.toml", 'url = "https://pod.example"\n[shows.podcast]\nfeed_limit = 2\n')
    for number in range(1, 6):
        site.episode(f"2026-01-0{number}-{number}-x.md", title=f"T{number}")
    client, feed = open_client(), "https://pod.example/podcast/feed.xml"
    found, links = [], []
    for page in ("feed.xml", "feed.xml?page=2", "feed.xml?page=3"):
        channel = etree.fromstring(client.get(f"/podcast/{page}").data).find("channel")
        assert channel is not None
        found += [item.findtext("title") for item in channel.findall("item")]
        links.append({link.get("rel"): link.get("href") for link in channel.findall(ATOM)})
    assert found == ["T5", "T4", "T3", "T2", "T1"]
    ends = {"first": feed, "last": f"{feed}?page=3"}
    assert links == [
        {"self": feed, "next": f"{feed}?page=2", **ends},
        {"self": f"{feed}?page=2", "previous": feed, "next": f"{feed}?page=3", **ends},
        {"self": f"{feed}?page=3", "previous": f"{feed}?page=2", **ends},
    ]
    assert client.get("/podcast/feed.json").json["next_url"] == "https://pod.example/podcast/feed.json?page=2"
    assert "next_url" not in client.get("/podcast/feed.json?page=3").json
    for page in ("0", "4", "-1", "x", "9" * 30, ""):
        assert client.get(f"/podcast/feed.xml?page={page}").status_code == 404, page
    assert client.get("/podcast/feed.xml?page=1").data == client.get("/podcast/feed.xml?utm_source=x").data
    assert len(feedparser.parse(client.get("/feed.xml").data).entries) == 5


def test_there_is_json_beside_each_feed(site: Site, open_client: Callable[[], FlaskClient], mp3: object) -> None:
    """JSON Feed 1.1 with the same episodes, for the site, a show, a tag and a guest."""
    site.put("content/site.toml", 'url = "https://pod.example"\nhubs = ["https://hub.example/"]\nhosts = ["Ann"]\n')
    site.episode(tags=["aws"], guest="Bo Lee", mp3_bytes=1000, mp3_duration="1:00", updated_on="2026-02-01")
    client = open_client()
    for path in ("/feed", "/podcast/feed", "/tags/aws/feed", "/guests/bo-lee/feed"):
        answer = client.get(f"{path}.json")
        assert answer.content_type == "application/feed+json; charset=utf-8"
        assert answer.headers["Last-Modified"] == client.get(f"{path}.xml").headers["Last-Modified"]
        feed = answer.json
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == f"https://pod.example{path}.json"
        assert "hubs" not in feed
        (item,) = feed["items"]
        assert item == {
            "id": "https://pod.example/podcast/1-first",
            "url": "https://pod.example/podcast/1-first",
            "title": "First",
            "content_html": "<p>Hello.</p>",
            "summary": "Hello.",
            "date_published": "2026-01-02T00:00:00+00:00",
            "date_modified": "2026-02-01T00:00:00+00:00",
            "authors": [{"name": "Ann"}, {"name": "Bo Lee", "url": "https://pod.example/guests/bo-lee"}],
            "tags": ["aws"],
            "language": "en",
            "attachments": [
                {
                    "url": "https://pod.example/audio/podcast/1-first.mp3",
                    "mime_type": "audio/mpeg",
                    "size_in_bytes": 1000,
                    "duration_in_seconds": 60,
                }
            ],
        }
    assert client.get("/nope/feed.json").status_code == 404


def test_hubs_are_named_in_headers_too(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """WebSub's subscribers find the hub and the topic without reading the feed."""
    site.put("content/site.toml", 'url = "https://pod.example"\nhubs = ["https://hub.example/"]\n')
    site.episode()
    links = open_client().get("/podcast/feed.xml").headers.getlist("Link")
    assert links == ['<https://hub.example/>; rel="hub"', '<https://pod.example/podcast/feed.xml>; rel="self"']


def test_hubs_are_named_where_they_are_told(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """Only the first page of the site's and the shows' RSS names a hub, as it is told of no other document."""
    site.put("content/site.toml", 'url = "https://pod.example"\nhubs = ["https://hub.example/"]\nfeed_limit = 1\n')
    site.episode(tags=["py"], guest="Bo")
    site.episode("2026-01-03-2-second.md", title="Second", tags=["py"], guest="Bo")
    client = open_client()
    for path in ("/feed.xml", "/podcast/feed.xml"):
        answer = client.get(path)
        assert len(answer.headers.getlist("Link")) == 2
        assert b'rel="hub"' in answer.data
    for path in (
        "/feed.json", "/podcast/feed.json", "/tags/py/feed.xml", "/tags/py/feed.json", "/guests/bo/feed.xml",
        "/podcast/feed.xml?page=2",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200
        assert not answer.headers.getlist("Link")
        assert b"hub" not in answer.data


def test_no_shows_are_an_empty_list(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A site without a show has a valid OPML."""
    (site.root / "content").mkdir(exist_ok=True)
    body = etree.fromstring(open_client().get("/shows.opml").data).find("body")
    assert body is not None
    assert len(body) == 0


def test_all_shows_are_one_list(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """The OPML names each show's feed and page; no show and no page can take its address."""
    site.put("content/site.toml", 'title = "S & T"\nurl = "https://pod.example"\n[shows.a]\n[shows.shows]\n')
    site.episode(show="a")
    site.episode(show="b")
    answer = open_client().get("/shows.opml")
    assert answer.content_type == "text/x-opml; charset=utf-8"
    root = etree.fromstring(answer.data)
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "S & T")
    outlines = [(each.get("type"), each.get("text"), each.get("xmlUrl")) for each in root.iter("outline")]
    assert outlines == [("rss", "A", "https://pod.example/a/feed.xml"), ("rss", "B", "https://pod.example/b/feed.xml")]


def test_each_feed_is_a_podcast_of_its_own(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """No two feeds of a site share a guid."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode(tags=["aws"])
    client, name = open_client(), "channel/{https://podcastindex.org/namespace/1.0}guid"
    guids = {
        etree.fromstring(client.get(path).data).findtext(name)
        for path in ("/feed.xml", "/podcast/feed.xml", "/tags/aws/feed.xml")
    }
    assert len(guids) == 3
    assert all(UUID(guid or "").version == 5 for guid in guids)


def test_a_browser_gets_a_type_that_it_shows(site: Site, serve: Callable[..., Server]) -> None:
    """The same bytes are XML to a browser and RSS to all others; caches are told that it depends."""
    site.episode()
    server = serve()
    app, human = server.get("/podcast/feed.xml", Accept="*/*"), server.get("/podcast/feed.xml", Accept=BROWSER)
    assert app.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert human.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert app.body == human.body
    assert app.headers["Vary"] == human.headers["Vary"] == "Accept-Encoding, Accept"
    assert server.get("/podcast/feed.json", Accept=BROWSER).headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_can_read_a_feed(scheme: str, browser: Browser, site: Site, serve: Callable[..., Server]) -> None:
    """Chromium shows what a feed is, links that work, and the episodes; nothing is blocked by the policy."""
    site.put("content/site.toml", '[shows.podcast]\ntitle = "Pod"\nlinks = {Apple = "https://apple.example/pod"}\n')
    site.episode(description="What it is.", body="The notes.")
    server = serve()
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{server.url}/podcast/feed.xml")
    text = page.evaluate("document.documentElement.innerText || document.documentElement.textContent")
    assert "Podcast apps and feed readers look at this address" in text
    seen = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => !e.children.length && e.getClientRects().length).map(e => e.textContent)"
    )
    assert [words for words in seen if words in ("First", "What it is.", "The notes.", "Longwave")] == [
        "First",
        "What it is.",
    ]
    links = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => e.href && e.localName === 'a').map(e => e.href)"
    )
    assert links == [f"{server.url}/podcast/feed.xml", f"{server.url}/podcast/", "https://apple.example/pod"]
    colours = page.evaluate(
        "[getComputedStyle(document.documentElement).color, getComputedStyle(document.documentElement).backgroundColor]"
    )
    assert colours == (
        ["rgb(242, 236, 227)", "rgb(20, 18, 16)"] if scheme == "dark" else ["rgb(28, 24, 21)", "rgb(251, 248, 243)"]
    )
    assert complaints == []
    page.close()


def test_other_forms_of_unpublished_audio_stay_hidden(
    site: Site, open_client: Callable[[], FlaskClient], mp3: Path
) -> None:
    """What only a draft offers can't be fetched; what is missing is reported and not offered."""
    site.put("content/audio/podcast/small.mp3", mp3.read_bytes())
    site.episode(draft=True, alternates=["small.mp3"])
    site.episode("2026-01-03-2-second.md", mp3_bytes=1, alternates=["missing.opus"])
    client = open_client()
    assert client.get("/audio/podcast/small.mp3").status_code == 404
    assert b"alternateEnclosure" not in client.get("/podcast/feed.xml").data
    done = site.run("check")
    assert (
        "content/podcast/2026-01-03-2-second.md:4: expected the audio 'missing.opus', found no such file."
        in done.stdout + done.stderr
    )
