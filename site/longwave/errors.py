"""The errors that users read: a place, what was expected there, what was found, and a hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]
#: The ``rule`` of differences between two feeds, and the beginning of that of each broken rule for feeds.
FEED_DIFF, FEED_RULE = "against", "feed/"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a file of the site's folder, or in a feed.

    ``file`` is relative to the site's folder and written with ``/``; in a feed it is the broken rule or the episode's
    title. ``line`` counts from 1, and is 0 for the whole file. ``expected`` may be empty where ``found`` says it all.
    ``longwave check`` prints a ``warning`` like an error, but doesn't exit with 1 for it. ``rule`` is the kind of the
    problem in one word, by which scripts select.
    """

    file: str
    line: int
    expected: str
    found: str
    hint: str = ""
    level: Level = "error"
    rule: str = "content"

    def __str__(self) -> str:
        """`file:line: expected …, found …. Hint.` on one line, whatever the parts hold."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        note = "warning: " if self.level == "warning" else ""
        return " ".join(f"{place}: {note}{self.text}".split())

    @property
    def text(self) -> str:
        """The problem without its place and level, on one line: `expected …, found …. Hint.`"""
        expected = f"expected {self.expected}, found " if self.expected else ""
        return " ".join(f"{expected}{self.found}. {self.hint}".split())

    @property
    def is_in_feed(self) -> bool:
        """Whether ``file`` names a rule or an episode of a feed instead of a file."""
        return self.rule == FEED_DIFF or self.rule.startswith(FEED_RULE)


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
