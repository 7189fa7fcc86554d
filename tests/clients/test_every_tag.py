"""The feed of a site with every key, in the parsers of podcast apps and directories: each tag that a parser knows."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import feedparser
import podcastparser
import pytest
from every_key_site import EPISODE, SHOW, furnish
from page_visit import needs
from support import Client

from longwave import create_app
from longwave.web.request_context import KEEPER

pytestmark = pytest.mark.slow
_READ = Path(__file__).with_name("read_feed.mjs")


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the saved feed of the site."""
    site = furnish(tmp_path_factory.mktemp("sites") / "site", "show")
    settings = (site.root / "content/site.toml").read_text("utf-8")
    site.put("content/site.toml", settings.replace("# url = ", "url = "))
    app = create_app(site.root)
    app.test_client_class = Client
    with contextlib.closing(app.extensions[KEEPER]):
        return site.put("feed.xml", app.test_client().get("/podcast/feed.xml").data)


@pytest.fixture(scope="module")
def seen(feed: Path) -> dict[str, Any]:
    """Return what podcast-partytime and feedsmith read from the feed."""
    needs("node")
    quiet = {**os.environ, "PARTYTIME_LOG": "silent"}
    done = subprocess.run(["node", str(_READ), str(feed)], env=quiet, capture_output=True, check=True, timeout=120)
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def test_feedparser_and_podcastparser_read_it(feed: Path) -> None:
    """Both find the feed well-formed, and read the same titles, enclosure and length as the files have."""
    read = feedparser.parse(str(feed))
    assert not read.bozo
    [boat] = [entry for entry in read.entries if entry.id == EPISODE["guid"]]
    [enclosure] = boat.enclosures
    assert (enclosure.href, enclosure.type, enclosure.length) == (EPISODE["audio"], "audio/mp4", "4711")
    assert [tag.term for tag in boat.tags] == EPISODE["tags"]
    parsed = podcastparser.parse("https://podcast.example.com/podcast/feed.xml", io.BytesIO(feed.read_bytes()))
    [episode] = [each for each in parsed["episodes"] if each["guid"] == EPISODE["guid"]]
    assert (parsed["title"], episode["total_time"], episode["explicit"]) == (SHOW["title"], 31 * 60 + 5, True)


def test_partytime_recognizes_every_tag_that_it_knows(seen: dict[str, Any]) -> None:
    """podcast-partytime counts each of the tags that it supports and that a feed without recordings to come can have."""
    counted = {tag for phase in seen["partytime"]["pc20support"].values() for tag in phase}
    assert counted >= {
        "locked", "funding", "transcript", "chapters", "soundbite", "person", "location", "season", "episode", "guid",
        "license", "alternateEnclosure", "medium", "txt", "podroll", "value", "socialInteract", "block",
    }  # fmt: skip


def test_feedsmith_reads_every_tag_that_it_knows(seen: dict[str, Any]) -> None:
    """feedsmith reads every tag of Podcasting 2.0 in the channel and in the item."""
    feed = seen["feedsmith"]["feed"]
    [item] = [each for each in feed["items"] if each["guid"]["value"] == EPISODE["guid"]]
    assert feed["podcast"].keys() >= {
        "guid", "locked", "fundings", "persons", "locations", "license", "medium", "txts", "updateFrequency", "podroll",
        "values", "blocks", "publisher", "socialInteracts",
    }  # fmt: skip
    assert item["podcast"].keys() >= {
        "transcripts", "chapters", "soundbites", "persons", "locations", "season", "episode", "license",
        "alternateEnclosures", "values", "socialInteracts", "txts",
    }  # fmt: skip
