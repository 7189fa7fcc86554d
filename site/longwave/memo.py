"""What the last build in this process made, given out again where it would come out the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
#: More things than this are of sites that nobody builds any more.
_MOST = 50_000


class Again(Generic[T]):
    """Of each thing what was made of it last. Of ten thousand episodes one or two have changed since."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[tuple[Any, ...], T]] = {}

    def make(self, name: Hashable, of: tuple[Any, ...], how: Callable[[], T]) -> T:
        """What ``how`` returns, or has returned for this ``name`` when ``of``, all that matters to it, was the same.

        For Python ``mood: 1`` equals ``mood: true``: of what holds front matter, the record tells them apart.
        Quick where what was given is the very same, slow where it only equals.
        """
        was = self._made.get(name)
        if was is not None and was[0] == of:
            return was[1]
        if len(self._made) >= _MOST:
            self._made.clear()
        made = how()
        self._made[name] = (of, made)
        return made
