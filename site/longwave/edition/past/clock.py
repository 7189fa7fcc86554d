"""Detection of jumps of the machine's clock, by comparison with a monotonic clock and the time of the last edition."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from longwave.errors import Problem

#: The seconds by which two clocks may differ before the difference counts as a jump.
TOLERANCE = 60
#: A clock that nobody can set; on Linux, it also runs while the machine sleeps.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class Jump:
    """A sudden change of the machine's clock by ``seconds`` (negative if it was set back), noticed at time ``at``."""

    seconds: float
    at: datetime

    def __str__(self) -> str:
        """Return a sentence about the clock's jump and its consequence for the site."""
        way, then = ("back", "is out stays out") if self.seconds < 0 else ("ahead", "is dated up to then comes out")
        by = f"{way} by {abs(round(self.seconds)):,} seconds, to {self.at:%Y-%m-%d %H:%M:%S} UTC"
        return f"The clock was set {by}. What {then}."


class Clock:
    """A watch over the machine's clock. ``jump`` is its last jump, or None once another jump has undone that one."""

    def __init__(self, last: datetime | None, steady: Callable[[], float] | None = None) -> None:
        """Compare the clock with ``last``, the time of the last edition; ``steady`` is a clock that is never set."""
        self._steady = steady or (lambda: time.clock_gettime(_STEADY))
        self._last, self._offset = last, time.time() - self._steady()
        behind = last.timestamp() - time.time() if last else 0
        self.jump = Jump(-behind, datetime.now(UTC)) if behind > TOLERANCE else None

    def look(self) -> Jump | None:
        """Return the clock's jump since the previous call, or None if nobody has set the clock."""
        offset = time.time() - self._steady()
        moved, self._offset = offset - self._offset, offset
        if abs(moved) < TOLERANCE:
            return None
        jump, earlier = Jump(moved, datetime.now(UTC)), self.jump
        self.jump = None if earlier is not None and self._undoes(moved, earlier) else jump
        return jump

    def _undoes(self, moved: float, earlier: Jump) -> bool:
        # If the clock was behind the last edition's time at the start, the exact size of its jump is unknown, so the
        # jump also counts as undone once the clock has reached that time.
        caught_up = self._last is not None and self._last.timestamp() - time.time() < TOLERANCE
        return abs(earlier.seconds + moved) < TOLERANCE or (earlier.seconds < 0 < moved and caught_up)


def clock_problem(made: datetime | None, now: datetime) -> Problem | None:
    """Return a warning if ``now`` is before the time at which the last edition was ``made``, else None."""
    if made is None or (made - now).total_seconds() < TOLERANCE:
        return None
    expected = f"a clock that is past {made:%Y-%m-%d %H:%M:%S} UTC, when the site was published last"
    hint = "Is the clock right? What is out stays out; `longwave reindex` takes the clock for right from then on."
    return Problem("instance/published.sqlite", 0, expected, f"{now:%Y-%m-%d %H:%M:%S}", hint, "warning", "clock")
