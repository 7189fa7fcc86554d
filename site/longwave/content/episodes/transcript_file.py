"""The parsers of transcripts: WebVTT, SRT, Podcasting 2.0 JSON, and the YAML of Jekyll podcast sites."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import webvtt
import yaml
from webvtt.errors import MalformedCaptionError, MalformedFileError
from webvtt.models import Caption

from longwave.content.fields.plain_data import MAX_NUMBER, YAML_ERRORS, PlainLoader, line_of_entry, load_json
from longwave.content.fields.times import MAX_SECONDS, parse_seconds
from longwave.errors import ContentError, Problem
from longwave.model import Cue, Transcript

#: The largest size of a transcript: ten hours of speech are about a megabyte, and YAML or JSON doubles that.
MAX_TRANSCRIPT_BYTES = 8_000_000
# In a pattern, two adjacent repetitions never match the same character, so that no text takes quadratic time.
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")
_MARKUP = re.compile(r"</?[\w.:][^<>]*>|\{\\[^{}\\]*\}")
_CUE_TIMES = re.compile(r"^(?P<line>[^\r\n]*-->[^\r\n]*)(?:\r\n|\r|\n)(?P<text>[^\r\n]*)", re.MULTILINE)
_START = re.compile(r"\s*(?:(\d{1,10}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,9})\s*-->", re.ASCII)
_SPEAKER = re.compile(r"(?:(?:>>+|[-–—])\s*)?([^\W\d_a-z][\w.'’-]*(?: [^\W_a-z][\w.'’-]*){0,3}):\s+(?=\S)")


def parse_transcript(file: str, text: str) -> Transcript:
    """Return the transcript in ``text``, whose format is that of the suffix of ``file``. Raises ContentError."""
    parse = _PARSERS.get(file[file.rfind(".") :].lower())
    if parse is None:
        raise ContentError(Problem(file, 0, f"a file named {', '.join(_PARSERS)}", "another name"))
    cues, hidden = parse(file, text.removeprefix("\ufeff"))
    spoken = tuple(sorted((cue for cue in cues if cue.text), key=lambda cue: cue.start))
    if not spoken and not hidden:
        raise ContentError(Problem(file, 1, "cues with a time and a text", "none"))
    return Transcript(spoken, hidden)


def _captions(file: str, text: str, form: str) -> tuple[list[Cue], int]:
    """Return the cues of WebVTT (``form`` "vtt") or SubRip ("srt"), and the number hidden, 0. Raises ContentError."""
    try:
        captions = webvtt.from_buffer(io.StringIO(text.strip()), format=form).captions
    except (MalformedCaptionError, MalformedFileError, ValueError, IndexError) as error:
        expected = "WebVTT, which begins with WEBVTT" if form == "vtt" else "SubRip: number, times, text"
        found = " ".join(str(error).split())[:100] or "something else"
        raise ContentError(Problem(file, 1, expected, found)) from None
    return _with_speakers([cue for caption in captions for cue in _voices(caption)]), 0


def lost_cues(file: str, text: str, transcript: Transcript) -> tuple[Problem, ...]:
    """Return a warning if the ``text`` of a WebVTT or SubRip file has cues that the parsed ``transcript`` lacks."""
    if not file.lower().endswith((".vtt", ".srt")):
        return ()
    starts = {round(cue.start * 1000) for cue in transcript.cues}
    lost = [match for match in _CUE_TIMES.finditer(text) if _is_lost(match, starts)]
    if not lost:
        return ()
    form = "00:01:02.000 --> 00:01:04.500" if file.lower().endswith(".vtt") else "00:01:02,000 --> 00:01:04,500"
    more = f", as are {len(lost) - 1:,} after it" if len(lost) > 1 else ""
    line, found = text.count("\n", 0, lost[0].start()) + 1, repr(lost[0]["line"].strip())[:120]
    return (Problem(file, line, f"a cue with times such as {form}", found, f"It is left out{more}.", "warning"),)


def _is_lost(times: re.Match[str], starts: set[int]) -> bool:
    """Return whether a cue was lost: it has text below its times, but starts at none of ``starts`` (milliseconds)."""
    start = _START.match(times["line"])
    if start is None:
        return not times["line"].startswith("NOTE")
    hours, minutes, seconds = (int(part or 0) for part in start.groups()[:3])
    total, fraction = hours * 3600 + minutes * 60 + seconds, start[4]
    # A fraction of one or two digits counts tenths or hundredths in WebVTT, and milliseconds in SubRip.
    at = {min(total * 1000 + int(part), MAX_SECONDS * 1000) for part in (fraction, fraction.ljust(3, "0"))}
    return starts.isdisjoint(at) and bool(_plain(_MARKUP.sub("", times["text"])))


def _voices(caption: Caption) -> Iterator[Cue]:
    """Yield a cue for each voice (``<v Ann>``) in a caption."""
    start = caption.start_time.in_milliseconds() / 1000
    end = max(start, caption.end_time.in_milliseconds() / 1000)
    unnamed, *named = _VOICE.split(caption.raw_text)
    for speaker, text in [("", unnamed), *zip(named[::2], named[1::2], strict=True)]:
        yield Cue(min(start, MAX_SECONDS), min(end, MAX_SECONDS), _plain(speaker), _plain(_MARKUP.sub("", text)))


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _with_speakers(cues: list[Cue]) -> list[Cue]:
    """Return the cues with ``NAME: text`` split into speaker and text.

    If the first cue has no speaker, only names that occur at least twice count as speakers.
    """
    cues = [cue for cue in cues if cue.text]
    named = [None if cue.speaker else _SPEAKER.match(cue.text) for cue in cues]
    counted = Counter(match[1] for match in named if match)
    labelled = bool(cues and (cues[0].speaker or named[0]))
    return [
        replace(cue, speaker=match[1], text=cue.text[match.end() :])
        if match and (labelled or counted[match[1]] > 1)
        else cue
        for cue, match in zip(cues, named, strict=True)
    ]


def _vtt(file: str, text: str) -> tuple[list[Cue], int]:
    return _captions(file, text, "vtt")


def _srt(file: str, text: str) -> tuple[list[Cue], int]:
    return _captions(file, text, "srt")


def _json(file: str, text: str) -> tuple[list[Cue], int]:
    """Return the cues of Podcasting 2.0's JSON (startTime, endTime, speaker, body), and the number hidden, 0."""
    loaded = load_json(file, text)
    segments = loaded.get("segments") if isinstance(loaded, dict) else loaded
    hint = 'Write {"segments": [{"startTime": 0.5, "endTime": 3, "speaker": "…", "body": "…"}]}.'
    if not isinstance(segments, list):
        raise ContentError(Problem(file, 1, "a list of segments", "none", hint))
    cues = []
    for place, segment in enumerate(segments, 1):
        try:
            cues.append(_segment(segment))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            found = f"another segment, number {place}"
            line = line_of_entry(text, place, "segments" if isinstance(loaded, dict) else "")
            raise ContentError(Problem(file, line, "segments with startTime and body", found, hint)) from None
    return cues, 0


def _segment(segment: Mapping[str, Any]) -> Cue:
    start = float(segment["startTime"])
    end = float(segment.get("endTime") or start)
    speaker, body = segment.get("speaker") or "", segment["body"]
    if not (0 <= start < MAX_SECONDS and end < MAX_SECONDS and isinstance(speaker, str) and isinstance(body, str)):
        raise ValueError(segment)
    # A lone surrogate can't be encoded, and so can't be stored: this raises ValueError.
    f"{speaker}{body}".encode()
    return Cue(start, max(start, end), " ".join(speaker.split()), " ".join(body.split()))


def _yaml(file: str, text: str) -> tuple[list[Cue], int]:
    """Return the cues and the number of hidden entries of Jekyll's YAML: speaker, timestamp, transcript, reviewed."""
    try:
        loaded = yaml.load(text, Loader=PlainLoader)  # noqa: S506 - derived from the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = f"an error: {error.problem}"
        raise ContentError(Problem(file, mark.line + 1 if mark else 1, "valid YAML", found)) from None
    except YAML_ERRORS:
        raise ContentError(Problem(file, 1, "valid YAML", "something else")) from None
    entries = loaded.get("transcript", loaded.get("transcripts")) if isinstance(loaded, dict) else loaded
    if not isinstance(entries, list):
        raise ContentError(Problem(file, 1, "a list of speaker, timestamp and transcript", "something else"))
    parsed = []
    for place, entry in enumerate(entries, 1):
        cue = _entry(entry)
        if cue is None:
            hint = f"It is entry {place} of the list."
            raise ContentError(Problem(file, _line(text, place), "a timestamp and a transcript", "another entry", hint))
        parsed.append((cue, _is_shown(entry)))
    parsed.sort(key=lambda pair: pair[0].start)
    # YAML entries have no end time: each one ends when the next one starts, even if that one is hidden.
    ends = [cue.start for cue, _ in parsed[1:]] + [cue.end for cue, _ in parsed[-1:]]
    cues = [replace(cue, end=end) for (cue, is_shown), end in zip(parsed, ends, strict=True) if is_shown]
    return cues, len(parsed) - len(cues)


def _entry(entry: object) -> Cue | None:
    """Return an entry of YAML as a cue, whose length is estimated from its words; None for an unusable entry."""
    if not isinstance(entry, dict):
        return None
    # Only scalars become text, as the text of a few nested YAML anchors could be gigabytes.
    values = [entry.get(key) for key in ("timestamp", "speaker", "transcript")]
    if "transcript" not in entry or not all(value is None or _is_plain(value) for value in values):
        return None
    timestamp, speaker, spoken = (" ".join(str("" if value is None else value).split()) for value in values)
    start = parse_seconds(timestamp)
    if start is None or start >= MAX_SECONDS:
        return None
    return Cue(start, start + len(spoken) // 14 + 1, speaker, spoken)


def _is_plain(value: object) -> bool:
    # The limit is there because Python refuses to convert a number with thousands of digits into text.
    return isinstance(value, str) or (isinstance(value, int) and abs(value) <= MAX_NUMBER)


def _is_shown(entry: Mapping[str, Any]) -> bool:
    """Return whether to publish a transcript's entry: one marked as reviewed, or without the key ``reviewed``."""
    value = entry.get("reviewed")
    return value is None or value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "y", "on"))


def _line(text: str, place: int) -> int:
    """Return the line on which entry ``place`` (from 1) of a transcript begins; ``text`` is valid YAML, a list."""
    node = yaml.compose(text, Loader=PlainLoader)
    if isinstance(node, yaml.MappingNode):
        named = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        node = named.get("transcript", named.get("transcripts"))
    return int(node.value[place - 1].start_mark.line) + 1 if isinstance(node, yaml.SequenceNode) else 1


_PARSERS: Mapping[str, Callable[[str, str], tuple[list[Cue], int]]] = {
    ".vtt": _vtt,
    ".srt": _srt,
    ".json": _json,
    ".yml": _yaml,
    ".yaml": _yaml,
}
