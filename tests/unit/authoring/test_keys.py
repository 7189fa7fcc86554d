"""Misspelt keys of front matter."""

from __future__ import annotations

import pytest

from longwave.authoring.checks.unknown_keys import meant_by
from longwave.content.episodes.episode_file import EPISODE_KEYS
from longwave.content.episodes.people import GUEST_KEYS
from longwave.content.site.site_toml import SHOW_KEYS, SITE_KEYS

FRONT = EPISODE_KEYS | GUEST_KEYS


@pytest.mark.parametrize(
    ("key", "known", "meant"),
    [
        ("descripton", FRONT, "description"),
        ("Description", FRONT, "description"),
        ("guset_title", FRONT, "guest_title"),
        ("mp3-duration", FRONT, "mp3_duration"),
        ("transcripts", FRONT, "transcript"),
        ("chapter", FRONT, "chapters"),
        ("navigaton", SITE_KEYS, "navigation"),
        ("Title", SHOW_KEYS, "title"),
        ("catagories", SHOW_KEYS, "categories"),
    ],
)
def test_a_slip_is_seen(key: str, known: frozenset[str], meant: str) -> None:
    """Another case, a dash, or one or two wrong letters of a longer key lead to the key that was meant."""
    assert meant_by(key, known) == meant


@pytest.mark.parametrize(
    "key",
    ["layout", "Layout", "permalink", "categories", "data", "image2", "mood", "sponsor", "host", "title", "links"],
)
def test_keys_of_ones_own_are_left_alone(key: str) -> None:
    """Jekyll's keys, known keys, short ones and numbered ones aren't reported."""
    assert meant_by(key, FRONT) == ""
