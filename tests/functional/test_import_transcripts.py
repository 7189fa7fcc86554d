"""`longwave import rss`: the transcripts of an old feed, in all languages and formats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from old_host import MP3, OldHost
from support import Site, serving

ENGLISH = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Fresh bread\n"
SPANISH = "WEBVTT\n\n00:01.000 --> 00:02.000\nPan fresco\n"
SEGMENTS = '{"segments": [{"start": 1.0, "end": 2.0, "text": " Fresh bread"}]}'
PAGE = "<html><body><cite>Ann:</cite><time>0:01</time><p>Fresh bread</p></body></html>"


@pytest.fixture
def home(tmp_path: Path) -> Site:
    """Return an empty folder, into which the tests import."""
    (tmp_path / "home").mkdir()
    return Site(tmp_path / "home")


def moved(home: Site, host: OldHost, transcripts: str, language: str = "en") -> tuple[str, list[str], str]:
    """Import a feed with these tags; return the episode's front matter, its transcripts' files, and the report."""
    feed = f"""<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Bakery</title><link>{host.url}/</link>
<description>On bread.</description><language>{language}</language><item><title>Bread</title><guid>g-1</guid>
<pubDate>Mon, 01 Jan 2024 06:00:00 +0000</pubDate>
<enclosure url="{host.url}/1.mp3" length="{len(MP3)}" type="audio/mpeg"/>{transcripts}</item></channel></rss>"""
    address = host.put("/feed.xml", feed.encode(), "application/rss+xml")
    done = home.run("import", "rss", address, "--into", "new", "--allow-private", "--audio", "link")
    assert done.returncode == 0, done.stdout + done.stderr
    (episode,) = (home.root / "new/content/podcast").glob("*.md")
    files = (home.root / "new/content/transcripts").rglob("*.*")
    return episode.read_text("utf-8"), sorted(file.name for file in files), done.stdout


def tag(url: str, kind: str, language: str = "", rel: str = "") -> str:
    """Return a tag that offers a transcript."""
    stated = "".join(f' {name}="{value}"' for name, value in (("language", language), ("rel", rel)) if value)
    return f'<podcast:transcript url="{url}" type="{kind}"{stated}/>'


def test_each_language_comes_along(home: Site, host: OldHost) -> None:
    """The transcripts of all languages are taken, the show's own as the main one, whatever stands first."""
    spanish = host.put("/es.vtt", SPANISH.encode(), "text/vtt")
    english = host.put("/en.vtt", ENGLISH.encode(), "text/vtt")
    tags = tag(spanish, "text/vtt", "es", "captions") + tag(english, "text/vtt", "en-US")
    text, files, report = moved(home, host, tags)
    assert (
        'transcripts: [{file: "bread.vtt", language: "en-US"}, {file: "bread.es.vtt", language: "es", rel: "captions"}]'
        in text
    )
    assert files == ["bread.es.vtt", "bread.vtt"]
    assert re.search(r"2 transcripts|transcripts\D+2\b", report)
    assert "0 problems" in Site(home.root / "new").run("check").stdout


def test_the_best_readable_format_is_taken(home: Site, host: OldHost) -> None:
    """The best format of one language that can be read is taken; a format that can't be read is reported."""
    bad = host.put("/a.vtt", b"WEBVTT\n", "text/vtt")
    page = host.put("/a.html", PAGE.encode(), "text/html")
    segments = host.put("/a.json", SEGMENTS.encode(), "application/json")
    tags = tag(page, "text/html") + tag(bad, "text/vtt") + tag(segments, "application/json")
    text, files, report = moved(home, host, tags)
    assert 'transcript: "bread.json"\n' in text
    assert files == ["bread.json"]
    assert "transcripts that can't be read" in report


@pytest.mark.parametrize(
    ("body", "kind", "file"),
    [
        (PAGE.encode(), "text/html", "bread.html"),
        (b"[0:01] Ann: Fresh bread", "text/plain", "bread.txt"),
        (ENGLISH.encode("utf-16"), "application/srt", "bread.vtt"),
        (ENGLISH.encode(), "application/x-unheard-of", "bread.vtt"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nFresh bread\n", "text/vtt", "bread.srt"),
    ],
)
def test_a_lone_transcript_is_taken_in_any_format(home: Site, host: OldHost, body: bytes, kind: str, file: str) -> None:
    """A transcript in any format that can be read is taken, its file named by its content instead of its type."""
    text, files, _ = moved(home, host, tag(host.put("/said", body, kind), kind))
    assert f'transcript: "{file}"\n' in text
    assert files == [file]
    assert Site(home.root / "new").run("search", "fresh bread").stdout.count("0:01")


def test_a_translation_alone_stays_one(home: Site, host: OldHost) -> None:
    """The only transcript of an episode, in another language than the show's, keeps its language."""
    address = host.put("/es.vtt", SPANISH.encode(), "text/vtt")
    text, files, _ = moved(home, host, tag(address, "text/vtt", "es"))
    assert 'transcripts: [{file: "bread.es.vtt", language: "es"}]' in text
    assert files == ["bread.es.vtt"]


def test_transcripts_come_back_from_our_own_feed(home: Site, host: OldHost) -> None:
    """A site imported from Longwave's own feed has the transcripts, languages and rels of that feed, and the same words."""
    tags = tag(host.put("/en.vtt", ENGLISH.encode(), "text/vtt"), "text/vtt", "en", "captions")
    tags += tag(host.put("/es.vtt", SPANISH.encode(), "text/vtt"), "text/vtt", "es")
    moved(home, host, tags)
    with serving(home.root / "new", LONGWAVE_URL="") as old:
        (home.root / "feed.xml").write_text(old.get("/podcast/feed.xml").text, "utf-8")
        done = home.run("import", "rss", "feed.xml", "--into", "again", "--allow-private", "--audio", "link")
        assert done.returncode == 0, done.stdout + done.stderr
    folders = [home.root / name / "content" for name in ("new", "again")]
    lines = [re.findall("transcripts:.*", next(folder.glob("podcast/*.md")).read_text("utf-8")) for folder in folders]
    assert lines[0] == lines[1] != []
    names = [{file.name for file in folder.rglob("transcripts/podcast/*")} for folder in folders]
    assert names[0] == names[1]
    with serving(home.root / "again", LONGWAVE_URL="") as again:
        for name in ("transcript.vtt", "transcript.es.vtt"):
            assert again.get(f"/podcast/bread/{name}").text == old_words(folders[1], name)


def old_words(content: Path, name: str) -> str:
    """Return the text of the imported file that is served as ``name``."""
    return (content / "transcripts/podcast" / name.replace("transcript", "bread")).read_text("utf-8")
