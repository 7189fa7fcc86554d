"""The bounds of a text's Liquid: of the whole in time and in what it makes, and of each thing that it makes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sized
from typing import Any

from liquid.exceptions import ResourceLimitError
from liquid.token import Token

#: Of a text, in characters; of a rendered body, in bytes.
LARGEST = 2_000_000
#: Of a list or a map, with all that is in them.
MOST_ITEMS = 20_000
#: Bits of a whole number.
_LONGEST = 4096
#: Characters and items that all filters of a text may be given and make together.
_MOST = 5_000_000
#: Seconds of this thread's own time, whatever else the machine does. No text that is meant for people takes a tenth.
_SECONDS = 1
#: Filters that cost so many times as much as others for each character that they are given.
_COSTLY = {"markdownify": 20, "smartify": 20}
#: The clock is looked at before every so manieth node: a look takes as long as a small node.
_LOOK = 8


class Meter:
    """The cost of one text's Liquid so far."""

    def __init__(self) -> None:
        self._began = time.thread_time()
        self._spent = self._nodes = 0

    def node(self) -> None:
        """Count a node. Raises ResourceLimitError when the time is over."""
        self._nodes += 1
        if self._nodes % _LOOK == 0:
            self._look(None)

    def pay(self, count: int, token: Token | None) -> None:
        """Count so many characters or items. Raises ResourceLimitError when there are too many, or the time is over."""
        self._spent += count
        if self._spent > _MOST:
            raise ResourceLimitError("too much work", token=token)
        self._look(token)

    def _look(self, token: Token | None) -> None:
        if time.thread_time() - self._began > _SECONDS:
            raise ResourceLimitError("too much time", token=token)


def metered(name: str, filter_: Callable[..., Any], token: Token | None, meter: Meter) -> Callable[..., Any]:
    """Return the filter ``name``, which raises ResourceLimitError instead of making or costing too much.

    Every filter but two makes at most a few times what it is given, and that is bounded.
    """

    def limited(value: Any, *args: Any, **named: Any) -> Any:
        given = sum(_length(one, token) for one in (value, *args))
        meter.pay(given * _COSTLY.get(name, 1), token)
        if name in ("replace", "join") and _expected(name, value, *args) > LARGEST:
            raise ResourceLimitError("too much text", token=token)
        made = filter_(value, *args, **named)
        meter.pay(_size(made, token), token)
        return made

    return limited


def _length(value: Any, token: Token | None) -> int:
    """Return how many characters or items a value has. Raises ResourceLimitError for a range without end."""
    count = len(value) if isinstance(value, Sized) else 1
    if count > MOST_ITEMS and not isinstance(value, str):
        raise ResourceLimitError("too many items", token=token)
    return count


def _size(made: Any, token: Token | None) -> int:
    """Count the characters and items of a value with all that is in it. Raises ResourceLimitError for too many."""
    size, items, left = 0, 0, [made]
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            left.extend(value.values())
        elif isinstance(value, list | tuple):
            left.extend(value)
        elif isinstance(value, int) and value.bit_length() > _LONGEST:
            raise ResourceLimitError("too long a number", token=token)
        size += len(value) if isinstance(value, str) else 1
        items += 1
        if size > LARGEST:
            raise ResourceLimitError("too much text", token=token)
        if items > MOST_ITEMS:
            raise ResourceLimitError("too many items", token=token)
    return size


def _expected(name: str, value: Any, *args: Any) -> int:
    if name == "join":
        items = value if isinstance(value, list | tuple) else ()
        joined = sum(len(item) if isinstance(item, str) else 1 for item in items)
        return joined + len(items) * len(str(args[0])) if args else 0
    text, old, new = str(value), *(str(arg) for arg in (*args, "", "")[:2])
    return len(text) + text.count(old) * (len(new) - len(old))
