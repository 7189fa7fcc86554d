"""The keeper of the edition that a process serves, which is opened at the first use and replaced by each newer one."""

from __future__ import annotations

import gc
import logging
import sqlite3
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from longwave.config import Settings
from longwave.edition.build.build_progress import BuildProgress, read_progress
from longwave.edition.build.build_stamp import read_stamp
from longwave.edition.build.stale import Stale, read_stale
from longwave.edition.past.clock import Clock
from longwave.edition.past.history import History
from longwave.edition.serve.edition import Edition, ForeignError, open_current
from longwave.edition.serve.failures import Failures
from longwave.edition.serve.hashing import Hashing
from longwave.edition.serve.server_builds import ServerBuilds
from longwave.edition.serve.watcher import LOOK, watch
from longwave.edition.serve.websub import HubAnnouncer
from longwave.edition.store.index_folder import UnwritableError
from longwave.errors import LongwaveError, Problem
from longwave.search.index_manifest import IndexDamaged

#: After this many checks of the index folder without a new edition or a saved file, the keeper may collect garbage.
_QUIET_LOOKS = 8
#: The number of new objects after which Python's garbage collector runs: rarely, as it examines thousands of episodes.
_GARBAGE = 50_000
#: The exceptions raised by opening an edition that is damaged or was made by another version.
_UNUSABLE = (LookupError, sqlite3.Error, IndexDamaged, OSError, ValueError, ForeignError)
_log = logging.getLogger("longwave")


class Keeper:
    """The keeper of a process's edition. Its thread checks for a newer edition, and the clock, four times a second.

    The thread builds a new edition when an episode is due, when the first edition has no search index yet, and on each
    save if the settings say so. It announces new episodes to hubs, except in a preview.

    ``current`` is the edition that is served, or None before the first one is open; it is a plain attribute for speed,
    as each request reads it. ``failed`` is True if the first edition couldn't be built. ``clock`` watches the machine's
    clock once there is an edition. ``on_look`` is called by the thread after each of its checks, with the files that
    were saved since the previous check.
    """

    def __init__(self, settings: Settings) -> None:
        self._builds, self._failures = ServerBuilds(settings), Failures()
        self._watches, self._preview = settings.watch, settings.preview
        self._instance, self._content, self._url = settings.instance, settings.content, settings.url
        self.current: Edition | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._beginning: threading.Thread | None = None
        #: Whether another process has published a damaged edition, and the fingerprint of the latest edition of another
        #: version.
        self._is_spoilt, self._foreign = False, ""
        self._quiet_looks = 0
        self.failed = False
        self.hashing = Hashing(settings.content, settings.instance)
        self._hubs = HubAnnouncer(settings.instance)
        self.clock: Clock | None = None
        self.on_look: Callable[[Collection[str]], None] = _ignore

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the problems of the last build in this process."""
        return self._builds.problems

    @property
    def failure(self) -> str:
        """Return the reason for which builds in this process fail, or an empty text if the last build succeeded."""
        return self._failures.message

    def edition(self) -> Edition:
        """Return the current edition; the first call builds it if necessary, and opens it. Raises LongwaveError."""
        edition = self.current
        if edition is not None:
            return edition
        with self._lock:
            if self.current is None:
                self.clock = self._start_clock()
                self.current = self._first()
                self._hash()
                self._thread = threading.Thread(target=self._run, name="longwave-keeper", daemon=True)
                self._thread.start()
            return self.current

    def progress(self) -> BuildProgress | None:
        """Return the progress of the first search index while it is built, else None."""
        edition = self.current
        if edition is None or (edition.search is not None and not edition.unread):
            return None
        total = edition.unread or len(edition.catalogue.episodes)
        return read_progress(self._builds.index) or BuildProgress(0, total)

    def count_problems(self) -> int:
        """Return the number of problems that the last build in any process found.

        They may be newer than the edition, which stays the same if a broken file's last good version is used.
        """
        edition, stamp = self.current, read_stamp(self._builds.index.path)
        if edition is None:
            return 0
        is_latest = stamp is not None and stamp.fingerprint == edition.fingerprint
        return len(stamp.problems if stamp and is_latest else edition.problems)

    def stale(self) -> Stale | None:
        """Return all processes' failures to publish since the last success, or None if publishing works."""
        return self._failures.stale or read_stale(self._builds.index.path)

    def begin(self) -> None:
        """Open the first edition in a thread of its own."""
        if self.current is None and (self._beginning is None or not self._beginning.is_alive()):
            self._beginning = threading.Thread(target=self._open_first, name="longwave-first", daemon=True)
            self._beginning.start()

    def close(self, seconds: float | None = None) -> None:
        """Stop the thread and close the edition; wait for an unfinished build no longer than ``seconds``."""
        self._stop.set()
        self.hashing.close(seconds)
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                return  # The edition stays open for the thread, which is still building and ends with the process.
        if self.current is not None:
            self.current.close()

    def _start_clock(self) -> Clock:
        """Return a watch over the machine's clock, and log a warning if that is behind the last edition's time."""
        clock = Clock(History(self._instance).made())
        if clock.jump:
            _log.warning("%s", clock.jump)
        return clock

    def _open_first(self) -> None:
        try:
            self.edition()
        except Exception as error:  # noqa: BLE001 - the next request tries again after any error
            _log.error("%s", error, exc_info=not isinstance(error, LongwaveError))
            self.failed = True

    def _first(self) -> Edition:
        gc.set_threshold(_GARBAGE)
        # An existing edition is served while another process builds a newer one, so there is no need to wait.
        has_edition = bool(self._builds.index.current())
        try:
            self._build(wait=not has_edition)
        except UnwritableError as error:
            self._fail(error)
            if not has_edition:
                self._build_elsewhere()
        except Exception as error:
            if not has_edition:
                raise
            self._fail(error)
        return self._open()

    def _open(self) -> Edition:
        """Open the current edition, or build it anew if it can't be used. Raises LongwaveError."""
        for is_last in (False, True):
            try:
                return self._open_current()
            except _UNUSABLE as error:
                if is_last:
                    break
                index = self._builds.settings.index
                _log.warning("The edition in %s can't be used (%s); it is made anew.", index, error)
                try:
                    self._build(wait=True, full=not isinstance(error, ForeignError))
                except UnwritableError as unwritable:
                    _log.error("%s", unwritable)
                    self._build_elsewhere()
        index = self._builds.settings.index
        raise LongwaveError(f"{index}: expected an edition that can be opened, found none.")

    def _open_current(self) -> Edition:
        return open_current(self._builds.index, self._content, self._url, self._builds.cache)

    def _build_elsewhere(self) -> None:
        self._builds.use_temporary_folder()
        self._build(wait=True)

    def _build(self, *, wait: bool, full: bool = False, thorough: bool = False, only_due: bool = False) -> None:
        if self._builds.build(self.current, wait=wait, full=full, thorough=thorough, only_due=only_due):
            self._failures.clear()
            if not full:
                self._failures.reset_delay()

    def _fail(self, error: Exception) -> None:
        self._failures.add(error, self._builds.settings)

    def _run(self) -> None:
        """Look for reasons to build and for newer editions, in a loop until the keeper is closed."""
        wait = self._wait_for_saves() if self._watches else self._pause
        while not self._stop.is_set():
            saved = wait()
            if self._stop.is_set():
                return
            try:
                self._look(saved)
            except Exception as error:  # noqa: BLE001 - the current edition stays, and the next look tries again
                self._fail(error)
            if self.current is not None:
                self._failures.remind(self.stale(), self.current.fingerprint)
            self.on_look(saved or ())

    def _look(self, saved: Collection[str] | None) -> None:
        """Build an edition if there is a reason, serve a newer one if there is one, and announce episodes to hubs.

        ``saved`` are the files that were saved since the last call, or None if no file was saved.
        """
        edition = self.current
        assert edition is not None  # noqa: S101 - the thread starts after the first edition is open
        if self.clock is not None and (jump := self.clock.look()):
            _log.warning("%s", jump)
        may_retry = self._failures.may_retry
        self._build_if_needed(edition, saved, may_retry=may_retry)
        # This variable would keep the old edition in memory, and its files open, after ``_swap`` has replaced it.
        del edition
        if self._is_newer() and (may_retry or not self._is_spoilt):
            self._swap()
            self._quiet_looks = 0
        else:
            self._quiet_looks = self._quiet_looks + 1 if saved is None else 0
            if self._quiet_looks == _QUIET_LOOKS:
                _collect_garbage()
        if not self._preview:
            assert self.current is not None  # noqa: S101 - the first edition is open by now
            self._hubs.announce(self.current)

    def _build_if_needed(self, edition: Edition, saved: Collection[str] | None, *, may_retry: bool) -> None:
        index = self._builds.index
        is_due = edition.next_due is not None and edition.next_due <= datetime.now(UTC)
        # Somebody may delete the index folder; the open edition is served until there is a new one.
        is_lost = not index.current()
        if (self._is_spoilt or (edition.is_damaged and not is_lost)) and may_retry:
            self._build(wait=False, full=True)
        elif saved is not None:
            # The first check counts as a save: its build fills the cache, so that the first real save is quick.
            self._build(wait=False, thorough=True)
        elif (is_lost or self._builds.is_pending) and may_retry:
            self._build(wait=False)
        elif is_due and may_retry and index.current() in (edition.fingerprint, self._foreign):
            # Without publication on each save, only due episodes are published, as other changes may be unfinished.
            self._build(wait=False, only_due=not (self._watches or self._preview))
        elif (edition.search is None or edition.unread) and may_retry:
            del edition
            self._builds.build_index(self._stop, self._swap_newer)

    def _is_newer(self) -> bool:
        """Return whether a newer edition than the served one was published for this version."""
        assert self.current is not None  # noqa: S101 - the first edition is open by now
        return self._builds.index.current() not in ("", self.current.fingerprint, self._foreign)

    def _swap_newer(self) -> None:
        if self._is_newer() and not self._is_spoilt:
            self._swap()

    def _swap(self) -> None:
        """Serve the edition that another process or this one has published, unless it can't be used."""
        assert self.current is not None  # noqa: S101 - the first edition is open by now
        try:
            self.current = self._open_current()
        except ForeignError as error:
            self._foreign = error.fingerprint
            self._fail(LongwaveError(str(error), f"Edition {self.current.fingerprint} stays."))
        except _UNUSABLE as error:
            self._is_spoilt = True
            found = f"{self._builds.index.path}: expected an edition that can be opened, found: {error}."
            raise LongwaveError(found, "What is served stays.") from error
        else:
            self._is_spoilt = False
            self._failures.reset_delay()
            self._failures.clear()
            _log.info("Now serving edition %s.", self.current.fingerprint)
            self._hash()

    def _hash(self) -> None:
        if not self._preview:
            self.hashing.look()

    def _pause(self) -> None:
        self._stop.wait(LOOK)

    def _wait_for_saves(self) -> Callable[[], Collection[str] | None]:
        saves = watch(self._builds.settings, self._stop, lambda reason: self._fail(LongwaveError(reason)))
        return lambda: next(saves, None)


def _ignore(_saved: Collection[str]) -> None:
    pass


def _collect_garbage() -> None:
    """Run Python's garbage collector, then exempt all existing objects from later runs, which would take 0.1 s each."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
