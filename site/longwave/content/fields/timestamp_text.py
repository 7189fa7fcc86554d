"""Times at the start of lines, in the forms that podcasters use: ``1:21 -- First words``, ``(00:00) Intro``, ..."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from longwave.content.fields.times import clock_seconds

_COLON = "[:：]"
_CLOCK = rf"(?<![\d:：])(?:(\d{{1,3}}){_COLON})?(\d{{1,3}}){_COLON}(\d{{2}})(?:[.,]\d{{1,3}})?(?!\d|[:：]\d)"
_PLAIN_CLOCK = _CLOCK.replace("(\\d", "(?:\\d")
_SPACE = r"[\s\u00a0\u3000]"
# Every dash that keyboards, word processors and Markdown renderers produce, "--" and "---" included.
_DASH = "(?:-{1,3}+|[‐‑‒–—―−])"
#: A bullet, an arrow, a clock or another sign that some write before each time.
_SIGN = rf"(?:(?:[•‣◦∙·▪▸▶►→»⏩⏯⏰⏱⌚⌛📌🔹🔸🎙🎧]|[\U0001F550-\U0001F567])\ufe0f?|[-–—](?={_SPACE}))"
_BRACKETS = {"(": ")", "[": "]", "（": "）", "【": "】", "<": ">"}
_TIMED = re.compile(
    rf"{_SPACE}*(?:{_SIGN}{_SPACE}*)?(?P<open>[(\[（【<]?){_SPACE}*(?P<time>{_CLOCK})"
    rf"(?:{_SPACE}*(?:{_DASH}|to|bis){_SPACE}*{_PLAIN_CLOCK})?(?:{_SPACE}*(?P<close>[)\]）】>]))?"
    rf"(?P<gap>{_SPACE}*+)(?P<mark>{_DASH}|[:：|·•→~=»>.](?={_SPACE}|$))?{_SPACE}*",
    re.ASCII,
)
#: The text after a time that shows it to be a time of day, a duration, a score or a ratio, no position in a recording.
_OTHER_USE = re.compile(
    r"(?i:[ap]\.?m\b|uhr\b|o.?clock\b|noon\b)|(?:h|hrs?|hours?|mins?|minutes?|Minuten|secs?|seconds?|heures?|horas?)\b"
    r"|(?:GMT|UTC|Z|BST|JST|CES?T|EES?T|[ECMP][SD]?T)\b|[^.,;:!?]{0,20}\b(?:ratio|scale|odds|aspect)\b"
    # The score of a match in sets, such as 21:19 15:21, has only numbers after the first set.
    r"|[^\w]*\d+:\d+[\d\s:,;()/-]*$"
)
_DAY_SECONDS, _FIRST_EVENT_SECONDS = 24 * 60, 6 * 60


@dataclass(frozen=True, slots=True)
class TimedText:
    """A text that begins with a time. ``start`` and ``end`` are the positions of the time in the text.

    ``rest`` is the text behind the time and its mark; it may be empty. ``marked`` is True if a dash follows the time or
    brackets enclose it, which nobody does with a time of day in a sentence; ``bracketed`` is True for brackets.
    """

    seconds: int
    start: int
    end: int
    rest: str
    marked: bool
    bracketed: bool


def timed_text(text: str) -> TimedText | None:
    """Return a text that begins with a time, split into the time and the rest; None for any other text."""
    match = _TIMED.match(text)
    if match is None or _BRACKETS.get(match["open"]) != match["close"]:
        return None
    seconds = clock_seconds(match[3], match[4], match[5])
    rest = text[match.end() :]
    dash = bool(match["mark"]) and match["mark"][0] not in ":：|·•→~=»>."
    if seconds is None or (rest and not (match["gap"] or match["mark"] or match["close"])):
        return None
    bracketed = bool(match["close"])
    return TimedText(seconds, match.start("time"), match.end("time"), rest, dash or bracketed, bracketed)


def split_moment(text: str) -> tuple[int, str] | None:
    """Return the seconds and the rest of a line that begins with a time and goes on with words; None for any other."""
    timed = timed_text(text)
    return (timed.seconds, timed.rest) if timed and timed.rest else None


def is_other_use(timed: TimedText) -> bool:
    """Return whether an unmarked time is followed by words that show it to be a time of day, a score or a ratio."""
    return not timed.marked and _OTHER_USE.match(timed.rest) is not None


def are_timestamps(times: Sequence[TimedText]) -> bool:
    """Return whether the times at the start of neighbouring lines are those of a recording.

    They are if they begin at 0:00, or run forwards without being a timetable (``10:30``, ``11:00``) or the numbers of
    verses (``3:16``, ``3:17``).
    """
    seconds = [timed.seconds for timed in times]
    steps = [below - above for above, below in pairwise(seconds)]
    if seconds[0] == 0:
        return True
    are_verses = bool(steps) and all(step == 1 for step in steps)
    are_forward = all(step > 0 for step in steps)
    return are_forward and not are_verses and not _is_timetable(times) and not any(map(is_other_use, times))


def _is_timetable(times: Sequence[TimedText]) -> bool:
    """Return whether times are hours and minutes of a day: at quarters of an hour, and none before six."""
    return all(
        not timed.bracketed and timed.seconds % 15 == 0 and _FIRST_EVENT_SECONDS <= timed.seconds < _DAY_SECONDS
        for timed in times
    )
