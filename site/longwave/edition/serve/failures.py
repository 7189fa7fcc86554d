"""The failures of a server to publish: each is logged once and retried, with a reminder in the log each minute."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime

from longwave.config import Settings
from longwave.edition.build.stale import Stale, public_reason
from longwave.errors import LongwaveError, MistakeError

#: The most seconds between two attempts to build an edition.
_MAX_DELAY = 30
#: Seconds between two reminders that nothing can be published.
_REMINDER = 60
_log = logging.getLogger("longwave")


class Failures:
    """The failures of a server's keeper to publish an edition since its last success.

    ``message`` is that of the last failure (empty without one), and ``stale`` the time of the first, with the reason.
    """

    def __init__(self) -> None:
        self.message = ""
        self.stale: Stale | None = None
        self._retry_at, self._attempts = 0.0, 0
        self._remind_at = 0.0

    @property
    def may_retry(self) -> bool:
        """Return whether enough time has passed for another attempt to publish."""
        return time.monotonic() >= self._retry_at

    def add(self, error: Exception, settings: Settings) -> None:
        """Log an error unless it is the same as the last one, and delay the next attempt, longer each time."""
        cause: BaseException | None = error.__cause__ if isinstance(error, MistakeError) else None
        if not isinstance(error, LongwaveError):
            cause = error
            error = MistakeError(f"The keeper of editions stumbled: {type(error).__name__}: {error}")
        if str(error) != self.message:
            _log.error("%s", error, exc_info=cause)
            self._remind_at = time.monotonic() + _REMINDER
        since = self.stale.since if self.stale else datetime.now(UTC)
        self.message, self.stale = str(error), Stale(since, public_reason(settings, error))
        self._retry_at = time.monotonic() + min(2**self._attempts, _MAX_DELAY)
        self._attempts += 1

    def clear(self) -> None:
        """Forget the failures after a success, but not how long to wait before retrying after the next failure."""
        self.message, self.stale = "", None

    def reset_delay(self) -> None:
        """Make the wait before retrying after the next failure as short as it was after the first one."""
        self._attempts = 0

    def remind(self, stale: Stale | None, fingerprint: str) -> None:
        """Log, at most once a minute, that the site is ``stale`` and still serves the edition with this fingerprint."""
        if stale is not None and time.monotonic() >= self._remind_at:
            since = stale.since.isoformat(timespec="seconds")
            _log.error("Nothing could be published since %s; edition %s stays: %s", since, fingerprint, stale.reason)
            self._remind_at = time.monotonic() + _REMINDER
