"""The builds of a server, which log problems, share a cache, and leave the first search index to a separate process."""

from __future__ import annotations

import atexit
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from longwave.config import Settings
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.build_process import build_process
from longwave.edition.build.build_report import Report
from longwave.edition.build.builder import build_edition
from longwave.edition.build.intake import TranscriptReading
from longwave.edition.serve.edition import Edition
from longwave.edition.store.index_folder import IndexFolder
from longwave.errors import LongwaveError, Problem

#: A new site with more episodes than this is served before its first search index is built.
SEARCH_LATER = 300
_log = logging.getLogger("longwave")


class ServerBuilds:
    """The builds of one server, which share a cache. ``problems`` are those of the last build.

    ``is_pending`` is True if saved changes aren't in any edition yet, because another process was building or the build
    failed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings, self.index, self.cache = settings, IndexFolder(settings.index), BuildCache()
        self.problems: tuple[Problem, ...] = ()
        self.is_pending = False

    def build(
        self,
        current: Edition | None,
        *,
        wait: bool,
        full: bool = False,
        thorough: bool = False,
        only_due: bool = False,
    ) -> bool:
        """Build an edition, and log the new problems. Return False if another process builds and ``wait`` is false.

        ``current`` is the edition that is served; the options are those of ``build_edition``. Raises LongwaveError.
        """
        preview = self.settings.preview
        # A preview builds its index at once, so that later builds, for which the author waits, only update it.
        has_index = current is not None and current.search is not None
        later = not preview and (current is None or current.unread > 0)
        self.is_pending = self.is_pending or not only_due
        report = build_edition(
            self.settings,
            cache=self.cache,
            full=full,
            thorough=thorough,
            search_up_to=None if preview or has_index else SEARCH_LATER,
            wait=wait or preview,
            busy=_log_wait,
            only_due=only_due,
            transcripts=TranscriptReading(later=later),
        )
        if report is None:
            return False
        self._log_report(report, current)
        self.problems = report.problems
        self.is_pending = self.is_pending and only_due
        return True

    def build_index(self, stop: threading.Event, look: Callable[[], None]) -> None:
        """Build the first search index in a separate process, as this takes a CPU core and much memory for a while.

        ``look`` is called meanwhile, as the process publishes an index of titles and notes before that of transcripts.
        The process is terminated once ``stop`` is set. Raises LongwaveError if it fails.
        """
        began = time.monotonic()
        with build_process(self.settings) as process:
            while process.poll() is None and not stop.wait(0.2):
                look()
        if stop.is_set():
            return
        if process.returncode:
            raise LongwaveError(f"{self.settings.index}: expected a search index, found none.", "It is tried again.")
        _log.info("The search index was made in %.1f s.", time.monotonic() - began)

    def use_temporary_folder(self) -> None:
        """Use a temporary index folder until this process ends, in place of one that can't be written."""
        try:
            folder = tempfile.mkdtemp(prefix="longwave-")
        except OSError as error:
            raise LongwaveError(f"expected a temporary folder that can be written, found: {error.strerror}.") from None
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _log.warning("Until the server stops, what is derived is kept in %s.", folder)
        self.settings = replace(self.settings, index=Path(folder))
        self.index = IndexFolder(self.settings.index)

    def _log_report(self, report: Report, current: Edition | None) -> None:
        for problem in (*report.problems, *report.lost):
            if problem not in self.problems:
                _log.warning("%s", problem)
        for line in () if self.settings.preview else report.withdrawals():
            _log.warning("%s", line)
        if current is None or report.fingerprint != current.fingerprint:
            _log.info("Edition %s was made in %.1f s.", report.fingerprint, report.seconds)


def _log_wait(pid: int) -> None:
    _log.info("Waiting for %s, which is making an edition.", f"process {pid}" if pid else "another process")
