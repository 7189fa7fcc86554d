"""Audio that a moved site serves at its old paths: delivery, redirects, feeds and the check of missing files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from support import Server, Site, serving

SETTINGS = """
title = "Quay"
url = "https://quay.example"
[shows.podcast]
audio = "quay-{number}.mp3"
audio_url = "https://www.quay.example/files/my%20sound/{file}"
[shows.podcast.enclosures]
2-two = {url = "/audio/old.mp3", bytes = 1234, duration = "1:02"}
3-three = {url = "https://cdn.example/3.mp3", bytes = 1234, type = "audio/mp4", season = 4, explicit = "yes"}
4-four = {url = "/deep/%C3%BC/x.mp3", file = "renamed.mp3", alternates = ["/deep/x.ogg"]}
5-fife = {season = 3}
5-five = {url = "javascript:alert(1)", season = "many", duration = "long"}
"""


@pytest.fixture(scope="module")
def site(shared_site: Site, mp3: Path) -> Site:
    """Return a site whose settings give its audio the addresses of an old site, and which lacks two of the files."""
    site = shared_site
    site.put("content/site.toml", SETTINGS)
    for number, name in enumerate(("one", "two", "three", "four", "five"), 1):
        site.episode(f"2026-01-0{number}-{number}-{name}.md", title=name)
    for name in ("quay-1.mp3", "old.mp3", "renamed.mp3"):
        site.put(f"content/audio/podcast/{name}", mp3.read_bytes())
    return site


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    """Yield a server of the site whose audio has the addresses of an old site."""
    with serving(site.root) as server:
        yield server


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/files/my%20sound/quay-1.mp3", "/audio/podcast/quay-1.mp3"),
        ("/audio/old.mp3", "/audio/podcast/old.mp3"),
        ("/deep/%C3%BC/x.mp3", "/audio/podcast/renamed.mp3"),
    ],
)
def test_the_old_path_answers(server: Server, mp3: Path, old: str, new: str) -> None:
    """An audio file is served at its old path, whole and in ranges; its usual path redirects there with the query."""
    whole, part, moved = server.get(old), server.get(old, Range="bytes=10-19"), server.get(f"{new}?download=1")
    assert (whole.status, whole.body, whole.headers["Content-Type"]) == (200, mp3.read_bytes(), "audio/mpeg")
    assert (part.status, part.body) == (206, mp3.read_bytes()[10:20])
    assert (moved.status, moved.headers["Location"]) == (301, f"{old}?download=1")
    assert server.get(f"{old}?download=1").headers["Content-Disposition"].startswith("attachment")
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert "no-transform" in whole.headers["Cache-Control"]


def test_the_feed_and_the_page_have_the_old_address(server: Server) -> None:
    """The feed's enclosures and the page's player have the old addresses; unusable values in site.toml are left out."""
    feed = etree.fromstring(server.get("/podcast/feed.xml").body)
    urls = {
        item.findtext("title"): item.find("enclosure").get("url")
        for item in feed.iter("item")
        if item.find("enclosure") is not None
    }
    assert urls == {
        "one": "https://quay.example/files/my%20sound/quay-1.mp3",
        "two": "https://quay.example/audio/old.mp3",
        "three": "https://cdn.example/3.mp3",
        "four": "https://quay.example/deep/%C3%BC/x.mp3",
    }
    assert feed.findtext(".//{*}season") == "4"
    assert "/files/my%20sound/quay-1.mp3" in server.get("/podcast/1-one").text


def test_other_paths_are_no_files(server: Server) -> None:
    """A path beside an old one that no episode has, and the old path of a missing file, are 404."""
    for path in ("/files/my%20sound/other.mp3", "/deep/x.ogg", "/files/my%20sound/../../site.toml", "/audio/other.mp3"):
        assert server.get(path).status == 404, path


def test_missing_files_are_counted(site: Site) -> None:
    """`check` counts the old site's audio files that are missing here, and names each unusable value in site.toml."""
    said = site.run("check").stdout
    assert "content/audio/podcast/: expected 5 files of audio, found 3 of them. Copy quay-5.mp3, x.ogg" in said
    assert (
        "warning: expected the slug of an episode in content/podcast/, found '5-fife'. Did you mean '5-five'?" in said
    )
    for key in ("url", "season", "duration"):
        assert f"as shows.podcast.enclosures.5-five.{key}, found" in said
