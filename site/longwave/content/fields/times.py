"""Times as podcasters write them in show notes: `1:21 -- what was said`."""

from __future__ import annotations

import re

#: Longer than any recording, in seconds.
MAX_SECONDS = 10**6
#: Programs round the length of a file each in its own way.
DURATION_TOLERANCE_SECONDS = 2
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})"
_TIME = re.compile(rf"{_CLOCK}(?:[.,]\d+)?|(\d{{1,9}})(?:\.\d+)?", re.ASCII)
# Every dash that a keyboard, a word processor or a Markdown renderer puts there; "--" and "---" are dashes too.
_MOMENT = re.compile(rf"\s*\[?{_CLOCK}\]?[\s\u00a0]*(?:-{{1,3}}+|[‐‑‒–—―−])[\s\u00a0]*(?=\S)", re.ASCII)


def format_seconds(seconds: int) -> str:
    """``81`` as ``1:21``, ``3753`` as ``1:02:33``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def parse_seconds(text: str) -> int | None:
    """The whole seconds that ``58:05``, ``1:02:33`` or ``3485`` mean; fractions are cut. None for anything else."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    return int(match[4]) if match[4] else _seconds(match)


def split_moment(item: str) -> tuple[int, str] | None:
    """The seconds and all the rest of a list item that begins with a time and a dash; None where it doesn't."""
    match = _MOMENT.match(item)
    if match is None:
        return None
    seconds = _seconds(match)
    return None if seconds is None else (seconds, item[match.end() :])


def _seconds(match: re.Match[str]) -> int | None:
    hours, minutes, seconds = int(match[1] or 0), int(match[2]), int(match[3])
    # 75:10 is how some count a long episode; 1:75:10 is a slip.
    if seconds > 59 or (match[1] is not None and minutes > 59):
        return None
    return hours * 3600 + minutes * 60 + seconds
