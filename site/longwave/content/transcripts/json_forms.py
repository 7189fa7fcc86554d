"""The reader of transcripts in JSON: that of Podcasting 2.0, and those that speech recognition programs write.

Whisper, faster-whisper, WhisperX and OpenAI have ``segments`` with ``start``, ``end`` and ``text``; whisper.cpp has
``transcription`` with ``offsets``; AssemblyAI has ``utterances`` in milliseconds; Deepgram, Amazon and Google have
``results``; Rev has ``monologues`` of ``elements``; Hugging Face has ``chunks`` with pairs of times.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from longwave.content.fields.plain_data import line_of_entry, load_json
from longwave.content.fields.times import MAX_SECONDS
from longwave.content.transcripts.reading import CLOCK, LeftOut, Reading, clock_seconds
from longwave.content.transcripts.speakers import with_speakers
from longwave.errors import ContentError, Problem
from longwave.model import Cue

_EXPECTED = "a segment with startTime and body"
_HINT = 'Write {"segments": [{"startTime": 0.5, "endTime": 3, "speaker": "…", "body": "…"}]}.'
#: The keys that lead to the list of a transcript's entries in each format: lists of whole lines first, then of words.
_PLACES = tuple(
    tuple(place.split("."))
    for place in (
        "segments", "transcription", "monologues", "utterances", "results.utterances",
        "results.channels.0.alternatives.0.paragraphs.paragraphs", "results.channels.0.alternatives.0.words",
        "results.audio_segments", "results.items", "results", "result", "chunks", "cues", "captions", "sentences",
        "transcript", "transcripts", "words",
    )
)  # fmt: skip
_TEXTS = ("body", "text", "transcript", "punctuated_word", "word", "content", "value", "sentence")
_STARTS = ("startTime", "start", "start_time", "begin", "ts")
_ENDS = ("endTime", "end", "end_time", "end_ts")
#: The keys whose value holds both the start and the end of an entry.
_PAIRS = ("timestamps", "timestamp", "offsets")
_SPEAKERS = ("speaker", "speaker_label", "speaker_name", "speakerTag")
#: The keys of the list of further entries that an entry without a text or a time of its own contains.
_PARTS = ("sentences", "elements", "words", "alternatives")
_PUNCTUATION = ("punct", "punctuation")
_CLOCK = re.compile(CLOCK, re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,20})?s?", re.ASCII)
#: Nobody takes more seconds for a word, so whole numbers that amount to more for each word are milliseconds.
_MAX_SECONDS_PER_WORD = 30
_MAX_DEPTH = 4


@dataclass(slots=True)
class _Entries:
    """The cues of a list of entries, and the number (from 1) of each entry that can't be used."""

    names: Mapping[str, str]
    cues: list[Cue] = field(default_factory=list)
    unusable: list[int] = field(default_factory=list)

    def add(self, place: int, entry: Any, speaker: str = "", depth: int = 0) -> None:
        """Add the cues of an entry, or of the entries inside it, which have its speaker if they name none."""
        parts = _parts(entry) if depth < _MAX_DEPTH else ()
        try:
            speaker = _speaker(entry, self.names) or speaker
            if parts:
                for part in parts:
                    self.add(place, part, speaker, depth + 1)
            elif entry.get("type") in _PUNCTUATION and self.cues:
                self.cues[-1] = replace(self.cues[-1], text=self.cues[-1].text + _text(entry).strip())
            else:
                start, end = _times(entry)
                self.cues.append(Cue(start, end, speaker, _text(entry)))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            if place not in self.unusable[-1:]:
                self.unusable.append(place)


def read_json(file: str, text: str) -> Reading:
    """Return the cues in a JSON text, and the entries that can't be used. Raises ContentError if it has no entries."""
    loaded = load_json(file, text)
    key, listed = _find_entries(loaded)
    if not listed:
        raise ContentError(Problem(file, 1, "a list of segments", "none", _HINT))
    entries = _Entries(_names(loaded))
    for place, entry in enumerate(listed, 1):
        entries.add(place, entry)
    reading = Reading(_EXPECTED, _HINT)
    reading.cues = with_speakers(_in_seconds(entries.cues, listed), names=False)
    for place in entries.unusable:
        # Finding a line takes time, and only the first few are reported.
        line = line_of_entry(text, place, key) if len(reading.left_out) < 10 else 0
        reading.left_out.append(LeftOut(line, f"another segment, number {place}"))
    return reading


def _find_entries(loaded: Any) -> tuple[str, Sequence[Any]]:
    """Return the list of a transcript's entries and its key, which is empty for a list without one."""
    if isinstance(loaded, list):
        return "", loaded
    for place in _PLACES:
        value = loaded
        for key in place:
            if isinstance(value, list) and key.isdigit():
                value = value[int(key)] if int(key) < len(value) else None
            else:
                value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, list) and value:
            return place[-1], value
    return "", ()


def _names(loaded: Any) -> Mapping[str, str]:
    """Return the names of speakers by their numbers, as Rev lists them."""
    speakers = loaded.get("speakers") if isinstance(loaded, dict) else None
    listed = [each for each in speakers if isinstance(each, dict)] if isinstance(speakers, list) else []
    return {str(each.get("id")): name for each in listed if isinstance(name := each.get("name"), str) and name.strip()}


def _parts(entry: Any) -> Sequence[Any]:
    if not isinstance(entry, dict) or ({*_TEXTS} & entry.keys() and {*_STARTS, *_PAIRS} & entry.keys()):
        return ()
    parts: list[Any] = next((entry[key] for key in _PARTS if isinstance(entry.get(key), list)), [])
    if len(parts) == 1 and isinstance(parts[0], dict) and "words" not in parts[0]:
        # Amazon gives a word's time beside the list of its readings.
        times = {key: entry[key] for key in (*_STARTS, *_ENDS, "type") if key in entry}
        return [{**times, **parts[0]}]
    return parts


def _speaker(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return an entry's speaker; a number without a name becomes ``Speaker 1``. Raises TypeError for other values."""
    value = next((entry[key] for key in _SPEAKERS if entry.get(key) not in (None, "")), "")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError(value)
    spoken = names.get(str(value)) or (f"Speaker {value}" if isinstance(value, int) else value)
    return " ".join(_encodable(spoken).split())


def _text(entry: Mapping[str, Any]) -> str:
    """Return the text of an entry. Raises KeyError or TypeError for an entry without one."""
    value = entry[next((key for key in _TEXTS if key in entry), _TEXTS[0])]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError(value)
    return _encodable(str(value))


def _encodable(text: str) -> str:
    # A lone surrogate can't be encoded, and so can't be stored: this raises ValueError.
    text.encode()
    return text


def _times(entry: Mapping[str, Any]) -> tuple[float, float]:
    """Return the start and the end of an entry; an entry without an end ends at its start."""
    first, last = _stated_times(entry)
    start = _seconds(first)
    try:
        end = _seconds(last)
    except (TypeError, ValueError):
        end = start
    return start, max(start, end)


def _stated_times(entry: Mapping[str, Any]) -> tuple[Any, Any]:
    pair = entry.get("timestamps") or entry.get("timestamp")
    if isinstance(pair, dict):
        return pair.get("from"), pair.get("to")
    if isinstance(pair, list) and len(pair) == 2:
        return pair[0], pair[1]
    offsets = entry.get("offsets")
    if isinstance(offsets, dict):
        return offsets["from"] / 1000, offsets["to"] / 1000
    start = next((entry[key] for key in _STARTS if key in entry), pair)
    return start, next((entry[key] for key in _ENDS if key in entry), None)


def _seconds(value: Any) -> float:
    """Return the seconds of a number, a number as text, or a time such as ``00:00:01.500``. Raises ValueError."""
    if isinstance(value, str):
        value = value.strip()
        clock = _CLOCK.fullmatch(value)
        value = clock_seconds(*clock.groups()) if clock else _number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(value)
    # Some programs state a tiny negative time for the first word.
    if not -1 < value < MAX_SECONDS * 1000:
        raise ValueError(value)
    return max(0.0, float(value))


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return float(text.removesuffix("s"))


def _in_seconds(cues: list[Cue], listed: Sequence[Any]) -> Iterator[Cue]:
    """Yield the cues with times in seconds, converted if they must be milliseconds; ``listed`` are the raw entries."""
    spoken = sum(cue.end - cue.start for cue in cues)
    words = sum(len(cue.text.split()) for cue in cues)
    are_whole = all(cue.start.is_integer() and cue.end.is_integer() for cue in cues)
    has_own_name = any(isinstance(entry, dict) and "startTime" in entry for entry in listed)
    unit = 1000 if are_whole and not has_own_name and spoken > _MAX_SECONDS_PER_WORD * words else 1
    for cue in cues:
        if cue.start / unit < MAX_SECONDS:
            yield Cue(cue.start / unit, min(cue.end / unit, float(MAX_SECONDS)), cue.speaker, cue.text)
