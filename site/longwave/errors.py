"""The errors that users read: a place, what was expected there, what was found, and a hint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]
#: The prefixes of ``Problem.rule`` for a difference between two feeds, and for every other problem in a feed.
FEED_DIFF, FEED_RULE = "against", "feed/"
#: The ``Problem.rule`` of the files of audio that an old site served and that are still to be copied.
AWAITED = "awaited"


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
        """Return `file:line: expected …, found …. Hint.` on one line, whatever characters the parts contain."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        note = "warning: " if self.level == "warning" else ""
        return " ".join(f"{place}: {note}{self.text}".split())

    @property
    def text(self) -> str:
        """Return the problem on one line without its place and level: `expected …, found …. Hint.`"""
        expected = f"expected {self.expected}, found " if self.expected else ""
        return " ".join(f"{expected}{self.found}. {self.hint}".split())

    @property
    def is_in_feed(self) -> bool:
        """Return whether ``file`` names a rule or an episode of a feed instead of a file."""
        return self.rule.startswith((FEED_DIFF, FEED_RULE))


class ContentError(Exception):
    """An error in one file of the content, which makes only that file unusable. Every parser of content raises it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class LongwaveError(Exception):
    """An error that the user can correct: the commands print its message as one line and exit with 1."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())


class MistakeError(LongwaveError):
    """An error in Longwave itself, reported like a user's; ``__cause__`` is the original exception."""
