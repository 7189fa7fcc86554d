"""Which edition this process serves: opened at the first use, then swapped whenever another one becomes current."""

from __future__ import annotations

import atexit
import gc
import logging
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import watchfiles

from longwave.config import Settings
from longwave.edition import websub
from longwave.edition.building import Report, build_edition
from longwave.edition.folders import IndexFolder, UnwritableError
from longwave.edition.opened import Edition, open_current
from longwave.errors import LongwaveError
from longwave.search.manifest import IndexDamaged

#: A first start on a site with more episodes than this serves its pages before their search index is made.
SEARCH_LATER = 300
_LOOK = 1.0
_log = logging.getLogger("longwave")


class Keeper:
    """One for each process. A background thread looks at the pointer once a second, and at the clock.

    That thread also makes a new edition: at the earliest future date, when the first one has no search yet, and on each
    save when the settings say so. And it tells hubs of what has come out.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index = IndexFolder(settings.index)
        self._edition: Edition | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._retry_at = 0.0
        #: Whether the first edition couldn't be made when it was last begun; the log says why.
        self.failed = False
        self._beginning: threading.Thread | None = None
        self._announced = ""
        self._telling: threading.Thread | None = None

    def edition(self) -> Edition:
        """The current edition; the first call makes it up to date and opens it. Raises LongwaveError."""
        edition = self._edition
        if edition is not None:
            return edition
        with self._lock:
            if self._edition is None:
                self._edition = self._first()
                self._thread = threading.Thread(target=self._look, name="longwave-keeper", daemon=True)
                self._thread.start()
            return self._edition

    def now(self) -> Edition | None:
        """The current edition; None before the first one is open."""
        return self._edition

    def begin(self) -> None:
        """Open the first edition without anybody waiting for it."""
        if self._edition is None and (self._beginning is None or not self._beginning.is_alive()):
            self._beginning = threading.Thread(target=self._try, name="longwave-first", daemon=True)
            self._beginning.start()

    def close(self, seconds: float | None = None) -> None:
        """Stop looking, and let go of the edition; wait for a new one in the making no longer than so many seconds."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                return  # what it makes is only published when it is whole
        if self._edition is not None:
            self._edition.close()

    def _try(self) -> None:
        try:
            self.edition()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next one who asks tries again
            _log.error("%s", error, exc_info=not isinstance(error, LongwaveError))
            self.failed = True

    def _first(self) -> Edition:
        # Where there is something to serve, nobody waits for a process that is already at work on something newer.
        served = bool(self._index.current())
        try:
            _tell(build_edition(self._settings, search_up_to=SEARCH_LATER, wait=not served))
        except UnwritableError as error:
            _log.error("%s", error)
            if not served:
                self._borrow()
        except LongwaveError as error:
            if not served:
                raise
            _log.error("%s", error)
        edition = self._open()
        _spare()
        return edition

    def _borrow(self) -> None:
        """Keep what is derived in a temporary folder, for as long as this process runs."""
        try:
            folder = tempfile.mkdtemp(prefix="longwave-")
        except OSError as error:
            raise LongwaveError(f"expected a temporary folder that can be written, found: {error.strerror}.") from None
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        _log.warning("Until the server stops, what is derived is kept in %s.", folder)
        self._settings = replace(self._settings, index=Path(folder))
        self._index = IndexFolder(self._settings.index)
        _tell(build_edition(self._settings, search_up_to=SEARCH_LATER))

    def _open(self) -> Edition:
        for full in (False, True):
            try:
                return open_current(self._index, self._settings.content)
            except (LookupError, sqlite3.Error, IndexDamaged, OSError, ValueError, KeyError) as error:
                if full:
                    break
                _log.warning("The edition in %s can't be used (%s); it is made anew.", self._settings.index, error)
                try:
                    _tell(build_edition(self._settings, full=True))
                except UnwritableError as unwritable:
                    _log.error("%s", unwritable)
                    self._borrow()
        raise LongwaveError(f"{self._settings.index}: expected an edition that can be opened, found none.")

    def _look(self) -> None:
        wait = self._watching() if self._settings.watch else self._pause
        while not self._stop.is_set():
            saved = wait()
            if self._stop.is_set():
                return
            try:
                self._step(saved=saved)
            except LongwaveError as error:
                _log.error("%s", error)
                self._retry_at = time.monotonic() + 30
            except Exception:  # noqa: BLE001 - whatever it is, the edition that is served stays, and the next look comes
                _log.exception("The keeper of editions stumbled.")
                self._retry_at = time.monotonic() + 30

    def _step(self, *, saved: bool) -> None:
        edition = self._edition
        assert edition is not None  # noqa: S101 - the thread starts after the first edition
        due = edition.next_due is not None and edition.next_due <= datetime.now(UTC)
        # The index folder may be deleted at any time; what is open stays open until it is made again.
        lost = not self._index.current()
        if saved or ((due or lost or edition.search is None) and time.monotonic() >= self._retry_at):
            _tell(build_edition(self._settings, wait=False))
        if self._index.current() not in ("", edition.fingerprint):
            self._edition = self._open()
            del edition
            _spare()
            _log.info("Now serving edition %s.", self._edition.fingerprint)
        self._announce()

    def _announce(self) -> None:
        """Tell hubs of the episodes that this edition brings, as soon as it is served; never in a request."""
        edition, instance = self._edition, self._settings.instance
        assert edition is not None  # noqa: S101 - as above
        if self._announced != edition.fingerprint:
            self._announced = edition.fingerprint
            try:
                websub.announce(instance, edition.catalogue, edition.url, time.time())
            except OSError as error:
                _log.warning("The hubs can't be told of new episodes: %s", error)
        idle = self._telling is None or not self._telling.is_alive()
        if idle and websub.is_due(instance, time.time()):
            # A hub that doesn't answer must not keep the next edition waiting.
            self._telling = threading.Thread(target=websub.tell, args=(instance,), name="longwave-hubs", daemon=True)
            self._telling.start()

    def _pause(self) -> bool:
        self._stop.wait(_LOOK)
        return False

    def _watching(self) -> Callable[[], bool]:
        root = self._settings.root
        folders = [path for path in (root / "content", root / "templates") if path.is_dir()]
        changes = watchfiles.watch(
            *folders, stop_event=self._stop, rust_timeout=int(_LOOK * 1000), yield_on_timeout=True, debounce=200
        )
        # What was saved between the first edition and the first look is not among the changes.
        first = iter((True,))
        return lambda: bool(next(changes, None)) or next(first, False)


def _spare() -> None:
    """Spare Python's collector the edition: to look through thousands of episodes takes it 0.1 s, again and again."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _tell(report: Report | None) -> None:
    if report is not None:
        for problem in report.problems:
            _log.warning("%s", problem)
        _log.info("Edition %s was made in %.1f s.", report.fingerprint, report.seconds)
