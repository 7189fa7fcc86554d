"""The database of file hashes; it is in ``instance/``, to outlast the index, as computing all hashes takes an hour."""

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
from longwave.disk import make_private_folder

FILE = "validators.sqlite"
#: The most seconds for which a request waits for a writer of the database.
_MAX_WAIT = 0.25
_SCHEMA = """
create table if not exists began (at integer not null);
create table if not exists files (
  name text primary key, facts text not null, tags text not null, modified integer not null) without rowid;
"""
_FIND = "select (select at from began), facts, tags, modified from (select 1) left join files on name = ?"
_log = logging.getLogger("longwave")


class Hashes:
    """The hashes of files by their names. Any thread of any process may read them, and one process writes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    @contextlib.contextmanager
    def writing(self) -> Iterator[bool]:
        """Claim the right to write to the database until the block ends. Yields False if another process has it.

        A missing file is created, and a damaged one is replaced. Raises OSError and sqlite3.Error.
        """
        make_private_folder(self._path.parent)
        with self._path.with_suffix(".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            try:
                self._create(time.time_ns())
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                _log.warning("%s is damaged (%s); what it held is found out anew.", self._path, error)
                for more in ("-wal", "-shm", ""):
                    self._path.with_name(f"{FILE}{more}").unlink(missing_ok=True)
                # 0 stands for an unknown time since which files are watched: some may have changed before the damage.
                self._create(0)
            yield True

    def find(self, name: str) -> tuple[Hashed | None, int]:
        """Return a file's hash, or None, and since when files have been watched (epoch nanoseconds, 0 if unknown)."""
        # Errors mean that the hash isn't known; UnicodeError is raised for a name that isn't valid Unicode.
        with contextlib.suppress(OSError, sqlite3.Error, UnicodeError), self._open() as database:
            began, *stored = database.execute(_FIND, (name,)).fetchone()
            return (_hashed(*stored) if stored[0] else None), began or 0
        return None, 0

    def all(self) -> dict[str, Hashed]:
        """Return the hashes of all files by name. Raises OSError and sqlite3.Error."""
        # A separate connection is used, so that requests don't wait while twenty thousand rows are read.
        with contextlib.closing(self._connect()) as database:
            rows = database.execute("select name, facts, tags, modified from files")
            return {name: _hashed(*rest) for name, *rest in rows}

    def put(self, name: str, hashed: Hashed) -> None:
        """Write the hash of a file to the database. Raises OSError and sqlite3.Error."""
        with self._open() as database, database:
            row = (name, hashed.facts, " ".join(hashed.tags), hashed.modified)
            database.execute("insert or replace into files values (?, ?, ?, ?)", row)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection that threads share, to one at a time. Raises FileNotFoundError without a database."""
        with self._lock:
            # The connection is opened again if the owner has deleted the file, or another process has replaced it.
            inode = self._path.stat().st_ino
            if self._connection is None or inode != self._inode:
                if self._connection is not None:
                    self._connection.close()
                self._connection, self._inode = self._connect(), inode
            yield self._connection

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=_MAX_WAIT, check_same_thread=False)
        # In this mode, readers never wait for the writer, and a power cut loses only the last hashes.
        database.execute("pragma journal_mode = wal")
        database.execute("pragma synchronous = normal")
        return database

    def _create(self, began: int) -> None:
        with contextlib.closing(self._connect()) as database, database:
            database.executescript(_SCHEMA)
            database.execute("insert into began select ? where not exists (select 1 from began)", (began,))
            database.execute("select max(modified) from files").fetchone()


def _hashed(facts: str, tags: str, modified: int) -> Hashed:
    return Hashed(facts, tuple(tags.split()), modified)
