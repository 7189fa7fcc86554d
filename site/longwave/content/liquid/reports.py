"""Where in which file something unknown stands, and what may have been meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from liquid.token import Token

from longwave.errors import Problem


@dataclass(slots=True)
class Reports:
    """Collects what a body names that doesn't exist. ``source`` is the body, from ``first_line`` of ``file``."""

    file: str
    source: str
    first_line: int
    includes: Mapping[str, str]
    problems: dict[Problem, None] = field(default_factory=dict)
    uses_addresses: bool = False
    #: What a body may name: ``page.title`` and so on.
    variables: tuple[str, ...] = ()

    def add(self, what: str, found: str, place: Token | int | None, known: Iterable[str] = ()) -> None:
        """Report that ``found`` isn't one of the ``known``; ``place`` is its token, or where it begins in the body."""
        file, line = self.locate(place)
        close = difflib.get_close_matches(found, list(known), 1, 0.7)
        hint = f"Did you mean {close[0]}?" if close else "It renders as nothing."
        self.problems[Problem(file, line, f"{what} that exists", repr(found)[:80], hint)] = None

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
