"""The keys `type` and `alternates` of an episode's front matter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from longwave.content.episodes.episode_file import ParsedEpisode, parse_episode
from longwave.model import Alternate, Enclosure, Integrity, Person, Show, Site

ME = Person("Ada")
SITE = Site("Site", "", "", "en", "UTC", "Ada", ME)
SHOW = Show("podcast", "Podcast", "", "en", "Ada", ME)
HASH = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def parse(**keys: Any) -> ParsedEpisode:
    """Return the episode parsed from a file with this front matter."""
    matter = "\n".join(f"{key}: {json.dumps(value)}" for key, value in ({"title": "A"} | keys).items())
    return parse_episode("content/podcast/2026-03-01-7-hello.md", f"---\n{matter}\n---\nHello\n", SITE, SHOW, 0)


def form(entry: object) -> Alternate:
    """Return the only alternate enclosure of an episode whose key `alternates` has this entry, free of problems."""
    parsed = parse(alternates=[entry])
    assert not parsed.problems
    return parsed.episode.alternates[0]


@pytest.mark.parametrize(
    ("stated", "kind"), [("video/mp4", "video/mp4"), ("Audio/X-M4A", "audio/x-m4a"), ("pdf", "application/pdf")]
)
def test_the_type_is_read(stated: str, kind: str) -> None:
    """The key `type` states the enclosure's media type in upper or lower case, or as a suffix (pdf)."""
    parsed = parse(audio="https://cdn.example/7", type=stated)
    assert parsed.episode.enclosure is not None
    assert (parsed.episode.enclosure.type, parsed.problems) == (kind, ())


@pytest.mark.parametrize("word", ["post", "podcast", "full"])
def test_a_kind_of_page_is_no_type(word: str) -> None:
    """A `type` that is a kind of page in Jekyll or Hugo (post) doesn't set the media type, and raises no warning."""
    parsed = parse(type=word)
    assert parsed.episode.enclosure is not None
    assert (parsed.episode.enclosure.type, parsed.episode.page["type"], parsed.problems) == ("audio/mpeg", word, ())


@pytest.mark.parametrize("value", ["image/png", "video/", ["video/mp4"]])
def test_a_wrong_type_costs_the_type(value: object) -> None:
    """A `type` that is no media type for an enclosure is left out, with a warning that gives examples of valid ones."""
    parsed = parse(type=value)
    assert parsed.episode.enclosure is not None
    assert parsed.episode.enclosure.type == "audio/mpeg"
    assert "expected a media type such as audio/mpeg or video/mp4" in str(parsed.problems[0])


def test_every_part_of_a_form_is_read() -> None:
    """An alternate form has title, type, size, bitrate, height, language, rel, codecs, default, integrity and sources."""
    entry = {
        "audio": "film.mp4", "title": "Film", "bytes": 12, "bitrate": 128000, "height": 720, "language": "pt-BR",
        "rel": "film", "codecs": "avc1.64001f, mp4a.40.2", "default": True, "integrity": HASH,
        "sources": ["https://cdn.example/1.mp4", {"uri": "ipfs://a", "type": "application/x-mpegURL"}],
    }  # fmt: skip
    first = Enclosure("film.mp4", expected=True, bytes=12, type="video/mp4")
    one = Enclosure(url="https://cdn.example/1.mp4", expected=True, type="video/mp4")
    two = Enclosure(url="ipfs://a", expected=True, type="application/x-mpegurl")
    proof = Integrity("sri", HASH)
    assert form(entry) == Alternate(
        first, "Film", 128000, 720, "pt-BR", "film", "avc1.64001f, mp4a.40.2", True, proof, (one, two)
    )


def test_natural_spellings_of_a_form() -> None:
    """An alternate enclosure may be just an address, have the podcast namespace's names, and numbers like 128k."""
    assert form("https://cdn.example/1.opus").enclosure.type == "audio/ogg"
    other = form({"url": "a.mp4", "length": "1,200", "lang": "de", "bitrate": "128k", "height": "1080p"})
    assert (other.enclosure.bytes, other.language, other.bitrate, other.height) == (1200, "de", 128000, 1080)
    listed = form({"sources": [{"uri": "https://a.example/1.mp4", "contentType": "video/webm"}, "https://b.example/1"]})
    assert (listed.enclosure.url, listed.enclosure.type) == ("https://a.example/1.mp4", "video/webm")
    assert [source.url for source in listed.sources] == ["https://b.example/1"]
    signed = form({"audio": "a.mp4", "integrity": {"type": "pgp-signature", "value": "AA"}})
    assert signed.integrity == Integrity("pgp-signature", "AA")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("height", "tall", "a whole number"),
        ("language", "English!", "a language such as en"),
        ("codecs", "<x>", "codecs such as mp4a.40.2"),
        ("integrity", "md5-abc", "a hash such as sha384"),
        ("type", "film", "a media type"),
        ("default", "maybe", "true or false"),
    ],
)
def test_a_wrong_part_costs_that_part(key: str, value: object, expected: str) -> None:
    """An invalid value in an alternate enclosure is left out with a warning, and the enclosure's others stay."""
    parsed = parse(alternates=[{"audio": "a.mp4", key: value}])
    assert [form.enclosure.file for form in parsed.episode.alternates] == ["a.mp4"]
    assert len(parsed.problems) == 1
    assert parsed.problems[0].level == "warning"
    assert expected in str(parsed.problems[0])
