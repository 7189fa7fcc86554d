"""Text from elsewhere on one line, of letters that files, feeds and databases can hold."""

from __future__ import annotations

import re

# Half a character (a lone surrogate) can't be stored, and U+FFFE and U+FFFF can't stand in a feed.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """``text`` with single spaces between its words, and without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())
