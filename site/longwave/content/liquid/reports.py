"""Where in which file something unknown stands, and what may have been meant."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from liquid.exceptions import LiquidError
from liquid.token import Token

from longwave.content.liquid.lexing import UnreadableError
from longwave.errors import Problem

#: What may have been meant is looked for only this often in one body: it takes a millisecond.
_MOST_HINTS = 100


@dataclass(slots=True)
class Reports:
    """Collects what a body names that doesn't exist. ``source`` is the body, from ``first_line`` of ``file``."""

    file: str
    source: str
    first_line: int
    includes: Mapping[str, str]
    #: What ``page.*`` and ``site.*`` are.
    page: Mapping[str, Any] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    #: The parameters that the include has which is being rendered.
    parameters: Iterable[str] = ()
    problems: dict[Problem, None] = field(default_factory=dict)
    #: Where in the body, or in an include, a text stands that is Liquid by itself: a parameter, a file's name.
    origins: dict[str, Token] = field(default_factory=dict)
    #: Where the lines of a source end.
    breaks: dict[str, list[int]] = field(default_factory=dict)
    #: What may have been meant, by what was found.
    hints: dict[str, str] = field(default_factory=dict)
    uses_addresses: bool = False

    def add(self, what: str, found: str, place: Token | None, known: Iterable[str] = ()) -> None:
        """Report that ``found`` isn't one of the ``known``; ``place`` is its token."""
        self._add(what, found, place, self._close(found, {name: name for name in known}, 0.7))

    def add_variable(self, found: str, place: Token | None) -> None:
        """Report a variable that doesn't exist. A parameter that an include wasn't given may be one it needn't have."""
        if found.startswith("include."):
            names = {f"include.{name}": f"include.{name}" for name in self.parameters}
            close = "" if found in names else self._close(found, names, 0.8)
            if close:
                self._add("a variable", found, place, close)
            return
        self._add("a variable", found, place, self._meant(found))

    def _add(self, what: str, found: str, place: Token | None, meant: str) -> None:
        file, line = self.locate(place)
        hint = f"Did you mean `{meant}`?" if meant else "It renders as nothing."
        self.problems[Problem(file, line, f"{what} that exists", repr(found)[:80], hint, rule="liquid")] = None

    def _meant(self, found: str) -> str:
        """The variable that ``found`` may stand for: `guest.twitter` and `guest_twitter` are `page.guest_twitter`."""
        known = {_bare(name): name for name in [*_names("site", self.site), *_names("page", self.page)]}
        return self._close(_bare(found), known, 0.75)

    def _close(self, found: str, known: Mapping[str, str], likeness: float) -> str:
        if found not in self.hints and len(self.hints) < _MOST_HINTS:
            close = difflib.get_close_matches(found, list(known), 1, likeness)
            self.hints[found] = known[close[0]] if close else ""
        return self.hints.get(found, "")

    def add_error(self, error: LiquidError) -> None:
        """Report what the library, or the lexer, couldn't read."""
        self.problems[self.told(error)] = None

    def told(self, error: LiquidError) -> Problem:
        """What the library, or the lexer, couldn't read, as a problem at its place."""
        file, line = self.locate(error.token)
        if isinstance(error, UnreadableError):
            return Problem(file, line, error.expected, error.found, rule="liquid")
        return Problem(file, line, "Liquid", str(error.message)[:120], "It renders as nothing.", rule="liquid")

    def locate(self, place: Token | None) -> tuple[str, int]:
        """The file and the line of a token: in the body, or in the include that it stands in."""
        while place and place.source != self.source and place.source in self.origins:
            place = self.origins[place.source]
        if place and place.start_index >= 0:
            line = self._line(place)
            if place.source == self.source:
                return self.file, self.first_line + line
            for name, source in self.includes.items():
                if place.source == source:
                    return f"content/includes/{name}", line + 1
        return self.file, self.first_line

    def _line(self, place: Token) -> int:
        if place.source not in self.breaks:
            self.breaks[place.source] = [match.start() for match in re.finditer("\n", place.source)]
        return bisect_left(self.breaks[place.source], place.start_index)


def _names(above: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield f"{above}.{name}"
        if isinstance(value, Mapping):
            yield from (f"{above}.{name}.{inner}" for inner in value)


def _bare(name: str) -> str:
    return re.sub(r"\W+", "_", re.sub(r"\A(?:page|site)\.", "", name)).strip("_").lower()
