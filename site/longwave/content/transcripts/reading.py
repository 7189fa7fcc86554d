"""The cues that a reader of one format finds in a text, and the entries that it can't use; times on a clock."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from longwave.content.fields.times import MAX_SECONDS
from longwave.model import Cue

#: A time such as ``00:01:02.500`` or ``1:02``: hours, minutes, seconds and the digits of the fraction.
CLOCK = r"(?:(\d{1,10}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?"
_LETTERS_PER_SECOND = 14


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry of a transcript that can't be used: its line in the file, and a description of the entry."""

    line: int
    found: str


@dataclass(slots=True)
class Reading:
    """The cues of a transcript in the order of its text, the entries left out, and the number of hidden entries.

    ``expected`` describes a usable entry, and ``hint`` tells how to write one.
    """

    expected: str
    hint: str = ""
    cues: list[Cue] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    hidden: int = 0


def clock_seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float | None:
    """Return the seconds of a time whose parts ``CLOCK`` matched; None if its minutes or seconds exceed 59.

    Minutes may exceed 59 where there are no hours. Times beyond any recording's length become ``MAX_SECONDS``.
    """
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    total = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")
    return min(round(total, 3), float(MAX_SECONDS))


def estimated_seconds(text: str) -> int:
    """Return the whole seconds that saying a text takes, at least one."""
    return len(text) // _LETTERS_PER_SECOND + 1


def with_ends(cues: list[Cue]) -> list[Cue]:
    """Return cues that only have a start, in order of time; each ends where the next one starts."""
    cues = sorted(cues, key=lambda cue: cue.start)
    ends = [cue.start for cue in cues[1:]] + [cue.start + estimated_seconds(cue.text) for cue in cues[-1:]]
    return [Cue(cue.start, end, cue.speaker, cue.text) for cue, end in zip(cues, ends, strict=True)]


def plain(text: str) -> str:
    """Return a text on one line, its HTML entities decoded."""
    return " ".join(html.unescape(text).split())
