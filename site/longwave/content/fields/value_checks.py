"""Checks of values that may be a text or a table, whose errors name the key of a table at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError


def text_as(key: str) -> BeforeValidator:
    """Return a validator that turns a text into a map whose only key is ``key``, with that text as its value."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


def listed(value: Any) -> Any:
    """Return a single text or table as a list of one item; any other value unchanged."""
    return [value] if isinstance(value, (str, dict)) else value


def require_match(pattern: re.Pattern[str], part: str, text: str, expected: str) -> None:
    """Raise an error if a non-empty text, the value of the key ``part`` of a table, doesn't match the pattern."""
    if text and not pattern.fullmatch(text):
        raise PydanticCustomError("part", "{expected}", {"part": part, "expected": expected, "found": text})


def part_checked(part: str, text: str, check: Callable[[str], str]) -> str:
    """Return ``check(text)`` for ``text``, the value of a table's key ``part``; an empty text is returned unchecked.

    If the check fails, the error names that key, so that ``salvage`` leaves out only this key, not the whole table.
    """
    try:
        return check(text) if text else ""
    except ValueError as error:
        context = {"part": part, "expected": str(error), "found": text}
        raise PydanticCustomError("part", "{expected}", context) from None


def require(text: str, expected: str) -> None:
    """Raise ValueError for a blank text; the error's message is ``expected``, which describes the valid values."""
    if not text.strip():
        raise ValueError(expected)


def or_empty(check: Callable[[str], str]) -> AfterValidator:
    """Return a validator that applies ``check`` to a text unless it is empty."""
    return AfterValidator(lambda text: check(text) if text else "")


def respelled(keys: Mapping[str, str]) -> BeforeValidator:
    """Return a validator that gives the keys of a table the names by which they are read; other values stay unchanged.

    ``keys`` has these names by other spellings, in small letters without ``_`` and ``-``: ``feedurl`` for ``feedUrl``.
    """

    def respell(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {keys.get(re.sub("[_-]", "", str(key)).lower(), key): item for key, item in value.items()}

    return BeforeValidator(respell)


def known_keys(names: Collection[str]) -> BeforeValidator:
    """Return a validator of tables that raises an error for the first key that is none of ``names``."""

    def check(value: Any) -> Any:
        for key in value if isinstance(value, dict) else ():
            if key not in names:
                context = {"part": key, "expected": f"one of the keys {', '.join(names)}", "found": str(key)}
                raise PydanticCustomError("part", "{expected}", context)
        return value

    return BeforeValidator(check)


def _no_boolean(value: Any) -> Any:
    """Return any value but true and false, which would count as 1 and 0. Raises ValueError for these."""
    if isinstance(value, bool):
        raise ValueError("a number")
    return value


#: A validator of numbers that refuses ``true`` and ``false``.
NO_BOOLEAN = BeforeValidator(_no_boolean)
