"""The Range header (RFC 9110 section 14), as far as podcast players use it: a single range of bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

# No two parts of the pattern can match the same character, so that a header of any length takes linear time.
_RANGE = re.compile(r"bytes=[ \t,]*+(?:(\d++)-(\d*+)|-(\d++))[ \t,]*+", re.ASCII | re.IGNORECASE)
#: The most digits of a position: no file has that many bytes, so a longer number means the end of the file.
_MAX_DIGITS = 18


class UnsatisfiableError(Exception):
    """An error for a range that lies wholly outside the file (416, RFC 9110 15.5.17)."""


@dataclass(frozen=True, slots=True)
class Range:
    """A range of bytes from ``first`` to ``last``, both included and both in the file."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """Return the number of bytes in the range."""
        return self.last - self.first + 1


def parse_range(header: str | None, size: int) -> Range | None:
    """Return the range that ``header`` asks of a file of ``size`` bytes; None if the complete file is to be sent.

    A header that can't be parsed is ignored, as is a unit other than bytes (RFC 9110 14.2). For several ranges at once
    the whole file is sent, which the RFC allows: no player asks for them, and a thread would have to copy the parts of
    such an answer. Raises UnsatisfiableError.
    """
    match = _RANGE.fullmatch(header.strip(" \t")) if header else None
    if match is None:
        return None
    if match[3]:
        wanted = _number(match[3])
        if wanted == 0:
            raise UnsatisfiableError
        # The last bytes of an empty file are the whole file, for which there is no range (RFC 9110 14.1.2).
        return Range(max(0, size - wanted), size - 1) if size else None
    first = _number(match[1])
    last = _number(match[2]) if match[2] else max(first, size - 1)
    if last < first:
        return None
    if first >= size:
        raise UnsatisfiableError
    return Range(first, min(last, size - 1))


def _number(digits: str) -> int:
    short = digits.lstrip("0")
    return int(short or "0") if len(short) <= _MAX_DIGITS else 10**_MAX_DIGITS
