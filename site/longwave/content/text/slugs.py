"""Names become addresses, and technologies stay apart: C, C#, C++ and .NET are c, c-sharp, c-plus-plus and dotnet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SPELT_OUT = (("c++", "c-plus-plus"), ("c#", "c-sharp"), ("f#", "f-sharp"), (".net", " dotnet"), ("&", " and "))
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"})
_APOSTROPHES = re.compile(r"['’`]")
#: Of a slug, as of a file's name. And text of nothing but marks takes Unicode's tables time that grows with its square.
LONGEST = 255
_REST = re.compile("-+")


@lru_cache(maxsize=65536)
def slugify(name: str) -> str:
    """The address of a name: lower case, words joined by ``-``, accents dropped; letters of other scripts are kept.

    Empty when the name holds neither a letter nor a digit; cut where it is longer than any file's name.
    """
    # Letters of a special shape (𝑨, ＃) are made plain before anything else looks at them.
    text = unicodedata.normalize("NFKC", name[:LONGEST]).lower()
    for written, spelt in _SPELT_OUT:
        text = text.replace(written, spelt)
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    # Last, as ǿ is an ø with an accent.
    text = "".join(c for c in text if not (unicodedata.combining(c) and c < "\u0370")).translate(_LETTERS)
    # The vowels of many scripts are marks, which \w doesn't match.
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else "-" for c in unicodedata.normalize("NFC", text))
    return _REST.sub("-", "".join(kept)).strip("-")[:LONGEST].rstrip("-")
