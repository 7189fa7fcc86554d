"""Names of people, several of them in one text, and the numbers of episodes, which may be decimal."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from longwave.content.text.plain_text import one_line

#: The titles and suffixes that follow a comma in a person's name, so that the comma doesn't begin another name.
_AFTER_COMMA = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|m\.?sc|b\.?sc|m\.?a|mba|esq|ii|iii|iv)\.?", re.IGNORECASE)
_DECIMAL = re.compile(r"\s*(\d{1,9}\.\d{1,3})\s*", re.ASCII)


def split_names(text: str) -> tuple[str, ...]:
    """Return the names in a text such as ``Ann Lee, Bob Ray and Cy Fox``; ``Ann Lee and Bob Ray`` is one name.

    A single "and" may belong to the name of a duo, but not one after a comma.
    """
    parts = [one_line(part) for part in re.split(r"[,;\n]", text)]
    if len(parts) > 1:
        parts += re.split(r"\s+(?:and|&)\s+", re.sub(r"^(?:and|&)\s+", "", parts.pop()))
    names: list[str] = []
    for part in filter(None, parts):
        if names and _AFTER_COMMA.fullmatch(part):
            names[-1] += f", {part}"
        else:
            names.append(part)
    return tuple(names)


def _author(value: Any) -> Any:
    """Return the name in a map, or the names in a list joined by commas; other values unchanged."""
    if isinstance(value, list):
        return ", ".join(str(_author(each)) for each in value)
    return value["name"] if isinstance(value, dict) and "name" in value else value


def _number(value: Any) -> Any:
    """Return a text such as ``1.5`` as a number, whole if its fraction is 0; other values unchanged."""
    match = _DECIMAL.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    number = float(match[1])
    return int(number) if number.is_integer() else number


Author = Annotated[str, BeforeValidator(_author)]
EpisodeNumber = Annotated[
    Annotated[int, Field(ge=0, lt=10**9)] | Annotated[float, Field(gt=0, lt=10**9, strict=True)],
    BeforeValidator(_number),
]
