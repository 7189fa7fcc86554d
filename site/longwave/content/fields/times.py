"""Dates and durations as podcasters write them: `2019-11-18 12:00:00 -0500`, `58:05`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

#: The limit in seconds of a time within an episode, longer than any recording.
MAX_SECONDS = 10**6
#: Two lengths of the same file may differ by this many seconds, as programs round lengths in different ways.
DURATION_TOLERANCE_SECONDS = 2
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})"
_TIME = re.compile(rf"{_CLOCK}(?:[.,]\d+)?|(\d{{1,9}})(?:\.\d+)?", re.ASCII)
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


def parse_date(text: str, zone: tzinfo) -> datetime:
    """Return the instant of a date in ISO 8601 or as Jekyll writes it; a date without a time means midnight.

    A date without an offset is in ``zone``. Raises ValueError for any other text, and for years before 1900 or after
    2999.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if not 1900 <= year <= 2999:
        raise ValueError(text)
    microsecond = int((match.group(7) or "").ljust(6, "0")[:6])
    offset = match.group(8)
    return datetime(year, month, day, hour, minute, second, microsecond, _zone(offset) if offset else zone)


def _zone(offset: str) -> tzinfo:
    """Return the time zone of an offset from UTC such as ``-0500``, ``+02`` or ``Z``."""
    if offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if offset[0] == "-" else away)


def format_seconds(seconds: int) -> str:
    """Return a number of seconds in clock format: 81 as ``1:21``, 3753 as ``1:02:33``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def parse_seconds(text: str) -> int | None:
    """Return the whole seconds of ``58:05``, ``1:02:33`` or ``3485``, fractions cut; None for any other text."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    return int(match[4]) if match[4] else clock_seconds(match[1], match[2], match[3])


def clock_seconds(hours: str | None, minutes: str, seconds: str) -> int | None:
    """Return hours, minutes and seconds in seconds; None if the seconds, or minutes after an hour, exceed 59."""
    # More than 59 minutes are valid without an hour before them (75:10), and a typing error after one (1:75:10).
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
