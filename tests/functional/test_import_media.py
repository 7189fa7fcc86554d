"""The enclosures of an imported feed keep their media types and their other forms, through our own feed and back."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from made_media import mp4, track
from old_host import MP3, OldHost
from support import Client, Site

from longwave import create_app
from longwave.web.request_context import KEEPER

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Lighthouses</title><link>https://lights.example/</link><description>Of lamps.</description>"""
ALTERNATE = """<podcast:alternateEnclosure type="video/mp4" length="7924786" bitrate="511276.52" height="720" lang="en-GB"
 title="The film" rel="film" codecs="avc1.64001f, mp4a.40.2" default="true">
<podcast:source uri="https://cdn.example/{n}.mp4"/><podcast:source uri="https://cdn.example/{n}/live.m3u8"
 contentType="application/x-mpegURL"/><podcast:source uri="ipfs://bafy{n}"/>
<podcast:integrity type="sri" value="sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo"/>
</podcast:alternateEnclosure>"""
#: The type in the old feed and the address's end, with the type that ours states.
TYPES = [
    ("video/mp4", "film.mp4", "video/mp4"),
    ("video/x-m4v", "film.m4v", "video/x-m4v"),
    ("video/webm", "watch/9", "video/webm"),
    ("audio/x-m4a", "play/1", "audio/x-m4a"),
    ("audio/ogg", "play/2?x=.mp3", "audio/ogg"),
    ("audio/mpeg", "a.m4a", "audio/mpeg"),
    ("audio/mp3", "a.mp3", "audio/mpeg"),
    ("mp3", "b.mp3", "audio/mpeg"),
    ("file", "c.mp3?token=1", "audio/mpeg"),
    ("application/mp3", "d.mp3", "audio/mpeg"),
    ("application/octet-stream", "e.m4a", "audio/mp4"),
    ("", "f.opus", "audio/ogg"),
    ("audio", "play/3", "audio/mpeg"),
    ("application/zip", "g.mp3", "audio/mpeg"),
    ("application/pdf", "paper.pdf", "application/pdf"),
    ("application/x-mpegURL", "live/index", "application/x-mpegurl"),
]


@pytest.fixture
def home(tmp_path: Path) -> Site:
    """Return an empty folder, into which the tests import."""
    (tmp_path / "home").mkdir()
    return Site(tmp_path / "home")


def item(number: int, media: str) -> str:
    """Return an RSS item with the XML ``media`` for its enclosure."""
    date = f"{number:02} Jan 2024 06:00:00 +0000"
    return f'<item><title>No {number}</title><guid isPermaLink="false">g-{number}</guid><pubDate>{date}</pubDate>{media}</item>'


def brought(home: Site, feed: str, name: str, *options: str) -> str:
    """Import the text of a feed into the folder ``name``, and return the text of the site's own feed."""
    home.put("feed.xml", feed)
    done = home.run("import", "rss", "feed.xml", "--into", name, "--allow-private", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    app = create_app(home.root / name)
    app.test_client_class = Client
    with contextlib.closing(app.extensions[KEEPER]):
        return app.test_client().get("/podcast/feed.xml").text


def media_of(feed: str) -> list[str]:
    """Return the enclosures and alternate forms in the text of a feed, in order."""
    return re.findall(r"<enclosure [^>]*>|<podcast:alternateEnclosure.*?</podcast:alternateEnclosure>", feed, re.DOTALL)


def test_types_are_kept(home: Site) -> None:
    """The stated type of each enclosure is kept; a type that is none is the one that the address's suffix means."""
    items = [
        item(number, f'<enclosure url="https://cdn.example/{end}" length="9" type="{kind}"/>')
        for number, (kind, end, _) in enumerate(TYPES, 1)
    ]
    feed = brought(home, f"{HEAD}{''.join(items)}</channel></rss>", "new", "--audio", "link")
    found = dict(re.findall(r'<enclosure url="https://cdn.example/([^"]*)" length="9" type="([^"]*)"', feed))
    assert found == {end: kind for _, end, kind in TYPES}
    files = "".join(path.read_text() for path in (home.root / "new/content/podcast").iterdir())
    # Front matter states a type only where the address says another one, or nothing.
    assert sorted(re.findall(r'(?m)^type: "?([^"\n]*)', files)) == sorted(
        ["video/webm", "audio/x-m4a", "audio/ogg", "audio/mpeg", "application/x-mpegurl"]
    )


@pytest.mark.parametrize(
    ("media", "said"),
    [
        ('<media:content url="https://cdn.example/1.mp3" fileSize="9" type="audio/mpeg" duration="61"/>', "audio/mpeg"),
        ('<media:group><media:content url="https://cdn.example/1.mp4" medium="video"/></media:group>', "video/mp4"),
        ('<media:content url="https://cdn.example/1" type="video/mp4"/>', "video/mp4"),
        ('<atom:link rel="enclosure" href="https://cdn.example/1.mp3" length="9" type="audio/mpeg"/>', "audio/mpeg"),
        ('<enclosure url="https://cdn.example/1.mp3" type="sound/mp3"/>', "audio/mpeg"),
        ('<media:content url="https://cdn.example/1.jpg" medium="image"/>', ""),
        ('<enclosure url="https://cdn.example/1.jpg" length="1" type="image/jpeg"/>', ""),
        ('<enclosure url="https://cdn.example/1" length="1" type="text/html"/>', ""),
    ],
)
def test_media_without_an_enclosure_count(home: Site, media: str, said: str) -> None:
    """An item's media:content is its enclosure if it has no other; a picture or a page is none."""
    feed = brought(home, f"{HEAD}{item(1, media)}</channel></rss>", "new", "--audio", "link")
    assert re.findall(r'<enclosure [^>]*type="([^"]*)"', feed) == ([said] if said else [])


def test_further_enclosures_are_alternates(home: Site) -> None:
    """An item's sound comes before its document, and its other enclosures become alternate forms."""
    media = (
        '<enclosure url="https://cdn.example/1.pdf" length="3" type="application/pdf"/>'
        '<enclosure url="https://cdn.example/1.mp3" length="9" type="audio/mpeg"/>'
        '<enclosure url="https://cdn.example/1.ogg" length="8" type="audio/ogg"/>'
    )
    feed = brought(home, f"{HEAD}{item(1, media)}</channel></rss>", "new", "--audio", "link")
    assert re.findall(r'(?:url|uri)="https://cdn.example/([^"]*)"', feed) == ["1.mp3", "1.ogg", "1.pdf"]
    assert "item has 3 enclosures" in (home.root / "new/import-report.md").read_text()


def test_everything_comes_back_from_our_own_feed(home: Site) -> None:
    """A feed's enclosures and alternate forms, imported, published and imported again, are the same in both feeds."""
    enclosure = '<enclosure url="https://cdn.example/{n}" length="9" type="audio/x-m4a"/>'
    items = [item(n, (enclosure + ALTERNATE).replace("{n}", str(n))) for n in (1, 2)]
    first = brought(home, f"{HEAD}{''.join(items)}</channel></rss>", "new", "--audio", "link")
    [_, form, *_] = media_of(first)
    for part in (
        'bitrate="511276"', 'height="720"', 'lang="en-GB"', 'title="The film"', 'rel="film"', 'default="true"',
        'codecs="avc1.64001f, mp4a.40.2"', 'uri="ipfs://bafy2"', 'contentType="application/x-mpegurl"',
        '<podcast:integrity type="sri" value="sha384-ExVqijgYHm15PqQqdXfW95x+Rs6C+d6E/ICxyQOeFevnxNLR/wtJNrNYTjIysUBo"',
    ):  # fmt: skip
        assert part in form
    assert form.count("<podcast:source") == 3
    again = brought(home, first, "again", "--audio", "link")
    assert media_of(again) == media_of(first)
    lines = [
        re.findall(r"(?m)^(?:audio|type|mp3_bytes|alternates): .*", path.read_text())
        for name in ("new", "again")
        for path in sorted((home.root / name / "content/podcast").iterdir())
    ]
    assert lines[:2] == lines[2:]
    assert [len(each) for each in lines] == [4] * 4


def test_a_download_has_the_type_of_its_content(home: Site, host: OldHost) -> None:
    """A downloaded file has the type of its content, whatever the old feed and its address said."""
    sound, film = (mp4(b"isom", track(1, handler, b"mp4a", 1000, 9000)) for handler in (b"soun", b"vide"))
    one, two, three = (host.put(f"/{n}", body, "x/y") for n, body in enumerate((sound, film, MP3)))
    items = [
        item(n, f'<enclosure url="{url}" length="9" type="audio/mpeg"/>') for n, url in enumerate((one, two, three), 1)
    ]
    feed = brought(home, f"{HEAD}{''.join(items)}</channel></rss>", "new")
    assert re.findall(r'<enclosure [^>]*type="([^"]*)"', feed) == ["audio/mpeg", "video/mp4", "audio/mp4"]
