"""The feed in four parsers that podcast apps and directories use."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from full_feed_site import FEED, M4A, MP3, TITLE
from page_visit import needs
from recording_proxy import RecordingProxy

pytestmark = pytest.mark.slow

_READ = Path(__file__).with_name("read_feed.mjs")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def seen(proxy: RecordingProxy, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the feed's data as podcast-partytime and feedsmith parse it, by the names of these two parsers."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    for package in ("podcast-partytime", "feedsmith"):
        needs(package)
    saved = tmp_path_factory.mktemp("feed") / "feed.xml"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(proxy.url + FEED, timeout=60) as answer:
        saved.write_bytes(answer.read())
    done = subprocess.run(
        ["node", str(_READ), str(saved)],
        env={**os.environ, "PARTYTIME_LOG": "silent"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_feedparser_fetches_what_is_new_only(proxy: RecordingProxy, local: Callable[[str], Path]) -> None:
    """feedparser finds the feed well-formed, and gets a 304 with its ETag or with its date while nothing is new."""
    with proxy.watch("feedparser", "reads") as reading:
        read = feedparser.parse(proxy.url + FEED)
    assert (read.status, read.bozo) == (200, False)
    assert reading.for_path(FEED)[0].response["ETag"] == read.etag
    hello = read.entries[0]
    assert (hello.title, hello.itunes_duration, hello.id) == (TITLE, "1801", "https://pod.example/podcast/1-hello")
    [sound] = hello.enclosures
    length = str(local(MP3).stat().st_size)
    assert (sound.href, sound.type, sound.length) == (proxy.url + MP3, "audio/mpeg", length)
    for act, validators in (("by the ETag", {"etag": read.etag}), ("by the date", {"modified": read.modified})):
        with proxy.watch("feedparser", f"reads again, {act}"):
            assert feedparser.parse(proxy.url + FEED, **validators).status == 304


def test_podcastparser_knows_what_gpodder_shows(proxy: RecordingProxy, local: Callable[[str], Path]) -> None:
    """podcastparser reads the show and its episodes, oldest first in a serial, with audio, length, notes and pictures."""
    with proxy.watch("podcastparser", "reads"), urllib.request.urlopen(proxy.url + FEED, timeout=60) as stream:
        read = podcastparser.parse(proxy.url + FEED, stream)
    assert (read["title"], read["type"], read["itunes_author"]) == ("The Podcast", "serial", "Ann Lee")
    assert read["itunes_owner"] == {"name": "Ann Lee", "email": "ann@pod.example"}
    assert (read["itunes_categories"], read["explicit"]) == ([["Arts", "Design"], ["Society & Culture"]], False)
    assert (read["cover_url"], read["language"]) == (f"{proxy.url}/images/full/cover.png", "en")
    trailer, hello = read["episodes"]
    assert (trailer["title"], trailer["type"], trailer["season"]) == ("What comes", "trailer", 2)
    assert (hello["title"], hello["type"], hello["season"], hello["number"]) == (TITLE, "full", 2, 1)
    assert (hello["guid"], hello["total_time"]) == ("https://pod.example/podcast/1-hello", 1801)
    assert hello["enclosures"] == [
        {"url": proxy.url + MP3, "file_size": local(MP3).stat().st_size, "mime_type": "audio/mpeg"}
    ]
    assert hello["episode_art_url"] == f"{proxy.url}/images/full/hello.png"
    assert "<li>10:00" in hello["description_html"]


def test_partytime_recognizes_all_that_it_knows(seen: dict[str, Any]) -> None:
    """podcast-partytime recognizes all tags of Podcasting 2.0 but updateFrequency, which it doesn't support yet."""
    counted = {tag for phase in seen["partytime"]["pc20support"].values() for tag in phase}
    assert counted == {
        "locked", "funding", "transcript", "chapters", "soundbite", "person", "location", "season", "episode", "guid",
        "trailer", "license", "alternateEnclosure", "medium", "txt", "podroll", "value",
    }  # fmt: skip


@pytest.mark.parametrize("part", ["channel", "item"])
def test_partytime_reads_the_values(
    seen: dict[str, Any], proxy: RecordingProxy, local: Callable[[str], Path], part: str
) -> None:
    """podcast-partytime reads from the feed the values that the site's files give for the channel and its item."""
    feed = seen["partytime"]
    parsed, expected = (feed, _channel(proxy, local)) if part == "channel" else (feed["items"][0], _item(proxy, local))
    assert {key: parsed.get(key) for key in expected} == expected


def test_feedsmith_reads_every_tag_of_the_channel(
    seen: dict[str, Any], proxy: RecordingProxy, local: Callable[[str], Path]
) -> None:
    """feedsmith reads the values that the owner wrote for the channel's tags, updateFrequency among them."""
    feed = seen["feedsmith"]["feed"]
    assert seen["feedsmith"]["format"] == "rss"
    parsed = feed["podcast"]
    ann = {
        "display": "Ann Lee",
        "role": "host",
        "img": f"{proxy.url}/images/full/ann.png",
        "href": "https://ann.example",
    }
    [trailer] = parsed["trailers"]
    expected = {
        "guid": "9b024349-ccf0-5f69-a609-6b82873eab3c",
        "locked": {"value": True, "owner": "ann@pod.example"},
        "fundings": [{"url": "https://pod.example/coffee", "display": "Buy us a coffee"}],
        "persons": [ann],
        "locations": [{"display": "Austin, TX", "geo": "geo:30.2672,-97.7431", "osm": "R113314"}],
        "license": {"display": "cc-by-4.0", "url": "https://creativecommons.example/by/4.0"},
        "medium": "podcast",
        "txts": [{"display": "S6lpp-7ZCn8", "purpose": "verify"}],
        "updateFrequency": {
            "display": "Every Monday",
            "rrule": "FREQ=WEEKLY;BYDAY=MO",
            "dtstart": "2026-01-05T09:00:00Z",
        },
        "podroll": {"remoteItems": _PODROLL},
        "values": [
            {
                "type": "lightning",
                "method": "keysend",
                "suggested": 0.00000015,
                "valueRecipients": [
                    {
                        "name": "Ann",
                        "type": "node",
                        "address": "02dd",
                        "split": 90,
                        "customKey": "7",
                        "customValue": "x",
                    }
                ],
            }
        ],
    }
    assert {key: parsed.get(key) for key in expected} == expected
    assert (trailer["display"], trailer["url"], trailer["season"]) == ("What comes", _trailer(proxy), 2)
    assert {(link["rel"], link["href"]) for link in feed["atom"]["links"]} >= {
        ("self", proxy.url + FEED),
        ("hub", "https://hub.example/"),
    }


def test_feedsmith_reads_every_tag_of_an_item(
    seen: dict[str, Any], proxy: RecordingProxy, local: Callable[[str], Path]
) -> None:
    """feedsmith reads the values of an item's podcast tags, and the show's host among its persons."""
    parsed = seen["feedsmith"]["feed"]["items"][0]["podcast"]
    assert [(each["display"], each["role"], each["href"]) for each in parsed["persons"]] == [
        ("Ann Lee", "host", "https://ann.example"),
        ("Bob Ray", "reporter", "https://bob.example"),
    ]
    transcripts = {each["url"].rpartition(".")[2]: each["type"] for each in parsed["transcripts"]}
    assert transcripts == {
        "vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "html": "text/html",
    }  # fmt: skip
    [other] = parsed["alternateEnclosures"]
    expected = {
        "chapters": {"url": f"{proxy.url}/podcast/1-hello/chapters.json", "type": "application/json+chapters"},
        "season": {"number": 2, "name": "The second one"},
        "episode": {"number": 1, "display": "Ch. 1"},
        "soundbites": [{"startTime": 73, "duration": 60, "display": "The best of it"}],
        "locations": [{"display": "Berlin"}],
        "license": {"display": "cc-by-nc-4.0"},
    }
    assert {key: parsed.get(key) for key in expected} == expected
    assert (other["type"], other["length"], other["bitrate"]) == ("audio/mp4", local(M4A).stat().st_size, 128_000)
    assert other["sources"] == [{"uri": proxy.url + M4A, "contentType": "audio/mp4"}]


def test_what_a_feed_leads_to_is_there_for_players_anywhere(seen: dict[str, Any], proxy: RecordingProxy) -> None:
    """Each transcript and chapters file is served with the media type that the feed states, and CORS for any site."""
    parsed = seen["feedsmith"]["feed"]["items"][0]["podcast"]
    for led in (*parsed["transcripts"], parsed["chapters"]):
        with proxy.watch("player", "follows the feed"), urllib.request.urlopen(led["url"], timeout=60) as answer:
            assert answer.headers.get_content_type() == led["type"]
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.read()


_PODROLL = [
    {
        "feedGuid": "917393e3-1b1e-5cef-ace4-edaa54e1f810",
        "feedUrl": "https://other.example/rss",
        "title": "Another",
    }
]


def _trailer(proxy: RecordingProxy) -> str:
    return f"{proxy.url}/audio/podcast/0-trailer.mp3"


def _channel(proxy: RecordingProxy, local: Callable[[str], Path]) -> dict[str, Any]:
    """Return the values that podcast-partytime should read from the feed's channel, by its names of the fields."""
    return {
        "guid": "9b024349-ccf0-5f69-a609-6b82873eab3c",
        "locked": True,
        "podcastOwner": "ann@pod.example",
        "podcastFunding": [{"message": "Buy us a coffee", "url": "https://pod.example/coffee"}],
        "podcastPeople": [_ann(proxy)],
        "podcastLocation": {"name": "Austin, TX", "osm": "R113314", "geo": "geo:30.2672,-97.7431"},
        "trailers": [
            {
                "title": "What comes",
                "url": _trailer(proxy),
                "pubdate": "2026-01-01T00:00:00.000Z",
                "type": "audio/mpeg",
                "length": local(MP3).stat().st_size,
                "season": 2,
            }
        ],
        "license": {"identifier": "cc-by-4.0", "url": "https://creativecommons.example/by/4.0"},
        "medium": "podcast",
        "podcastTxt": [{"value": "S6lpp-7ZCn8", "purpose": "verify"}],
        "podroll": _PODROLL,
        "pubsub": {"self": proxy.url + FEED, "hub": "https://hub.example/"},
        "itunesCategory": ["Arts > Design", "Society & Culture"],
    }


def _item(proxy: RecordingProxy, local: Callable[[str], Path]) -> dict[str, Any]:
    """Return the values that podcast-partytime should read from the feed's item, by its names of the fields."""
    page = f"{proxy.url}/podcast/1-hello"
    bob = {
        "name": "Bob Ray",
        "role": "Reporter",
        "img": f"{proxy.url}/images/full/bob.png",
        "href": "https://bob.example",
    }
    kinds = {"vtt": "text/vtt", "srt": "application/srt", "json": "application/json", "html": "text/html"}
    return {
        "guid": "https://pod.example/podcast/1-hello",
        "podcastPeople": [_ann(proxy), {**bob, "group": "Cast"}],
        "podcastSeason": {"number": 2, "name": "The second one"},
        "podcastEpisode": {"number": 1, "display": "Ch. 1"},
        "podcastTranscripts": [
            {"url": f"{page}/transcript.{suffix}", "type": kind, "language": "en"} for suffix, kind in kinds.items()
        ],
        "podcastChapters": {"url": f"{page}/chapters.json", "type": "application/json+chapters"},
        "podcastSoundbites": [{"duration": 60, "startTime": 73, "title": "The best of it"}],
        "podcastLocation": {"name": "Berlin"},
        "license": {"identifier": "cc-by-nc-4.0", "url": "https://spdx.org/licenses/CC-BY-NC-4.0.html"},
        "alternativeEnclosures": [
            {
                "type": "audio/mp4",
                "length": local(M4A).stat().st_size,
                "source": [{"uri": proxy.url + M4A, "contentType": "audio/mp4"}],
                "default": False,
                "bitrate": 128_000,
                "title": "As M4A",
            }
        ],
    }


def _ann(proxy: RecordingProxy) -> dict[str, Any]:
    picture = f"{proxy.url}/images/full/ann.png"
    return {"name": "Ann Lee", "role": "Host", "group": "Cast", "img": picture, "href": "https://ann.example"}
