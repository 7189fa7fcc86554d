"""What a user is told when something is wrong: where, what was expected, what was found, and a hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with one file of the site's folder.

    ``file`` is relative to the site's folder and written with ``/``; ``line`` counts from 1, and is 0 where the file as
    a whole is meant. A ``warning`` is printed by ``flask check`` like an error, but does not make it exit with 1.
    ``rule`` is the kind of the problem in one word, by which scripts may choose.
    """

    file: str
    line: int
    expected: str
    found: str
    hint: str = ""
    level: Literal["error", "warning"] = "error"
    rule: str = "content"

    def __str__(self) -> str:
        """`file:line: expected …, found …. Hint.` on one line, whatever the parts hold."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        note = "warning: " if self.level == "warning" else ""
        text = f"{place}: {note}expected {self.expected}, found {self.found}."
        return " ".join(f"{text} {self.hint}".split())


class ContentError(Exception):
    """A file that can't be used. Raised by every parser in ``longwave.content``; costs only that file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class LongwaveError(Exception):
    """A mistake that a user can mend: the commands print it as one line and exit with 1."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())


class MistakeError(LongwaveError):
    """A mistake of Longwave's own, told like a user's; ``__cause__`` is what was raised."""
