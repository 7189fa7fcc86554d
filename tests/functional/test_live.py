"""A live broadcast: its card, its place in feeds, the change of its status with the clock, and its recording."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree
from reimporting import FEED, NS, described, imported, said
from support import Server, Site

Wait = Callable[..., None]
POD = 'url = "https://harbour.example"\ntimezone = "America/New_York"\n\n[shows.podcast]\naudio = "{slug}.mp3"\n'
#: Seconds until a test's broadcast begins; enough time to save other files on a busy machine.
SOON = 10
STREAM = "https://stream.example/harbour"


def ahead(**duration: float) -> str:
    """Return the time a ``duration`` from now (such as ``hours=-1``) as ISO 8601 text, in UTC and whole seconds."""
    return (datetime.now(UTC) + timedelta(**duration)).isoformat(timespec="seconds")


def live_items(feed: bytes) -> list[etree._Element]:
    """Return the live broadcasts in a feed."""
    return etree.fromstring(feed)[0].findall("podcast:liveItem", NS)


@pytest.fixture
def pod(site: Site, mp3: Path) -> Site:
    """Return a site with one recorded episode, whose settings name an audio file for each episode of the show."""
    site.put("content/site.toml", POD)
    site.episode("2026-01-02-1-first.md", body="Old.")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    return site


def test_a_broadcast_is_announced(pod: Site, open_client: Callable[[], FlaskClient]) -> None:
    """An episode with a future broadcast has a card with time and links on its page, and is a liveItem in the feed."""
    pod.episode(
        "2026-01-05-2-live.md", title="From the quay", tags=["ships"],
        live={
            "start": "2030-12-05 20:00", "end": "22:00", "url": STREAM, "chat": "irc://irc.example/#quay",
            "links": {"Video": "https://youtube.com/live/abc", "": "https://www.quay.example/live"},
        },
    )  # fmt: skip
    client = open_client()
    page = client.get("/podcast/2-live").text
    for words in (
        'data-status="pending"', "5 December 2030, 20:00 EST", f'<a href="{STREAM}" rel="noopener">Listen live</a>',
        'href="ircs://irc.example/quay"', ">Video</a>", ">quay.example</a>",
    ):  # fmt: skip
        assert words in page, words
    assert 'class="player"' not in page
    assert "Live on 5 December" in client.get("/podcast/").text
    (item,) = live_items(client.get(FEED).data)
    assert dict(item.attrib) == {
        "status": "pending", "start": "2030-12-06T01:00:00+00:00", "end": "2030-12-06T03:00:00+00:00",
    }  # fmt: skip
    assert said(item, "title") == [("From the quay", {})]
    assert said(item, "guid")[0][0] == "https://harbour.example/podcast/2-live"
    assert said(item, "enclosure") == [("", {"url": STREAM, "type": "audio/mpeg", "length": "0"})]
    assert said(item, "podcast:contentLink") == [
        ("Video", {"href": "https://youtube.com/live/abc"}), ("quay.example", {"href": "https://www.quay.example/live"}),
    ]  # fmt: skip
    assert said(item, "podcast:chat") == [("", {"server": "irc.example", "protocol": "irc", "space": "#quay"})]
    live = client.get("/podcast/feed.json").json["items"][0]["_podcast"]["live"]
    assert (live["status"], live["start"]) == ("pending", "2030-12-06T01:00:00+00:00")
    assert "2-live" not in pod.run("check").stdout


def test_a_page_is_no_stream(pod: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A broadcast on a video site is a link on the page and in the feed, not an enclosure, which apps couldn't play."""
    pod.episode("2-live.md", date="2026-01-05", live={"start": "2030-12-05", "url": "https://www.youtube.com/live/a"})
    client = open_client()
    (item,) = live_items(client.get(FEED).data)
    assert said(item, "enclosure") == []
    assert said(item, "podcast:contentLink") == [("Watch live", {"href": "https://www.youtube.com/live/a"})]
    assert ">Watch live</a>" in client.get("/podcast/2-live").text


def test_a_recording_makes_an_ordinary_episode(pod: Site, open_client: Callable[[], FlaskClient], mp3: Path) -> None:
    """Once the recording is there, the episode is an item with the same guid, and its page has a player and no card."""
    pod.episode("2-live.md", date="2026-01-05", live={"start": "2026-01-05 20:00", "url": STREAM})
    client = open_client()
    assert "The broadcast is over." in client.get("/podcast/2-live").text
    (item,) = live_items(client.get(FEED).data)
    assert item.get("status") == "ended"
    pod.put("content/audio/podcast/2-live.mp3", mp3.read_bytes())
    assert pod.run("reindex").returncode == 0
    client = open_client()
    assert live_items(client.get(FEED).data) == []
    guids = [each.findtext("guid") for each in etree.fromstring(client.get(FEED).data)[0].findall("item")]
    assert guids[0] == said(item, "guid")[0][0]
    page = client.get("/podcast/2-live").text
    assert 'class="player"' in page
    assert 'class="live"' not in page


@pytest.mark.parametrize(("status", "shown"), [("live", "live"), ("over", "ended"), ("upcoming", "pending")])
def test_a_stated_status_stands(pod: Site, open_client: Callable[[], FlaskClient], status: str, shown: str) -> None:
    """A status in the front matter, in any of its spellings, takes precedence over the clock."""
    pod.episode("2-live.md", date="2026-01-05", live={"start": ahead(hours=-1), "url": STREAM, "status": status})
    client = open_client()
    assert live_items(client.get(FEED).data)[0].get("status") == shown
    assert "data-clock" not in client.get("/podcast/2-live").text


@pytest.mark.slow
def test_the_status_follows_the_clock(pod: Site, serve: Callable[..., Server], eventually: Wait) -> None:
    """When a broadcast begins or ends, a running server updates page and feeds, but publishes no other saved file."""
    server = serve()
    pod.episode("2-live.md", date="2026-01-05", live={"start": ahead(seconds=SOON), "end": ahead(seconds=SOON + 5)})
    assert pod.run("reindex").returncode == 0
    eventually(lambda: server.get("/podcast/2-live").status == 200)
    status = lambda: live_items(server.get(FEED).body)[0].get("status")  # noqa: E731
    first = server.get(FEED)
    assert status() == "pending", "the machine is too slow for this test"
    assert 'data-status="pending"' in server.get("/podcast/2-live").text
    pod.episode("2026-01-02-1-first.md", body="Half a sent")
    eventually(lambda: status() == "live")
    assert 'data-status="live"' in server.get("/podcast/2-live").text
    assert "On air" in server.get("/podcast/").text
    assert server.get(FEED, If_None_Match=first.headers["ETag"]).status == 200
    assert server.get(FEED).headers["Last-Modified"] != first.headers["Last-Modified"]
    eventually(lambda: status() == "ended")
    assert "Half a sent" not in server.get("/podcast/1-first").text
    assert server.get("/podcast/feed.json").json["items"][0]["_podcast"]["live"]["status"] == "ended"


def test_an_episode_with_a_date_ahead_stays_a_secret(pod: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A broadcast isn't announced before its episode's date, as unpublished episodes exist nowhere."""
    pod.episode("2-live.md", date=ahead(days=2), live={"start": ahead(days=3), "url": STREAM})
    client = open_client()
    assert client.get("/podcast/2-live").status_code == 404
    assert STREAM not in client.get(FEED).text
    assert live_items(client.get(FEED).data) == []


def test_a_broadcast_comes_back(pod: Site, open_client: Callable[[], FlaskClient], tmp_path: Path) -> None:
    """Importing our feed, and then the imported site's feed, keeps future, cancelled and past broadcasts unchanged."""
    pod.episode(
        "2026-01-05-2-ahead.md", title="Ahead",
        live={"start": "2030-12-05 20:00", "end": "22:00", "url": STREAM, "type": "audio/ogg",
              "links": ["https://quay.example/"], "chat": {"server": "x.example", "protocol": "XMPP", "space": "a@b"}},
    )  # fmt: skip
    pod.episode("2026-01-06-3-off.md", title="Off", live={"start": "2030-12-05 20:00", "status": "cancelled"})
    pod.episode("2026-01-07-4-film.md", title="Film", live={"start": "2026-01-07", "url": "https://twitch.tv/a"})
    ours = open_client().get(FEED).data
    assert len(live_items(ours)) == 3
    once = imported(tmp_path / "once", ours)
    assert described(once) == described(ours)
    assert described(imported(tmp_path / "twice", once)) == described(ours)


def test_a_broadcast_and_its_recording_are_one_episode(tmp_path: Path, pod: Site) -> None:
    """An import keeps only the recording where an old feed has a broadcast and an item with the same guid."""
    feed = f"""<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>S</title>
    <podcast:liveItem status="ended" start="2024-01-05T20:00:00Z"><title>A</title><guid>g</guid>
    <enclosure url="{STREAM}" type="audio/mpeg" length="1"/></podcast:liveItem>
    <podcast:liveItem status="on" start="2024-02-05T20:00:00.000-0500" end="x"><title>B</title><guid>h</guid>
    <enclosure url="{STREAM}" type="audio/aac" length="1"/><podcast:contentLink href="javascript:x">X</podcast:contentLink>
    <podcast:contentLink href="https://quay.example/b"/></podcast:liveItem>
    <item><title>A</title><guid>g</guid><pubDate>Fri, 05 Jan 2024 22:00:00 +0000</pubDate>
    <enclosure url="https://cdn.example/a.mp3" type="audio/mpeg" length="9"/></item></channel></rss>"""
    again = etree.fromstring(imported(tmp_path / "new", feed.encode()))[0]
    assert [each.findtext("guid") for each in again.findall("item")] == ["g"]
    (item,) = again.findall("podcast:liveItem", NS)
    assert (item.findtext("guid"), item.get("status"), item.get("start")) == ("h", "ended", "2024-02-06T01:00:00+00:00")
    assert said(item, "enclosure")[0][1]["type"] == "audio/aac"
    assert said(item, "podcast:contentLink") == [("quay.example", {"href": "https://quay.example/b"})]


@pytest.mark.parametrize(
    ("live", "words"),
    [
        (7, "expected a table, found 7"),
        ({"start": "soon"}, "expected a time such as 2026-12-05 20:00 as start, found 'soon'"),
        ({"start": "2030-01-01", "end": "2029-01-01"}, "expected an end after the start, found '2029-01-01'"),
        ({"start": "2030-01-01", "status": "perhaps"}, "expected pending, live or ended, found 'perhaps'"),
        ({"start": "2030-01-01", "url": "rtmp://x"}, "expected an address that begins with https://, found 'rtmp://x'"),
        ({"start": "2030-01-01", "chat": {"space": "a"}}, "expected the address of a chat, or its server and protocol"),
    ],
)
def test_a_wrong_broadcast_costs_itself(pod: Site, live: object, words: str) -> None:
    """A broadcast with an invalid value is reported by file and line and left out, and its episode is published."""
    pod.episode("2-live.md", date="2026-01-05", live=live)
    assert f"content/podcast/2-live.md:4: warning: {words}" in pod.run("check").stdout
    assert pod.run("reindex").stdout.startswith("2 added")
