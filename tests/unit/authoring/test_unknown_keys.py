"""Misspelt keys of front matter."""

from __future__ import annotations

import pytest

from longwave.authoring.checks.unknown_keys import intended_key
from longwave.content.episodes.appearances import APPEARANCE_KEYS
from longwave.content.episodes.front_matter import EPISODE_KEYS
from longwave.content.site.site_keys import SHOW_KEYS, SITE_KEYS

FRONT = EPISODE_KEYS | APPEARANCE_KEYS


@pytest.mark.parametrize(
    ("key", "known", "meant"),
    [
        ("descripton", FRONT, "description"),
        ("Description", FRONT, "description"),
        ("guset_title", FRONT, "guest_title"),
        ("mp3-duration", FRONT, "mp3_duration"),
        ("transcripts", FRONT, "transcript"),
        ("chapter", FRONT, "chapters"),
        ("guest_\N{SUPERSCRIPT TWO}", FRONT, "guest_2"),
        ("guest_\N{SUPERSCRIPT TWO}_title", FRONT, "guest_2_title"),
        ("Guest_2_Title", FRONT, "guest_2_title"),
        ("guest_2_titel", FRONT, "guest_title"),
        ("navigaton", SITE_KEYS, "navigation"),
        ("Title", SHOW_KEYS, "title"),
        ("catagories", SHOW_KEYS, "categories"),
    ],
)
def test_a_slip_is_seen(key: str, known: frozenset[str], meant: str) -> None:
    """Another case, a dash, another form of a digit, or one or two wrong letters of a longer key lead to the key that was meant."""
    assert intended_key(key, known) == meant


@pytest.mark.parametrize(
    "key",
    [
        "layout",
        "Layout",
        "permalink",
        "categories",
        "data",
        "image2",
        "mood",
        "sponsor",
        "host",
        "title",
        "links",
        "guest_2",
        "guest_2_title",
    ],
)
def test_keys_of_ones_own_are_left_alone(key: str) -> None:
    """Jekyll's keys, known keys, short ones and numbered ones aren't reported."""
    assert intended_key(key, FRONT) == ""
