"""Audio files on another host, by `audio_url` in site.toml."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from lxml import etree
from support import Site

Open = Callable[[], FlaskClient]
CDN = "https://cdn.example.com/pod"


def enclosure(client: FlaskClient, show: str = "podcast") -> dict[str, str]:
    """Return the attributes of the enclosure of a show's newest episode in its feed; empty if it has none."""
    element = etree.fromstring(client.get(f"/{show}/feed.xml").data).find("channel/item/enclosure")
    return {} if element is None else {str(key): str(value) for key, value in element.attrib.items()}


def test_feeds_and_players_lead_to_the_other_host(site: Site, open_client: Open) -> None:
    """With mp3_bytes and mp3_duration in front matter, the feed, the player and the CSP name the host of audio_url."""
    site.put("content/site.toml", f'audio_url = "{CDN}"\n')
    site.episode(mp3_bytes=1234, mp3_duration="58:05", audio="b ü.m4a")
    client = open_client()
    url = f"{CDN}/podcast/b%20%C3%BC.m4a"
    assert enclosure(client) == {"url": url, "length": "1234", "type": "audio/mp4"}
    assert b"<itunes:duration>3485<" in client.get("/podcast/feed.xml").data
    page = client.get("/podcast/1-first")
    assert f'<audio controls preload="none" src="{url}">' in page.text
    assert "; media-src 'self' https://cdn.example.com; " in page.headers["Content-Security-Policy"]
    assert site.run("check").returncode == 0


def test_a_file_that_is_here_tells_its_own_facts(site: Site, open_client: Open, mp3: Path) -> None:
    """An audio file that is in the audio folder, too, gives its true size, and stays available at /audio/."""
    site.put("content/site.toml", f'[shows.podcast]\naudio_url = "{CDN}/{{slug}}.mp3"\n')
    site.episode(mp3_bytes=1)
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    client = open_client()
    length = str(mp3.stat().st_size)
    assert enclosure(client) == {"url": f"{CDN}/1-first.mp3", "length": length, "type": "audio/mpeg"}
    assert client.get("/audio/podcast/1-first.mp3").status_code == 200


def test_a_missing_size_is_told(site: Site, open_client: Open) -> None:
    """A duration without mp3_bytes is an error at its line; an episode with neither gets a warning and no enclosure."""
    site.put("content/site.toml", f'url = "https://pod.example"\naudio_url = "{CDN}"\n')
    site.episode(mp3_duration="58:05")
    site.episode("2026-01-03-1-hi.md", show="letters")
    done = site.run("check")
    assert (done.returncode, done.stdout.splitlines()[:2]) == (1, [
        f"content/letters/2026-01-03-1-hi.md:1: warning: expected the size of {CDN}/letters/1-hi.mp3, found no mp3_bytes. "
        'Add mp3_bytes: and its size. Without sound in letters, write audio_url = "" in [shows.letters].',
        f"content/podcast/2026-01-02-1-first.md:3: expected the size of {CDN}/podcast/1-first.mp3, found no mp3_bytes. "
        'Add mp3_bytes: and its size. Without sound in podcast, write audio_url = "" in [shows.podcast].',
    ])  # fmt: skip
    client = open_client()
    assert enclosure(client)["url"] == f"{CDN}/podcast/1-first.mp3"
    assert enclosure(client, "letters") == {}
    assert "<audio" not in client.get("/letters/1-hi").text


def test_a_show_without_sound_says_so(site: Site, open_client: Open) -> None:
    """An empty audio_url in a show's settings exempts the show from the site's audio_url."""
    site.put(
        "content/site.toml", f'url = "https://pod.example"\naudio_url = "{CDN}"\n[shows.letters]\naudio_url = ""\n'
    )
    site.episode(show="letters")
    assert site.run("check").stdout == "0 problems, 0 warnings.\n"
    assert enclosure(open_client(), "letters") == {}
