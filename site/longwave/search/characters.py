"""The classes of characters by which text is cut into words.

Each character belongs to one class, and every pattern that cuts text is made of these classes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

#: Characters of scripts without spaces (Chinese, Japanese, Korean), whose runs are cut into pairs.
CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005\u3007\u3038-\u303a\u3040-\u309a\u309d-\u30fa\u30fc-\u30ff\u3130-\u318f"
    "\u3192-\u3195\u31f0-\u31ff\u3220-\u3229\u3280-\u3289\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff"
)
#: Characters that are written for an apostrophe: quotes, accents that stand alone, and letters (ʼ, ʻ, ꞌ).
APOSTROPHES = (
    "'`\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u055a\u05f3\u07f4\u07f5"
    "\u2018\u2019\u201b\u2032\u2035\ua78b\ua78c\uff07"
)
#: Characters that may join the parts of one word.
_JOINTS = rf".&\-\u2010\u2011\u05f4{APOSTROPHES}"
_LETTER = rf"[^\W_{CJK}{APOSTROPHES}]"
#: Invisible marks; joiners are invisible too, and belong to Unicode's category of formatting.
_INVISIBLE = "\u034f\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_MARKS, _FORMATTING = ("Mn", "Mc", "Me"), ("Cf",)
#: Ranges that hold all of Unicode's marks and formatting: searching the rest would take ten times as long.
_LOW, _HIGH = (range(0x80, 0x10000),), (range(0x10000, 0x20000), range(0xE0000, 0xE0200))


@cache
def chunks() -> re.Pattern[str]:
    """Return a regex for one word, perhaps with joints such as ``-`` and ``.`` (node.js), or one run of ``CJK``."""
    return re.compile(f"{_chunk(_LETTER, _JOINTS, _sign())}|[{CJK}]+")


@cache
def ascii_chunks() -> re.Pattern[str]:
    """Return a regex that finds the same words as ``chunks`` in text of ASCII only, in a third of the time."""
    return re.compile(_chunk("[A-Za-z0-9]", ".&\\-'`"), re.ASCII)


@cache
def parts() -> re.Pattern[str]:
    """Return a regex for the words between joints such as ``.`` and ``-``: ``node`` and ``js`` in ``node.js``."""
    return re.compile(_part(_LETTER, _sign()))


@cache
def separators() -> re.Pattern[str]:
    """Return a pattern of runs of characters that are neither in a word nor in a run of ``CJK``."""
    return re.compile(rf"(?:(?!{_sign()}|[{CJK}])[\W_{APOSTROPHES}])+")


@cache
def unseen() -> re.Pattern[str]:
    """Return a pattern of runs of invisible marks and joiners."""
    return re.compile(f"[{_INVISIBLE}{_class(_FORMATTING, _LOW + _HIGH)}]+")


def _chunk(letter: str, joints: str, sign: str = "") -> str:
    """Return a regex for one token: words of ``letter`` joined by ``joints`` (node.js), C++, C# or .NET.

    ``sign`` is a regex for a combining mark or joiner that may follow a letter.
    """
    part = _part(letter, sign)
    alone = f"(?<!{letter})" + (f"(?<!{sign})" if sign else "")
    # Hardly any text has a # or a leading dot, so these are matched first, and the letter before is checked after that.
    sharp = rf"\#(?<={alone}{letter}\#)(?!{letter})"
    dotnet = rf"\.(?<={alone}\.)[Nn][Ee][Tt](?!{letter})"
    return rf"{part}(?:[{joints}]{part})*(?:\+\+|{sharp})?|{dotnet}"


def _part(letter: str, sign: str) -> str:
    return f"{letter}+(?:{sign}+{letter}*)*" if sign else f"{letter}+"


@cache
def _sign() -> str:
    """Return a regex for one character that belongs to the letter before it: a mark, or an invisible joiner."""
    low, high = (_class((*_MARKS, *_FORMATTING), planes) for planes in (_LOW, _HIGH))
    # The pattern is tried at each space, and few texts have characters of the high planes, so their many ranges are
    # looked up only after a fast test for such a character.
    return f"(?:[{low}]|[\U00010000-\U0010ffff](?<=[{high}]))"


def _class(categories: tuple[str, ...], planes: Iterable[range]) -> str:
    """Return ranges for a regex's brackets: the characters in ``planes`` that are in Unicode's ``categories``."""
    ranges: list[list[int]] = []
    for code in (code for plane in planes for code in plane):
        if unicodedata.category(chr(code)) in categories:
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
