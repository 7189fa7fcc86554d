"""Smart quotes, dashes and dots: the marks that a typesetter would choose."""

from __future__ import annotations

import re
from html.entities import name2codepoint

_LEFT = {'"': "“", "'": "‘"}
_RIGHT = {'"': "”", "'": "’"}
_PUNCTUATION = r"[!\"#$%'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"
_S = r"[ \t\r\n\f\v]"
_W = "[A-Za-z0-9_]"
# kramdown's rules in kramdown's order, the first that fits counts; each begins at the quote or at the character before.
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


def quote(text: str, pos: int) -> tuple[int, str]:
    """The quote at ``pos``, or at the character after it: where it ends, and what is to be printed."""
    match = _QUOTE.match(text, pos)
    if match is None:  # a backslash before the quote: not ours
        return pos + 1, text[pos]
    found, rule = match[0], match.lastgroup
    if rule == "double":
        return match.end(), found[:-2] + _LEFT[found[-2]] + _LEFT[found[-1]]
    marks = _RIGHT if rule in _RIGHT_RULES else _LEFT
    return match.end(), found[:-1] + marks[found[-1]]


def symbol(text: str, pos: int) -> tuple[int, str] | None:
    """The dash, dots or guillemets at ``pos``: where they end, and what is to be printed."""
    match = _SYMBOL.match(text, pos)
    return None if match is None else (match.end(), _SYMBOLS[match[0]])


def entity(text: str, pos: int) -> tuple[int, str] | None:
    """The character reference at ``pos``: where it ends, and the character; None where it is none that exists."""
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
