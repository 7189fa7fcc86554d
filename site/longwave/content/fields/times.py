"""Dates and durations as podcasters write them: `2019-11-18 12:00:00 -0500`, `58:05`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

#: The limit in seconds of a time within an episode, longer than any recording.
MAX_SECONDS = 10**6
#: Two lengths of the same file may differ by this many seconds, as programs round lengths in different ways.
DURATION_TOLERANCE_SECONDS = 2
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})"
_EXACT_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})([.,]\d{1,9})?", re.ASCII)
_EXACT_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,20})?", re.ASCII)
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


def parse_time(value: object) -> float | None:
    """Return the seconds of ``73.5``, ``"73.5"``, ``1:13.5`` or ``00:01:13.500``; None for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _bounded(value)
    text = value.strip() if isinstance(value, str) else ""
    if _EXACT_NUMBER.fullmatch(text):
        return _bounded(float(text))
    match = _EXACT_CLOCK.fullmatch(text)
    if match is None:
        return None
    seconds = clock_seconds(match[1], match[2], match[3])
    return None if seconds is None else _bounded(seconds + float(f"0{(match[4] or '.0').replace(',', '.')}"))


def _bounded(seconds: float) -> float | None:
    return round(float(seconds), 3) if 0 <= seconds < MAX_SECONDS else None
