"""What begins and ends blocks. All patterns are matched at the start of a line."""

from __future__ import annotations

import re

from longwave.content.kramdown import attributes

_SPACE = " {0,3}"
_SPANS = (
    "a|abbr|acronym|b|big|bdo|br|button|cite|code|del|dfn|em|i|img|input|ins|kbd|label|mark|option|q|rb|rbc|rp|rt|rtc|"
    "ruby|samp|select|small|span|strong|sub|sup|tt|u|var"
)
#: The HTML elements that stand within a line.
SPAN_ELEMENTS = frozenset(_SPANS.split("|"))
NAME = r"[^\W\d][-\w.]*(?::[^\W\d][-\w.]*)?"

_BLANK = r"(?:[ \t\r\f\v]*\n)+"
_MARK = rf"{_SPACE}{attributes.BLOCK}"
_END = r"\^[ \t\r\f\v]*\n"
_OPEN = rf"<(?!(?:{_SPANS}|script)\b){NAME}"
_CLOSE = rf"</(?!(?:{_SPANS}|script)\b){NAME}[ \t\r\n\f\v]*>"
_UL = rf"({_SPACE}[+*-])([\t| ].*?\n)"
_OL = rf"({_SPACE}[0-9]+\.)([\t| ].*?\n)"
_DL = rf"({_SPACE}:)([\t| ].*?\n)"
_LAZY = rf"{_BLANK}|{_MARK}|{_END}|{_SPACE}{_CLOSE}|{_SPACE}{_OPEN}|\Z"

BLANK = re.compile(_BLANK)
#: An attribute list on a line of its own; group 1 is what the braces hold.
MARK = re.compile(_MARK)
#: A lone caret ends a block.
END = re.compile(_END)
#: Before any of these no line belongs to the block before it.
LAZY_END = re.compile(_LAZY)
BOUNDARY = re.compile(rf"{_BLANK}|{_END}|{_MARK}|\Z")
PARAGRAPH_END = re.compile(rf"{_LAZY}|{_UL}|{_OL}|#{{1,6}}[\t ]+.*\n|{_DL}|{_SPACE}> ?|{_SPACE}[~`]{{3,}}")
#: Only a line that begins with one of these can end a paragraph.
MAY_END = frozenset(" \t\r\f\v\n{^<+*-0123456789#:>~`")
HTML_STOP = rf"{_CLOSE}|{_OPEN}"
LIST = re.compile(f"{_UL}|{_OL}")
UL = re.compile(_UL)
OL = re.compile(_OL)
DL = re.compile(_DL)
RULE = re.compile(rf"{_SPACE}([*_-])[ \t]*\1[ \t]*\1(?:\1|[ \t])*\n")
INDENT = re.compile(r"^(?:\t| {4})", re.MULTILINE)
CODE = re.compile(
    rf"(?:(?:{_BLANK})?(?:(?:\t| {{4}})[ \t]*[^ \t\r\n\f\v].*\n)+"
    rf"(?:(?!{_MARK}|{_END}|{_SPACE}{_CLOSE}|{_SPACE}{_OPEN})[ \t]*[^ \t\r\n\f\v].*\n)*)*"
)
