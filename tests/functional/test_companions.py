"""What podcast apps fetch beside a feed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support import Site

SRT = "1\n00:00:01,000 --> 00:00:02,000\nAnn: Spoken words.\n"


@pytest.fixture
def client(site: Site, open_client: Callable[[], FlaskClient]) -> FlaskClient:
    """An episode with a transcript in one form and times in its notes, one with neither, and a draft."""
    site.episode(body="- 0:05 -- Later\n- 0:02 -- First")
    site.put("content/transcripts/podcast/1-first.srt", SRT)
    site.episode("2026-01-03-2-bare.md")
    site.episode("2026-01-04-3-draft.md", draft=True, body="- 0:02 -- First")
    site.put("content/transcripts/podcast/3-draft.srt", SRT)
    return open_client()


@pytest.mark.parametrize(
    ("form", "type_", "holds"),
    [
        ("vtt", "text/vtt; charset=utf-8", "<v Ann>Spoken words."),
        ("srt", "application/x-subrip; charset=utf-8", "Ann: Spoken words."),
        ("json", "application/json", '"speaker": "Ann", "body": "Spoken words."'),
        ("html", "text/html; charset=utf-8", "<cite>Ann:</cite>"),
    ],
)
def test_a_transcript_comes_in_all_forms(client: FlaskClient, form: str, type_: str, holds: str) -> None:
    """Whatever form it was written in, each form is served with its type, readable from any site, and revalidated."""
    answer = client.get(f"/podcast/1-first/transcript.{form}")
    assert (answer.status_code, answer.content_type) == (200, type_)
    assert holds in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/podcast/1-first/transcript.{form}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_chapters_come_in_order(client: FlaskClient) -> None:
    """The notes' times are chapters in order of time, as the type of the namespace, readable from any site."""
    answer = client.get("/podcast/1-first/chapters.json")
    assert answer.content_type == "application/json+chapters"
    assert [c["startTime"] for c in answer.get_json(force=True)["chapters"]] == [2, 5]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_not_there_is_missing(client: FlaskClient) -> None:
    """No transcript, no chapters, an unknown form, an unknown episode and a draft are all nothing."""
    for path in (
        "2-bare/transcript.vtt",
        "2-bare/chapters.json",
        "1-first/transcript.txt",
        "9-none/transcript.vtt",
        "3-draft/transcript.vtt",
        "3-draft/chapters.json",
    ):
        assert client.get(f"/podcast/{path}").status_code == 404, path
