"""The checks that `longwave check` makes after reading the content: modules of checks, and the table ``CHECKS``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from longwave.authoring.checks.checked_content import Content
from longwave.authoring.checks.colliding_names import colliding_names, duplicate_pages
from longwave.authoring.checks.encoding import garbled_texts
from longwave.authoring.checks.image_problems import missing_alt_texts, unreadable_images
from longwave.authoring.checks.ineffective_settings import ineffective_settings
from longwave.authoring.checks.internal_links import broken_links
from longwave.authoring.checks.late_broadcasts import unannounced_broadcasts
from longwave.authoring.checks.leftovers import (
    empty_descriptions,
    silent_episodes,
    silent_shows,
    unfinished_episodes,
    unused_files,
)
from longwave.authoring.checks.near_duplicates import similar_guests, similar_tags
from longwave.authoring.checks.second_players import second_players
from longwave.authoring.checks.time_order import misread_timestamps, wrong_times
from longwave.authoring.checks.unknown_keys import unknown_keys
from longwave.errors import Problem

#: The functions of all checks, each of which yields the problems that it finds; only those listed here are run.
CHECKS: tuple[Callable[[Content], Iterator[Problem]], ...] = (
    broken_links,
    wrong_times,
    misread_timestamps,
    similar_tags,
    similar_guests,
    missing_alt_texts,
    unreadable_images,
    garbled_texts,
    colliding_names,
    duplicate_pages,
    unknown_keys,
    ineffective_settings,
    unfinished_episodes,
    empty_descriptions,
    unused_files,
    silent_episodes,
    silent_shows,
    unannounced_broadcasts,
    second_players,
)


def findings(content: Content) -> tuple[Problem, ...]:
    """Return the problems that all checks find, without duplicates, in the order of files and lines."""
    return tuple(sorted({problem for check in CHECKS for problem in check(content)}))
