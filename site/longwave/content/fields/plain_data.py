"""JSON that somebody wrote or exported becomes plain data, or one line that says where it is broken."""

from __future__ import annotations

import json
import re
from typing import Any

from longwave.errors import ContentError, Problem

_BETWEEN = re.compile(r"[\s,]*")


def load_json(file: str, text: str) -> Any:
    """What the JSON in ``text`` says; ``file`` is what messages call it. Raises ContentError, whatever the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ContentError(Problem(file, error.lineno, "valid JSON", error.msg)) from None
    except (ValueError, RecursionError):
        raise ContentError(Problem(file, 1, "valid JSON", "numbers or brackets beyond measure")) from None


def line_of_entry(text: str, place: int, key: str = "") -> int:
    """The line on which an entry of the list ``key`` begins, in JSON that is known to be valid; ``place`` from 1.

    Without a key the text is the list itself.
    """
    opening = re.search(rf'"{re.escape(key)}"\s*:\s*\[' if key else r"\[", text)
    at = opening.end() if opening else 0
    try:
        for _ in range(place - 1):
            at = json.JSONDecoder().raw_decode(text, _after(text, at))[1]
    except ValueError:
        # Another list of that name stands before this one.
        return 1
    return text.count("\n", 0, _after(text, at)) + 1


def _after(text: str, at: int) -> int:
    match = _BETWEEN.match(text, at)
    return match.end() if match else at
