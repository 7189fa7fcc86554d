"""All checks, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from longwave.authoring.checks import alike, encoding, links, times
from longwave.authoring.checks.content import Content
from longwave.errors import Problem

CHECKS: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    links.broken,
    times.misplaced,
    alike.tags,
    alike.guests,
    encoding.misread,
)


def findings(content: Content) -> tuple[Problem, ...]:
    """Everything that the checks find, each once, in the order of files and lines."""
    return tuple(sorted({problem for check in CHECKS for problem in check(content)}))
