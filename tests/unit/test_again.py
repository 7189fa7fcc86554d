"""What a build takes over from the one before."""

from __future__ import annotations

from longwave.memo import Again


def test_the_same_is_made_once() -> None:
    """As long as a thing would be made of the same, it is the very one that was made; then it is made anew."""
    again = Again[list[int]]()
    first = again.make("a", (1, "x"), list)
    assert again.make("a", (1, "x"), list) is first
    assert again.make("b", (1, "x"), list) is not first
    other = again.make("a", (2, "x"), list)
    assert other is not first
    assert again.make("a", (1, "x"), list) is not first
