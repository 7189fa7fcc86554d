"""What `flask check` looks for, beyond what every reading of the folder tells: one module for each kind of finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from longwave.authoring.checks.checked_content import Content
from longwave.authoring.checks.colliding_names import twin_names, twin_pages
from longwave.authoring.checks.encoding import garbled
from longwave.authoring.checks.image_problems import silent_pictures, unshown_pictures
from longwave.authoring.checks.ineffective_settings import idle_settings
from longwave.authoring.checks.internal_links import broken_links
from longwave.authoring.checks.leftovers import silent_episodes, unfinished, unused_files
from longwave.authoring.checks.near_duplicates import alike_guests, alike_tags
from longwave.authoring.checks.time_order import almost_moments, wrong_times
from longwave.authoring.checks.unknown_keys import unknown_keys
from longwave.errors import Problem

CHECKS: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    broken_links,
    wrong_times,
    almost_moments,
    alike_tags,
    alike_guests,
    silent_pictures,
    unshown_pictures,
    garbled,
    twin_names,
    twin_pages,
    unknown_keys,
    idle_settings,
    unfinished,
    unused_files,
    silent_episodes,
)


def findings(content: Content) -> tuple[Problem, ...]:
    """Everything that the checks find, each once, in the order of files and lines."""
    return tuple(sorted({problem for check in CHECKS for problem in check(content)}))
