"""JSON that somebody wrote or exported becomes plain data, or one line that says where it is broken."""

from __future__ import annotations

import json
from typing import Any

from longwave.errors import ContentError, Problem


def load_json(file: str, text: str) -> Any:
    """What the JSON in ``text`` says; ``file`` is what messages call it. Raises ContentError, whatever the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ContentError(Problem(file, error.lineno, "valid JSON", error.msg)) from None
    except (ValueError, RecursionError):
        raise ContentError(Problem(file, 1, "valid JSON", "numbers or brackets beyond measure")) from None
