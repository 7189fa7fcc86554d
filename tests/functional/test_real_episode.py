"""A real episode of a real Jekyll podcast site, unmodified, from file to feed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from lxml import html
from support import Server, Site

SLUG = "2-a-video-based-aws-certificate-training-platform-called-exam-pro"


def test_the_real_episode_from_end_to_end(site: Site, serve: Callable[..., Server], seed: str, mp3: Path) -> None:
    """The real episode has a page and audio, is in search and feed, and is linked from its 20 tags and its guest."""
    site.put(f"content/podcast/2019-11-18-{SLUG}.md", seed)
    site.put(f"content/audio/podcast/{SLUG}.mp3", mp3.read_bytes())
    server = serve()
    page = server.get(f"/podcast/{SLUG}")
    assert page.status == 200
    tree = html.fromstring(page.text)
    notes = tree.xpath("//*[contains(@class, 'e-content')]")[0]
    moments = notes.xpath(".//a[@data-seek]")
    assert len(moments) == 39
    assert (moments[0].get("data-seek"), moments[0].get("href")) == ("81", "#t=1:21")
    last = moments[-1].getparent()
    assert last.xpath(".//a/text()") == ["56:25", "Exam Pro", "LinkedIn", "YouTube", "dev.to", "GitHub", "Twitter"]
    assert "{{" not in page.text
    tags = tree.xpath("//a[contains(@class, 'p-category')]/@href")
    assert len(tags) == 20
    for address in (*tags, "/guests/andrew-brown", "/", "/podcast/"):
        assert f'href="/podcast/{SLUG}"' in server.get(address).text, address
    for query in ("aurora", "andrew brown", "route53", "certificate training", "sidekiq", "guest:brown tag:aws"):
        results = server.get("/search.json?q=" + query.replace(" ", "+")).json["results"]
        assert [hit["url"] for hit in results] == [f"/podcast/{SLUG}"], query
    feed = server.get("/podcast/feed.xml").text
    assert f"/podcast/{SLUG}</guid>" in feed
    assert f'length="{mp3.stat().st_size}"' in feed
    sound = server.get(tree.xpath("//audio/@src")[0], Range="bytes=0-")
    assert (sound.status, hashlib.sha256(sound.body).digest()) == (206, hashlib.sha256(mp3.read_bytes()).digest())
