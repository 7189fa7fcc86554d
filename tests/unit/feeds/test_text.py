"""Descriptions and titles, cut to the limits of podcast directories."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.feeds.text import plain_title, shortened
from longwave.model import Episode


def test_a_long_text_ends_with_a_sentence() -> None:
    """A description of more than 4,000 bytes is cut after the last whole sentence."""
    text = "This is a sentence. " * 300
    short = shortened(text)
    assert len(short.encode()) <= 4000
    assert short.endswith("sentence.")
    assert len(short) > 3900


def test_a_text_without_sentences_ends_with_a_word() -> None:
    """A long description without sentences is cut between words and gets an ellipsis."""
    short = shortened("words and " * 500)
    assert short.endswith((" words…", " and…"))


def test_a_text_without_spaces_keeps_its_length() -> None:
    """A long description in a script without spaces isn't cut at an early space."""
    short = shortened(f"播客 {'字' * 2000}")
    assert short.endswith("字…")
    assert len(short.encode()) > 3990


@given(st.text(), st.integers(min_value=4, max_value=50))
def test_no_text_is_too_long(text: str, limit: int) -> None:
    """A cut text has no more bytes than the limit, and no letter is cut in two."""
    assert len(shortened(text, limit).encode("utf-8", "replace")) <= max(limit, 3)


@pytest.mark.parametrize(
    ("title", "number", "plain"),
    [
        ("#12: Hello", 12, "Hello"),
        ("12. Hello", 12, "Hello"),
        ("Episode 012 – Hello", 12, "Hello"),
        ("Ep. 12 | Hello", 12, "Hello"),
        ("12: Hello", 13, "12: Hello"),
        ("12 Monkeys", 12, "12 Monkeys"),
        ("12:30 to Yuma", 12, "12:30 to Yuma"),
        ("1.5 Years Later", 1, "1.5 Years Later"),
        ("2-Factor Login", 2, "2-Factor Login"),
        ("#12:", 12, "#12:"),
        ("Hello", None, "Hello"),
    ],
)
def test_a_title_goes_without_its_number(title: str, number: int | None, plain: str) -> None:
    """The episode's own number is removed from the start of its title if a separator follows."""
    episode = Episode("a", "b", "c", title, datetime(2026, 1, 1, tzinfo=UTC), number=number)
    assert plain_title(episode) == plain
