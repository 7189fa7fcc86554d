"""The Range header (RFC 9110 section 14), as far as a podcast needs it: one range of bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes\s*=\s*(?:(\d{1,18})\s*-\s*(\d{1,18})?|-\s*(\d{1,18}))\s*", re.ASCII | re.IGNORECASE)


class UnsatisfiableError(Exception):
    """A range that lies wholly outside the file (416, RFC 9110 15.5.17)."""


@dataclass(frozen=True, slots=True)
class Range:
    """The bytes from ``first`` to ``last``, both included and both in the file."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes that is."""
        return self.last - self.first + 1


def parse_range(header: str | None, size: int) -> Range | None:
    """The range that ``header`` asks of a file of ``size`` bytes; None where the whole file is to be sent.

    A header that isn't understood is ignored, as is a unit other than bytes (RFC 9110 14.2); of several ranges at once
    the whole file is sent, which a server is free to do. Raises UnsatisfiableError.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None:
        return None
    if match[3] is not None:
        wanted = int(match[3])
        if wanted == 0 or size == 0:
            raise UnsatisfiableError
        return Range(max(0, size - wanted), size - 1)
    first = int(match[1])
    last = int(match[2]) if match[2] is not None else max(first, size - 1)
    if last < first:
        return None
    if first >= size:
        raise UnsatisfiableError
    return Range(first, min(last, size - 1))
