"""Parsing of transcripts in four formats."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.transcripts.transcript_file import parse_transcript
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
        ("a.yml", YAML, (Cue(5, 70, "Ann", "Hello."), Cue(70, 3753, "Ann", "Bye."))),
    ],
)
def test_each_form_gives_cues(file: str, text: str, cues: tuple[Cue, ...]) -> None:
    """Each transcript format gives cues with start and end in seconds, the speaker and the plain text."""
    assert parse_transcript(file, text)[0].cues == cues


def test_what_nobody_reviewed_stays_hidden() -> None:
    """Entries of a YAML transcript that aren't marked as reviewed are counted and hidden."""
    assert parse_transcript("a.yaml", YAML)[0].hidden == 1


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("a.txt", "hello", 0),
        ("a", "hello", 0),
        ("a.vtt", "hello", 1),
        ("a.vtt", "WEBVTT\n", 1),
        ("a.srt", "no times here", 1),
        ("a.json", '{"segments": [\n{"body": "x"}]}', 2),
        ("a.json", '{"segments":\n [}', 2),
        ("a.json", "[1]", 1),
        (
            "a.yml",
            "- speaker: A\n  timestamp: 0:01\n  transcript: x\n- speaker: B\n  timestamp: soon\n  transcript: y",
            4,
        ),
        ("a.json", '[{"startTime": 0, "body": "x"}, {"startTime": 1e999, "body": "x"}]', 1),
        ("a.json", '{"segments": [\n{"startTime": 0, "body": "x"},\n\n{"body": "x"}]}', 4),
        ("a.json", '[{"startTime": 0, "body": "x"},\n3]', 2),
        ("a.json", '[{"startTime": 0, "body": ["x"]}]', 1),
        ("a.json", '[{"startTime": 0, "body": "half a \\ud83d"}]', 1),
        ("a.json", "[" * 100_000, 1),
        ("a.json", "9" * 10_000, 1),
        ("a.yml", "just text", 1),
        ("a.yml", "x: 1\ntranscript:\n  - {timestamp: 1, transcript: |-\n      - y\n    }\n", 3),
        ("a.yml", "x: 1\ntranscript:\n\n- transcript: |\n   - a\n   - b\n  timestamp: 0:01\n- speaker: B\n", 8),
        ("a.yml", "- &a [x, x]\n", 1),
        ("a.yml", "{<<: {transcript: [{}]}}", 1),
        ("a.yml", "- {a", 2),
    ],
)
def test_what_is_broken_is_one_line(file: str, text: str, line: int) -> None:
    """A transcript that can't be read is one problem with its line."""
    with pytest.raises(ContentError) as raised:
        parse_transcript(file, text)
    assert raised.value.problem.line == line


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("<v.loud Ann>Hi</v>\n<v Bob>Ho, <c.red>A &lt; B</c>", [("Ann", "Hi"), ("Bob", "Ho, A < B")]),
        ("{\\an8}1 < 2 and 3 > 2", [("", "1 < 2 and 3 > 2")]),
        ("<00:00:00.500>Word <i>by</i> word", [("", "Word by word")]),
        (">> ÉMILE DUPONT: Bonjour", [("ÉMILE DUPONT", "Bonjour")]),
        ("田中: はい", [("田中", "はい")]),
        ("At 10:30: we begin", [("", "At 10:30: we begin")]),
        ("He said: no", [("", "He said: no")]),
        ("&#0;&#xD800;&bogus; &amp;amp;", [("", "\ufffd\ufffd&bogus; &amp;")]),
    ],
)
def test_what_is_said_is_plain_and_has_its_speaker(text: str, cues: list[tuple[str, str]]) -> None:
    """Voice tags and names before a colon become speakers; cues lose their markup, and entities are decoded once."""
    parsed = parse_transcript("a.vtt", f"WEBVTT\n\n00:00.000 --> 00:01.000\n{text}\n")[0].cues
    assert [(cue.speaker, cue.text) for cue in parsed] == cues


def test_a_word_before_a_colon_is_no_speaker() -> None:
    """A word before a colon in a single cue is no speaker; the same name before a colon in two cues is one."""
    srt = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},500\n{text}\n\n"
        for n, text in enumerate(["Welcome.", "Remember: test it.", "Ann: I do.", "Ann: Always."], 1)
    )
    assert [cue.speaker for cue in parse_transcript("a.srt", srt)[0].cues] == ["", "", "Ann", "Ann"]


@pytest.mark.parametrize("bit", ["<", "<v ", "<v.a", "{\\", "A ", "A: ", ">> ", "&", "&#", "00:", "-->", "- "])
def test_a_long_file_is_read_in_one_go(bit: str) -> None:
    """A transcript of any allowed length is parsed in linear time."""
    for name, head in (
        ("a.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n"),
        ("a.srt", "1\n00:00:00,000 --> 00:00:01,000\n"),
    ):
        with contextlib.suppress(ContentError):
            parse_transcript(name, head + bit * 200_000)


@pytest.mark.parametrize(
    "lines",
    [
        [
            "- &a0 [x, x]",
            *(f"- &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)),
            "- {timestamp: 1, transcript: *a59}",
        ],
        ["- {transcript: x, timestamp: 1, a: &a0 [x]}"]
        + [f"- {{transcript: x, timestamp: 1, a: &a{n} [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 60)]
        + ["- {timestamp: 1, transcript: x, speaker: *a59}"],
    ],
)
def test_anchors_within_anchors_are_an_error(lines: list[str]) -> None:
    """A YAML transcript whose nested anchors would expand to gigabytes is refused."""
    with pytest.raises(ContentError):
        parse_transcript("a.yml", "\n".join(lines))


def test_merges_of_merges_stay_small() -> None:
    """YAML merges (<<) that double each time are refused, or expanded once for each key."""
    lines = ["- &a0 {timestamp: 1, transcript: x}", *(f"- &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 60))]
    with contextlib.suppress(ContentError):
        assert len(parse_transcript("a.yml", "\n".join(lines))[0].cues) == 60


def test_an_empty_entry_that_waits_for_its_review_is_hidden() -> None:
    """An unreviewed entry of a YAML transcript without text is hidden, and the entries beside it are read."""
    text = "  - {timestamp: 0:05, transcript: 2020, reviewed: yes}\n  - {timestamp: 0:09, transcript: , reviewed: no}\n"
    assert parse_transcript("a.yml", text)[0] == Transcript((Cue(5, 9, "", "2020"),), 1)


def test_a_quoted_yes_is_one() -> None:
    """In a YAML transcript a quoted yes counts as reviewed."""
    assert parse_transcript("a.yml", '- {timestamp: 0:05, transcript: x, reviewed: "true"}')[0].hidden == 0


VTT_CUE, SRT_CUE = "00:01.000 --> 00:02.000\nFine.\n\n", "1\n00:00:01,000 --> 00:00:02,000\nFine.\n\n"


@pytest.mark.parametrize(
    ("file", "text", "line", "found"),
    [
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}00:03,000 --> 00:04,000\nLost.\n", 6, "00:03,000 --> 00:04,000"),
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}00:03 --> 00:04\nLost.\n", 6, "00:03 --> 00:04"),
        ("a.VTT", f"WEBVTT\n\n{VTT_CUE}00:03.000 --> 00:04.000\nA --> B\n", 6, "00:03.000 --> 00:04.000"),
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}00:03.000 --> 00:04.000\nHere.\nA --> B\n", 8, "A --> B"),
        ("a.vtt", f"WEBVTT\r\n\r\n{VTT_CUE}00:75.000 --> 00:80.000\r\nLost.\r\n", 6, "00:75.000 --> 00:80.000"),
        ("a.srt", f"{SRT_CUE}00:00:03,000 --> 00:00:04,000\nLost.\n", 5, "00:00:03,000 --> 00:00:04,000"),
        ("a.srt", f"{SRT_CUE}2\n00:03,000 --> 00:04,000\nLost.\n", 6, "00:03,000 --> 00:04,000"),
        (
            "a.vtt",
            f"WEBVTT\n\n{VTT_CUE}00:03.5 --> 00:04.25\n<v Ann>Kept.\n\n00:05.000 --> 00:06.000\n<i></i>\n",
            0,
            "",
        ),
        ("a.vtt", f"WEBVTT\n\nNOTE a --> b\nc\n\n{VTT_CUE}", 0, ""),
        ("a.srt", f"{SRT_CUE}2\n00:00:03,5 --> 00:00:04,1500\nKept.\n\n3\n00:00:05,000 --> 00:00:06,000\n\n", 0, ""),
        ("a.srt", f"{SRT_CUE}2\n9999:00:00,000 --> 9999:00:01,000\nKept.\n", 0, ""),
        ("a.json", JSON, 0, ""),
    ],
)
def test_a_cue_that_is_left_out_is_told(file: str, text: str, line: int, found: str) -> None:
    """Unreadable cues of a transcript are one warning with the line of the first; empty cues aren't reported."""
    problems = parse_transcript(file, text)[1]
    assert [(one.line, one.level) for one in problems] == ([(line, "warning")] if line else [])
    assert all(one.found == repr(found) for one in problems)


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
def test_no_text_raises_anything_else(file: str, text: str) -> None:
    """Any text as a transcript gives ordered cues, or ContentError."""
    with contextlib.suppress(ContentError):
        transcript, _ = parse_transcript(file, text)
        cues = transcript.cues
        assert list(cues) == sorted(cues, key=lambda cue: cue.start)
        assert all(0 <= cue.start <= cue.end for cue in cues)
