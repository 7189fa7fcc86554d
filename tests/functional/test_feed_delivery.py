"""Delivery of feeds over HTTP: their dates, pages and other formats, and their look in a browser."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
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
from support import Server, Site, serving, wait_until
from werkzeug.test import TestResponse

from longwave.edition.store.index_folder import IndexFolder

ATOM = "{http://www.w3.org/2005/Atom}link"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def server(shared_site: Site) -> Iterator[Server]:
    """Yield a server of a site with a show that links its page on another site, and a show with a long episode."""
    links = 'links = {Apple = "https://apple.example/pod"}'
    shared_site.put("content/site.toml", f'[shows.podcast]\ntitle = "Pod"\n{links}\n')
    shared_site.episode(description="What it is.", body="The notes.")
    shared_site.episode(show="long", body="word " * 500)
    with serving(shared_site.root) as server:
        yield server


def modified(answer: TestResponse) -> datetime:
    """Return a feed's Last-Modified, and assert that it equals the date within the feed."""
    date = parsedate_to_datetime(answer.headers["Last-Modified"])
    built = etree.fromstring(answer.data).findtext("channel/lastBuildDate")
    assert built is not None
    assert parsedate_to_datetime(built) == date
    return date


#: Slugs of shows: the test changes each in another way, such as adding a transcript to "given-words".
SHOWS = ("calm", "edited", "unseen", "given-words", "other-words", "taken-words", "grown")


def feeds(client: FlaskClient) -> dict[str, TestResponse]:
    """Return the response of each show's feed, by show."""
    return {show: client.get(f"/{show}/feed.xml") for show in SHOWS}


def dates(client: FlaskClient) -> dict[str, datetime]:
    """Return the date of each show's feed, by show."""
    return {show: modified(feed) for show, feed in feeds(client).items()}


def publish(site: Site, client: FlaskClient) -> None:
    """Wait for the next second, so that feeds get a new date; reindex, and wait until the app serves the edition."""
    began = int(time.time())
    wait_until(lambda: int(time.time()) > began)
    assert site.run("reindex").returncode == 0
    published = IndexFolder(site.root / "index").current()
    wait_until(lambda: client.get("/ready").json["edition"] == published)


def speak(site: Site, show: str, words: str) -> Path:
    """Write the transcript of a show's first episode with these words, and return its path."""
    return site.put(f"content/transcripts/{show}/1-first.vtt", f"WEBVTT\n\n00:00.000 --> 00:02.000\n{words}\n")


def test_a_feeds_date_moves_only_with_the_feed(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A feed's Last-Modified advances when its content changes or is reverted, not when the index is merely rebuilt."""
    for show in SHOWS:
        site.episode(show=show, **{"guest": "Ann Lee"} if show == "edited" else {})
    speak(site, "other-words", "Hello.")
    taken = speak(site, "taken-words", "Hello.")
    client = open_client()
    first, etag = dates(client), feeds(client)["unseen"].headers["ETag"]

    site.episode(show="edited", guest="Ann Lee", title="Changed")
    site.episode(show="unseen", unseen="a key that only templates know")
    speak(site, "given-words", "Hello.")
    speak(site, "other-words", "Hullo.")
    taken.unlink()
    added = site.episode("2026-01-03-2-second.md", show="grown", title="Second")
    publish(site, client)
    second = dates(client)
    assert {show for show in SHOWS if second[show] > first[show]} == {"edited", "given-words", "taken-words", "grown"}
    assert {show for show in SHOWS if second[show] == first[show]} == {"calm", "unseen", "other-words"}
    assert modified(client.get("/guests/ann-lee/feed.xml")) > first["edited"]
    assert feeds(client)["unseen"].headers["ETag"] == etag

    # The dates must not depend on the order of sets, which differs in another process (hash seed).
    assert site.run_program("reindex", "--full").returncode == 0
    assert dates(open_client()) == second

    added.unlink()
    publish(site, client)
    third = dates(client)
    assert {show for show in SHOWS if third[show] != second[show]} == {"grown"}
    seen = {"If-Modified-Since": f"{second['grown']:%a, %d %b %Y %H:%M:%S GMT}"}
    revalidated = client.get("/grown/feed.xml", headers=seen)
    assert revalidated.status_code == 200, "what is as it once was is news to who saw it otherwise"
    assert modified(revalidated) > second["grown"]


def test_a_scheduled_episode_moves_the_date(
    site: Site, open_client: Callable[[], FlaskClient], eventually: Callable[..., None]
) -> None:
    """A scheduled episode enters the feed on its date by itself, and advances the feed's date."""
    site.episode()
    # On a slow machine the first date may pass before the first request, so the second try is 12 seconds ahead.
    for ahead in (2, 12):
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=ahead)
        site.episode("soon.md", title="Soon", date=f"{due:%Y-%m-%d %H:%M:%S}")
        client = open_client()
        before = client.get("/podcast/feed.xml")
        if b"Soon" not in before.data:
            break
    assert b"Soon" not in before.data
    seen = {"If-None-Match": before.headers["ETag"], "If-Modified-Since": before.headers["Last-Modified"]}
    eventually(lambda: b"Soon" in client.get("/podcast/feed.xml", headers=seen).data)
    assert modified(client.get("/podcast/feed.xml")) >= due


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_either_validator_or_both_answer_304(coding: str, server: Server) -> None:
    """A request with a feed's ETag or date gets a 304; of both the ETag decides. Each encoding has its own ETag."""
    answer = server.get("/long/feed.xml", Accept_Encoding=coding)
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
        revalidated = server.get("/long/feed.xml", Accept_Encoding=coding, **given)
        assert revalidated.status == status, given
        assert (revalidated.headers["ETag"], revalidated.headers["Last-Modified"]) == (etag, date)
        assert "Accept-Encoding" in revalidated.headers["Vary"]
        assert (revalidated.body == b"") == (status == 304)
    assert server.get("/long/feed.xml", "HEAD", Accept_Encoding=coding).headers["ETag"] == etag


def test_a_limited_feed_has_pages(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A feed's pages of ``feed_limit`` episodes link each other (RFC 5005), and together hold every episode once."""
    site.put("content/site.toml", 'url = "https://pod.example"\n[shows.podcast]\nfeed_limit = 2\n')
    for number in range(1, 6):
        site.episode(f"2026-01-0{number}-{number}-x.md", title=f"T{number}")
    client, feed = open_client(), "https://pod.example/podcast/feed.xml"
    guids, links = [], []
    for page in ("feed.xml", "feed.xml?page=2", "feed.xml?page=3"):
        channel = etree.fromstring(client.get(f"/podcast/{page}").data).find("channel")
        assert channel is not None
        guids += [item.findtext("title") for item in channel.findall("item")]
        links.append({link.get("rel"): link.get("href") for link in channel.findall(ATOM)})
    assert guids == ["T5", "T4", "T3", "T2", "T1"]
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
    """The feeds of the site, a show, a tag and a guest have JSON Feed 1.1 versions with the same episodes."""
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
        assert item.pop("_podcast")["episode"] == {"number": 1}
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
    """A feed's Link headers name the WebSub hub and the topic."""
    site.put("content/site.toml", 'url = "https://pod.example"\nhubs = ["https://hub.example/"]\n')
    site.episode()
    links = open_client().get("/podcast/feed.xml").headers.getlist("Link")
    assert links == ['<https://hub.example/>; rel="hub"', '<https://pod.example/podcast/feed.xml>; rel="self"']


def test_hubs_are_named_where_they_are_told(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """Only the first page of the site's and the shows' RSS names a WebSub hub, as only it is announced to hubs."""
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
    """A site without a show has a valid, empty OPML list at /shows.opml."""
    (site.root / "content").mkdir(exist_ok=True)
    body = etree.fromstring(open_client().get("/shows.opml").data).find("body")
    assert body is not None
    assert len(body) == 0


def test_all_shows_are_one_list(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """/shows.opml lists each show with its feed; no show and no page can take its address."""
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
    """The feeds of a site, a show and a tag have different podcast:guid values."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode(tags=["aws"])
    client, name = open_client(), "channel/{https://podcastindex.org/namespace/1.0}guid"
    guids = {
        etree.fromstring(client.get(path).data).findtext(name)
        for path in ("/feed.xml", "/podcast/feed.xml", "/tags/aws/feed.xml")
    }
    assert len(guids) == 3
    assert all(UUID(guid or "").version == 5 for guid in guids)


def test_a_browser_gets_a_type_that_it_shows(server: Server) -> None:
    """A feed's Content-Type is XML for browsers and RSS for others, with Vary; the bytes are the same."""
    app, human = server.get("/podcast/feed.xml", Accept="*/*"), server.get("/podcast/feed.xml", Accept=BROWSER)
    assert app.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert human.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert app.body == human.body
    assert app.headers["Vary"] == human.headers["Vary"] == "Accept-Encoding, Accept"
    assert server.get("/podcast/feed.json", Accept=BROWSER).headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_can_read_a_feed(scheme: str, browser: Browser, server: Server) -> None:
    """Chromium shows a feed with an explanation, working links and the episodes; the CSP blocks nothing."""
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
    """A draft's alternate audio files are 404; a missing alternate of an episode is reported, and not in the feed."""
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
