"""The dates at which feeds last changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from longwave.feeds.feed_digests import Change, dated

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_date_moves_with_the_digest_only() -> None:
    """A feed with an unchanged digest keeps its date, a changed one gets the current time in whole seconds."""
    stored = {"/a/feed": Change("1", NOON), "/b/feed": Change("1", NOON)}
    later = NOON + timedelta(hours=1, microseconds=7)
    changes = dated({"/a/feed": "1", "/b/feed": "2", "/c/feed": "3"}, stored, later)
    hour = NOON + timedelta(hours=1)
    assert changes == {"/a/feed": Change("1", NOON), "/b/feed": Change("2", hour), "/c/feed": Change("3", hour)}


def test_two_changes_in_one_second_have_two_dates() -> None:
    """A feed's second change within a second, or after the clock went back, still advances its date."""
    changes = dated({"/a/feed": "2"}, {"/a/feed": Change("1", NOON)}, NOON)
    assert changes["/a/feed"].since == NOON + timedelta(seconds=1)
