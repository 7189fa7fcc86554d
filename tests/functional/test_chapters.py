"""Chapters of episodes in a real content folder: their sources, and the effect of a broken file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from mutagen.id3 import APIC, CHAP, ID3, TIT2, WXXX
from PIL import Image
from support import Site

from longwave.model import Chapter
from longwave.web.request_context import KEEPER

Open = Callable[[], FlaskClient]
Chapters = list[tuple[float, str]]
NOTES = "Hello.\n\n- 0:05 -- From the notes\n- 0:01 -- Earlier\n- 0:05 -- Twice"
FILE = "content/chapters/podcast/1-first.json"
stream = io.BytesIO()
Image.new("RGB", (300, 200), "navy").save(stream, "PNG")
PNG = stream.getvalue()


@pytest.fixture
def chapters(open_client: Open) -> Callable[[], Chapters]:
    """Return a function that opens the site anew and returns the first episode's chapters: seconds and text."""

    def read() -> Chapters:
        edition = open_client().application.extensions[KEEPER].edition()
        episode = edition.catalogue.episode("podcast", "1-first")
        found: tuple[Chapter, ...] = edition.chapters(episode)
        return [(chapter.start, chapter.title) for chapter in found]

    return read


def written(*titles: str) -> str:
    """Return the JSON of a chapters file with a chapter of each title, one every two seconds."""
    entries = [{"startTime": 2 * place + 0.5, "title": title} for place, title in enumerate(titles)]
    return json.dumps({"version": "1.2.0", "chapters": entries})


@pytest.fixture
def spoken(mp3: Path) -> bytes:
    """Return the bytes of a real MP3 with a chapter in its ID3 tag."""
    copy = mp3.with_name("spoken.mp3")
    copy.write_bytes(mp3.read_bytes())
    tags = ID3()
    parts = [WXXX(url="https://zagreb.example/zeppelin"), APIC(mime="image/png", data=PNG)]
    tags.add(CHAP("a", 3000, 6000, sub_frames=[TIT2(text="Zeppelins over Zagreb"), *parts]))
    tags.save(copy)
    return copy.read_bytes()


def test_the_first_source_that_says_something_holds(
    site: Site, chapters: Callable[[], Chapters], spoken: bytes
) -> None:
    """Front matter's chapters outrank a JSON file's, which outrank the audio's, which outrank the notes' timestamps."""
    site.episode(body=NOTES)
    assert chapters() == [(1, "Earlier"), (5, "From the notes")]
    site.put("content/audio/podcast/1-first.mp3", spoken)
    assert site.run("reindex").returncode == 0
    assert chapters() == [(3, "Zeppelins over Zagreb")]
    site.put("content/chapters/podcast/1.json", written("By number"))
    assert site.run("reindex").returncode == 0
    assert chapters() == [(0.5, "By number")]
    site.put(FILE, written("By", "slug"))
    assert site.run("reindex").stdout.startswith("0 added, 1 changed")
    assert chapters() == [(0.5, "By"), (2.5, "slug")]
    site.put("content/chapters/podcast/other.json", written("By name"))
    site.episode(body=NOTES, chapters="other.json")
    assert site.run("reindex").returncode == 0
    assert chapters() == [(0.5, "By name")]
    site.episode(body=NOTES, chapters=[{"start": "0:04", "title": "By hand"}])
    assert site.run("reindex").returncode == 0
    assert chapters() == [(4, "By hand")]


def test_one_moment_alone_is_a_chapter(site: Site, chapters: Callable[[], Chapters]) -> None:
    """Notes with a single timestamp give one chapter, and notes without timestamps give none."""
    site.episode(body="- 0:05 -- Alone")
    assert chapters() == [(5, "Alone")]
    site.episode(body="Nothing.")
    assert site.run("reindex").returncode == 0
    assert chapters() == []


def test_a_broken_entry_costs_only_itself(site: Site, chapters: Callable[[], Chapters]) -> None:
    """An unusable chapter is a warning with its line, in a file or in front matter; the others are shown."""
    site.episode(body=NOTES)
    site.put(FILE, '{"chapters": [\n  {"startTime": 0, "title": "A"},\n  {"startTime": "soon", "title": "B"}\n]}')
    done = site.run("check")
    assert done.returncode == 0
    assert f"{FILE}:3: warning: expected a start such as 81, 81.5 or 1:21, found 'soon' in chapter 2." in done.stdout
    assert chapters() == [(0, "A")]
    site.episode(body=NOTES, chapters=[{"start": "0:04", "title": "By hand"}, {"start": "soon", "title": "B"}, "C"])
    assert site.run("reindex").returncode == 0
    assert chapters() == [(4, "By hand")]


def test_a_broken_file_costs_only_itself(site: Site, chapters: Callable[[], Chapters]) -> None:
    """A broken chapters file that was never valid is reported with its line, and the next source applies."""
    site.episode(body=NOTES)
    site.put(FILE, '{"chapters": [\n  {"startTime": "soon", "title": "B"}\n]}')
    done = site.run("check")
    assert done.returncode == 1
    assert f"{FILE}:2: expected a start such as 81, 81.5 or 1:21, found 'soon' in chapter 1." in done.stdout
    assert chapters() == [(1, "Earlier"), (5, "From the notes")]


def test_a_file_that_breaks_keeps_its_last_good_version(site: Site, chapters: Callable[[], Chapters]) -> None:
    """The last good version of a broken chapters file stays, is reported, and is replaced once the file is mended."""
    site.episode(body=NOTES)
    site.put(FILE, written("Good"))
    assert chapters() == [(0.5, "Good")]
    site.put(FILE, '{"chapters":\n [')
    done = site.run("reindex")
    assert done.returncode == 0
    assert f"{FILE}:2: expected valid JSON" in done.stderr
    assert chapters() == [(0.5, "Good")]
    site.put(FILE, written("Mended"))
    assert site.run("reindex").returncode == 0
    assert chapters() == [(0.5, "Mended")]
    (site.root / FILE).unlink()
    assert site.run("reindex").returncode == 0
    assert chapters() == [(1, "Earlier"), (5, "From the notes")]


def test_a_file_that_is_named_and_missing_is_reported(site: Site, chapters: Callable[[], Chapters]) -> None:
    """A missing chapters file is reported in one line with a hint, and the next source applies."""
    site.episode(body=NOTES, chapters="gone.json")
    done = site.run("check")
    assert done.returncode == 1
    assert "1-first.md:3: expected the chapters 'gone.json', found no such file. Put it into" in done.stdout
    assert chapters() == [(1, "Earlier"), (5, "From the notes")]


RICH = {
    "chapters": [
        {
            "startTime": 0,
            "title": "Start",
            "img": "https://cdn.example/start.png",
            "url": "https://www.start.example/a?b=1&c=2",
        },
        {"startTime": 1.25, "title": "Only a picture", "img": "podcast/knot.png", "toc": False},
        {"startTime": 2.5, "title": "<b>Knots</b>", "image": "podcast/knot.png", "endTime": 3},
    ]
}


@pytest.fixture
def rich(site: Site, mp3: Path) -> Site:
    """Return a site whose episode has chapters with links and pictures, one of them hidden."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())
    site.put("content/images/podcast/knot.png", PNG)
    site.put(FILE, json.dumps(RICH))
    site.episode(body=NOTES)
    return site


def test_apps_get_all_of_a_chapter(rich: Site, open_client: Open) -> None:
    """The JSON of chapters has links, pictures and ends, starts in fractions of seconds, and marks hidden ones."""
    answer = open_client().get("/podcast/1-first/chapters.json").get_json(force=True)
    knot = "https://pod.example/images/full/podcast/knot.png"
    assert answer["chapters"] == [
        {
            "startTime": 0, "title": "Start", "img": "https://cdn.example/start.png",
            "url": "https://www.start.example/a?b=1&c=2",
        },
        {"startTime": 1.25, "title": "Only a picture", "img": knot, "toc": False},
        {"startTime": 2.5, "title": "<b>Knots</b>", "img": knot, "endTime": 3},
    ]  # fmt: skip


def test_feeds_point_to_the_chapters(rich: Site, open_client: Open) -> None:
    """An item of the RSS feed, and one of the JSON feed in its extension, have the address and type of the chapters."""
    client = open_client()
    address = "https://pod.example/podcast/1-first/chapters.json"
    assert (
        f'<podcast:chapters url="{address}" type="application/json+chapters"/>' in client.get("/podcast/feed.xml").text
    )
    (item,) = client.get("/podcast/feed.json").get_json(force=True)["items"]
    assert item["_podcast"]["chapters"] == {"url": address, "type": "application/json+chapters"}


def test_the_page_lists_links_and_pictures(rich: Site, open_client: Open) -> None:
    """The page lists chapters with links and small pictures, and the player knows the start of a hidden one."""
    client = open_client()
    page = client.get("/podcast/1-first").text
    listed = page.partition('class="chapters"')[2].partition("</section>")[0]
    assert 'href="https://www.start.example/a?b=1&amp;c=2" rel="noopener"' in listed
    assert ">start.example</a>" in listed
    assert 'aria-label="start.example, about Start"' in listed
    assert '<img src="/images/128/podcast/knot.png" alt="" width="40" height="40" loading="lazy">' in listed
    assert 'href="#t=2.5" data-seek="2.5">0:02</a>' in listed
    assert "&lt;b&gt;Knots&lt;/b&gt;" in listed
    assert "Only a picture" not in page
    assert '"chapters":[[0,"Start"],[1.25,""],[2.5,"' in page.replace(", ", ",").replace(": ", ":")
    assert client.get("/images/128/podcast/knot.png").status_code == 200


def test_pictures_within_the_audio_are_served(site: Site, open_client: Open, spoken: bytes) -> None:
    """The picture of an ID3 chapter is served in each size, and no other picture within an audio file is."""
    site.episode()
    site.put("content/audio/podcast/1-first.mp3", spoken)
    client = open_client()
    answer = client.get("/podcast/1-first/chapters.json").get_json(force=True)
    (chapter,) = answer["chapters"]
    assert (chapter["startTime"], chapter["endTime"], chapter["url"]) == (3, 6, "https://zagreb.example/zeppelin")
    path = chapter["img"].removeprefix("http://localhost")
    full = client.get(path)
    assert (full.status_code, full.content_type, full.data) == (200, "image/png", PNG)
    assert client.get(path.replace("/full/", "/64/")).content_type == "image/png"
    assert client.get(path, headers={"If-None-Match": full.headers["ETag"]}).status_code == 304
    assert client.get(path.replace("1-first.mp3/", "1-first.mp3/0")).status_code == 404


def test_a_missing_picture_is_reported(rich: Site, chapters: Callable[[], Chapters]) -> None:
    """A chapter's picture that doesn't exist is a problem at its line, and the chapter stays without it."""
    rich.put(FILE, '[{"startTime": 0, "title": "A"},\n{"startTime": 2, "title": "B", "img": "none.png"}]')
    done = rich.run("check")
    assert f"{FILE}:2: expected the picture 'none.png' in content/images, found no such file." in done.stdout
    assert chapters() == [(0, "A"), (2, "B")]


def test_a_picture_of_another_host_needs_leave(rich: Site) -> None:
    """`longwave check` warns of a chapter's picture on another host which the CSP blocks, and names that host."""
    assert f'{FILE}:1: warning: expected an origin that the site allows, found https://cdn.example. Add "https:' in (
        rich.run("check").stdout
    )


def found(client: FlaskClient, query: str) -> Chapters:
    """Return the second and the source of each timestamp in the first search result."""
    answer = client.get(f"/search.json?q={query}").json
    assert answer is not None
    return [(moment["seconds"], moment["source"]) for moment in answer["results"][0]["moments"]]


def test_search_finds_what_the_audio_says(site: Site, open_client: Open, spoken: bytes) -> None:
    """A word that occurs only in an MP3's own chapters is found, at its second."""
    site.episode(body=NOTES)
    site.put("content/audio/podcast/1-first.mp3", spoken)
    assert found(open_client(), "zeppelins") == [(3, "chapter")]


def test_search_finds_notes_once(site: Site, open_client: Open) -> None:
    """A timestamp in the notes that also serves as a chapter appears once in the results."""
    site.episode(body=NOTES)
    assert found(open_client(), "earlier") == [(1, "note")]
