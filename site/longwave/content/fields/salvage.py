"""Data is read as far as it can be used: each other value costs itself, and what needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

T = TypeVar("T")
#: Nobody mends more mistakes at once, and each costs another reading.
MOST = 100
Place = tuple[int | str, ...]


class TooManyError(ValueError):
    """The error of data in which more than ``MOST`` values can't be used."""


def salvage(read: Callable[[Any], T], data: Any, tell: Callable[[ErrorDetails], None]) -> T:
    """Return what ``read``, a validation of pydantic's, makes of ``data`` without the values that can't be used.

    ``tell`` hears of each of these values once, and may raise what it likes. A validator of a whole names the ``part``
    that is wrong in the context of its error. Raises TooManyError, and ValidationError where nothing can be left out.
    """
    gone: Place = ()
    for _ in range(MOST):
        try:
            return read(data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = place_of(first)
            if first["type"] == "missing" and place == gone:
                # What can't be without the value that was just left out: all has been said of it.
                gone = ()
            else:
                tell(first)
                gone = place
            there = _there(data, place)
            if not there:
                raise
            data = _without(data, there)
    raise TooManyError(f"more than {MOST} mistakes")


def place_of(error: ErrorDetails) -> Place:
    """Return the place of an error, to the part of a whole that its validator names."""
    part = error.get("ctx", {}).get("part")
    return (*error["loc"], part) if part else error["loc"]


def _there(data: Any, place: Place) -> Place:
    """Return as much of a place as there is in ``data``: pydantic adds to places, and names what is missing."""
    found: list[int | str] = []
    for part in place:
        listed = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if listed or (isinstance(data, dict) and part in data):
            data = data[part]
            found.append(part)
    return tuple(found)


def _without(data: Any, place: Place) -> Any:
    first, rest = place[0], place[1:]
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if key != first}
        return {**data, first: _without(data[first], rest)} if rest else kept
    return [*data[:first], *([_without(data[first], rest)] if rest else []), *data[int(first) + 1 :]]
