"""Conversion of typed quotes, dashes and dots into typographic ones, and of character references into characters."""

from __future__ import annotations

import re
from html.entities import name2codepoint

_LEFT = {'"': "“", "'": "‘"}
_RIGHT = {'"': "”", "'": "’"}
_PUNCTUATION = r"[!\"#$%'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"
_S = r"[ \t\r\n\f\v]"
_W = "[A-Za-z0-9_]"
# The alternatives are kramdown's rules for quotation marks, in its order; each matches at the mark or one before it.
_QUOTE = re.compile(
    rf"""(?P<left1>["'](?=[_*]{{1,2}}[^ \t\r\n\f\v]))
    |(?P<right1>["'](?={_PUNCTUATION}(?!\.\.)\B))
    |(?P<double>{_S}?(?:"'|'")(?={_W}))
    |(?P<decade>{_S}?'(?=[0-9][0-9]s))
    |(?P<left2>{_S}["'](?={_W}))
    |(?P<right2>[^ \\\t\r\n\[{{(\-]["'])
    |(?P<right3>["'](?={_S}|s\b|\Z))
    |(?P<left3>.?["'])""",
    re.VERBOSE | re.DOTALL,
)
_RIGHT_RULES = frozenset({"right1", "right2", "right3", "decade"})
_SYMBOL = re.compile(r"---|--|\.\.\.|\\<<|\\>>|<<[ ]|[ ]>>|<<|>>")
_SYMBOLS = {
    "---": "—",
    "--": "–",
    "...": "…",
    "\\<<": "<<",
    "\\>>": ">>",
    "<< ": "«\u00a0",
    " >>": "\u00a0»",
    "<<": "«",
    ">>": "»",
}
_ENTITY = re.compile(r"&(?:([A-Za-z0-9_:][-A-Za-z0-9_.:]*);|#([0-9]{1,8});|#x([0-9a-fA-F]{1,7});)")


def smart_quote(text: str, pos: int) -> tuple[int, str]:
    """Return the end of the quotation mark at ``pos`` or ``pos + 1``, and the text from ``pos`` on with a curly one."""
    match = _QUOTE.match(text, pos)
    if match is None:  # Only a quotation mark after a backslash has no match; it stays as typed.
        return pos + 1, text[pos]
    matched, rule = match[0], match.lastgroup
    if rule == "double":
        return match.end(), matched[:-2] + _LEFT[matched[-2]] + _LEFT[matched[-1]]
    marks = _RIGHT if rule in _RIGHT_RULES else _LEFT
    return match.end(), matched[:-1] + marks[matched[-1]]


def smart_symbol(text: str, pos: int) -> tuple[int, str] | None:
    """Return the end of the dash, dots or guillemets at ``pos``, and their typographic text; None if there are none."""
    match = _SYMBOL.match(text, pos)
    return None if match is None else (match.end(), _SYMBOLS[match[0]])


def character_reference(text: str, pos: int) -> tuple[int, str] | None:
    """Return the end of the character reference at ``pos``, and its character; None if there is none.

    An invalid number gives U+FFFD.
    """
    match = _ENTITY.match(text, pos)
    if match is None:
        return None
    name, decimal, hexadecimal = match.groups()
    if name:
        code = 39 if name == "apos" else name2codepoint.get(name, 0)
        return (match.end(), chr(code)) if code else None
    code = int(decimal) if decimal else int(hexadecimal, 16)
    printable = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return match.end(), chr(code) if printable else "\ufffd"
