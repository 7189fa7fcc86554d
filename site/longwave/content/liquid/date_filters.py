"""Dates as Ruby writes them: the filters of Liquid and Jekyll that take a date."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from liquid.builtin.filters.misc import date as date_of_the_library
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_environment
from liquid.undefined import is_undefined

from longwave.content.fields.times import parse_date
from longwave.content.liquid.values import text_of

#: The directives that Python lacks or reads otherwise.
_RUBYS = re.compile(r"%(?:[%sLNZ]|:z)")


def moment_of(value: Any) -> datetime | None:
    """The instant that a value means; None where it isn't a date."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        return parse_date(text_of(value), UTC)
    except (ValueError, OverflowError):
        return None


def dated(shape: Callable[[datetime], str]) -> Callable[..., str]:
    """A filter that writes a date as ``shape`` has it, and leaves what is none."""

    def filter_(value: Any, *_: Any) -> str:
        moment = moment_of(value)
        return shape(moment) if moment else text_of(value)

    return filter_


def named(month: str) -> Callable[..., str]:
    """A filter that writes `18 Nov 2019`, the month as the directive ``month`` has it; "ordinal": `18th Nov 2019`."""

    def filter_(value: Any, kind: str = "", style: str = "") -> str:
        moment = moment_of(value)
        if moment is None:
            return text_of(value)
        if kind != "ordinal":
            return moment.strftime(f"%d {month} %Y")
        day = f"{moment.day}{_ordinal(moment.day)}"
        return moment.strftime(f"{month} {day}, %Y" if style == "US" else f"{day} {month} %Y")

    return filter_


@with_environment
def date_as(value: Any, shape: Any, **library: Any) -> str:
    """Liquid's `date`."""
    moment = datetime.now(UTC) if value in ("now", "today") else moment_of(value)
    if moment is None or is_undefined(shape):
        return str(date_of_the_library(value, shape, **library))
    offset = moment.strftime("%z")
    words = {
        "%s": str(int(moment.timestamp())),
        "%L": f"{moment.microsecond // 1000:03}",
        "%N": f"{moment.microsecond:06}000",
        "%:z": f"{offset[:3]}:{offset[3:5]}",
        "%Z": "" if moment.utcoffset() else "UTC",
    }
    try:
        return moment.strftime(_RUBYS.sub(lambda match: words.get(match[0], match[0]), text_of(shape)))
    except ValueError as error:
        raise FilterArgumentError(str(error), token=None) from None


def _ordinal(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
