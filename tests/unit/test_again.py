"""The memo of previous results."""

from __future__ import annotations

from longwave.edition.memo import Again


def test_the_same_is_made_once() -> None:
    """An item is reused while its inputs are unchanged, and made anew afterwards."""
    again = Again[list[int]]()
    first = again.make("a", (1, "x"), list)
    assert again.make("a", (1, "x"), list) is first
    assert again.make("b", (1, "x"), list) is not first
    other = again.make("a", (2, "x"), list)
    assert other is not first
    assert again.make("a", (1, "x"), list) is not first
