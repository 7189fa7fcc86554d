"""Validation with salvage: each unusable value is left out and reported, and all others are used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

T = TypeVar("T")
#: The most unusable values that are reported for one file, as each takes another validation.
MAX_MISTAKES = 100
Place = tuple[int | str, ...]
#: The words after "expected" in messages, for each of pydantic's types of errors.
_EXPECTED = {
    "string_type": "a text in quotes",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "dataclass_type"), "a table"),
}


class TooManyError(ValueError):
    """An error for data in which more than ``MAX_MISTAKES`` values can't be used."""


def salvage(validate: Callable[[Any], T], data: Any, report: Callable[[ErrorDetails], None]) -> T:
    """Return the result of ``validate``, a validation of pydantic's, for ``data`` without its unusable values.

    ``report`` is called once with the error of each unusable value, whose ``loc`` is the value's path in ``data``; it
    may raise any exception. A validator of several values together names the unusable one as ``part`` in the context of
    its error. Raises TooManyError, and ValidationError where nothing can be left out.
    """
    removed: Place = ()
    removed_originally: list[Place] = []
    for _ in range(MAX_MISTAKES):
        try:
            return validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = place_of(first)
            if first["type"] == "missing" and place == removed:
                # The missing value was in the data, but was just left out as unusable and reported: once is enough.
                removed = ()
            else:
                report({**first, "loc": _original(first["loc"], removed_originally)})
                removed = place
            present = _present(data, place)
            if not present:
                raise
            data = _without(data, present)
            removed_originally.append(_original(present, removed_originally))
    raise TooManyError(f"more than {MAX_MISTAKES} mistakes")


def place_of(error: ErrorDetails) -> Place:
    """Return the keys and indexes that lead to an error's value, plus the ``part`` in the error's context, if any."""
    part = error.get("ctx", {}).get("part")
    return error["loc"] if part in (None, "") else (*error["loc"], part)


def expected(error: ErrorDetails) -> str:
    """Return the words after "expected" in the message of an error: the values that would have been right."""
    # Pydantic's other messages are clear enough once their prefixes are removed.
    return _EXPECTED.get(error["type"]) or re.sub(r"^Value error, |^Input should be ", "", error["msg"])


def _present(data: Any, place: Place) -> Place:
    """Return the longest prefix of ``place`` that leads to a value in ``data``.

    The place of a pydantic error may end with missing keys or with the names of validators.
    """
    present: list[int | str] = []
    for part in place:
        is_index = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if is_index or (isinstance(data, dict) and part in data):
            data = data[part]
            present.append(part)
    return tuple(present)


def _original(place: Place, removed: Iterable[Place]) -> Place:
    """Return the path in the original data of the value now at ``place``.

    Removing the values at ``removed``, which are original paths, has lowered the indexes of list items behind them.
    """
    original: Place = ()
    for part in place:
        if isinstance(part, int):
            gaps = sorted(gap[-1] for gap in removed if gap[:-1] == original and isinstance(gap[-1], int))
            for gap in gaps:
                part += gap <= part
        original = (*original, part)
    return original


def _without(data: Any, place: Place) -> Any:
    """Return a copy of ``data`` without the value at ``place``, which must exist."""
    first, rest = place[0], place[1:]
    if isinstance(data, dict):
        others = {key: value for key, value in data.items() if key != first}
        return {**data, first: _without(data[first], rest)} if rest else others
    return [*data[:first], *([_without(data[first], rest)] if rest else []), *data[int(first) + 1 :]]
