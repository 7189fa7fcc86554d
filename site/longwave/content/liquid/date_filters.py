"""The filters of Liquid and Jekyll that format a date, with the directives of Ruby's ``strftime``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from liquid.builtin.filters.misc import date as liquids_date
from liquid.exceptions import FilterArgumentError
from liquid.filter import with_environment
from liquid.undefined import is_undefined

from longwave.content.liquid.values import datetime_of, text_of

#: The directives that Python's ``strftime`` lacks or interprets differently.
_RUBY_DIRECTIVES = re.compile(r"%(?:[%sLNZ]|:z)")


def date_formatter(write: Callable[[datetime], str]) -> Callable[..., str]:
    """Return a filter that formats a date with ``write``, and returns a value that isn't a date unchanged."""

    def filter_(value: Any, *_: Any) -> str:
        moment = datetime_of(value)
        return write(moment) if moment else text_of(value)

    return filter_


def day_formatter(month: str) -> Callable[..., str]:
    """Return Jekyll's ``date_to_string`` or ``date_to_long_string``; ``month`` is the directive that names the month.

    The filter prints ``18 Nov 2019``; with "ordinal" ``18th Nov 2019``, and with "US" as well ``Nov 18th, 2019``.
    """

    def filter_(value: Any, kind: str = "", style: str = "") -> str:
        moment = datetime_of(value)
        if moment is None:
            return text_of(value)
        if kind != "ordinal":
            return moment.strftime(f"%d {month} %Y")
        day = f"{moment.day}{_ordinal_suffix(moment.day)}"
        return moment.strftime(f"{month} {day}, %Y" if style == "US" else f"{day} {month} %Y")

    return filter_


@with_environment
def format_date(value: Any, pattern: Any, **library: Any) -> str:
    """Return a date formatted with a pattern, as Liquid's filter ``date`` does.

    ``library`` are the keyword arguments that python-liquid passes. Raises FilterArgumentError for an invalid pattern.
    """
    moment = datetime.now(UTC) if value in ("now", "today") else datetime_of(value)
    if moment is None or is_undefined(pattern):
        return str(liquids_date(value, pattern, **library))
    offset = moment.strftime("%z")
    directives = {
        "%s": str(int(moment.timestamp())),
        "%L": f"{moment.microsecond // 1000:03}",
        "%N": f"{moment.microsecond:06}000",
        "%:z": f"{offset[:3]}:{offset[3:5]}",
        "%Z": "" if moment.utcoffset() else "UTC",
    }
    try:
        return moment.strftime(_RUBY_DIRECTIVES.sub(lambda match: directives.get(match[0], match[0]), text_of(pattern)))
    except ValueError as error:
        raise FilterArgumentError(str(error), token=None) from None


def _ordinal_suffix(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
