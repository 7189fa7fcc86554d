"""The reader of the YAML of Jekyll podcast sites: a list of speaker, timestamp, transcript and reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from longwave.content.fields.plain_data import MAX_NUMBER, YAML_ERRORS, PlainLoader
from longwave.content.fields.times import MAX_SECONDS, parse_seconds
from longwave.content.transcripts.reading import LeftOut, Reading, estimated_seconds
from longwave.errors import ContentError, Problem
from longwave.model import Cue

_EXPECTED = "a timestamp and a transcript"
_LISTS = ("transcript", "transcripts", "segments")
_STARTS = ("timestamp", "start", "time", "startTime")
_TEXTS = ("transcript", "text", "body")


def read_yaml(file: str, text: str) -> Reading:
    """Return the cues in YAML, the number of hidden entries, and those that can't be used. Raises ContentError."""
    entries = _load_entries(file, text)
    reading = Reading(_EXPECTED)
    cues = [_cue(entry) for entry in entries]
    unusable = [place for place, cue in enumerate(cues) if cue is None]
    lines = _lines(text) if unusable else ()
    reading.left_out = [
        LeftOut(lines[place] if place < len(lines) else 1, f"another entry, number {place + 1}") for place in unusable
    ]
    read = sorted(
        ((cue, _is_shown(entry)) for cue, entry in zip(cues, entries, strict=True) if cue is not None),
        key=lambda pair: pair[0].start,
    )
    # YAML entries have no end time: each one ends when the next one starts, even if that one is hidden.
    ends = [cue.start for cue, _ in read[1:]] + [cue.end for cue, _ in read[-1:]]
    reading.cues = [replace(cue, end=end) for (cue, is_shown), end in zip(read, ends, strict=True) if is_shown]
    reading.hidden = len(read) - len(reading.cues)
    return reading


def _load_entries(file: str, text: str) -> Sequence[Any]:
    try:
        loaded = yaml.load(text, Loader=PlainLoader)  # noqa: S506 - derived from the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = f"an error: {error.problem}"
        raise ContentError(Problem(file, mark.line + 1 if mark else 1, "valid YAML", found)) from None
    except YAML_ERRORS:
        raise ContentError(Problem(file, 1, "valid YAML", "something else")) from None
    entries = next((loaded[key] for key in _LISTS if key in loaded), None) if isinstance(loaded, dict) else loaded
    if not isinstance(entries, list):
        raise ContentError(Problem(file, 1, "a list of speaker, timestamp and transcript", "something else"))
    return entries


def _cue(entry: object) -> Cue | None:
    """Return an entry of YAML as a cue, whose length is estimated from its words; None for an unusable entry."""
    if not isinstance(entry, dict):
        return None
    text_key = next((key for key in _TEXTS if key in entry), "")
    start_key = next((key for key in _STARTS if key in entry), "")
    # Only scalars become text, as the text of a few nested YAML anchors could be gigabytes.
    values = [entry.get(key) for key in (start_key, "speaker", text_key)]
    if not text_key or not all(value is None or _is_plain(value) for value in values):
        return None
    timestamp, speaker, spoken = (" ".join(str("" if value is None else value).split()) for value in values)
    start = parse_seconds(timestamp)
    if start is None or start >= MAX_SECONDS:
        return None
    return Cue(start, start + estimated_seconds(spoken), speaker, spoken)


def _is_plain(value: object) -> bool:
    # The limit is there because Python refuses to convert a number with thousands of digits into text.
    return isinstance(value, str) or (isinstance(value, int) and abs(value) <= MAX_NUMBER)


def _is_shown(entry: Mapping[str, Any]) -> bool:
    """Return whether to publish a transcript's entry: one marked as reviewed, or without the key ``reviewed``."""
    value = entry.get("reviewed")
    return value is None or value is True or (isinstance(value, str) and value.lower() in ("true", "yes", "y", "on"))


def _lines(text: str) -> Sequence[int]:
    """Return the line on which each entry of a transcript begins; ``text`` is valid YAML with a list."""
    node = yaml.compose(text, Loader=PlainLoader)
    if isinstance(node, yaml.MappingNode):
        named = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        node = next((named[key] for key in _LISTS if key in named), None)
    return [int(entry.start_mark.line) + 1 for entry in node.value] if isinstance(node, yaml.SequenceNode) else ()
