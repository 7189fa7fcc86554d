"""What filters are given, as the text or the list that Liquid takes it for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liquid.undefined import is_undefined


def text_of(value: Any) -> str:
    """The text that is printed for a value."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or is_undefined(value) else str(value)


def list_of(value: Any) -> list[Any]:
    """The items of a value: of a map its pairs, of anything else but a list itself."""
    if value is None or is_undefined(value):
        return []
    if isinstance(value, Mapping):
        return list(value.items())
    return list(value) if isinstance(value, list | tuple) else [value]
