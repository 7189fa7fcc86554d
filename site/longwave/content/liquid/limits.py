"""Limits on rendering the Liquid of a text: on its time and work in total, and on the size of each value."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sized
from typing import Any

from liquid.exceptions import ResourceLimitError
from liquid.token import Token

#: The most characters of one text value, and the most bytes of a rendered body.
MAX_TEXT = 2_000_000
#: The most items of one list or map, including the items of nested ones.
MAX_ITEMS = 20_000
#: The most bits of an integer that a Liquid filter may return.
_MAX_INTEGER_BITS = 4096
#: The most characters and items that are passed to and returned by all filters of a text together.
_MAX_WORK = 5_000_000
#: The most seconds of the thread's CPU time, which other load doesn't affect; a normal text takes under 0.1.
_MAX_SECONDS = 1
#: The work that each character counts in slow filters, by the filter's name; in all other filters, it counts as 1.
_COST_FACTORS = {"markdownify": 20, "smartify": 20}
#: The clock is read once per this many nodes, because reading it takes as long as rendering a small node.
_NODES_PER_CLOCK_READING = 8


class Meter:
    """A meter of the time and work that rendering the Liquid of one text has taken so far."""

    def __init__(self) -> None:
        self._began = time.thread_time()
        self._spent = self._nodes = 0

    def count_node(self) -> None:
        """Count a rendered node. Raises ResourceLimitError once the text has used up its time."""
        self._nodes += 1
        if self._nodes % _NODES_PER_CLOCK_READING == 0:
            self._check_time(None)

    def count_work(self, count: int, token: Token | None) -> None:
        """Add a number of characters or items. Raises ResourceLimitError once the text's work or time is used up.

        The error refers to the position of ``token``.
        """
        self._spent += count
        if self._spent > _MAX_WORK:
            raise ResourceLimitError("too much work", token=token)
        self._check_time(token)

    def _check_time(self, token: Token | None) -> None:
        if time.thread_time() - self._began > _MAX_SECONDS:
            raise ResourceLimitError("too much time", token=token)


def limit_filter(name: str, filter_: Callable[..., Any], token: Token | None, meter: Meter) -> Callable[..., Any]:
    """Return the Liquid filter ``name``, made to raise ResourceLimitError for too large a result or too much work.

    Only ``replace`` and ``join`` can make a result many times as large as their input, so its length is computed before
    they run. Any other result is measured afterwards.
    """

    def limited(value: Any, *args: Any, **named: Any) -> Any:
        given = sum(_length(item, token) for item in (value, *args))
        meter.count_work(given * _COST_FACTORS.get(name, 1), token)
        if name in ("replace", "join") and _result_length(name, value, *args) > MAX_TEXT:
            raise ResourceLimitError("too much text", token=token)
        made = filter_(value, *args, **named)
        meter.count_work(_total_size(made, token), token)
        return made

    return limited


def _length(value: Any, token: Token | None) -> int:
    """Return the number of a value's characters or items. Raises ResourceLimitError for too many items."""
    count = len(value) if isinstance(value, Sized) else 1
    if count > MAX_ITEMS and not isinstance(value, str):
        raise ResourceLimitError("too many items", token=token)
    return count


def _total_size(made: Any, token: Token | None) -> int:
    """Return the number of characters and items of a value, nested ones included.

    Raises ResourceLimitError for too many of either, and for a whole number that is too long.
    """
    size, items, pending = 0, 0, [made]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value)
        elif isinstance(value, int) and value.bit_length() > _MAX_INTEGER_BITS:
            raise ResourceLimitError("too long a number", token=token)
        size += len(value) if isinstance(value, str) else 1
        items += 1
        if size > MAX_TEXT:
            raise ResourceLimitError("too much text", token=token)
        if items > MAX_ITEMS:
            raise ResourceLimitError("too many items", token=token)
    return size


def _result_length(name: str, value: Any, *args: Any) -> int:
    if name == "join":
        items = value if isinstance(value, list | tuple) else ()
        joined = sum(len(item) if isinstance(item, str) else 1 for item in items)
        return joined + len(items) * len(str(args[0])) if args else 0
    text, old, new = str(value), *(str(arg) for arg in (*args, "", "")[:2])
    return len(text) + text.count(old) * (len(new) - len(old))
