"""The patterns of lines that begin or end blocks; each pattern is to be matched at the start of a line."""

from __future__ import annotations

import re

from longwave.content.kramdown import attributes

_SPACE = " {0,3}"
_SPANS = (
    "a|abbr|acronym|b|big|bdo|br|button|cite|code|del|dfn|em|i|img|input|ins|kbd|label|mark|option|q|rb|rbc|rp|rt|rtc|"
    "ruby|samp|select|small|span|strong|sub|sup|tt|u|var"
)
#: The HTML elements that can stand within a line.
SPAN_ELEMENTS = frozenset(_SPANS.split("|"))
#: The name of an HTML element or attribute.
NAME = r"[^\W\d][-\w.]*(?::[^\W\d][-\w.]*)?"

_BLANK = r"(?:[ \t\r\f\v]*\n)+"
_ATTRIBUTE_LIST = rf"{_SPACE}{attributes.BLOCK}"
_END = r"\^[ \t\r\f\v]*\n"
_OPEN = rf"<(?!(?:{_SPANS}|script)\b){NAME}"
_CLOSE = rf"</(?!(?:{_SPANS}|script)\b){NAME}[ \t\r\n\f\v]*>"
_UL = rf"({_SPACE}[+*-])([\t| ].*?\n)"
_OL = rf"({_SPACE}[0-9]+\.)([\t| ].*?\n)"
_DL = rf"({_SPACE}:)([\t| ].*?\n)"
_LAZY = rf"{_BLANK}|{_ATTRIBUTE_LIST}|{_END}|{_SPACE}{_CLOSE}|{_SPACE}{_OPEN}|\Z"

#: One or more blank lines.
BLANK = re.compile(_BLANK)
#: An attribute list on a line of its own; group 1 is the inside of its braces.
ATTRIBUTE_LIST = re.compile(_ATTRIBUTE_LIST)
#: A lone caret, which ends the block before it.
END = re.compile(_END)
#: The lines, or the end of the text, that end a block even if unindented ("lazy") lines may continue it.
LAZY_END = re.compile(_LAZY)
#: The lines, or the end of the text, one of which must follow a table or a formula.
BOUNDARY = re.compile(rf"{_BLANK}|{_END}|{_ATTRIBUTE_LIST}|\Z")
#: The lines that end a paragraph.
PARAGRAPH_END = re.compile(rf"{_LAZY}|{_UL}|{_OL}|#{{1,6}}[\t ]+.*\n|{_DL}|{_SPACE}> ?|{_SPACE}[~`]{{3,}}")
#: The characters with which a line that ends a paragraph can begin: a cheap test before PARAGRAPH_END.
MAY_END = frozenset(" \t\r\f\v\n{^<+*-0123456789#:>~`")
#: A start or end tag of a block element, as part of other patterns.
HTML_STOP = rf"{_CLOSE}|{_OPEN}"
#: The first line of a list item or a definition; group 1 is its marker with the blanks before it, group 2 the rest.
LIST = re.compile(f"{_UL}|{_OL}")
UL = re.compile(_UL)
OL = re.compile(_OL)
DL = re.compile(_DL)
#: A thematic break.
RULE = re.compile(rf"{_SPACE}([*_-])[ \t]*\1[ \t]*\1(?:\1|[ \t])*\n")
#: The indentation of an indented block, on each of its lines.
INDENT = re.compile(r"^(?:\t| {4})", re.MULTILINE)
#: The lines of an indented block, with the lines that continue it.
CODE = re.compile(
    rf"(?:(?:{_BLANK})?(?:(?:\t| {{4}})[ \t]*[^ \t\r\n\f\v].*\n)+"
    rf"(?:(?!{_ATTRIBUTE_LIST}|{_END}|{_SPACE}{_CLOSE}|{_SPACE}{_OPEN})[ \t]*[^ \t\r\n\f\v].*\n)*)*"
)
