"""`longwave import rss` from the feeds of forty hosts, each in the form in which that host writes its feeds."""

from __future__ import annotations

import io
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import frontmatter
import pytest
from feed_comparison import differences
from old_host import FEEDS, OldHost
from PIL import Image
from site_address import Address
from support import Site

FEED = "/podcast/feed.xml"
#: The hosts by their feeds; `podlove-2` is the second page of a feed.
HOSTS = sorted(path.stem for path in FEEDS.glob("*.xml") if path.stem != "podlove-2")
PICTURES = {"cover": "navy", "ann": "red", "bob": "green", "episode": "gold"}


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """Yield an address under which sites are shown."""
    address = Address()
    yield address
    address.server.shutdown()


@pytest.fixture
def old(host: OldHost) -> OldHost:
    """Return the old host with pictures that can be told apart."""
    for name, colour in PICTURES.items():
        held = io.BytesIO()
        Image.new("RGB", (40, 40), colour).save(held, "PNG")
        host.put(f"/{name}.png", held.getvalue(), "image/png")
    return host


def bring(root: Path, feed: str, folder: str) -> str:
    """Import a feed, without its audio, into a folder of ``root``, and return the output."""
    done = Site(root).run("import", "rss", feed, "--into", folder, "--audio", "link", "--allow-private")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(root: Path) -> dict[str, bytes]:
    """Return the content of each file of the owner's in a site's folder, by its name."""
    paths = (path for path in (root / "content").rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("name", HOSTS)
def test_a_hosts_feed_moves_in_whole(tmp_path: Path, old: OldHost, address: Address, name: str) -> None:
    """Each item's facts are the same in a host's feed and in ours, and importing ours changes nothing."""
    feed = old.feed(f"{name}.xml")
    if name == "podlove":
        old.feed("podlove-2.xml", "/feed/mp3/?paged=2")
    bring(tmp_path, feed, "one")
    with address.show(tmp_path / "one") as client:

        def fetch(url: str) -> bytes:
            parts = urlsplit(url)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            return old.files[path][0] if url.startswith(old.url) else client.get(path).data

        ours = client.get(FEED).data
        assert differences(whole(old), ours, fetch) == []
        before = files(tmp_path / "one")
        bring(tmp_path, feed, "one")
        assert files(tmp_path / "one") == before
        bring(tmp_path, f"{address.url}{FEED}", "two")
    with address.show(tmp_path / "two") as client:
        again = client.get(FEED).data
        bring(tmp_path, f"{address.url}{FEED}", "three")
    assert feed_lines(again) == feed_lines(ours)
    assert episodes(tmp_path / "two") == episodes(tmp_path / "one")
    assert settings(tmp_path / "two").items() >= settings(tmp_path / "one").items()
    with address.show(tmp_path / "three"):
        assert files(tmp_path / "three") == files(tmp_path / "two")


def feed_lines(feed: bytes) -> list[str]:
    """Return a feed's lines without the time of its last change."""
    return [line for line in feed.decode().splitlines() if "<lastBuildDate>" not in line]


def episodes(root: Path) -> dict[str, tuple[dict[str, object], str]]:
    """Return the front matter and the notes of each episode by its guid, without what our feed can't tell of another.

    Our feed gives dates in UTC, titles without their numbers, transcripts as WebVTT, and its own pages' addresses.
    """
    read = [frontmatter.loads(path.read_text("utf-8")) for path in (root / "content/podcast").glob("*.md")]
    found = {}
    for post in read:
        matter = {key: value for key, value in post.metadata.items() if key not in ("date", "aliases")}
        number = re.compile(rf"^(episode )?#?{matter.get('number', '-')}\s*[-:]\s*", re.IGNORECASE)
        matter["title"] = number.sub("", str(matter["title"]))
        listed = json.dumps(matter, ensure_ascii=False)
        notes = "\n".join(line.strip() for line in post.content.splitlines() if line.strip())
        found[str(matter["guid"])] = (json.loads(re.sub(r"\.(srt|json)\"", '.vtt"', listed)), notes)
    return found


def settings(root: Path) -> dict[str, object]:
    """Return the values of `site.toml` by their keys; our feed also states those that the old one left to us."""
    read = tomllib.loads((root / "content/site.toml").read_text("utf-8"))
    return {**read.pop("shows")["podcast"], **{key: value for key, value in read.items() if key != "redirects"}}


def whole(old: OldHost) -> bytes:
    """Return the feed of the old host with the items of its other page, if it has one."""
    first = old.files["/feed.xml"][0]
    second = old.files.get("/feed/mp3/?paged=2", (b"", ""))[0].decode()
    rest = second[second.index("<item>") : second.rindex("</channel>")] if second else ""
    return first.replace(b"</channel>", f"{rest}</channel>".encode())
