"""Attribute lists: `{: .class #id key="value" reference}`."""

from __future__ import annotations

import re

#: The key under which an attribute list keeps the names of the lists that it refers to; no attribute can be named so.
REFERENCES = " "

NAME = r"[A-Za-z0-9_][-A-Za-z0-9_]*"
# Ruby's has no bound; without one a file of "{:" would be read again from every line.
ANY = r"(?:\\\}|[^}]){1,400}"
BLOCK = rf"\{{:(?![:/])({ANY})\}}\s*?\n"
_ID = r"#[A-Za-z][A-Za-z0-9_:-]*"
_CLASS = r"\.[^ \t\r\n\f\v.#]+"
_ENTRY = re.compile(
    rf"""(?:\A|(?<=\s))(?:({NAME})=(["'])((?:\\\}}|\\\2|(?!\2)[^}}])*?)\2|({NAME})|((?:{_ID}|{_CLASS})+))(?=\s|\Z)""",
    re.ASCII,
)
#: An element may take so many lists by name.
_MOST_LISTS = 50
_ID_OR_CLASS = re.compile(rf"({_ID})|({_CLASS})")


def read(text: str, into: dict[str, str]) -> None:
    """Add what ``text``, the inside of the braces, says to an attribute list. What makes no sense is left out."""
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
    """Add one attribute list to another: classes and references add up, of all else the later counts."""
    for key, value in other.items():
        if key in ("class", REFERENCES):
            _append(into, key, value)
        else:
            into[key] = value


def apply(
    attr: dict[str, str], given: dict[str, str] | None, lists: dict[str, dict[str, str]], seen: set[str] | None = None
) -> None:
    """Give an element the attributes of a list, those that it refers to by name first, each of them once."""
    if not given:
        return
    seen = set() if seen is None else seen
    for name in given.get(REFERENCES, "").split():
        if name not in seen and len(seen) < _MOST_LISTS:
            seen.add(name)
            apply(attr, lists.get(name), lists, seen)
    merge(attr, {key: value for key, value in given.items() if key != REFERENCES})


def _append(into: dict[str, str], key: str, value: str) -> None:
    into[key] = f"{into[key]} {value}" if into.get(key) else value
