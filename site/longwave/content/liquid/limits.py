"""What a filter may make: text and lists of bounded size, however often it is applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from liquid.exceptions import ResourceLimitError
from liquid.token import Token

#: Of a text, in characters; of a rendered body, in bytes.
LARGEST = 2_000_000


def bounded(name: str, filter_: Callable[..., Any], token: Token | None) -> Callable[..., Any]:
    """The filter ``name``, which raises ResourceLimitError instead of making more than ``LARGEST`` characters.

    Every filter but two makes at most a few times what it is given, and that is bounded.
    """

    def limited(value: Any, *args: Any, **named: Any) -> Any:
        if name in ("replace", "join") and _expected(name, value, *args) > LARGEST:
            raise ResourceLimitError("too much text", token=token)
        made = filter_(value, *args, **named)
        if _size(made) > LARGEST:
            raise ResourceLimitError("too much text", token=token)
        return made

    return limited


def _size(value: Any) -> int:
    if isinstance(value, list | tuple):
        return sum(len(item) if isinstance(item, str) else 1 for item in value)
    return len(value) if isinstance(value, str) else 0


def _expected(name: str, value: Any, *args: Any) -> int:
    if name == "join":
        separators = len(value) if isinstance(value, list | tuple) else 0
        return _size(value) + separators * len(str(args[0])) if args else 0
    text, old, new = str(value), *(str(arg) for arg in (*args, "", "")[:2])
    return len(text) + text.count(old) * (len(new) - len(old))
