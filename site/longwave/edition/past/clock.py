"""Whether somebody sets the machine's clock: told by one that only goes forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

#: Seconds by which clocks may differ before anybody is told.
APART = 60
#: On Linux the one that goes on while the machine sleeps.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class Jump:
    """By how many ``seconds`` the clock was set, and what it said then; below 0 it was set back."""

    seconds: float
    at: datetime

    def __str__(self) -> str:
        """Return it in words, with what follows from it."""
        way, then = ("back", "is out stays out") if self.seconds < 0 else ("ahead", "is dated up to then comes out")
        by = f"{way} by {abs(round(self.seconds)):,} seconds, to {self.at:%Y-%m-%d %H:%M:%S} UTC"
        return f"The clock was set {by}. What {then}."


class Clock:
    """The machine's clock, looked at again and again. ``jump`` is the last one, until another takes it back."""

    def __init__(self, last: datetime | None, steady: Callable[[], float] | None = None) -> None:
        """``last`` is when the site was published last, by the clock as it was then."""
        self._steady = steady or (lambda: time.clock_gettime(_STEADY))
        self._last, self._ahead = last, time.time() - self._steady()
        late = last.timestamp() - time.time() if last else 0
        self.jump = Jump(-late, datetime.now(UTC)) if late > APART else None

    def look(self) -> Jump | None:
        """Return by how much the clock was set since the last look; None where nobody set it."""
        ahead = time.time() - self._steady()
        moved, self._ahead = ahead - self._ahead, ahead
        if abs(moved) < APART:
            return None
        found, was = Jump(moved, datetime.now(UTC)), self.jump
        self.jump = None if was is not None and self._is_over(was, moved) else found
        return found

    def _is_over(self, was: Jump, moved: float) -> bool:
        # By how much a clock is behind at the start is known of what came out last at best.
        caught_up = self._last is not None and self._last.timestamp() - time.time() < APART
        return abs(was.seconds + moved) < APART or (was.seconds < 0 < moved and caught_up)
