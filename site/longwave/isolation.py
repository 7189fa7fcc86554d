"""Of many things that are done alike, one that goes wrong costs itself only, and all that went wrong is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from longwave.errors import LongwaveError

T = TypeVar("T")
R = TypeVar("R")
#: No single thing is the cause of these: the disk is, a damaged database, or what a user has to mend first.
_EVERYBODYS = (OSError, sqlite3.Error, LongwaveError)


class FailuresError(Exception):
    """The mistakes that were made over some of many things. ``errors`` are by the things' names."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def isolated(things: Iterable[T], name: Callable[[T], str], do: Callable[[T], R]) -> Iterator[tuple[T, R]]:
    """Yield each thing with what ``do`` returns for it, but for those for which it raises.

    Raises FailuresError behind the last one if there were such, which ``name`` gives a name. Raises OSError,
    sqlite3.Error and LongwaveError at once.
    """
    errors: dict[str, Exception] = {}
    for thing in things:
        try:
            done = do(thing)
        except _EVERYBODYS:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
            errors.setdefault(name(thing), error)
        else:
            yield thing, done
    if errors:
        raise FailuresError(errors)
