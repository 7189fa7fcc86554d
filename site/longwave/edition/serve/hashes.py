"""The hashes of files that are sent: an hour's work, so they lie in ``instance/`` and outlast an index."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from longwave.audio.validators import Hashed
from longwave.disk import make_private

FILE = "validators.sqlite"
#: Seconds for which a request waits for a writer, which is hardly ever.
_PATIENCE = 0.25
_SCHEMA = """
create table if not exists began (at integer not null);
create table if not exists files (
  name text primary key, facts text not null, tags text not null, modified integer not null) without rowid;
"""
_FIND = "select (select at from began), facts, tags, modified from (select 1) left join files on name = ?"
_log = logging.getLogger("longwave")


class Hashes:
    """What is remembered, by the names of files. Any thread and any number of processes may read; one writes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    @contextlib.contextmanager
    def writing(self) -> Iterator[bool]:
        """Be the one process that writes; yields False where another one is.

        The file is made where there is none, and anew where it is damaged. Raises OSError and sqlite3.Error.
        """
        make_private(self._path.parent)
        with self._path.with_suffix(".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            try:
                self._make(time.time_ns())
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                _log.warning("%s is damaged (%s); what it held is found out anew.", self._path, error)
                for more in ("-wal", "-shm", ""):
                    self._path.with_name(f"{FILE}{more}").unlink(missing_ok=True)
                # Since when nothing has changed isn't known any more.
                self._make(0)
            yield True

    def find(self, name: str) -> tuple[Hashed | None, int]:
        """What is remembered of a file, and since when files are watched (epoch nanoseconds, 0: not at all)."""
        # A name that is no text is in no database.
        with contextlib.suppress(OSError, sqlite3.Error, UnicodeError), self._open() as database:
            began, *known = database.execute(_FIND, (name,)).fetchone()
            return (_hashed(*known) if known[0] else None), began or 0
        return None, 0

    def all(self) -> dict[str, Hashed]:
        """What is remembered of all files. Raises OSError and sqlite3.Error."""
        # On a connection of its own: requests wait for no twenty thousand rows.
        with contextlib.closing(self._connect()) as database:
            rows = database.execute("select name, facts, tags, modified from files")
            return {name: _hashed(*rest) for name, *rest in rows}

    def put(self, name: str, hashed: Hashed) -> None:
        """Remember a file. Raises OSError and sqlite3.Error."""
        with self._open() as database, database:
            row = (name, hashed.facts, " ".join(hashed.tags), hashed.modified)
            database.execute("insert or replace into files values (?, ?, ?, ?)", row)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """The connection of all threads, for one at a time. Raises FileNotFoundError where there is no file."""
        with self._lock:
            # Its owner may have deleted it, or another process made it anew.
            inode = self._path.stat().st_ino
            if self._connection is None or inode != self._inode:
                if self._connection is not None:
                    self._connection.close()
                self._connection, self._inode = self._connect(), inode
            yield self._connection

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=_PATIENCE, check_same_thread=False)
        # A reader never waits for a writer, and nobody for the disk: a power cut costs the last hashes only.
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = normal")
        return database

    def _make(self, began: int) -> None:
        with contextlib.closing(self._connect()) as database, database:
            database.executescript(_SCHEMA)
            database.execute("insert into began select ? where not exists (select 1 from began)", (began,))
            database.execute("select max(modified) from files").fetchone()


def _hashed(facts: str, tags: str, modified: int) -> Hashed:
    return Hashed(facts, tuple(tags.split()), modified)
