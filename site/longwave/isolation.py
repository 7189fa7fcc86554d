"""Isolation of failures: an item whose processing raises is skipped, and all errors are raised at the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from longwave.errors import LongwaveError

T = TypeVar("T")
R = TypeVar("R")
#: Errors that no single item causes: from the disk, a damaged database, or a mistake that the user has to mend first.
_SHARED_ERRORS = (OSError, sqlite3.Error, LongwaveError)


class FailuresError(Exception):
    """The errors of all items that failed; ``errors`` maps the name of each such item to its error."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def isolated(items: Iterable[T], name: Callable[[T], str], do: Callable[[T], R]) -> Iterator[tuple[T, R]]:
    """Yield each item with the result of ``do`` for it, and skip the items for which ``do`` raises.

    After the last item, raises FailuresError with the skipped ones by the names that ``name`` gives them. OSError,
    sqlite3.Error and LongwaveError are raised at once, as no single item causes them.
    """
    errors: dict[str, Exception] = {}
    for item in items:
        try:
            result = do(item)
        except _SHARED_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 - every error is raised at the end
            errors.setdefault(name(item), error)
        else:
            yield item, result
    if errors:
        raise FailuresError(errors)
