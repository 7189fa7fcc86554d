"""Dates as podcasters write them: ISO 8601, Jekyll's `2019-11-18 12:00:00 -0500`, or a day alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)


def parse_date(text: str, zone: tzinfo) -> datetime:
    """The instant that ``text`` means; without an offset it is in ``zone``, and a day alone is its midnight.

    Raises ValueError for anything else, and for years before 1900 or after 2999.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if not 1900 <= year <= 2999:
        raise ValueError(text)
    offset = match.group(7)
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(offset) if offset else zone)


def _zone(offset: str) -> tzinfo:
    if offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-away if offset[0] == "-" else away)
