"""Text from elsewhere as others can hold it, and as people can tell it apart."""

from __future__ import annotations

import re
import unicodedata

# Half a character (a lone surrogate) can't be stored, and U+FFFE and U+FFFF can't stand in a feed.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """``text`` with single spaces between its words, and without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def readable(text: str) -> str:
    """Return ``text`` in quotes, in ASCII where its accents stand apart, as it would look the same as without."""
    return repr(text) if unicodedata.is_normalized("NFC", text) else ascii(text)
