"""Misspelt keys of front matter."""

from __future__ import annotations

import pytest

from longwave.content.episodes.appearances import APPEARANCE_KEYS
from longwave.content.episodes.front_matter import EPISODE_KEYS
from longwave.content.fields.misspelt_keys import holding_slips, intended_key
from longwave.content.site.site_keys import SHOW_KEYS, SITE_KEYS

FRONT = EPISODE_KEYS | APPEARANCE_KEYS


@pytest.mark.parametrize(
    ("key", "known", "meant"),
    [
        ("descripton", FRONT, "description"),
        ("Description", FRONT, "description"),
        ("guset_title", FRONT, "guest_title"),
        ("mp3-duration", FRONT, "mp3_duration"),
        ("transcrpts", FRONT, "transcripts"),
        ("chapter", FRONT, "chapters"),
        ("guest_\N{SUPERSCRIPT TWO}", FRONT, "guest_2"),
        ("guest_\N{SUPERSCRIPT TWO}_title", FRONT, "guest_2_title"),
        ("Guest_2_Title", FRONT, "guest_2_title"),
        ("guest_2_titel", FRONT, "guest_title"),
        ("navigaton", SITE_KEYS, "navigation"),
        ("Title", SHOW_KEYS, "title"),
        ("catagories", SHOW_KEYS, "categories"),
        ("dat", FRONT, "date"),
        ("slgu", FRONT, "slug"),
        ("tgas", FRONT, "tags"),
        ("ulr", SITE_KEYS, "url"),
        ("Draft", FRONT, "draft"),
        ("publised", FRONT, "published"),
    ],
)
def test_a_slip_is_seen(key: str, known: frozenset[str], meant: str) -> None:
    """A key with wrong case, a dash, a ² for a 2, a missing plural s, or a typo or two suggests the right key."""
    assert intended_key(key, known) == meant


OWN_WORDS = "layout Layout permalink categories data image2 mood sponsor host title links uuid uid plug gate late size role guide guest_2 guest_2_title"


@pytest.mark.parametrize("key", [*OWN_WORDS.split(), "publisher"])
def test_keys_of_ones_own_are_left_alone(key: str) -> None:
    """Jekyll's keys, known keys, short or numbered keys that merely resemble a known one aren't reported."""
    assert intended_key(key, FRONT) == ""


@pytest.mark.parametrize("value", [True, "yes", "true", "True", "on", "1", 1, "y", "T"])
@pytest.mark.parametrize("key", ["Draft", "DRAFT", "drafts", "darft", " draft"])
def test_a_misspelt_draft_holds_by_every_value_that_the_key_knows(key: str, value: object) -> None:
    """An episode with a misspelt `draft` key isn't published if the value is any spelling of true."""
    assert holding_slips({"title": "A", key: value}) == (key,)


@pytest.mark.parametrize("value", [False, "no", "false", "off", "0", 0, "n"])
@pytest.mark.parametrize("key", ["Published", "publised", "PUBLISHED", "publish"])
def test_a_misspelt_published_holds_by_every_spelling_of_false(key: str, value: object) -> None:
    """An episode with a misspelt `published` key isn't published if the value is any spelling of false."""
    assert holding_slips({key: value}) == (key,)


@pytest.mark.parametrize(
    "meta",
    [
        {"Draft": "no"},
        {"drafts": "two of them"},
        {"drafts": ["yes"]},
        {"Published": "yes"},
        {"unpublished": False},
        {"publisher": "no"},
        {"draft": True},
    ],
)
def test_other_values_and_keys_hold_nothing(meta: dict[str, object]) -> None:
    """A misspelt key whose value would publish, the real key, and the owner's own keys don't prevent publication."""
    assert holding_slips(meta) == ()


def test_unpublished_means_its_opposite() -> None:
    """``unpublished: true`` prevents publication, although the key differs from ``published`` by two letters only."""
    assert holding_slips({"unpublished": "yes"}) == ("unpublished",)
