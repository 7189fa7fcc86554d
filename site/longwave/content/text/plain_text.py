"""Functions that turn names and titles into one line of text, into a quoted text for messages, and into slugs.

Slugs keep technologies apart: C, C#, C++ and .NET become c, c-sharp, c-plus-plus and dotnet.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: The most characters of a slug, as file systems allow in a name. The limit also keeps Unicode normalization fast,
#: which takes quadratic time for a long run of combining marks.
MAX_SLUG_LENGTH = 255
# Lone surrogates can't be encoded as UTF-8, and XML forbids U+FFFE and U+FFFF.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPELT_OUT = (("c++", "c-plus-plus"), ("c#", "c-sharp"), ("f#", "f-sharp"), (".net", " dotnet"), ("&", " and "))
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d", "ı": "i"})
_APOSTROPHES = re.compile(r"['’`]")
_HYPHENS = re.compile("-+")


def one_line(text: str) -> str:
    """Return ``text`` on one line: with single spaces between its words, and without control characters."""
    return " ".join(_CONTROL.sub(" ", text).split())


def distinct_repr(text: str) -> str:
    """Return ``text`` in quotes, with escapes for its accents if it isn't in Unicode's normal form C.

    Two names that look alike but differ in their normal form thus look different in a message.
    """
    return repr(text) if unicodedata.is_normalized("NFC", text) else ascii(text)


@lru_cache(maxsize=65536)
def slugify(name: str) -> str:
    """Return the slug of a name: lower case, words joined by ``-``, without accents; other scripts keep their letters.

    The slug is empty when the name holds neither a letter nor a digit, and has at most ``MAX_SLUG_LENGTH`` characters.
    """
    # Compatibility letters (𝑨, ＃) become plain ones first, so that the replacements below apply to them too.
    text = unicodedata.normalize("NFKC", name[:MAX_SLUG_LENGTH]).lower()
    for written, spelt in _SPELT_OUT:
        text = text.replace(written, spelt)
    text = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text))
    # Accents are removed before letters are translated, because ǿ is an ø with an accent.
    text = "".join(c for c in text if not (unicodedata.combining(c) and c < "\u0370")).translate(_LETTERS)
    # Marks (category M) stay, because the vowels of many scripts are marks, which isalnum() rejects.
    characters = (
        c if c.isalnum() or unicodedata.category(c)[0] == "M" else "-" for c in unicodedata.normalize("NFC", text)
    )
    return _HYPHENS.sub("-", "".join(characters)).strip("-")[:MAX_SLUG_LENGTH].rstrip("-")
