"""What pydantic wants, in the words of people who write files."""

from __future__ import annotations

import re

from pydantic_core import ErrorDetails

#: It says other things well enough.
_EXPECTED = {
    "string_type": "a text in quotes",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type", "dataclass_type"), "a table"),
}


def expected(error: ErrorDetails) -> str:
    """What should have stood in the place of what was found."""
    return _EXPECTED.get(error["type"]) or re.sub(r"^Value error, |^Input should be ", "", error["msg"])
