"""Transcripts in four forms become cues."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwave.content.transcripts import paragraphs, parse_transcript
from longwave.errors import ContentError
from longwave.model import Cue, Transcript

VTT = """WEBVTT

1
00:00:00.500 --> 00:00:03.000
<v Ann Lee>Hello &amp; <i>welcome</i>.

00:01:02.000 --> 00:01:04.250
Bob: Thanks,
Ann.
"""
SRT = """1
00:00:00,500 --> 00:00:03,000
Ann Lee: Hello & welcome.

2
01:01:02,000 --> 01:01:04,250
Thanks.
"""
JSON = """{"version": "1.0.0", "segments": [
  {"speaker": "Ann", "startTime": 0.5, "endTime": 3, "body": "Hello."}, {"startTime": 4, "body": "Thanks."}]}"""
YAML = """
- speaker: Ann
  timestamp: "0:05"
  transcript: Hello.
  reviewed: true
- speaker: Bob
  timestamp: 1:02:33
  transcript: |
    Thanks,
    Ann.
  reviewed: false
- speaker: Ann
  timestamp: 01:10
  transcript: Bye.
"""


@pytest.mark.parametrize(
    ("file", "text", "cues"),
    [
        ("a.vtt", VTT, (Cue(0.5, 3.0, "Ann Lee", "Hello & welcome."), Cue(62.0, 64.25, "Bob", "Thanks, Ann."))),
        ("a.srt", SRT, (Cue(0.5, 3.0, "Ann Lee", "Hello & welcome."), Cue(3662.0, 3664.25, "", "Thanks."))),
        ("a.JSON", JSON, (Cue(0.5, 3.0, "Ann", "Hello."), Cue(4.0, 4.0, "", "Thanks."))),
        ("a.yml", YAML, (Cue(5, 70, "Ann", "Hello."), Cue(70, 71, "Ann", "Bye."))),
    ],
)
def test_each_form_gives_cues(file: str, text: str, cues: tuple[Cue, ...]) -> None:
    """Start and end in seconds, the speaker and the plain text come out of every form."""
    assert parse_transcript(file, text).cues == cues


def test_what_nobody_reviewed_stays_hidden() -> None:
    """Unreviewed entries of YAML are counted and not shown."""
    assert parse_transcript("a.yaml", YAML).hidden == 1


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("a.vtt", "hello", 1),
        ("a.vtt", "WEBVTT\n", 1),
        ("a.srt", "no times here", 1),
        ("a.json", '{"segments": [\n{"body": "x"}]}', 1),
        ("a.json", '{"segments":\n [}', 2),
        ("a.json", "[1]", 1),
        (
            "a.yml",
            "- speaker: A\n  timestamp: 0:01\n  transcript: x\n- speaker: B\n  timestamp: soon\n  transcript: y",
            4,
        ),
        ("a.yml", "just text", 1),
        ("a.yml", "- {a", 2),
    ],
)
def test_what_is_broken_is_one_line(file: str, text: str, line: int) -> None:
    """A transcript that can't be read is one problem with its line."""
    with pytest.raises(ContentError) as raised:
        parse_transcript(file, text)
    assert raised.value.problem.line == line


def test_paragraphs_join_one_speaker() -> None:
    """Cues of one speaker read as one paragraph, which ends with a sentence once it is a minute long."""
    cues = [Cue(n * 10, n * 10 + 10, "Ann", f"Sentence {n}.") for n in range(12)] + [Cue(120, 130, "Bob", "Oh.")]
    joined = paragraphs(Transcript(tuple(cues)))
    assert [(cue.start, cue.end, cue.speaker) for cue in joined] == [
        (0, 70, "Ann"),
        (70, 120, "Ann"),
        (120, 130, "Bob"),
    ]
    assert " ".join(cue.text for cue in joined) == " ".join(cue.text for cue in cues)


LINES = st.sampled_from(
    [
        "WEBVTT",
        "",
        "00:00.000 --> 00:01.000",
        "00:00:00,000 --> 99:99:99,999",
        "1",
        "<v Ann>Hi",
        "- speaker: A",
        "  timestamp: 1:2",
        "  transcript: x",
        "{",
        '"segments": [',
        "]",
        "NOTE",
        "--> -->",
        "-1:00 --> 2",
        "  - [",
        "\t",
        "&#x110000;",
    ]
)


@given(
    st.sampled_from(["a.vtt", "a.srt", "a.json", "a.yml"]),
    st.lists(LINES, max_size=8).map("\n".join) | st.text(max_size=60),
)
@settings(max_examples=200)
def test_no_text_raises_anything_else(file: str, text: str) -> None:
    """Whatever the file holds, the cues lie in order, or the one documented error is raised."""
    with contextlib.suppress(ContentError):
        cues = parse_transcript(file, text).cues
        assert list(cues) == sorted(cues, key=lambda cue: cue.start)
        assert all(0 <= cue.start <= cue.end for cue in cues)
