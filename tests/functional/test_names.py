"""Audio, transcript, chapters and picture of an episode, found by names in either Unicode normal form."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree
from PIL import Image
from support import Site

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
Open = Callable[[], FlaskClient]
#: A word with accented letters, one of them with two accents, and a ligature: it differs in each normal form.
WORD = "café-Ångström-ệ-ﬁn"
CUES = "WEBVTT\n\n00:01.000 --> 00:02.000\nZebras\n"
CHAPTERS = (
    '{"version": "1.2.0", "chapters": [{"startTime": 1, "title": "Giraffes"}, {"startTime": 3, "title": "Apes"}]}'
)


def picture(site: Site, name: str) -> None:
    """Write a red PNG picture to the path ``name`` below content/images/."""
    path = site.put(f"content/images/{name}", b"")
    Image.new("RGB", (100, 100), "red").save(path)


def furnish(site: Site, mp3: Path, name: str, show: str = "podcast") -> None:
    """Write audio, transcript, chapters and picture of this name into a show's folders."""
    site.put(f"content/audio/{show}/{name}.mp3", mp3.read_bytes())
    site.put(f"content/transcripts/{show}/{name}.vtt", CUES)
    site.put(f"content/chapters/{show}/{name}.json", CHAPTERS)
    picture(site, f"{show}/{name}.png")


def has_all(client: FlaskClient, show: str = "podcast") -> None:
    """Assert that the show's episode has audio, picture, transcript and chapters: in the feed, and at each address."""
    feed = etree.fromstring(client.get(f"/{quote(show)}/feed.xml").data)
    (item,) = feed.iter("item")
    enclosure = item.find("enclosure")
    assert enclosure is not None
    sound = client.get(enclosure.get("url", "").removeprefix("https://pod.example"))
    assert (sound.status_code, len(sound.data)) == (200, int(enclosure.get("length", "")))
    image = item.find("{http://www.itunes.com/dtds/podcast-1.0.dtd}image")
    assert image is not None
    shown = client.get(image.get("href", "").removeprefix("https://pod.example"))
    assert (shown.status_code, shown.content_type) == (200, "image/png")
    path = (item.findtext("link") or "").removeprefix("https://pod.example")
    assert "Zebras" in client.get(f"{path}/transcript.vtt").text
    assert "Giraffes" in client.get(f"{path}/chapters.json").text


@pytest.fixture(autouse=True)
def address(site: Site) -> None:
    """Write the site's address into site.toml."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')


@pytest.mark.parametrize("text", FORMS)
@pytest.mark.parametrize("files", FORMS)
def test_by_the_files_own_name(site: Site, open_client: Open, mp3: Path, text: Form, files: Form) -> None:
    """Audio, transcript, chapters and picture are found by the name of the episode's file, in either normal form."""
    site.episode(f"2026-08-02-1-{unicodedata.normalize(text, WORD)}.md")
    furnish(site, mp3, f"1-{unicodedata.normalize(files, WORD)}")
    checked = site.run("check")
    assert (checked.returncode, "no such file" in checked.stdout) == (0, False)
    has_all(open_client())


@pytest.mark.parametrize(
    ("file", "name"),
    [("2026-08-02-Café.md", "cafe"), ("2026-08-02-7-café.md", "7-cafe"), ("2026-08-02-7-café.md", "7"), ("2026-08-02-7-第七回.md", "7-第七回"), ("2026-08-02-ドラマ.md", "ドラマ"), ("2026-08-02-ドラマ.md", unicodedata.normalize("NFD", "ドラマ"))],
)  # fmt: skip
def test_by_slug_and_number(site: Site, open_client: Open, mp3: Path, file: str, name: str) -> None:
    """Audio, transcript, chapters and picture are found by the episode's slug and by its number as well."""
    site.episode(file)
    furnish(site, mp3, name)
    has_all(open_client())


@pytest.mark.parametrize("text", ["NFC", "NFD"])
@pytest.mark.parametrize("files", FORMS)
def test_by_a_name_in_front_matter(site: Site, open_client: Open, mp3: Path, text: Form, files: Form) -> None:
    """Paths of audio, transcript, chapters and picture in front matter match files in another Unicode normal form."""
    named, there = (unicodedata.normalize(form, f"Ü-{WORD}") for form in (text, files))
    site.episode(
        audio=f"{named}/{named}.mp3", transcript=f"{named}.vtt", chapters=f"{named}.json", image=f"{named}/{named}.png"
    )
    site.put(f"content/audio/podcast/{there}/{there}.mp3", mp3.read_bytes())
    site.put(f"content/transcripts/podcast/{there}.vtt", CUES)
    site.put(f"content/chapters/podcast/{there}.json", CHAPTERS)
    picture(site, f"{there}/{there}.png")
    assert site.run("check").returncode == 0
    has_all(open_client())


@pytest.mark.parametrize("form", FORMS)
def test_by_a_shows_name(site: Site, open_client: Open, mp3: Path, form: Form) -> None:
    """A show's folders for audio, pictures and so on are found by its name in any Unicode normal form."""
    site.episode("2026-08-02-1-first.md", show="poésie")
    furnish(site, mp3, "1-first", unicodedata.normalize(form, "poésie"))
    assert site.run("check").returncode == 0
    has_all(open_client(), "poésie")


@pytest.mark.parametrize("form", FORMS)
def test_pictures_in_notes(site: Site, open_client: Open, form: Form) -> None:
    """A picture in notes is found, by pages and by `check`, if its file's name is in another Unicode normal form."""
    site.episode(body="![A red square](/images/256/café.png)")
    picture(site, unicodedata.normalize(form, "café.png"))
    assert site.run("check").returncode == 0
    client = open_client()
    assert "/images/256/caf" in client.get("/podcast/1-first").text
    for asked in (unicodedata.normalize(form, "café.png") for form in FORMS):
        # The picture is served only under the name as the page spells it.
        assert client.get(f"/images/256/{quote(asked)}").status_code == (200 if asked == "café.png" else 404)
    for wrong in ("cafe.png", "CAFÉ.png", "．．/café.png", "．．／．．／site.toml", "é\0.png"):
        assert client.get(f"/images/256/{quote(wrong)}").status_code == 404, wrong


def test_which_of_several_is_taken(site: Site, open_client: Open, mp3: Path) -> None:
    """The file with the slug's name wins among fitting files, then that of the episode file's name, then the number's."""
    site.episode("2026-08-02-7-café.md", slug="lunch", number=7)
    for count, name in enumerate(("7", "7-café", "lunch"), 1):
        site.put(f"content/audio/podcast/{name}.mp3", mp3.read_bytes() + b"\0" * count)
        site.run("reindex")
        assert f"/audio/podcast/{quote(name)}.mp3" in open_client().get("/podcast/feed.xml").text


def test_a_number_of_two_episodes_is_nobodys(site: Site, open_client: Open, mp3: Path) -> None:
    """A file named by a number that two episodes have belongs to neither, and reindex and check report it."""
    site.episode("2026-08-02-1-first.md", season=1)
    site.episode("2026-08-03-1-again.md", season=2)
    furnish(site, mp3, "1")
    site.episode("2026-08-04-2-second.md", audio="2.mp3")
    site.episode("2026-08-05-2-third.md")
    site.put("content/audio/podcast/2.mp3", mp3.read_bytes())
    for done in (site.run("check"), site.run("reindex")):
        output = done.stdout + done.stderr
        for name in ("audio/podcast/1.mp3", "transcripts/podcast/1.vtt", "chapters/podcast/1.json"):
            assert f"content/{name}: warning: expected the name of one episode, found the number of 2." in output
        assert "audio/podcast/2.mp3" not in output
    assert open_client().get("/podcast/feed.xml").text.count("<enclosure") == 1


def test_a_hosted_file_has_the_name_that_it_has_here(site: Site, open_client: Open, mp3: Path) -> None:
    """The address of audio on another host has the name of the local file, in its normal form."""
    site.put("content/site.toml", 'url = "https://pod.example"\naudio_url = "https://cdn.example/a"\n')
    site.episode("2026-08-02-1-café.md")
    site.put("content/audio/podcast/1-café.mp3", mp3.read_bytes())
    assert 'url="https://cdn.example/a/podcast/1-caf%C3%A9.mp3"' in open_client().get("/podcast/feed.xml").text
