"""Transcripts written in four formats: valid for any cues, and read back with the same words."""

from __future__ import annotations

import io
import json
import time

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from longwave.content.transcripts.transcript_file import parse_transcript
from longwave.feeds.sidecar_formats import TranscriptHeading, as_json, page, srt, vtt
from longwave.model import Cue, Transcript

TALK = Transcript(
    (
        Cue(0.5, 3, "Ann Lee", "Hello & <i>welcome</i>."),
        Cue(3, 3, "Ann Lee", "Remember: test it."),
        Cue(3671.25, 3680, "Bob", "Thanks."),
    )
)
ABOUT = TranscriptHeading("A <b> title", "The Show", "https://pod.example/podcast/1-a", "pt-BR")

WORDS = st.text(max_size=30) | st.sampled_from(
    [
        "-->",
        "a --> b",
        "00:00:01.000 --> 00:00:02.000",
        "1\n00:00:01,000 --> 00:00:02,000\nX",
        "NOTE this",
        "STYLE",
        "WEBVTT",
        "<v Ann>Hi</v>",
        "<00:00:01.000>",
        "a < b > c",
        "{\\an8}up",
        "&lt;b&gt;",
        "AT&T",
        "&notit",
        "42",
        "x\n\ny",
        "\u2028\x85\x0b\x1c",
        "\x00\ufffe\ud800",
        "Ann: hi",
        "</p><script>",
    ]
)
#: Speakers' names that the SubRip parser recognizes before a colon, or none.
NAMES = st.sampled_from(["", "Ann", "Ann Lee", "ÉMILE DUPONT", "田中"])
TIMES = st.integers(0, 99 * 3_600_000).map(lambda ms: ms / 1000) | st.floats(0, 30)


@st.composite
def talks(draw: st.DrawFn, names: st.SearchStrategy[str] = NAMES) -> Transcript:
    """Draw a transcript: cues in order of their starts, with or without ends, overlapping, with any text."""
    cues = draw(st.lists(st.builds(Cue, TIMES, TIMES, names, WORDS), max_size=4))
    return Transcript(tuple(sorted(cues, key=lambda cue: cue.start)))


def said(transcript: Transcript) -> list[tuple[int, str, str]]:
    """Return each cue's start in milliseconds, its speaker (or the last one named before) and its plain text."""
    cues, speaker = [], ""
    for cue in transcript.cues:
        text = "".join(c for c in cue.text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff\ud800"))
        if text.split():
            speaker = " ".join(cue.speaker.split()) or speaker
            cues.append((round(round(cue.start, 3) * 1000), speaker, " ".join(text.split())))
    return cues


def test_webvtt_names_voices_and_escapes() -> None:
    """In WebVTT speakers are voice tags, text is escaped, and a cue without an end lasts as long as its words."""
    assert vtt(TALK) == (
        "WEBVTT\n\n"
        "00:00:00.500 --> 00:00:03.000\n<v Ann Lee>Hello &amp; &lt;i&gt;welcome&lt;/i&gt;.\n\n"
        "00:00:03.000 --> 00:00:05.000\n<v Ann Lee>Remember: test it.\n\n"
        "01:01:11.250 --> 01:01:20.000\n<v Bob>Thanks.\n"
    )


def test_subrip_names_speakers_where_they_begin() -> None:
    """In SubRip a speaker's name is written before their first words, and before words that look like a name."""
    assert srt(TALK) == (
        "1\n00:00:00,500 --> 00:00:03,000\nAnn Lee: Hello & &#60;i>welcome&#60;/i>.\n\n"
        "2\n00:00:03,000 --> 00:00:05,000\nAnn Lee: Remember: test it.\n\n"
        "3\n01:01:11,250 --> 01:01:20,000\nBob: Thanks.\n"
    )


def test_subrip_leaves_plain_text_as_it_is() -> None:
    """SubRip text isn't escaped where no player reads markup, as many players would show the escapes."""
    assert "AT&T: 1 < 2 > 0 {sure}" in srt(Transcript((Cue(0, 1, "", "AT&T: 1 < 2 > 0 {sure}"),)))


def test_json_is_version_1() -> None:
    """The JSON transcript has version 1.0.0, and segments with start, end, speaker and body."""
    loaded = json.loads(as_json(TALK))
    assert loaded["version"] == "1.0.0"
    assert loaded["segments"][0] == {
        "speaker": "Ann Lee",
        "startTime": 0.5,
        "endTime": 3.0,
        "body": "Hello & <i>welcome</i>.",
    }
    assert "speaker" not in json.loads(as_json(Transcript((Cue(0, 1, "", "Hm."),))))["segments"][0]


def test_the_page_is_as_the_namespace_describes_it() -> None:
    """In the HTML transcript speaker, time and text are children of <body>; it links to the episode and is noindex."""
    text = page(TALK, ABOUT)
    root = html.fromstring(text)
    (body,) = root.xpath("/html/body")
    assert [child.tag for child in body] == ["h1", "cite", "time", "p", "cite", "time", "p"]
    assert [child.text_content() for child in body[1:4]] == [
        "Ann Lee:",
        "00:00:00",
        "Hello & <i>welcome</i>. Remember: test it.",
    ]
    assert "<time>01:01:11</time>\n<p>Thanks.</p>" in text
    assert root.get("lang") == "pt-BR"
    assert root.xpath("//link[@rel='canonical']/@href") == [ABOUT.link]
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert root.xpath("//h1/a[@href=$link]", link=ABOUT.link)[0].text == "A <b> title"


@pytest.mark.parametrize(
    ("cues", "ends"),
    [
        (((1, 1), (1, 1), (9, 9)), [2, 2, 10]),
        (((1, 0), (1.5, 7), (2, 3)), [1.5, 7, 3]),
        (((0, 0.0004), (0.0004, 0), (0.2, 0.3)), [0.2, 0.2, 0.3]),
    ],
)
def test_every_cue_ends_after_it_starts(cues: tuple[tuple[float, float], ...], ends: list[float]) -> None:
    """A cue without an end gets one by the length of its words, up to the next cue; cues that overlap stay so."""
    talk = Transcript(tuple(Cue(start, end, "", "Hm.") for start, end in cues))
    assert [segment["endTime"] for segment in json.loads(as_json(talk))["segments"]] == ends


@given(talks(NAMES | st.text(max_size=8)))
def test_webvtt_is_valid_and_comes_back(talk: Transcript) -> None:
    """In WebVTT a strict parser finds as many captions as cues, in order; ours finds each voice and every word."""
    text = vtt(talk)
    captions = webvtt.from_string(text, strict=True).captions
    assert [caption.start_time.in_milliseconds() for caption in captions] == [start for start, _, _ in said(talk)]
    assert all(caption.end_time > caption.start_time for caption in captions)
    # Cues with SubRip's markup {\ are left out, as our parser drops it from WebVTT, too.
    voiced = Transcript(tuple(cue for cue in talk.cues if cue.speaker.isalpha() and "{\\" not in cue.text))
    if said(voiced):
        assert said(parse_transcript("a.vtt", vtt(voiced))[0]) == said(voiced)


@given(talks())
def test_subrip_is_valid_and_comes_back(talk: Transcript) -> None:
    """In SubRip webvtt-py finds as many captions as cues; ours finds every word, and speakers if each cue has one."""
    captions = webvtt.from_buffer(io.StringIO(srt(talk)), format="srt").captions if said(talk) else []
    assert [caption.start_time.in_milliseconds() for caption in captions] == [start for start, _, _ in said(talk)]
    assert all(caption.end_time > caption.start_time for caption in captions)
    named = Transcript(tuple(cue for cue in talk.cues if cue.speaker))
    if said(named):
        assert said(parse_transcript("a.srt", srt(named))[0]) == said(named)


@given(talks(NAMES | st.text(max_size=8)))
def test_json_comes_back(talk: Transcript) -> None:
    """Every cue with text is read back from JSON with its speaker, its start and a later end."""
    if said(talk):
        back = parse_transcript("a.json", as_json(talk))[0]
        assert [start for start, _, _ in said(back)] == [start for start, _, _ in said(talk)]
        assert [text for _, _, text in said(back)] == [text for _, _, text in said(talk)]
        assert all(cue.end > cue.start for cue in back.cues)


@given(talks(NAMES | WORDS), WORDS)
def test_the_page_holds_text_and_nothing_else(talk: Transcript, title: str) -> None:
    """No text of a cue becomes an element of the HTML transcript, which can always be encoded."""
    text = page(talk, TranscriptHeading(title, title, "https://pod.example/a", "en")).encode()
    allowed = {"html", "head", "meta", "title", "link", "body", "h1", "a", "cite", "time", "p"}
    assert {element.tag for element in html.fromstring(text).iter()} <= allowed


def test_a_long_transcript_is_written_in_one_go() -> None:
    """40,000 cues without ends, half of them simultaneous, are written in linear time."""
    starts = [*(place // 50 for place in range(20_000)), *[400] * 20_000]
    talk = Transcript(tuple(Cue(start, 0, "Ann", "Hm.") for start in starts))
    # The time of this thread alone is measured; quadratic time would be half a minute.
    began = time.thread_time()
    for write in (vtt, srt, as_json):
        assert write(talk)
    assert time.thread_time() - began < 5
