"""Parsing of transcripts in four formats."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.transcripts.transcript_file import decode_transcript, parse_transcript
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
        ("a.txt", "hello", 1),
        ("a", "hello", 1),
        ("a.vtt", "hello", 1),
        ("a.vtt", "WEBVTT\n", 1),
        ("a.srt", "no times here", 1),
        ("a.vtt", "WEBVTT\n\nsoon --> later\nHello.\n", 3),
        ("a.json", '{"segments": [\n{"body": "x"}]}', 2),
        ("a.json", '{"segments":\n [}', 2),
        ("a.json", "[1]", 1),
        ("a.json", '{"segments": []}', 1),
        ("a.json", '[{"startTime": 0, "body": ["x"]}]', 1),
        ("a.json", '[{"startTime": 0, "body": "half a \\ud83d"}]', 1),
        ("a.json", '[{"startTime": true, "body": "x"}]', 1),
        ("a.json", "[" * 100_000, 1),
        ("a.json", "9" * 10_000, 1),
        ("a.html", "<html><body><p>No times</p></body></html>", 1),
        ("a.yml", "just text", 1),
        ("a.yml", "x: 1\ntranscript:\n  - {timestamp: 1, transcript: |-\n      - y\n    }\n", 3),
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
def test_anchors_within_anchors_are_left_out(lines: list[str]) -> None:
    """Entries of a YAML transcript whose nested anchors would expand to gigabytes are left out."""
    with contextlib.suppress(ContentError):
        assert parse_transcript("a.yml", "\n".join(lines))[1]


def test_merges_of_merges_stay_small() -> None:
    """YAML merges (<<) that double each time are refused, or expanded once for each key."""
    lines = [
        "- &a0 {timestamp: 1, transcript: A b.}",
        *(f"- &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 60)),
    ]
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
SEGMENT = '{"startTime": 1, "body": "Fine."}'
ENTRY = '- {timestamp: "0:01", transcript: Fine.}\n'


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}00:75.000 --> 00:80.000\nLost.\n", 6),
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}soon --> later\nLost.\n", 6),
        ("a.srt", f"{SRT_CUE}2\n00:00:03,000 --> never\nLost.\n", 6),
        ("a.json", f'[{SEGMENT},\n{{"startTime": 1e999, "body": "x"}}]', 2),
        ("a.json", f'{{"segments": [\n{SEGMENT},\n\n{{"body": "x"}}]}}', 4),
        ("a.json", f'{{"segments": [\n{SEGMENT},\n{{"startTime": 3, "body": null}}, {SEGMENT}]}}', 3),
        ("a.json", f"[{SEGMENT},\n3]", 2),
        ("a.yml", f"{ENTRY}- speaker: B\n  timestamp: soon\n  transcript: y\n", 2),
        ("a.yml", f"x: 1\ntranscript:\n\n{ENTRY}- speaker: B\n", 5),
        ("a.tsv", "start\tend\ttext\n1000\t2000\tFine.\nx\ty\tz\n", 3),
        ("a.txt", "[0:01] Fine.\n[0:75] Lost.\n", 2),
    ],
)
def test_one_bad_entry_costs_itself(file: str, text: str, line: int) -> None:
    """An entry of a transcript that can't be used is left out and named with its line; the others are read."""
    transcript, problems = parse_transcript(file, text)
    assert {cue.text for cue in transcript.cues} == {"Fine."}
    assert [(one.line, one.level) for one in problems] == [(line, "warning")]


def test_many_bad_entries_are_a_few_lines() -> None:
    """The first ten of hundreds of entries that can't be used are named, and the others are counted."""
    _, problems = parse_transcript("a.json", f"[{SEGMENT}{', null' * 300}]")
    assert len(problems) == 10
    assert "as are 290 after it" in problems[-1].hint


@pytest.mark.parametrize(
    ("file", "text", "texts"),
    [
        ("a.vtt", "WEBVTT\n\nNOTE a --> b\nc\n\n" + VTT_CUE, ["Fine."]),
        (
            "a.vtt",
            f"WEBVTT\n\n{VTT_CUE}NOTE\nNot said.\n\n00:03.000 --> 00:04.000\nNOTE this\n",
            ["Fine.", "NOTE this"],
        ),
        ("a.vtt", f"WEBVTT\n\nSTYLE\n::cue {{ color: red }}\n\nREGION\nid:a\n\n{VTT_CUE}", ["Fine."]),
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}00:03.000 --> 00:04.000\nHere.\nA --> B\n", ["Fine.", "Here. A --> B"]),
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}name\n00:03.5 --> 00:04.25\n<v Ann>Kept.\n\nmore\n", ["Fine.", "Kept. more"]),
        ("a.vtt", f"WEBVTT\n\n{VTT_CUE}00:05.000 --> 00:06.000\n<i></i>\n", ["Fine."]),
        (
            "a.srt",
            f"{SRT_CUE}2\n00:00:03,5 --> 00:00:04,1500\nKept.\n\n3\n00:00:05,000 --> 00:00:06,000\n\n",
            ["Fine.", "Kept."],
        ),
        ("a.srt", f"{SRT_CUE}2\n9999:00:00,000 --> 9999:00:01,000\nKept.\n", ["Fine.", "Kept."]),
        (
            "a.srt",
            f"{SRT_CUE}2\n00:00:03,000 --> 00:00:04,000\nIn\n\n\n1984\n\n3\n00:05,000 --> 00:06,000\nEnd\n",
            ["Fine.", "In 1984", "End"],
        ),
    ],
)
def test_what_is_no_text_is_no_cue(file: str, text: str, texts: list[str]) -> None:
    """Comments, styles, numbers and empty cues are no text; blank lines and arrows inside a cue lose no words."""
    transcript, problems = parse_transcript(file, text)
    assert ([cue.text for cue in transcript.cues], problems) == (texts, ())


TWO = (Cue(1, 2, "", "Mind the gap."), Cue(3, 4, "", "Next stop."))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.srt", "00:00:01,000 --> 00:00:02,000\nMind the gap.\n\n00:00:03,000 --> 00:00:04,000\nNext stop.\n"),
        ("a.srt", "1\n00:01,000 --> 00:02,000\nMind the gap.\n\n2\n00:03,000 --> 00:04,000\nNext stop.\n"),
        ("a.srt", "1\n\n00:00:01,000 --> 00:00:02,000\n\nMind the gap.\n\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nNext stop.\n"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nMind the gap.\n2\n00:00:03,000 --> 00:00:04,000\nNext stop."),
        ("a.srt", "WEBVTT\n\n00:01.000 --> 00:02.000\nMind the gap.\n\n00:03.000 --> 00:04.000\nNext stop.\n"),
        ("a.vtt", "1\n00:00:01,000 --> 00:00:02,000\nMind the gap.\n\n2\n00:00:03,000 --> 00:00:04,000\nNext stop.\n"),
        ("a.vtt", "WEBVTT - it\n\n00:00:01,000 --> 00:00:02,000\nMind the gap.\n\n00:00:03,0 -> 00:00:04\nNext stop.\n"),
        ("a.json", "WEBVTT\n\n00:01.000 --> 00:02.000\nMind\n\nthe gap.\n\n00:03.000 --> 00:04.000\nNext stop.\n"),
        ("a.srt", "1\n00:00:01,000 00:00:02,000\nMind the gap.\n\n2\n00:00:03,000 - 00:00:04,000\nNext stop.\n"),
        ("a.sbv", "0:00:01.000,0:00:02.000\nMind the gap.\n\n0:00:03.000,0:00:04.000\nNext stop.\n"),
        ("a.tsv", "start\tend\ttext\n1000\t2000\tMind the gap.\n3000\t4000\tNext stop.\n"),
        ("a.txt", '{"segments": [{"startTime": "1", "endTime": "2.0", "body": "Mind the gap."}, {"startTime": "0:03", "endTime": "00:00:04.000", "body": "Next stop."}]}'),
        ("a.json", '{"text": "", "segments": [{"id": 0, "start": 1.0, "end": 2.0, "text": " Mind the gap.", "words": [{"word": " Mind", "start": 1.0, "end": 1.5}]}, {"start": 3.0, "end": 4.0, "text": " Next stop."}]}'),
        ("a.json", '{"transcription": [{"timestamps": {"from": "00:00:01,000", "to": "00:00:02,000"}, "offsets": {"from": 1000, "to": 2000}, "text": " Mind the gap."}, {"offsets": {"from": 3000, "to": 4000}, "text": " Next stop."}]}'),
        ("a.json", '{"chunks": [{"timestamp": [1.0, 2.0], "text": "Mind the gap."}, {"timestamp": [3.0, 4.0], "text": "Next stop."}]}'),
        ("a.json", '{"utterances": [{"start": 1000, "end": 2000, "text": "Mind the gap."}, {"start": 3000, "end": 4000, "text": "Next stop."}]}'),
        ("a.json", '{"results": {"channels": [{"alternatives": [{"paragraphs": {"paragraphs": [{"sentences": [{"text": "Mind the gap.", "start": 1.0, "end": 2.0}, {"text": "Next stop.", "start": 3.0, "end": 4.0}]}]}}]}]}}'),
    ],
)  # fmt: skip
def test_the_text_shows_its_format(file: str, text: str) -> None:
    """Captions, tables and the JSON of speech recognition are read by their content, however careless, not by name."""
    assert parse_transcript(file, text) == (Transcript(TWO), ())


REV = """{"monologues": [{"speaker": 0, "elements": [
  {"type": "text", "value": "Mind", "ts": 1.0, "end_ts": 1.2}, {"type": "punct", "value": " "},
  {"type": "text", "value": "the", "ts": 1.2, "end_ts": 1.3}, {"type": "punct", "value": " "},
  {"type": "text", "value": "gap", "ts": 1.3, "end_ts": 2.0}, {"type": "punct", "value": "."},
  {"type": "text", "value": "Now", "ts": 2.1, "end_ts": 2.2}, {"type": "text", "value": "go", "ts": 2.2, "end_ts": 2.3}]}],
 "speakers": [{"id": 0, "name": "Ann"}]}"""
AMAZON = """{"results": {"transcripts": [{"transcript": "all"}], "items": [
  {"start_time": "1.0", "end_time": "1.2", "alternatives": [{"content": "Mind"}], "type": "pronunciation", "speaker_label": "Ann"},
  {"start_time": "1.2", "end_time": "1.3", "alternatives": [{"content": "the"}], "type": "pronunciation", "speaker_label": "Ann"},
  {"start_time": "1.3", "end_time": "2.0", "alternatives": [{"content": "gap"}], "type": "pronunciation", "speaker_label": "Ann"},
  {"alternatives": [{"content": "."}], "type": "punctuation", "speaker_label": "Ann"},
  {"start_time": "2.1", "end_time": "2.2", "alternatives": [{"content": "Now"}], "type": "pronunciation"},
  {"start_time": "2.2", "end_time": "2.3", "alternatives": [{"content": "go"}], "type": "pronunciation"}]}}"""
TOKENS = """{"words": [
  {"word": " Mind", "start": 1.0, "end": 1.2, "speaker": "Ann"}, {"word": " the", "start": 1.2, "end": 1.3},
  {"word": " ga", "start": 1.3, "end": 1.5}, {"word": "p", "start": 1.5, "end": 1.9},
  {"word": ".", "start": 1.9, "end": 2.0}, {"word": " Now", "start": 2.1, "end": 2.2},
  {"word": " go", "start": 2.2, "end": 2.3}]}"""


GOOGLE = """{"results": [{"alternatives": [{"transcript": "Mind the gap. Now go", "words": [
  {"startTime": "1s", "endTime": "1.200s", "word": "Mind", "speakerLabel": "Ann", "speaker": "Ann"},
  {"startTime": "1.200s", "endTime": "1.300s", "word": "the"}, {"startTime": "1.3s", "endTime": "2s", "word": "gap."},
  {"startTime": "2.1s", "endTime": "2.2s", "word": "Now"}, {"startTime": "2.2s", "endTime": "2.3s", "word": "go"}]}]}]}"""


@pytest.mark.parametrize("text", [REV, AMAZON, TOKENS, GOOGLE])
def test_words_are_joined_to_lines(text: str) -> None:
    """A transcript with a time for each word is read as lines that end with sentences, each with one time."""
    cues = parse_transcript("a.json", text)[0].cues
    assert [(cue.start, cue.end, cue.text) for cue in cues] == [(1.0, 2.0, "Mind the gap."), (2.1, 2.3, "Now go")]
    assert cues[0].speaker == "Ann"


def words(*spoken: str, pause: float = 0) -> str:
    """Return a transcript in JSON with a segment of 0.4 seconds for each word, and a pause before the fifth."""
    times = ((number * 0.4 + (pause if number > 3 else 0), word) for number, word in enumerate(spoken))
    return json.dumps([{"startTime": at, "endTime": at + 0.4, "body": word} for at, word in times])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (words(*["a", "river", "runs", "past", "every", "old", "town", "there"]), ["a river runs past every old town there"]),
        (words(*["a", "river", "runs", "past", "every", "old", "town", "there"], pause=9), ["a river runs past", "every old town there"]),
        (words(*["so"] * 60), [" ".join(["so"] * 24), " ".join(["so"] * 24), " ".join(["so"] * 12)]),
        (words(*"東京は大きい町です。"), ["東京は大きい町です。"]),
        (words("Yes.", "No.", "Why?", "Hm.", "Oh."), ["Yes.", "No.", "Why?", "Hm.", "Oh."]),
        (words("すごくいい天気ですね", "そうですね本当に", "今日は散歩をします", "いいですね行こう", "はい行きましょうか"),
         ["すごくいい天気ですね", "そうですね本当に", "今日は散歩をします", "いいですね行こう", "はい行きましょうか"]),
    ],
)  # fmt: skip
def test_lines_of_words_end_where_one_pauses(text: str, lines: list[str]) -> None:
    """Words make lines up to a sentence's end, a pause or two dozen words; lines in Japanese stay lines."""
    assert [cue.text for cue in parse_transcript("a.json", text)[0].cues] == lines


def roll(*lines: str) -> str:
    """Return WebVTT in which each line is shown below the one before it, as video sites write captions."""
    pairs = zip(("", *lines), lines, strict=False)
    return "WEBVTT\n\n" + "".join(
        f"00:{n:02}.000 --> 00:{n + 1:02}.000\n{above or ' '}\n{below}\n\n" for n, (above, below) in enumerate(pairs)
    )


def test_rolling_captions_are_said_once() -> None:
    """Captions that repeat the line before are read without the repetition, growing lines as well."""
    lines = ("the tide comes in", "twice a day", "as you may know", "and goes out")
    assert [cue.text for cue in parse_transcript("a.vtt", roll(*lines))[0].cues] == [*lines]
    growing = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{text}\n\n"
        for n, text in enumerate(["the tide", "the tide comes", "the tide comes in", "the tide comes in twice"], 1)
    )
    assert [cue.text for cue in parse_transcript("a.srt", growing)[0].cues] == ["the tide", "comes", "in", "twice"]


def test_a_refrain_is_no_rolling() -> None:
    """Words that a speaker repeats in successive captions are kept, as such captions aren't rolling ones."""
    texts = ["No.", "No.", "No.", "What do you mean?", "No."]
    srt = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{text}\n\n" for n, text in enumerate(texts, 1))
    assert [cue.text for cue in parse_transcript("a.srt", srt)[0].cues] == texts


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.txt", "The Show, episode 1\n\n[0:01] Ann: Mind the gap.\n[00:00:03] Bob: Next\nstop.\n"),
        ("a.txt", "Ann (00:01):\nMind the gap.\n\nBob (00:03):\nNext stop.\n"),
        ("a.txt", "Ann  0:01\nMind the gap.\n\nBob  0:03\nNext stop.\n"),
        ("a.txt", "0:01 - Ann: Mind the gap.\n0:03 - Bob: Next stop."),
        ("a.txt", "**Ann** [00:00:01]: Mind the gap.\n**Bob** [00:00:03]: Next stop."),
        ("a.txt", "[00:01.000 --> 00:02.000]  Ann: Mind the gap.\n[00:03.000 --> 00:04.000]  Bob: Next stop.\n"),
        ("a.lrc", "[00:01.00]Ann: Mind the gap.\n[00:03.00]Bob: Next stop.\n"),
        ("a.html", "<!doctype html><title>T</title><h1>0:00 T</h1><cite>Ann:</cite><time>0:01</time><p>Mind the <b>gap</b>.</p>\n<cite>Bob:</cite>\n<time>0:03</time>\n<p>Next</p><p>stop.</p>"),
        ("a.htm", "<p><cite>Ann</cite> <time>00:00:01</time> Mind the gap.</p><p><cite>Bob</cite> <time>(0:03)</time> Next stop.</p><script>var x</script>"),
        ("a.vtt", "<html><body><p>[0:01] Ann: Mind the gap.</p><p>[0:03] Bob: Next stop.</p></body></html>"),
    ],
)  # fmt: skip
def test_texts_and_pages_with_times_are_read(file: str, text: str) -> None:
    """Plain texts and pages with times give cues, each of which ends where the next one starts."""
    cues = parse_transcript(file, text)[0].cues
    assert [(cue.start, cue.speaker, cue.text) for cue in cues] == [
        (1, "Ann", "Mind the gap."),
        (3, "Bob", "Next stop."),
    ]
    assert cues[0].end == 3


def test_a_time_in_a_sentence_begins_no_cue() -> None:
    """In a plain-text transcript a time within a line, or one without brackets that goes backwards, begins no cue."""
    text = "12:00 We met\nat 10:30 in the bar\n10:45 is what the clock said\n13:00 And left"
    assert [cue.start for cue in parse_transcript("a.txt", text)[0].cues] == [720, 780]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[SPEAKER_00]: Hi.", [("SPEAKER_00", "Hi.")]),
        ("SPEAKER_01: Hi.", [("SPEAKER_01", "Hi.")]),
        ("speaker 2: Hi.", [("speaker 2", "Hi.")]),
        ("&gt;&gt; Good morning.", [("", "Good morning.")]),
        (">> ANN: Hi there. >> Morning. >> BOB: Yo.", [("ANN", "Hi there."), ("", "Morning."), ("BOB", "Yo.")]),
        ("[music]", [("", "[music]")]),
        ("x >> 2 is a shift", [("", "x >> 2 is a shift")]),
    ],
)
def test_speakers_are_found_as_captions_mark_them(text: str, said: list[tuple[str, str]]) -> None:
    """Labels in brackets, numbered speakers and >> mark speakers, and aren't part of the text."""
    cues = parse_transcript("a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n")[0].cues
    assert [(cue.speaker, cue.text) for cue in cues] == said


def test_a_speaker_may_be_a_number() -> None:
    """A number as the speaker of a JSON segment names a speaker with that number."""
    text = '[{"speaker": 1, "startTime": 0, "body": "Hi."}]'
    assert parse_transcript("a.json", text)[0].cues[0].speaker == "Speaker 1"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Café\r\nau lait".encode("utf-8-sig"), "Café\nau lait"),
        ("Café".encode("utf-16"), "Café"),
        (b"\xfe\xff" + "Café".encode("utf-16-be"), "Café"),
        ("Café au lait".encode("utf-16-le"), "Café au lait"),
        ("Café au lait".encode("utf-16-be"), "Café au lait"),
        ("Café – “au lait”".encode("cp1252"), "Café – “au lait”"),
        ("日本 ".encode() + b"caf\xe9", "日本 café"),
        (b"", ""),
    ],
)
def test_any_encoding_becomes_text(raw: bytes, text: str) -> None:
    """A transcript's bytes are read as UTF-8, UTF-16 or Windows-1252; a stray byte garbles nothing but itself."""
    assert decode_transcript("a.vtt", raw) == text


def test_a_transcript_has_a_limit() -> None:
    """A transcript's file of more than eight megabytes, or with NUL in it, is refused."""
    for raw in (b"x" * 8_000_001, b"ab\0" + b"c" * 500):
        with pytest.raises(ContentError):
            decode_transcript("a.vtt", raw)


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\n" + "00:01.000 --> 00:02.000\na b\n\n" * 20_000,
        "\n".join(f"[0:01] Ann: line {n}" for n in range(20_000)),
        "<p>" * 50_000 + "<time>0:01</time>x",
        "<time>0:01</time><p>x</p>" * 20_000,
        "[" + ",".join(['{"startTime": 1, "body": "x"}'] * 20_000) + "]",
        "[" + ",".join(["[]"] * 20_000) + "]",
        "-->\n" * 50_000,
        "1\n" * 50_000 + "00:01,000 --> 00:02,000\nx",
    ],
)
def test_a_big_file_takes_a_moment(text: str) -> None:
    """A transcript with tens of thousands of entries, usable or not, is read within seconds."""
    began = time.process_time()
    with contextlib.suppress(ContentError):
        parse_transcript("a.txt", text)
    assert time.process_time() - began < 10


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
