"""Where in which file something unknown stands, and what may have been meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from liquid.token import Token

from longwave.errors import Problem


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
    uses_addresses: bool = False

    def add(self, what: str, found: str, place: Token | int | None, known: Iterable[str] = ()) -> None:
        """Report that ``found`` isn't one of the ``known``; ``place`` is its token, or where it begins in the body."""
        self._add(what, found, place, next(iter(difflib.get_close_matches(found, list(known), 1, 0.7)), ""))

    def add_variable(self, found: str, place: Token | None) -> None:
        """Report a variable that doesn't exist. A parameter that an include wasn't given may be one it needn't have."""
        if found.startswith("include."):
            names = [f"include.{name}" for name in self.parameters]
            close = next(iter(difflib.get_close_matches(found, names, 1, 0.8)), "")
            if close:
                self._add("a variable", found, place, close)
            return
        self._add("a variable", found, place, self._meant(found))

    def _add(self, what: str, found: str, place: Token | int | None, meant: str) -> None:
        file, line = self.locate(place)
        hint = f"Did you mean `{meant}`?" if meant else "It renders as nothing."
        self.problems[Problem(file, line, f"{what} that exists", repr(found)[:80], hint, rule="liquid")] = None

    def _meant(self, found: str) -> str:
        """The variable that ``found`` may stand for: `guest.twitter` and `guest_twitter` are `page.guest_twitter`."""
        known = {_bare(name): name for name in [*_names("site", self.site), *_names("page", self.page)]}
        close = difflib.get_close_matches(_bare(found), list(known), 1, 0.75)
        return known[close[0]] if close else ""

    def locate(self, place: Token | int | None) -> tuple[str, int]:
        """The file and the line of a token: in the body, or in the include that it stands in."""
        if isinstance(place, Token) and place.start_index >= 0:
            line = place.source.count("\n", 0, place.start_index)
            if place.source == self.source:
                return self.file, self.first_line + line
            for name, source in self.includes.items():
                if place.source == source:
                    return f"content/includes/{name}", line + 1
        if isinstance(place, int):
            return self.file, self.first_line + self.source.count("\n", 0, place)
        return self.file, self.first_line

    def find(self, pattern: str) -> int:
        """Where ``pattern`` first stands in the body; 0 where it doesn't."""
        match = re.search(pattern, self.source)
        return match.start() if match else 0


def _names(above: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield f"{above}.{name}"
        if isinstance(value, Mapping):
            yield from (f"{above}.{name}.{inner}" for inner in value)


def _bare(name: str) -> str:
    return re.sub(r"\W+", "_", re.sub(r"\A(?:page|site)\.", "", name)).strip("_").lower()
