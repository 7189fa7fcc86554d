"""kramdown's attribute lists, such as `{: .class #id key="value" reference}`, parsed and applied to elements."""

from __future__ import annotations

import re

#: The key, in a parsed attribute list, of the names of the lists to which it refers; no attribute has this name.
REFERENCES = " "

#: The name of an attribute or of a list.
NAME = r"[A-Za-z0-9_][-A-Za-z0-9_]*"
#: The text inside the braces of an attribute list, limited in length, lest a file full of "{:" take quadratic time.
INSIDE = r"(?:\\\}|[^}]){1,400}"
#: An attribute list on a line of its own, for a block.
BLOCK = rf"\{{:(?![:/])({INSIDE})\}}\s*?\n"
_ID = r"#[A-Za-z][A-Za-z0-9_:-]*"
_CLASS = r"\.[^ \t\r\n\f\v.#]+"
_ENTRY = re.compile(
    rf"""(?:\A|(?<=\s))(?:({NAME})=(["'])((?:\\\}}|\\\2|(?!\2)[^}}])*?)\2|({NAME})|((?:{_ID}|{_CLASS})+))(?=\s|\Z)""",
    re.ASCII,
)
#: The most named lists that are applied to one element, so that long chains of references between lists stay cheap.
_MAX_LISTS = 50
_ID_OR_CLASS = re.compile(rf"({_ID})|({_CLASS})")


def read(text: str, into: dict[str, str]) -> None:
    """Add the attributes in ``text``, such as `.class key="value"`, to ``into``; other characters are skipped."""
    for key, quote, value, reference, marks in _ENTRY.findall(text):
        if reference:
            _append(into, REFERENCES, reference)
        elif key:
            into[key] = re.sub(rf"\\(\}}|{quote})", r"\1", value)
        for name, css in _ID_OR_CLASS.findall(marks):
            if css:
                _append(into, "class", css[1:])
            else:
                into["id"] = name[1:]


def merge(into: dict[str, str], other: dict[str, str]) -> None:
    """Merge the attributes ``other`` into ``into``: classes and references are appended, others are overwritten."""
    for key, value in other.items():
        if key in ("class", REFERENCES):
            _append(into, key, value)
        else:
            into[key] = value


def apply(
    attr: dict[str, str],
    given: dict[str, str] | None,
    lists: dict[str, dict[str, str]],
    applied: set[str] | None = None,
) -> None:
    """Merge the attribute list ``given`` into the attributes of an element, after the named lists that it refers to.

    ``applied`` collects the names of the lists applied so far, as each list is applied only once.
    """
    if not given:
        return
    applied = set() if applied is None else applied
    for name in given.get(REFERENCES, "").split():
        if name not in applied and len(applied) < _MAX_LISTS:
            applied.add(name)
            apply(attr, lists.get(name), lists, applied)
    merge(attr, {key: value for key, value in given.items() if key != REFERENCES})


def _append(into: dict[str, str], key: str, value: str) -> None:
    into[key] = f"{into[key]} {value}" if into.get(key) else value
