"""Keys about discussions of a podcast, use of AI, and other feeds: on pages, in feeds, and after an import."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree
from reimporting import FEED, described, imported, said
from support import Site

GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
SETTINGS = f"""
title = "The Harbour"
url = "https://harbour.example"

[shows.podcast]
title = "The Harbour"
description = "Ships."
medium = "MusicL"
social = ["https://mastodon.example/@harbour/110000000000000001"]
txt = ["Plain.", {{purpose = "verify", text = "a b, c"}}]
ai = ["cover"]
update_frequency = {{rrule = "FREQ=MONTHLY", dtstart = "2026-01-31", text = "every month"}}
podroll = [{{feedUrl = "https://tide.example/rss", title = "Tide & Time"}}, {{guid = "{GUID}", itemGuid = "t-1"}}]
publisher = {{url = "https://dock.example/feed.xml", title = "Dock"}}
remote_items = [{{guid = "{GUID}", item = "song <1>", medium = "music", title = "A song"}}]
"""
EPISODE = {
    "social": [
        "https://mastodon.example/@harbour/110000000000000002",
        {"uri": "https://bsky.app/profile/harbour.example/post/3kabcdefg", "priority": 1},
        {"uri": "at://did:plc:abc/app.bsky.feed.post/3kxyz", "accountId": "@h", "accountUrl": "https://h.example"},
    ],
    "comments_url": "https://harbour.example/comments?id=1&all=1",
    "discuss": {"Our <forum>": "https://forum.example/t/1"},
    "txt": {"purpose": "mood", "text": "calm"},
    "ai": "script, voice",
}


@pytest.fixture
def harbour(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> FlaskClient:
    """Return a client of a site with every key about discussions, AI and other feeds, and one episode with audio."""
    site.put("content/site.toml", SETTINGS)
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.episode(**EPISODE)
    return open_client()


def test_a_channel_names_its_conversation_and_other_feeds(harbour: FlaskClient) -> None:
    """A feed's channel has an element for each of a show's keys about discussions, AI and other feeds."""
    channel = etree.fromstring(harbour.get(FEED).data)[0]
    assert said(channel, "podcast:socialInteract") == [
        ("", {"uri": "https://mastodon.example/@harbour/110000000000000001", "protocol": "activitypub",
              "accountId": "@harbour", "accountUrl": "https://mastodon.example/@harbour"})
    ]  # fmt: skip
    assert said(channel, "podcast:txt") == [
        ("Plain.", {}), ("a b, c", {"purpose": "verify"}), ("cover", {"purpose": "ai-content"}),
    ]  # fmt: skip
    assert said(channel, "podcast:medium") == [("musicL", {})]
    assert [attributes["medium"] for _, attributes in said(channel, "podcast:publisher/podcast:remoteItem")] == [
        "publisher"
    ]
    assert said(channel, "podcast:remoteItem") == [
        ("", {"feedGuid": GUID, "itemGuid": "song <1>", "medium": "music", "title": "A song"})
    ]
    assert said(channel, "podcast:podroll/podcast:remoteItem")[1] == ("", {"feedGuid": GUID, "itemGuid": "t-1"})


def test_an_item_says_where_it_is_discussed(harbour: FlaskClient) -> None:
    """An item lists its posts on social networks in order, other discussions, its txt texts, and what AI made."""
    item = etree.fromstring(harbour.get(FEED).data)[0].findall("item")[0]
    posts = [attributes for _, attributes in said(item, "podcast:socialInteract")]
    assert [(post["protocol"], post.get("priority")) for post in posts] == [
        ("activitypub", None), ("atproto", "1"), ("atproto", None),
    ]  # fmt: skip
    assert posts[1]["accountId"] == "@harbour.example"
    assert posts[2]["accountUrl"] == "https://h.example"
    assert said(item, "comments") == [("https://harbour.example/comments?id=1&all=1", {})]
    assert said(item, "atom:link") == [
        ("", {"href": "https://forum.example/t/1", "rel": "replies", "title": "Our <forum>", "type": "text/html"})
    ]
    assert said(item, "podcast:txt") == [("calm", {"purpose": "mood"}), ("script, voice", {"purpose": "ai-content"})]
    extension = harbour.get("/podcast/feed.json").json["items"][0]["_podcast"]
    assert extension["ai"] == ["script", "voice"]
    assert len(extension["social"]) == 3


def test_pages_say_what_a_listener_cares_about(harbour: FlaskClient) -> None:
    """Pages link discussions, recommended shows and the publisher, and state the schedule and what AI made."""
    page = harbour.get("/podcast/1-first").text
    labels = re.findall(r'<a href="[^"]*" rel="noopener">([^<]*)</a>', page)
    assert labels[:5] == [
        "Discuss this episode on Bluesky", "Discuss this episode on Mastodon", "Discuss this episode on Bluesky",
        "Comments", "Our &lt;forum&gt;",
    ]  # fmt: skip
    assert "https://bsky.app/profile/did:plc:abc/post/3kxyz" in page
    assert "AI was used for the script and the voice." in page
    show = harbour.get("/podcast/").text
    for words in (
        "New episodes: every month", "Published by", "We also listen to", "Tide &amp; Time", "In this list", "A song",
        "AI was used for the cover.", "Discuss the show on Mastodon",
    ):  # fmt: skip
        assert words in show, words


def test_a_forbidden_discussion_is_in_the_feed_alone(
    site: Site, open_client: Callable[[], FlaskClient], mp3: Path
) -> None:
    """`social: disabled` forbids discussion in the episode's item, and its page has no heading for discussions."""
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.episode(social="disabled")
    client = open_client()
    item = etree.fromstring(client.get(FEED).data)[0].findall("item")[0]
    assert said(item, "podcast:socialInteract") == [("", {"protocol": "disabled"})]
    assert "Join in" not in client.get("/podcast/1-first").text


def test_a_feed_of_ours_comes_back(harbour: FlaskClient, tmp_path: Path) -> None:
    """Importing our feed, and then the imported site's feed, changes nothing about discussions, AI and other feeds."""
    ours = harbour.get(FEED).data
    once = imported(tmp_path / "once", ours)
    assert described(once) == described(ours)
    assert described(imported(tmp_path / "twice", once)) == described(ours)


def test_wrong_values_cost_themselves(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> None:
    """Invalid posts, links, texts and AI values are reported and left out; valid ones beside them are published."""
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.episode(
        social=["https://forum.example/topic", "https://mastodon.example/@a/110000000000000009", 7],
        ai=["voice", "soul"],
        discuss=["https://a.example/", "nonsense"],
        txt=["x" * 4001, "short"],
        comments_url="javascript:alert(1)",
    )
    problems = site.run("check").stdout
    for words in (
        "first.md:3: warning: expected a post on Mastodon", "expected script, voice, transcript or cover, found 'soul'",
        "expected an address that begins with https://, found 'nonsense'", "expected at most 4,000 characters",
        "found 'javascript:alert(1)'", "found 7",
    ):  # fmt: skip
        assert words in problems, words
    item = etree.fromstring(open_client().get(FEED).data)[0].findall("item")[0]
    assert len(said(item, "podcast:socialInteract")) == 1
    assert said(item, "podcast:txt") == [("short", {}), ("voice", {"purpose": "ai-content"})]
    assert len(said(item, "atom:link")) == 1
    assert said(item, "comments") == []
