"""Dates as podcasters write them."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.fields.times import parse_date

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-11-18", datetime(2019, 11, 18, tzinfo=BERLIN)),
        ("2019-11-18 12:00:00 -0500", datetime(2019, 11, 18, 12, tzinfo=timezone(timedelta(hours=-5)))),
        ("2019-11-18T12:00:00Z", datetime(2019, 11, 18, 12, tzinfo=UTC)),
        ("2019-11-18 12:00", datetime(2019, 11, 18, 12, tzinfo=BERLIN)),
        (
            "2019-11-18T12:00:00.123+05:30",
            datetime(2019, 11, 18, 12, 0, 0, 123000, timezone(timedelta(hours=5.5))),
        ),
    ],
)
def test_every_common_spelling_is_an_instant(text: str, expected: datetime) -> None:
    """A date and time without an offset is read in the site's zone, and a day without a time as its midnight there."""
    assert parse_date(text, BERLIN) == expected


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2019-13-01", "2019-02-30", "18.11.2019", "0001-01-01", "2019-11-18 25:00"]
)
def test_anything_else_is_refused(text: str) -> None:
    """A value that is no date raises ValueError."""
    with pytest.raises(ValueError, match=r".*"):
        parse_date(text, UTC)


@given(st.text())
def test_no_text_raises_anything_else(text: str) -> None:
    """Any text is read as a date or raises ValueError."""
    with contextlib.suppress(ValueError):
        parse_date(text, UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        # In the tests' zone the hour from 2 to 3 occurs twice on the day when summer time ends, and not on the day it
        # begins.
        ("2026-10-25 01:59:59", "2026-10-24 23:59:59"),
        ("2026-10-25 02:00", "2026-10-25 00:00:00"),
        ("2026-10-25 02:59:59", "2026-10-25 00:59:59"),
        ("2026-10-25 02:30 +0100", "2026-10-25 01:30:00"),
        ("2026-10-25 03:00", "2026-10-25 02:00:00"),
        ("2026-03-29 01:59:59", "2026-03-29 00:59:59"),
        ("2026-03-29 02:00", "2026-03-29 01:00:00"),
        ("2026-03-29 02:30", "2026-03-29 01:30:00"),
        ("2026-03-29 03:00", "2026-03-29 01:00:00"),
    ],
)
def test_where_clocks_change_a_time_is_the_first_that_it_may_mean(text: str, instant: str) -> None:
    """When clocks change, a time that occurs twice means the first without an offset; a skipped one an hour later."""
    meant = parse_date(text, BERLIN)
    # The times are converted to UTC, as Python compares two times of one zone by local time.
    assert meant.astimezone(UTC) == datetime.fromisoformat(f"{instant}+00:00")
    assert datetime.fromisoformat(meant.isoformat()).astimezone(UTC) == meant.astimezone(UTC)
