"""``year:2019``, ``before:2020-06`` and ``after:2020-06-15``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from longwave.search.clauses import Dates

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


def read_period(name: str, text: str) -> Dates | None:
    """The days that are meant; None where that is no date, or ``name`` none of the three."""
    match = _DATE.fullmatch(text)
    if not match or name not in ("year", "before", "after") or (name == "year" and match[2]):
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            end = first + timedelta(days=1)
        elif month:
            end = (first + timedelta(days=32 - first.day)).replace(day=1)
        else:
            end = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    if name == "before":
        return Dates(date.min, first)
    return Dates(first, end) if name == "year" else Dates(end, date.max)
