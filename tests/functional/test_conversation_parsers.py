"""Discussions, AI, live broadcasts and other feeds, as the parsers of podcast apps and directories read them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from flask.testing import FlaskClient
from page_visit import needs
from support import Site

pytestmark = pytest.mark.slow

GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
FEED = "/podcast/feed.xml"
SETTINGS = f"""
url = "https://harbour.example"
[shows.podcast]
medium = "musicL"
publisher = {{guid = "{GUID}", url = "https://dock.example/feed.xml"}}
remote_items = [{{guid = "{GUID}", item = "t-1", medium = "music"}}]
update_frequency = {{rrule = "FREQ=WEEKLY", complete = true}}
"""


@pytest.fixture
def feed(site: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> bytes:
    """Return a feed with an episode that has every key about discussions and AI, and with a live broadcast."""
    site.put("content/site.toml", SETTINGS)
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.episode(
        social=["https://mastodon.example/@ann/110000000000000001"], ai=["script", "voice"],
        comments_url="https://c.example/", discuss=["https://f.example/"],
    )  # fmt: skip
    live = {"start": "2030-12-05 20:00", "end": "22:00", "url": "https://stream.example/a.mp3", "links": ["https://v.example/"],
            "chat": {"server": "irc.example", "protocol": "irc", "space": "#a"}}  # fmt: skip
    site.episode("2026-01-03-2-live.md", title="Live", live=live)
    return open_client().get(FEED).data


@pytest.fixture
def seen(feed: bytes, tmp_path: Path) -> dict[str, Any]:
    """Return the feed's data as podcast-partytime and feedsmith parse it, by the names of these two parsers."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    for package in ("podcast-partytime", "feedsmith"):
        needs(package)
    (tmp_path / "feed.xml").write_bytes(feed)
    done = subprocess.run(
        ["node", str(Path(__file__).parents[1] / "clients" / "read_feed.mjs"), str(tmp_path / "feed.xml")],
        env={**os.environ, "PARTYTIME_LOG": "silent"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_feedsmith_reads_conversation_and_broadcasts(seen: dict[str, Any]) -> None:
    """feedsmith reads discussions, texts, broadcasts with chat and links, publisher, other feeds and schedule."""
    feed = seen["feedsmith"]["feed"]
    channel, (item,) = feed["podcast"], feed["items"]
    assert channel["medium"] == "musicL"
    assert channel["publisher"]["remoteItem"]["feedGuid"] == GUID
    assert channel["remoteItems"] == [{"feedGuid": GUID, "itemGuid": "t-1", "medium": "music"}]
    assert channel["updateFrequency"] == {"display": "weekly", "complete": True, "rrule": "FREQ=WEEKLY"}
    assert item["comments"] == "https://c.example/"
    assert item["podcast"]["txts"] == [{"display": "script, voice", "purpose": "ai-content"}]
    assert item["podcast"]["socialInteracts"] == [
        {"uri": "https://mastodon.example/@ann/110000000000000001", "protocol": "activitypub", "accountId": "@ann",
         "accountUrl": "https://mastodon.example/@ann"}
    ]  # fmt: skip
    (live,) = channel["liveItems"]
    assert (live["status"], live["end"][:10]) == ("pending", "2030-12-05")
    assert live["chat"] == {"server": "irc.example", "protocol": "irc", "space": "#a"}
    assert live["contentLinks"] == [{"href": "https://v.example/", "display": "v.example"}]


def test_partytime_reads_broadcasts(seen: dict[str, Any]) -> None:
    """podcast-partytime reads a live broadcast's stream and web pages, and where the recorded episode is discussed."""
    feed = seen["partytime"]
    (live,) = feed["podcastLiveItems"]
    assert (live["status"], live["title"], live["start"]) == ("pending", "Live", "2030-12-05T20:00:00.000Z")
    assert live["enclosure"]["url"] == "https://stream.example/a.mp3"
    assert live["contentLinks"] == [{"url": "https://v.example/", "title": "v.example"}]
    assert feed["items"][0]["podcastSocialInteraction"][0]["platform"] == "activitypub"
    assert len(feed["items"]) == 1


def test_other_readers_see_the_episodes_alone(feed: bytes, tmp_path: Path) -> None:
    """feedparser and podcastparser, which don't know live broadcasts, read only the recorded episode from the feed."""
    read = feedparser.parse(feed)
    assert not read.bozo
    assert [(entry.title, entry.comments) for entry in read.entries] == [("First", "https://c.example/")]
    (tmp_path / "feed.xml").write_bytes(feed)
    with (tmp_path / "feed.xml").open("rb") as stream:
        assert [each["title"] for each in podcastparser.parse("https://harbour.example/", stream)["episodes"]] == [
            "First"
        ]
