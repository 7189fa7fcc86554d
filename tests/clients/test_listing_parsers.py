"""Tags for pictures, blocks, other sites and refresh times, as parsers of podcast apps and directories read them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from old_host import MP3
from page_visit import needs
from PIL import Image
from support import Client, Site

from longwave import create_app
from longwave.web.request_context import KEEPER

pytestmark = pytest.mark.slow
_READ = Path(__file__).with_name("read_feed.mjs")
_SETTINGS = """
url = "https://pod.example"
image = {path = "cover.png", alt = "A lighthouse"}

[shows.podcast]
title = "Harbour Talk"
images = [{file = "wide.png", alt = "The harbour", purpose = "banner social"}]
block = ["apple", "spotify"]
complete = true
subtitle = "Boats, mostly"
locked_owner = "rights@pod.example"
managing_editor = "ann@pod.example (Ann)"
webmaster = "web@pod.example (Bob)"
ttl = 90
skip_days = ["Saturday", "Sunday"]
skip_hours = [0, 23]
mastodon = "@harbour@masto.example"
"""


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the saved feed of a show and an episode with every key for pictures, blocks, contacts and other sites."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.put("content/site.toml", _SETTINGS)
    site.episode(block=True, subtitle="It floats", itunes_title="A boat", youtube="dQw4w9WgXcQ", title="A red boat",
                 image={"path": "cover.png", "alt": "A red boat"})  # fmt: skip
    site.put("content/audio/podcast/1-first.mp3", MP3)
    (site.root / "content/images").mkdir()
    for name, size in (("cover", (1400, 1400)), ("wide", (1600, 900))):
        Image.new("RGB", size, "teal").save(site.root / f"content/images/{name}.png")
    app = create_app(site.root)
    app.test_client_class = Client
    with contextlib.closing(app.extensions[KEEPER]):
        return site.put("feed.xml", app.test_client().get("/podcast/feed.xml").data)


@pytest.fixture(scope="module")
def seen(feed: Path) -> dict[str, Any]:
    """Return the feed's data as podcast-partytime and feedsmith parse it, by the names of these two parsers."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    for package in ("podcast-partytime", "feedsmith"):
        needs(package)
    environment = {**os.environ, "PARTYTIME_LOG": "silent"}
    done = subprocess.run(["node", str(_READ), str(feed)], env=environment, capture_output=True, check=True, timeout=60)
    data: dict[str, Any] = json.loads(done.stdout)
    return data


def test_partytime_knows_from_whom_a_show_is_hidden(seen: dict[str, Any]) -> None:
    """podcast-partytime reads Apple's block, each blocked service, the end of the show, and podcast:locked's owner."""
    parsed = seen["partytime"]
    assert (parsed["itunesBlock"], parsed["itunesComplete"]) == (True, True)
    assert parsed["podcastBlockedPlatforms"] == {"apple": True, "spotify": True}
    assert (parsed["podcastOwner"], parsed["subtitle"]) == ("rights@pod.example", "Boats, mostly")
    assert (parsed["ttl"], parsed["webmaster"]) == (90, "web@pod.example (Bob)")


def test_feedsmith_reads_every_tag(seen: dict[str, Any]) -> None:
    """feedsmith reads pictures with every attribute of podcast:image, blocks, contacts, and links to other sites."""
    parsed = seen["feedsmith"]["feed"]
    cover = {
        "href": "https://pod.example/images/full/cover.png", "alt": "A lighthouse", "aspectRatio": "1/1", "width": 1400,
        "height": 1400, "type": "image/png", "purpose": "artwork",
    }  # fmt: skip
    wide = {
        "href": "https://pod.example/images/full/wide.png", "alt": "The harbour", "aspectRatio": "16/9", "width": 1600,
        "height": 900, "type": "image/png", "purpose": "banner social",
    }  # fmt: skip
    assert parsed["podcast"]["images"] == [cover, wide]
    assert parsed["podcast"]["blocks"] == [{"value": True, "id": "apple"}, {"value": True, "id": "spotify"}]
    assert parsed["managingEditor"] == {"email": "ann@pod.example", "name": "Ann"}
    assert (parsed["skipHours"], parsed["ttl"]) == ([0, 23], 90)
    [item] = parsed["items"]
    assert item["podcast"]["images"] == [{**cover, "alt": "A red boat"}]
    assert (item["itunes"]["block"], item["itunes"]["title"], item["title"]) == (True, "A boat", "A red boat")
    assert item["atom"]["links"] == [
        {"href": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "rel": "related", "title": "YouTube"}
    ]


def test_older_parsers_find_what_they_always_found(feed: Path) -> None:
    """feedparser and podcastparser find an item's page and audio also if the item links to other sites."""
    read = feedparser.parse(feed)
    [entry] = read.entries
    assert (read.bozo, entry.link, len(entry.enclosures)) == (False, "https://pod.example/podcast/1-first", 1)
    with feed.open("rb") as stream:
        [episode] = podcastparser.parse("https://pod.example/podcast/feed.xml", stream)["episodes"]
    assert (episode["link"], len(episode["enclosures"])) == ("https://pod.example/podcast/1-first", 1)
