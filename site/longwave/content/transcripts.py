"""Transcripts in the forms that podcasters have them become cues: WebVTT, SRT, Podcasting 2.0 JSON, Jekyll's YAML."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import webvtt
import yaml
from webvtt.errors import MalformedCaptionError, MalformedFileError

from longwave.content.frontmatter import PlainLoader
from longwave.content.timestamps import seconds_of
from longwave.errors import ContentError, Problem
from longwave.model import Cue, Transcript

#: Ten hours of talk are about a megabyte; YAML and JSON wrap it in as much again.
MAX_BYTES = 8_000_000
#: A paragraph ends at the first end of a sentence after this many seconds or characters.
_SECONDS, _LETTERS = 60, 700
_NAMED = re.compile(r"([A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}):\s+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*$")


def parse_transcript(file: str, text: str) -> Transcript:
    """The transcript in ``text``; the suffix of ``file`` says in which form. Raises ContentError."""
    read = _FORMS[file[file.rfind(".") :].lower()]
    cues, hidden = read(file, text.strip())
    known = sorted((cue for cue in cues if cue.text), key=lambda cue: cue.start)
    if not known and not hidden:
        raise ContentError(Problem(file, 1, "cues with a time and a text", "none"))
    return Transcript(tuple(known), hidden)


def paragraphs(transcript: Transcript) -> tuple[Cue, ...]:
    """The cues joined into paragraphs to read: one speaker each, and none much longer than a minute."""
    joined: list[Cue] = []
    for cue in transcript.cues:
        last = joined[-1] if joined else None
        if last is not None and last.speaker == cue.speaker and not _is_full(last):
            joined[-1] = Cue(last.start, max(last.end, cue.end), last.speaker, f"{last.text} {cue.text}")
        else:
            joined.append(cue)
    return tuple(joined)


def _is_full(cue: Cue) -> bool:
    long = cue.end - cue.start > _SECONDS or len(cue.text) > _LETTERS
    return long and _SENTENCE_END.search(cue.text) is not None


def _captions(file: str, text: str, form: str) -> tuple[list[Cue], int]:
    try:
        captions = webvtt.from_buffer(io.BytesIO(text.encode()), format=form)
    except (MalformedCaptionError, MalformedFileError, ValueError, IndexError) as error:
        found = str(error).splitlines()[0][:100] if str(error) else "something else"
        line = re.search(r"line (\d+)", str(error))
        expected = "WebVTT, which begins with WEBVTT" if form == "vtt" else "SubRip: number, times, text"
        raise ContentError(Problem(file, int(line[1]) if line else 1, expected, found)) from None
    cues = []
    for caption in captions.captions:
        said = " ".join(html.unescape(caption.text).split())
        speaker = html.unescape(caption.voice or "").strip()
        named = None if speaker else _NAMED.match(said)
        if named:
            speaker, said = named[1], said[named.end() :]
        start, end = (time.in_milliseconds() / 1000 for time in (caption.start_time, caption.end_time))
        cues.append(Cue(start, max(start, end), speaker, said))
    return cues, 0


def _vtt(file: str, text: str) -> tuple[list[Cue], int]:
    return _captions(file, text, "vtt")


def _srt(file: str, text: str) -> tuple[list[Cue], int]:
    return _captions(file, text, "srt")


def _json(file: str, text: str) -> tuple[list[Cue], int]:
    """The JSON form of podcast:transcript (Podcasting 2.0): segments of startTime, endTime, speaker and body."""
    try:
        loaded = json.loads(text)
        segments = loaded["segments"] if isinstance(loaded, dict) else loaded
        cues = [_segment(segment) for segment in segments]
    except json.JSONDecodeError as error:
        raise ContentError(Problem(file, error.lineno, "valid JSON", error.msg)) from None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
        hint = 'Write {"segments": [{"startTime": 0.5, "endTime": 3, "speaker": "…", "body": "…"}]}.'
        raise ContentError(Problem(file, 1, "segments with startTime and body", "something else", hint)) from None
    return cues, 0


def _segment(segment: Mapping[str, Any]) -> Cue:
    start = float(segment["startTime"])
    end = float(segment.get("endTime") or start)
    if not 0 <= start < 10**6 or not end < 10**6:
        raise ValueError(start)
    return Cue(start, max(start, end), str(segment.get("speaker") or ""), " ".join(str(segment["body"]).split()))


def _yaml(file: str, text: str) -> tuple[list[Cue], int]:
    """The YAML of Jekyll podcast sites: speaker, timestamp, transcript, reviewed."""
    try:
        loaded = yaml.load(text, Loader=PlainLoader)  # noqa: S506 - derived from the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ContentError(
            Problem(file, mark.line + 1 if mark else 1, "valid YAML", f"an error: {error.problem}")
        ) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        raise ContentError(Problem(file, 1, "valid YAML", "something else")) from None
    entries = loaded.get("transcript", loaded.get("transcripts")) if isinstance(loaded, dict) else loaded
    if not isinstance(entries, list):
        raise ContentError(Problem(file, 1, "a list of speaker, timestamp and transcript", "something else"))
    shown: list[tuple[int, str, str]] = []
    hidden = 0
    for place, entry in enumerate(entries, 1):
        seconds = seconds_of(str(entry.get("timestamp"))) if isinstance(entry, dict) else None
        if seconds is None or not isinstance(entry.get("transcript"), str):
            hint = f"It is entry {place} of the list."
            raise ContentError(Problem(file, _line(text, place), "a timestamp and a transcript", str(entry)[:60], hint))
        # An entry that says nothing of a review was written before there was one.
        if entry.get("reviewed", True) in (True, "yes", None):
            shown.append((seconds, str(entry.get("speaker") or ""), " ".join(entry["transcript"].split())))
        else:
            hidden += 1
    shown.sort(key=lambda entry: entry[0])
    # These files have no ends; the last entry lasts about as long as its words take to say.
    ends = [start for start, _, _ in shown[1:]] + [start + len(said) // 14 + 1 for start, _, said in shown[-1:]]
    cues = [Cue(start, max(start, end), who, said) for (start, who, said), end in zip(shown, ends, strict=True)]
    return cues, hidden


def _line(text: str, place: int) -> int:
    starts = [match.start() for match in re.finditer(r"(?m)^\s*-\s", text)]
    return text.count("\n", 0, starts[place - 1]) + 1 if place <= len(starts) else 1


_FORMS: Mapping[str, Callable[[str, str], tuple[list[Cue], int]]] = {
    ".vtt": _vtt,
    ".srt": _srt,
    ".json": _json,
    ".yml": _yaml,
    ".yaml": _yaml,
}
