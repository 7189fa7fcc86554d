"""The 200 most unusual characters of Unicode, some of which have cut a word, line or file in an unforeseen place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice

_APOSTROPHES = "'`´ʹʻʼʽʾʿˈˊˋ՚׳״ߴߵ‘’‚‛′‵ꞌꞋ＇ŉ"
#: Characters for which lower case, normal width or removal of accents gives several, or unexpected, characters.
_FOLDED = "İıßẞſKÅΐΰﬃǅǼǿϴͅͺѐЁёΣςᾳﷺ№½①²ªﾞﾟﾡゟヿ〸〆々㎏㈠ૐ"
_JOINERS = "\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2064\u2066\u2069\u206a\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffb\U000e0001\U000e0020\U000e0041\U000e007f\U000e0100\U000e01ef"
_SPACES = "\t\n\x0b\x0c\r\x1c\x1f\x85\xa0\u1680\u2007\u2009\u2028\u2029\u202f\u205f\u3000"
#: Characters that some document, database or file system can't contain.
_FORBIDDEN = "\x01\x08\x0e\x1b\x7f\x80\x9f\ufdd0\ufffd\ufffe\uffff\U0001fffe\U0010ffff\ue000\U000f0000\u0378\U000dffff"
_SIGNS = '"#$%&()*+,-./:;<=>?@[\\]^_{|}~¡§·‐‑–—…•※‹»€™←∑█☃⚠😀🇩👍🏽👨𝑨𐍈'
_NAMED = _APOSTROPHES + _FOLDED + _JOINERS + _SPACES + _FORBIDDEN + _SIGNS


def _marks() -> Iterator[str]:
    """Yield a combining mark of each script."""
    scripts: set[str] = set()
    for code in range(0x300, 0x12000):
        script = unicodedata.name(chr(code), "-").split()[0]
        if unicodedata.category(chr(code))[0] == "M" and script not in scripts:
            scripts.add(script)
            yield chr(code)


def _digits() -> Iterator[str]:
    """Yield the digit one of each script."""
    return (chr(code) for code in range(0x80, 0x20000) if unicodedata.decimal(chr(code), 0) == 1)


_KNOWN = "".join(dict.fromkeys(_NAMED))
UNUSUAL_CHARACTERS = [*_KNOWN, *islice(_marks(), 0, None, 4), *islice(_digits(), 0, None, 4)]
