"""The chapters that `longwave import rss` takes over, with their links, pictures and fractions."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from old_host import MP3, OldHost
from PIL import Image
from support import Site, serving

ITEM = """<item><title>Knots</title><guid isPermaLink="false">knots</guid><pubDate>Mon, 01 Jan 2024 06:00:00 +0000</pubDate>
<enclosure url="{url}/1.mp3" length="{length}" type="audio/mpeg"/><description>{notes}</description>{more}</item>"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:psc="http://podlove.org/simple-chapters">
<channel><title>Sailing</title><link>https://sail.example</link><description>About.</description>{item}</channel></rss>"""


@pytest.fixture
def home(tmp_path: Path) -> Site:
    """Return an empty folder, into which the tests import."""
    (tmp_path / "home").mkdir()
    return Site(tmp_path / "home")


def bring(home: Site, address: str, into: str = "new") -> list[dict[str, Any]] | None:
    """Import the feed at an address, and return the chapters in the episode's file; None without such a file."""
    done = home.run("import", "rss", address, "--into", into, "--allow-private")
    assert done.returncode == 0, done.stdout + done.stderr
    files = list((home.root / into / "content/chapters").glob("*/*"))
    return json.loads(files[0].read_text("utf-8"))["chapters"] if files else None


def feed(host: OldHost, more: str, notes: str = "Words.") -> str:
    """Serve a feed with one episode, which has the XML ``more``, and return its address."""
    item = ITEM.format(url=host.url, length=len(MP3), more=more, notes=notes)
    return host.put("/feed.xml", FEED.format(item=item).encode(), "application/rss+xml")


def offer(host: OldHost, text: str) -> str:
    """Serve a file of chapters, and return the element of a feed that offers the file."""
    return f'<podcast:chapters url="{host.put("/c", text.encode(), "application/json+chapters")}" type="application/json+chapters"/>'


def knot() -> bytes:
    """Return the bytes of a picture."""
    stream = io.BytesIO()
    Image.new("RGB", (120, 80), "orange").save(stream, "PNG")
    return stream.getvalue()


def test_links_pictures_and_fractions_are_kept(home: Site, host: OldHost) -> None:
    """A file's links, ends, fractions and hidden chapters are kept; pictures are fetched, or stay where they are."""
    host.put("/knot.png", knot(), "image/png")
    host.faults["/gone.png"] = ("gone",)
    chapters = [
        {"startTime": "0", "title": "Start", "img": "knot.png", "url": "https://sail.example/start"},
        {"startTime": 5.5, "title": "Reef", "endTime": 9, "img": f"{host.url}/gone.png"},
        {"startTime": -1, "title": "Bad"},
        {"startTime": 7.25, "img": f"{host.url}/knot.png", "toc": False},
    ]
    assert bring(home, feed(host, offer(host, json.dumps(chapters)))) == [
        {"startTime": 0, "title": "Start", "img": "podcast/knots-chapter-1.png", "url": "https://sail.example/start"},
        {"startTime": 5.5, "title": "Reef", "img": f"{host.url}/gone.png", "endTime": 9},
        {"startTime": 7.25, "img": "podcast/knots-chapter-1.png", "toc": False},
    ]
    assert (home.root / "new/content/images/podcast/knots-chapter-1.png").read_bytes() == knot()


def test_podlove_chapters_have_links_and_pictures(home: Site, host: OldHost) -> None:
    """The chapters of Podlove within an item keep their links, pictures and fractions."""
    host.put("/knot.png", knot(), "image/png")
    more = (
        f'<psc:chapters version="1.2"><psc:chapter start="00:00:00" title="Start" href="https://sail.example/s" '
        f'image="{host.url}/knot.png"/><psc:chapter start="00:00:05.500" title="Reef"/></psc:chapters>'
    )
    assert bring(home, feed(host, more)) == [
        {"startTime": 0, "title": "Start", "img": "podcast/knots-chapter-1.png", "url": "https://sail.example/s"},
        {"startTime": 5.5, "title": "Reef"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "00:00:00.000 Start\n00:00:05.500 Reef\n",
        '[{"start": "0:00", "title": "Start"}, ["x"], {"start": 5.5, "title": "Reef"}]',
    ],
)
def test_every_form_of_a_file_is_imported(home: Site, host: OldHost, text: str) -> None:
    """A feed's file of chapters may have any form that content may have."""
    assert bring(home, feed(host, offer(host, text))) == [
        {"startTime": 0, "title": "Start"},
        {"startTime": 5.5, "title": "Reef"},
    ]


def test_chapters_that_the_notes_have_are_not_written_twice(home: Site, host: OldHost) -> None:
    """Chapters that are the timestamps of the notes become no file, as the notes make the same ones."""
    notes = "&lt;ul&gt;&lt;li&gt;0:00 – Start&lt;/li&gt;&lt;li&gt;0:05 – Reef&lt;/li&gt;&lt;/ul&gt;"
    same = [{"startTime": 0, "title": "Start"}, {"startTime": 5, "title": "Reef"}]
    assert bring(home, feed(host, offer(host, json.dumps(same)), notes)) is None


def test_a_second_import_from_our_feed_changes_nothing(home: Site, host: OldHost) -> None:
    """The chapters of a site that was imported from our own feed are those of the site from which the feed came."""
    host.put("/knot.png", knot(), "image/png")
    chapters = [
        {
            "startTime": 0.25,
            "title": "Start & <end>",
            "img": f"{host.url}/knot.png",
            "url": "https://sail.example/s?a=1&b=2",
        },
        {"startTime": 5.5, "endTime": 9.125, "toc": False, "title": "Secret"},
        {"startTime": 7, "toc": False, "url": "https://sail.example/x"},
    ]
    first = bring(home, feed(host, offer(host, json.dumps(chapters))))
    with serving(home.root / "new", LONGWAVE_URL="") as ours:
        raw = ours.get("/podcast/feed.xml").text
        address = host.put(
            "/ours.xml",
            raw.replace("https://sail.example/podcast", f"{ours.url}/podcast").encode(),
            "application/rss+xml",
        )
        second = bring(home, address, "again")
    assert second is not None
    assert second == first
    picture = "content/images/podcast/knots-chapter-1.png"
    assert (home.root / "again" / picture).read_bytes() == (home.root / "new" / picture).read_bytes()
