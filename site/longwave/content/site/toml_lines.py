"""The lines on which keys and items stand in a text in TOML, which tomllib doesn't tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from longwave.content.fields.salvage import Place

_TOKEN = re.compile(
    r"""
    (?P<skip>[\ \t\r]+|\#[^\n]*)
    | (?P<newline>\n)
    | (?P<string>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*')
    | (?P<mark>[\[\]{}=,.])
    | (?P<bare>[^\s\[\]{}=,.\#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


def toml_lines(text: str) -> Mapping[Place, int]:
    """Return the line, from 1, of each key, table and item in a text; an empty mapping for a text that isn't TOML.

    A place is the keys and indexes that lead to a value: ``("public", 2)``. The line of a table with several headings
    is that of the first.
    """
    try:
        tomllib.loads(text)
        scan = _Scan(text)
        scan.document()
    except (ValueError, RecursionError):
        return {}
    return scan.lines


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of a place, or else of the longest beginning of the place that has one; 1 without any."""
    return next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), 1)


class _Scan:
    """A scan of a text that is known to be valid TOML, token by token."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._tokens: list[tuple[str, str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            if match.lastgroup != "skip":
                self._tokens.append((match.lastgroup or "", match[0], line))
            line += match[0].count("\n")
        self._at = 0
        #: The number of tables so far in each array of tables.
        self._counts: dict[Place, int] = {}

    def document(self) -> None:
        """Record the line of each key and table in ``lines``."""
        table: Place = ()
        while self._at < len(self._tokens):
            if self._peek() == "\n":
                self._at += 1
            elif self._peek() == "[":
                table = self._heading()
            else:
                self._assignment(table)

    def _heading(self) -> Place:
        self._at += 1
        several = self._peek() == "["
        self._at += several
        line, (*above, last) = self._line(), self._key()
        place: Place = ()
        for part in above:
            place = self._latest((*place, part), line)
        place = (*place, last)
        if several:
            self._counts[place] = self._counts.get(place, 0) + 1
        self._at += 1 + several
        return self._latest(place, line)

    def _latest(self, place: Place, line: int) -> Place:
        """Record the line of a heading such as `[a.b]`; return its path, in an array of tables the last one's."""
        self.lines.setdefault(place, line)
        if place in self._counts:
            place = (*place, self._counts[place] - 1)
            self.lines.setdefault(place, line)
        return place

    def _assignment(self, table: Place) -> None:
        place, line = table, self._line()
        for part in self._key():
            place = (*place, part)
            self.lines.setdefault(place, line)
        self._at += 1
        self._value(place)

    def _key(self) -> list[str]:
        parts = []
        while True:
            kind, text, _ = self._tokens[self._at]
            parts.append(str(tomllib.loads(f"key = {text}")["key"]) if kind == "string" else text)
            self._at += 1
            if self._peek() != ".":
                return parts
            self._at += 1

    def _value(self, place: Place) -> None:
        opening = self._peek()
        if opening not in ("[", "{"):
            while self._peek() not in ("\n", ",", "]", "}", ""):
                self._at += 1
            return
        self._at += 1
        index = 0
        while (token := self._peek()) not in ("]", "}"):
            if token in ("\n", ","):
                self._at += 1
            elif opening == "{":
                self._assignment(place)
            else:
                self.lines[*place, index] = self._line()
                self._value((*place, index))
                index += 1
        self._at += 1

    def _peek(self) -> str:
        """Return the next token, not yet read: punctuation or a line feed as is, ``""`` at the end, else ``"text"``."""
        kind, text, _ = self._tokens[self._at] if self._at < len(self._tokens) else ("mark", "", 0)
        return text if kind in ("mark", "newline") else "text"

    def _line(self) -> int:
        return self._tokens[self._at][2]
