"""Timestamps at the start of list items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.fields.times import format_seconds, parse_seconds
from longwave.content.fields.timestamp_text import split_moment

DASHES = ("-", "--", "---", "‐", "‑", "‒", "–", "—", "―", "−")


@pytest.mark.parametrize(
    ("item", "seconds", "rest"),
    [
        ("1:21 -- A small team", 81, "A small team"),
        ("01:21 - A small team", 81, "A small team"),
        ("58:05 – The end -- nearly – over", 3485, "The end -- nearly – over"),
        ("1:02:33 — An hour in", 3753, "An hour in"),
        ("75:10 -- A long one", 4510, "A long one"),
        ("0:00 --Intro", 0, "Intro"),
        ("[4:52] - In brackets", 292, "In brackets"),
        ("4:52\u00a0–\u00a0With no-break spaces", 292, "With no-break spaces"),
    ],
)
def test_a_time_and_a_dash_make_a_moment(item, seconds, rest):
    """A list item that begins with a time and a dash has a timestamp in seconds, and the rest is its text."""
    assert split_moment(item) == (seconds, rest)


@pytest.mark.parametrize(
    "item",
    [
        "",
        "1:21",
        "1:21 --",
        "1:21A team",
        "1:75 -- a",
        "1:75:10 -- a",
        "at 1:21 -- a",
        "1:2 -- a",
        "1: 21 -- a",
        "12 -- a",
    ],
)
def test_other_items_are_no_moments(item):
    """A list item without a time, a space or mark behind it, a text or valid seconds has no timestamp."""
    assert split_moment(item) is None


RESTS = st.text(min_size=1).filter(lambda text: not text[0].isspace() and not text.startswith("-"))


@given(seconds=st.integers(0, 10 * 3600), dash=st.sampled_from(DASHES), rest=RESTS)
def test_every_time_with_every_dash_is_read_back(seconds, dash, rest):
    """A formatted time before any kind of dash is read back as its seconds, with all of the text."""
    assert split_moment(f"{format_seconds(seconds)} {dash} {rest}") == (seconds, rest)


@given(st.text())
def test_no_text_is_too_strange(text):
    """No text makes the readers of timestamps and of durations raise an error."""
    split_moment(text)
    parse_seconds(text)


@given(st.integers(0, 999 * 3600))
def test_a_clock_is_read_back(seconds):
    """Seconds that are formatted as h:mm:ss are read back as the same duration."""
    assert parse_seconds(format_seconds(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("58:05", 3485), ("1:02:33", 3753), ("3485", 3485), ("12.9", 12), ("1:00.500", 60), ("x", None)],
)
def test_durations_are_whole_seconds(text, seconds):
    """A duration is read from h:mm:ss or seconds, truncated to whole ones; anything else gives None."""
    assert parse_seconds(text) == seconds
