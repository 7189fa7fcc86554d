"""The announcement of new episodes to WebSub hubs, once an edition with them is served."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from longwave.edition import websub
from longwave.edition.serve.edition import Edition

#: Seconds until the next attempt to note the new episodes.
_RETRY = 30
_log = logging.getLogger("longwave")


class HubAnnouncer:
    """An announcer of new episodes to hubs; ``instance`` is the folder of the notes that outlast a restart."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance
        self._announced, self._retry_at = "", 0.0
        self._pinging: threading.Thread | None = None

    def announce(self, edition: Edition) -> None:
        """Note the new episodes of an edition that is served now, and send due pings in a thread of their own."""
        if self._announced != edition.fingerprint and time.monotonic() >= self._retry_at:
            try:
                websub.queue_pings(self._instance, edition.catalogue, edition.url, time.time())
                self._announced = edition.fingerprint
            except OSError as error:
                _log.warning("The hubs can't be told of new episodes yet: %s", error)
                self._retry_at = time.monotonic() + _RETRY
        is_idle = self._pinging is None or not self._pinging.is_alive()
        if is_idle and websub.has_due_ping(self._instance, time.time()):
            # A hub that doesn't respond must not delay the next edition.
            self._pinging = threading.Thread(
                target=websub.send_due_pings, args=(self._instance,), name="longwave-hubs", daemon=True
            )
            self._pinging.start()
