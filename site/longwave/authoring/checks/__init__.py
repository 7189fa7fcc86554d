"""What `flask check` looks for, beyond what every reading of the folder tells: one module for each kind of finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from longwave.authoring.checks.alike import alike_guests, alike_tags
from longwave.authoring.checks.alt import silent_pictures
from longwave.authoring.checks.content import Content
from longwave.authoring.checks.encoding import garbled
from longwave.authoring.checks.links import broken_links
from longwave.authoring.checks.times import wrong_times
from longwave.errors import Problem

CHECKS: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    broken_links,
    wrong_times,
    alike_tags,
    alike_guests,
    silent_pictures,
    garbled,
)


def findings(content: Content) -> tuple[Problem, ...]:
    """Everything that the checks find, each once, in the order of files and lines."""
    return tuple(sorted({problem for check in CHECKS for problem in check(content)}))
