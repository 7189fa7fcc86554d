"""Conversions of the values that Liquid passes to filters: to text, to a list, to a whole number, to a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from liquid.undefined import is_undefined

from longwave.content.fields.times import parse_date


def text_of(value: Any) -> str:
    """Return a value as the text that Liquid prints: an empty text for nil, ``true`` or ``false`` for booleans."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or is_undefined(value) else str(value)


def list_of(value: Any) -> list[Any]:
    """Return a value as a list: the items of a list, the pairs of a map, no item for nil, else the value as an item."""
    if value is None or is_undefined(value):
        return []
    if isinstance(value, Mapping):
        return list(value.items())
    return list(value) if isinstance(value, list | tuple) else [value]


def integer_of(value: Any) -> int:
    """Return the integer at the start of a value's text, or 0 if there is none, as Ruby's ``to_i`` does."""
    match = re.match(r"\s*-?\d{1,18}", text_of(value))
    return int(match[0]) if match else 0


def datetime_of(value: Any) -> datetime | None:
    """Return the datetime that a date, a time or a text means, in UTC unless it has a zone; None for others."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        return parse_date(text_of(value), UTC)
    except (ValueError, OverflowError):
        return None
