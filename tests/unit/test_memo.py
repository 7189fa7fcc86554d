"""Memos, and caches of only one value."""

from __future__ import annotations

from longwave.memo import Latest, Memo


def test_a_result_is_made_once_for_the_same_inputs() -> None:
    """A memo returns the very same object while the inputs are unchanged, and a new one as soon as they differ."""
    memo = Memo[list[int]]()
    first = memo.get("a", (1, "x"), list)
    assert memo.get("a", (1, "x"), list) is first
    assert memo.get("b", (1, "x"), list) is not first
    other = memo.get("a", (2, "x"), list)
    assert other is not first
    assert memo.get("a", (1, "x"), list) is not first


def test_only_the_latest_value_stays() -> None:
    """A cache of one value returns the latest value, and only for the stamp (a key) with which it was stored."""
    latest = Latest[str]()
    assert latest.get("1") is None
    latest.put("1", "one")
    assert latest.get("1") == "one"
    latest.put("2", "two")
    assert (latest.get("1"), latest.get("2")) == (None, "two")
