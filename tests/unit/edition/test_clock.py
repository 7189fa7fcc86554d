"""Detection of jumps of the system clock, by comparison with a monotonic one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from longwave.edition.past.clock import Clock


class _Steady:
    """A fake monotonic clock; a test sets ``late``, the seconds by which it lags behind the system clock."""

    def __init__(self) -> None:
        self.late = 0.0

    def __call__(self) -> float:
        return time.time() - self.late


def test_a_jump_lasts_until_it_is_taken_back() -> None:
    """A jump of the system clock is reported once, and remains the clock's `jump` until it is set back."""
    steady = _Steady()
    clock = Clock(None, steady)
    assert (clock.look(), clock.jump) == (None, None)
    steady.late = 7200
    jump = clock.look()
    assert jump is not None
    assert (round(jump.seconds), clock.jump) == (7200, jump)
    assert str(jump).startswith("The clock was set ahead by 7,200 seconds, to ")
    assert (clock.look(), clock.jump) == (None, jump)
    steady.late = 0
    back = clock.look()
    assert back is not None
    assert round(back.seconds) == -7200
    assert clock.jump is None


def test_some_seconds_are_nobody_s_business() -> None:
    """Jumps of the system clock by a few seconds aren't reported, as clocks are corrected all the time."""
    steady = _Steady()
    clock = Clock(datetime.now(UTC) + timedelta(seconds=30), steady)
    for late in (30.0, 0.0, -30.0):
        steady.late = late
        assert (clock.look(), clock.jump) == (None, None)


def test_a_clock_that_starts_behind_is_right_once_it_is_past_the_last_edition() -> None:
    """A clock that starts before the last edition's date is reported as late until it has passed that date."""
    steady = _Steady()
    clock = Clock(datetime.now(UTC) + timedelta(hours=1), steady)
    assert clock.jump is not None
    assert -3600 <= clock.jump.seconds < -3500
    steady.late = 600
    assert clock.look() is not None
    assert clock.jump is not None
    clock = Clock(datetime.now(UTC) + timedelta(seconds=100), steady)
    clock._last = datetime.now(UTC) - timedelta(hours=1)
    steady.late = 8000
    assert clock.look() is not None
    assert clock.jump is None
