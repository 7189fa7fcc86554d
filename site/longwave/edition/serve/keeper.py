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
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from longwave.config import Settings
from longwave.edition import websub
from longwave.edition.build.build_process import filling
from longwave.edition.build.build_stamp import recall
from longwave.edition.build.builder import build_edition
from longwave.edition.build.stale import Stale, reason_for_all, stale_since
from longwave.edition.past.clock import Clock
from longwave.edition.past.history import History
from longwave.edition.serve.edition import Edition, ForeignError, open_current
from longwave.edition.serve.hashing import Hashing
from longwave.edition.serve.watcher import LOOK, watch
from longwave.edition.store.index_folder import IndexFolder, UnwritableError
from longwave.errors import LongwaveError, MistakeError, Problem
from longwave.search.index_manifest import IndexDamaged

#: A first start on a site with more episodes than this serves its pages before their search index is made.
SEARCH_LATER = 300
#: After so many looks without an edition or a save nobody waits any more for the page beside what they write.
_QUIET = 8
#: Seconds between two tries at an edition that can't be made, at most.
_LONGEST = 30
#: Seconds after which it is said again that nothing can be published.
_REMINDED = 60
#: So many new objects are looked through for garbage at once.
_GARBAGE = 50_000
#: What may be wrong with an edition on the disk.
_UNUSABLE = (LookupError, sqlite3.Error, IndexDamaged, OSError, ValueError, ForeignError)
_log = logging.getLogger("longwave")


class Keeper:
    """One for each process. A background thread looks at the pointer four times a second, and at the clock.

    That thread also makes a new edition: at the earliest future date, when the first one has no search yet, and on each
    save when the settings say so. And it tells hubs of what has come out; in a preview it tells nobody.

    ``now`` is the current edition, None before the first one is open: an attribute, as each request asks for it.
    ``problems`` are those of the last build here, and ``failure`` says why there was none since; ``stale`` says it for
    all processes, and so does the log, once a minute. ``clock`` watches that of the machine, once there is an edition.
    ``on_look`` is called by the thread after each look, with the files that were saved since the one before.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index = IndexFolder(settings.index)
        self.now: Edition | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._retry_at, self._retries = 0.0, 0
        #: Whether something was saved that no edition has yet: another process was at work, or the disk was full.
        self._owed = False
        #: Whether what another process published can't be opened, and what was published for another kind of server.
        self._spoilt, self._foreign = False, ""
        #: Whether the first edition couldn't be made when it was last begun; the log says why.
        self.failed = False
        self._beginning: threading.Thread | None = None
        self._announced, self._announce_at = "", 0.0
        #: Looks since the last edition or save.
        self._quiet = 0
        self._telling: threading.Thread | None = None
        self.problems: tuple[Problem, ...] = ()
        self.failure = ""
        self.hashing = Hashing(settings.content, settings.instance)
        self.clock: Clock | None = None
        self._stale: Stale | None = None
        self._remind_at = 0.0
        self.on_look: Callable[[Collection[str]], None] = _nothing

    def edition(self) -> Edition:
        """The current edition; the first call makes it up to date and opens it. Raises LongwaveError."""
        edition = self.now
        if edition is not None:
            return edition
        with self._lock:
            if self.now is None:
                self.clock = self._told_clock()
                self.now = self._first()
                self._hash()
                self._thread = threading.Thread(target=self._look, name="longwave-keeper", daemon=True)
                self._thread.start()
            return self.now

    def _told_clock(self) -> Clock:
        """Return the machine's clock; the log says where it is behind the time of the last edition."""
        clock = Clock(History(self._settings.instance).made())
        if clock.jump:
            _log.warning("%s", clock.jump)
        return clock

    def count_problems(self) -> int:
        """How many problems the content has, as far as the last build in any process knows.

        A file that breaks keeps its last good version, and so the edition that is served.
        """
        edition, seen = self.now, recall(self._index.path)
        if edition is None:
            return 0
        return len(seen.problems if seen and seen.fingerprint == edition.fingerprint else edition.problems)

    def stale(self) -> Stale | None:
        """Return since when and why the folder can't be published; None while it can, as far as anybody knows."""
        return self._stale or stale_since(self._index.path)

    def begin(self) -> None:
        """Open the first edition without anybody waiting for it."""
        if self.now is None and (self._beginning is None or not self._beginning.is_alive()):
            self._beginning = threading.Thread(target=self._try, name="longwave-first", daemon=True)
            self._beginning.start()

    def close(self, seconds: float | None = None) -> None:
        """Stop looking, and let go of the edition; wait for a new one in the making no longer than so many seconds."""
        self._stop.set()
        self.hashing.close(seconds)
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                return  # what it makes is only published when it is whole
        if self.now is not None:
            self.now.close()

    def _try(self) -> None:
        try:
            self.edition()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next one who asks tries again
            _log.error("%s", error, exc_info=not isinstance(error, LongwaveError))
            self.failed = True

    def _first(self) -> Edition:
        # Python's collector would look through thousands of episodes again and again while they are read.
        gc.set_threshold(_GARBAGE)
        # Where there is something to serve, nobody waits for a process that is already at work on something newer.
        served = bool(self._index.current())
        try:
            self._build(wait=not served)
        except UnwritableError as error:
            self._stumble(error)
            if not served:
                self._borrow()
        except Exception as error:
            if not served:
                raise
            self._stumble(error)
        return self._open()

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
        self._build(wait=True)

    def _build(self, *, wait: bool, full: bool = False, thorough: bool = False, only_due: bool = False) -> None:
        # Who waits for the page beside what they write has a search that is filled before the first save.
        preview = self._settings.preview
        filled = self.now is not None and self.now.search is not None
        up_to = None if preview or filled else SEARCH_LATER
        self._owed = self._owed or not only_due
        report = build_edition(
            self._settings,
            full=full,
            thorough=thorough,
            search_up_to=up_to,
            wait=wait or preview,
            busy=_waiting,
            only_due=only_due,
        )
        if report is not None:
            for problem in (*report.problems, *report.lost):
                if problem not in self.problems:
                    _log.warning("%s", problem)
            for line in () if preview else report.withdrawals():
                _log.warning("%s", line)
            if self.now is None or report.fingerprint != self.now.fingerprint:
                _log.info("Edition %s was made in %.1f s.", report.fingerprint, report.seconds)
            self.problems = report.problems
            self._recover()
            self._owed = self._owed and only_due
            if not full:
                self._retries = 0

    def _open(self) -> Edition:
        for full in (False, True):
            try:
                return open_current(self._index, self._settings.content, self._settings.url)
            except _UNUSABLE as error:
                if full:
                    break
                _log.warning("The edition in %s can't be used (%s); it is made anew.", self._settings.index, error)
                try:
                    self._build(wait=True, full=not isinstance(error, ForeignError))
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
                self._step(saved)
            except Exception as error:  # noqa: BLE001 - whatever it is, what is served stays, and the next look comes
                self._stumble(error)
            self._remind()
            self.on_look(saved or ())

    def _stumble(self, error: Exception) -> None:
        if isinstance(error, MistakeError):
            self._fail(error, error.__cause__)
        elif isinstance(error, LongwaveError):
            self._fail(error)
        else:
            self._fail(MistakeError(f"The keeper of editions stumbled: {type(error).__name__}: {error}"), error)

    def _fail(self, error: LongwaveError, cause: BaseException | None = None) -> None:
        """Try again later, and later each time; say why once, and then once a minute that it is still so."""
        if str(error) != self.failure:
            _log.error("%s", error, exc_info=cause)
            self._remind_at = time.monotonic() + _REMINDED
        since = self._stale.since if self._stale else datetime.now(UTC)
        self.failure, self._stale = str(error), Stale(since, reason_for_all(self._settings, error))
        self._retry_at = time.monotonic() + min(2**self._retries, _LONGEST)
        self._retries += 1

    def _recover(self) -> None:
        self.failure, self._stale = "", None

    def _remind(self) -> None:
        """Say once a minute that what is served is old."""
        if time.monotonic() >= self._remind_at:
            stale = self.stale()
            if stale is not None and self.now is not None:
                since, shown = stale.since.isoformat(timespec="seconds"), self.now.fingerprint
                _log.error("Nothing could be published since %s; edition %s stays: %s", since, shown, stale.reason)
                self._remind_at = time.monotonic() + _REMINDED

    def _step(self, saved: Collection[str] | None) -> None:
        edition = self.now
        assert edition is not None  # noqa: S101 - the thread starts after the first edition
        if self.clock is not None and (jump := self.clock.look()):
            _log.warning("%s", jump)
        due = edition.next_due is not None and edition.next_due <= datetime.now(UTC)
        # The index folder may be deleted at any time; what is open stays open until it is made again.
        lost = not self._index.current()
        ready = time.monotonic() >= self._retry_at
        if (self._spoilt or (edition.is_damaged and not lost)) and ready:
            self._build(wait=False, full=True)
        elif saved is not None:
            # The first time, before anything was saved: so that the first save is live as soon as all others.
            self._build(wait=False, thorough=True)
        elif (lost or self._owed) and ready:
            self._build(wait=False)
        elif due and ready and self._index.current() in (edition.fingerprint, self._foreign):
            # Who has each save published has no others than those.
            self._build(wait=False, only_due=not (self._settings.watch or self._settings.preview))
        elif edition.search is None and ready:
            self._fill()
        if self._index.current() not in ("", edition.fingerprint, self._foreign) and (ready or not self._spoilt):
            del edition
            self._swap()
            self._quiet = 0
        else:
            self._quiet = self._quiet + 1 if saved is None else 0
            if self._quiet == _QUIET:
                _spare()
        if not self._settings.preview:
            self._announce()

    def _swap(self) -> None:
        """Serve what has become current. Where it can't be used, what is served stays: another process made it."""
        assert self.now is not None  # noqa: S101 - as above
        try:
            self.now = open_current(self._index, self._settings.content, self._settings.url)
        except ForeignError as error:
            self._foreign = error.fingerprint
            self._fail(LongwaveError(str(error), f"Edition {self.now.fingerprint} stays."))
        except _UNUSABLE as error:
            self._spoilt = True
            found = f"{self._index.path}: expected an edition that can be opened, found: {error}."
            raise LongwaveError(found, "What is served stays.") from error
        else:
            self._spoilt, self._retries = False, 0
            self._recover()
            _log.info("Now serving edition %s.", self.now.fingerprint)
            self._hash()

    def _hash(self) -> None:
        if not self._settings.preview:
            self.hashing.look()

    def _fill(self) -> None:
        """Make the first search index in a process of its own: it takes a core and a lot of memory for a while."""
        began = time.monotonic()
        with filling(self._settings) as process:
            while process.poll() is None and not self._stop.wait(0.2):
                pass
        if self._stop.is_set():
            return
        if process.returncode:
            raise LongwaveError(f"{self._settings.index}: expected a search index, found none.", "It is tried again.")
        _log.info("The search index was made in %.1f s.", time.monotonic() - began)

    def _announce(self) -> None:
        """Tell hubs of the episodes that this edition brings, as soon as it is served; never in a request."""
        edition, instance = self.now, self._settings.instance
        assert edition is not None  # noqa: S101 - as above
        if self._announced != edition.fingerprint and time.monotonic() >= self._announce_at:
            try:
                websub.announce(instance, edition.catalogue, edition.url, time.time())
                self._announced = edition.fingerprint
            except OSError as error:
                _log.warning("The hubs can't be told of new episodes yet: %s", error)
                self._announce_at = time.monotonic() + _LONGEST
        idle = self._telling is None or not self._telling.is_alive()
        if idle and websub.is_due(instance, time.time()):
            # A hub that doesn't answer must not keep the next edition waiting.
            self._telling = threading.Thread(target=websub.tell, args=(instance,), name="longwave-hubs", daemon=True)
            self._telling.start()

    def _pause(self) -> None:
        self._stop.wait(LOOK)

    def _watching(self) -> Callable[[], Collection[str] | None]:
        saves = watch(self._settings, self._stop, lambda why: self._fail(LongwaveError(why)))
        return lambda: next(saves, None)


def _waiting(pid: int) -> None:
    _log.info("Waiting for %s, which is making an edition.", f"process {pid}" if pid else "another process")


def _nothing(_saved: Collection[str]) -> None:
    pass


def _spare() -> None:
    """Spare Python's collector the edition: to look through thousands of episodes takes it 0.1 s, again and again."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
