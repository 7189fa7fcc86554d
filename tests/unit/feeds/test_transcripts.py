"""Transcripts and chapters as podcast apps fetch them."""

from __future__ import annotations

import io
import json

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from longwave.content.transcripts import parse_transcript
from longwave.feeds.chapters import chapters_json
from longwave.feeds.transcripts import FORMS, as_html, as_json, srt, vtt
from longwave.model import Cue, Moment, Transcript

SPOKEN = Transcript(
    (
        Cue(0.5, 2, "Ann Lee", "Is 1 < 2 --> or & not?"),
        Cue(2, 2, "Ann Lee", "It is."),
        Cue(3725.25, 3726, "Bob", "<i>Yes</i>: so it is."),
    )
)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40)
NAMES = st.sampled_from(["Ann Lee", "Bob", "José", "O'Hara"])
CUES = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(1, 90), NAMES, WORDS.map(str.split).map(" ".join)), max_size=9
)


def test_webvtt_is_read_by_others() -> None:
    """A player of captions finds the times and the words, voices as speakers, and no markup in what was said."""
    captions = webvtt.from_buffer(io.StringIO(vtt(SPOKEN))).captions
    assert [(c.start, c.end, c.voice) for c in captions] == [
        ("00:00:00.500", "00:00:02.000", "Ann Lee"),
        ("00:00:02.000", "00:00:04.000", "Ann Lee"),
        ("01:02:05.250", "01:02:06.000", "Bob"),
    ]
    assert "&lt;i&gt;Yes" in vtt(SPOKEN)


def test_subrip_names_who_begins() -> None:
    """Each caption is numbered, and a speaker is named where they begin."""
    assert srt(SPOKEN).split("\n\n")[0] == "1\n00:00:00,500 --> 00:00:02,000\nAnn Lee: Is 1 < 2 → or & not?"
    assert [line for line in srt(SPOKEN).split("\n") if line.startswith("It")] == ["It is."]
    assert len(webvtt.from_buffer(io.StringIO(srt(SPOKEN)), format="srt").captions) == 3


def test_json_has_a_segment_for_each_cue() -> None:
    """The JSON has the names of the namespace's own example."""
    said = json.loads(as_json(SPOKEN))
    assert said["version"] == "1.0.0"
    assert said["segments"][2] == {
        "startTime": 3725.25,
        "endTime": 3726,
        "speaker": "Bob",
        "body": "<i>Yes</i>: so it is.",
    }


def test_html_is_a_page_of_the_episode() -> None:
    """The page has who speaks, when and what, escaped, and leads to the episode."""
    page = html.document_fromstring(as_html(SPOKEN, 'A "title" <b>', "https://pod.example/x"))
    assert [cite.text for cite in page.xpath("//cite")] == ["Ann Lee:", "Bob:"]
    assert [time.text for time in page.xpath("//time")] == ["0:00", "1:02:05"]
    assert page.xpath("//p/text()")[1] == "<i>Yes</i>: so it is."
    assert page.xpath("//h1/a/@href") == page.xpath("//link[@rel='canonical']/@href") == ["https://pod.example/x"]
    assert page.xpath("//title/text()") == ['A "title" <b>']
    assert not page.xpath("//i | //b")


@pytest.mark.parametrize("form", ["vtt", "srt", "json"])
@given(cues=CUES)
def test_what_is_written_is_read_again(form: str, cues: list[tuple[int, int, str, str]]) -> None:
    """Whatever was said, the same times come back when our own reader reads what was written; in JSON the words, too."""
    given_cues = sorted(
        (Cue(float(s), float(s + n), who, text) for s, n, who, text in cues if text), key=lambda c: c.start
    )
    if not given_cues:
        return
    written = FORMS[form].write(Transcript(tuple(given_cues)), "", "")
    read = parse_transcript(f"a.{form}", written).cues
    if form == "json":
        assert list(read) == given_cues
    else:
        assert {cue.start for cue in read} <= {cue.start for cue in given_cues}


def test_chapters_are_json() -> None:
    """Chapters have their seconds and titles, under the episode's and the show's."""
    said = json.loads(chapters_json([Moment(0, "One", "chapter"), Moment(81, "Two", "chapter")], "Hello", "The Show"))
    assert said == {
        "version": "1.2.0",
        "title": "Hello",
        "podcastName": "The Show",
        "chapters": [{"startTime": 0, "title": "One"}, {"startTime": 81, "title": "Two"}],
    }
