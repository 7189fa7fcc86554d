"""Transcripts and chapters as podcast apps download them."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import brotli
import pytest
from flask.testing import FlaskClient
from support import Server, Site

Open = Callable[[], FlaskClient]
VTT = "WEBVTT\n\n" + "".join(
    f"00:00:{second:02}.000 --> 00:00:{second:02}.900\n<v Ann>This is line {second} &amp; more.\n\n"
    for second in range(30)
)
SRT = "1\n00:00:01,000 --> 00:00:02,000\nAnn: Hello.\n"
JSON = '{"segments": [{"startTime": 1, "speaker": "Ann", "body": "Hello."}]}'
YAML = (
    '- {speaker: Ann, timestamp: "0:01", transcript: Hello.}\n- {timestamp: "0:09", transcript: Secret, reviewed: no}\n'
)
TYPES = {
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


@pytest.mark.parametrize(("suffix", "text"), [("vtt", VTT), ("srt", SRT), ("json", JSON), ("yml", YAML)])
def test_one_form_gives_four(site: Site, open_client: Open, suffix: str, text: str) -> None:
    """A transcript in any format is served in all four, each with its media type and for every origin (CORS)."""
    site.episode()
    site.put(f"content/transcripts/podcast/1-first.{suffix}", text)
    client = open_client()
    for form, kind in TYPES.items():
        answer = client.get(f"/podcast/1-first/transcript.{form}")
        assert (answer.status_code, answer.content_type) == (200, kind)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Ann" in answer.text
        assert "Secret" not in answer.text


def test_the_page_leads_to_the_episode(site: Site, open_client: Open) -> None:
    """The HTML transcript has a canonical link to the episode's page, and is noindex."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode()
    site.put("content/transcripts/podcast/1-first.srt", SRT)
    text = open_client().get("/podcast/1-first/transcript.html").text
    assert '<link rel="canonical" href="https://pod.example/podcast/1-first">' in text
    assert '<meta name="robots" content="noindex">' in text


def test_chapters_are_json(site: Site, open_client: Open) -> None:
    """The timestamps in the notes are served as JSON chapters of Podcasting 2.0, for every origin (CORS)."""
    site.put("content/site.toml", '[shows.podcast]\ntitle = "The Show"\n')
    site.episode(body='- 0:00 -- Hello & "welcome"\n- 1:21 -- Goodbye')
    answer = open_client().get("/podcast/1-first/chapters.json")
    assert answer.content_type == "application/json+chapters; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.get_json(force=True) == {
        "version": "1.2.0",
        "title": "First",
        "podcastName": "The Show",
        "chapters": [{"startTime": 0, "title": "Hello & “welcome”"}, {"startTime": 81, "title": "Goodbye"}],
    }


def test_what_is_not_there_is_404(site: Site, open_client: Open) -> None:
    """A missing transcript, missing chapters, an unknown format, and files of unpublished episodes are 404."""
    site.episode()
    body = "- 0:01 -- Hello"
    site.episode("2026-01-03-2-draft.md", title="Draft", body=body, draft=True)
    site.episode("2999-01-03-3-later.md", title="Later", body=body)
    for slug in ("2-draft", "3-later"):
        site.put(f"content/transcripts/podcast/{slug}.srt", SRT)
    client = open_client()
    for slug in ("1-first", "2-draft", "3-later", "4-none"):
        for name in (*(f"transcript.{form}" for form in TYPES), "chapters.json", "transcript.txt", "transcript"):
            assert client.get(f"/podcast/{slug}/{name}").status_code == 404, (slug, name)
    assert client.get("/nope/1-first/transcript.vtt").status_code == 404


def test_they_are_kept_compressed_and_validated(site: Site, serve: Callable[..., Server]) -> None:
    """Transcripts and chapters have an ETag for each encoding, and a 304 also has the CORS header; HEAD has no body."""
    notes = "\n".join(f"- 0:{second:02} -- Chapter number {second}" for second in range(40))
    site.episode(body=notes)
    site.put("content/transcripts/podcast/1-first.vtt", VTT)
    server = serve()
    for name in (*(f"transcript.{form}" for form in TYPES), "chapters.json"):
        path = f"/podcast/1-first/{name}"
        plain = server.get(path)
        for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            packed = server.get(path, Accept_Encoding=coding)
            assert packed.headers["Content-Encoding"] == coding, path
            assert unpack(packed.body) == plain.body
            assert packed.headers["ETag"] != plain.headers["ETag"]
        revalidated = server.get(path, If_None_Match=plain.headers["ETag"])
        assert (revalidated.status, revalidated.body, revalidated.headers["Access-Control-Allow-Origin"]) == (
            304,
            b"",
            "*",
        )
        head = server.get(path, "HEAD")
        assert (head.status, head.body, head.headers["ETag"]) == (200, b"", plain.headers["ETag"])
