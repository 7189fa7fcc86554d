"""Feeds as podcast apps read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import feedparser
from flask.testing import FlaskClient
from lxml import etree
from support import Site

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"


def test_a_feed_has_what_apps_need(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> None:
    """A show's feed is valid RSS with the audio's true length, absolute addresses and the permalink as guid."""
    site.put(
        "content/site.toml",
        'title = "S"\nurl = "https://pod.example"\nowner = {name = "A", email = "a@b.example"}\n[shows.podcast]\ncategories = ["Technology"]\n',
    )
    site.episode(body="See [this](/tags/) and\n\n- 0:02 -- that & <b>more</b> ]]>", description="D & E", season=2)
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    client = open_client()
    answer = client.get("/podcast/feed.xml")
    assert answer.content_type.startswith("application/rss+xml")
    assert "Last-Modified" in answer.headers
    assert client.get("/podcast/feed.xml", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert (
        client.get("/podcast/feed.xml", headers={"If-Modified-Since": answer.headers["Last-Modified"]}).status_code
        == 304
    )
    channel = etree.fromstring(answer.data).find("channel")
    assert channel is not None
    item = channel.find("item")
    assert item is not None
    guid, enclosure = item.find("guid"), item.find("enclosure")
    assert guid is not None
    assert enclosure is not None
    assert (guid.text, guid.get("isPermaLink")) == ("https://pod.example/podcast/1-first", "false")
    assert dict(enclosure.attrib) == {
        "url": "https://pod.example/audio/podcast/1-first.mp3",
        "length": str(mp3.stat().st_size),
        "type": "audio/mpeg",
    }
    assert item.findtext(f"{ITUNES}duration") in ("6", "0:06", "00:00:06")
    assert item.findtext(f"{ITUNES}season") == "2"
    parsed = feedparser.parse(answer.data)
    assert not parsed.bozo
    assert 'href="https://pod.example/tags/"' in parsed.entries[0].content[0].value


def test_a_guid_stays_when_the_deployment_moves(
    site: Site, open_client: Callable[[], FlaskClient], monkeypatch: object
) -> None:
    """LONGWAVE_URL changes the addresses in a feed, never the guids."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode()
    monkeypatch.setenv("LONGWAVE_URL", "https://staging.example")  # type: ignore[attr-defined]
    text = open_client().get("/podcast/feed.xml").text
    assert ">https://pod.example/podcast/1-first</guid>" in text
    assert "<link>https://staging.example/podcast/1-first</link>" in text


def test_tags_and_guests_have_feeds(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """The site, each tag and each guest have a feed; the feed of an unknown tag or guest is a 404."""
    site.episode(tags=["aws"], guest="Ann Lee")
    client = open_client()
    for path in ("/feed.xml", "/tags/aws/feed.xml", "/guests/ann-lee/feed.xml"):
        assert len(feedparser.parse(client.get(path).data).entries) == 1, path
    for path in ("/nope/feed.xml", "/tags/nope/feed.xml", "/guests/nope/feed.xml"):
        assert client.get(path).status_code == 404, path
