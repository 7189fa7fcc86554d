"""The levels of the headings in show notes on the episode's page."""

from __future__ import annotations

import pytest

from longwave.web.presenters import nest_headings


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("262266", "232233"),
        ("123", "234"),
        ("3", "2"),
        ("4242", "2232"),
        ("246426", "234323"),
        ("123456", "234566"),
        ("", ""),
    ],
)
def test_headings_have_no_gaps(written: str, given: str) -> None:
    """Headings of notes get levels without gaps, one below their parent's, and end tags that agree."""
    text = "".join(f'<h{level} id="x{level}">a</h{level}>\n' for level in written)
    marks = nest_headings(text).split("\n")[:-1]
    assert [mark[2] for mark in marks] == list(given)
    assert [mark[-2] for mark in marks] == list(given)


def test_only_headings_change() -> None:
    """Elements with similar names, such as <header> and <hr>, aren't taken for headings."""
    text = "<header><hr></header><p>h6</p><code>&lt;h6&gt;</code>"
    assert nest_headings(text) == text
