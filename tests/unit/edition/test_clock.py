"""A clock that is set is noticed by one that only goes forward."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from longwave.edition.past.clock import Clock


class _Steady:
    """A clock that goes forward with the machine's, but for what it is told."""

    def __init__(self) -> None:
        self.late = 0.0

    def __call__(self) -> float:
        return time.time() - self.late


def test_a_jump_lasts_until_it_is_taken_back() -> None:
    """What is noticed is told once, and stays until the clock is what it was."""
    steady = _Steady()
    clock = Clock(None, steady)
    assert (clock.look(), clock.jump) == (None, None)
    steady.late = 7200
    found = clock.look()
    assert found is not None
    assert (round(found.seconds), clock.jump) == (7200, found)
    assert str(found).startswith("The clock was set ahead by 7,200 seconds, to ")
    assert (clock.look(), clock.jump) == (None, found)
    steady.late = 0
    back = clock.look()
    assert back is not None
    assert round(back.seconds) == -7200
    assert clock.jump is None


def test_some_seconds_are_nobody_s_business() -> None:
    """Clocks are corrected by seconds all the time."""
    steady = _Steady()
    clock = Clock(datetime.now(UTC) + timedelta(seconds=30), steady)
    for late in (30.0, 0.0, -30.0):
        steady.late = late
        assert (clock.look(), clock.jump) == (None, None)


def test_a_clock_that_starts_behind_is_right_once_it_is_past_the_last_edition() -> None:
    """By how much it was behind nobody knows, only by how much at least."""
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
