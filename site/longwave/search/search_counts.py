"""Counts of searches and of their results in a database in ``instance/``. Nothing about visitors is stored."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from longwave.disk import make_private_folder

FILE = "searches.sqlite"
#: The most queries that are stored, and the most characters of each.
_MAX_QUERIES, _MAX_LENGTH = 10_000, 200
#: Seconds for which a search waits for another process's lock on the database.
_TIMEOUT = 0.25
_SCHEMA = """
create table if not exists searches (
  query text primary key, times integer not null, found integer not null, last text not null) without rowid;
"""
_ADD = """
insert into searches values (?, 1, ?, ?)
on conflict (query) do update set times = times + 1, found = excluded.found, last = excluded.last
"""
# The rarest and oldest searches are deleted first.
_TRIM = """
delete from searches where query in (
  select query from searches order by times, last limit max(0, (select count(*) from searches) - ?))
"""
_log = logging.getLogger("longwave")


@dataclass(frozen=True, slots=True)
class SearchCount:
    """A query, the number of its searches, and the number of results and the time of the last search."""

    query: str
    times: int
    found: int
    last: datetime


class SearchCounts:
    """The database of search counts in a folder, created by the first search. Any thread and process may write it."""

    def __init__(self, folder: Path, *, on: bool = True) -> None:
        self.on = on
        self._folder = folder
        self._local = threading.local()
        self._aside_lock = threading.Lock()
        self._adds = 0
        self._has_warned = False

    def add(self, query: str, found: int) -> None:
        """Count a search. Raises nothing: a count that can't be written is lost, and the log says so once."""
        text = _normal(query)
        if not self.on or not any(map(str.isalnum, text)):
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            self._persist(text, found, now)
        except (sqlite3.Error, OSError) as error:
            if not self._has_warned:
                self._has_warned = True
                _log.warning("%s: searches can't be counted: %s.", self._folder / FILE, error)

    def most_frequent(self, limit: int) -> tuple[SearchCount, ...]:
        """Return the most frequent queries. Raises sqlite3.Error when the file can't be read."""
        return self._select("order by times desc, last desc limit ?", limit)

    def without_results(self, limit: int) -> tuple[SearchCount, ...]:
        """Return the most frequent queries whose last search had no result. Raises sqlite3.Error."""
        return self._select("where found = 0 order by times desc, last desc limit ?", limit)

    def forget(self) -> None:
        """Delete all counts of searches. Raises OSError and sqlite3.Error."""
        if (self._folder / FILE).exists():
            with self._open() as connection, connection:
                connection.execute("delete from searches")

    def _select(self, rest: str, limit: int) -> tuple[SearchCount, ...]:
        if not (self._folder / FILE).exists():
            return ()
        with self._open() as connection:
            rows = connection.execute(f"select query, times, found, last from searches {rest}", (limit,))  # noqa: S608
            return tuple(SearchCount(q, times, found, datetime.fromisoformat(last)) for q, times, found, last in rows)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Yield this thread's connection to the database, which stays open for the thread's next call."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        path = self._folder / FILE
        # Reconnect if the file is another one by now: a thread may have renamed it as damaged, or the owner deleted it.
        if connection is None or self._local.file != _inode(path):
            if connection is not None:
                connection.close()
            self._local.connection = None
            make_private_folder(self._folder)
            connection = sqlite3.connect(path, timeout=_TIMEOUT)
            self._local.file = _inode(path)
            # In this mode no reader waits for a writer, and no writer for the disk; a power cut loses the last counts.
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.executescript(_SCHEMA)
            self._local.connection = connection
        yield connection

    def _write(self, text: str, found: int, now: str) -> None:
        with self._open() as connection, connection:
            connection.execute(_ADD, (text, found, now))
            self._adds += 1
            if self._adds % 500 == 1:
                connection.execute(_TRIM, (_MAX_QUERIES,))

    def _persist(self, text: str, found: int, now: str) -> None:
        for last in (False, False, True):
            try:
                self._write(text, found, now)
                return
            except sqlite3.OperationalError:
                # Another process may be creating the file, under a lock for which SQLite's timeout doesn't wait.
                if last:
                    raise
                time.sleep(0.02)
            except sqlite3.DatabaseError as error:
                if last:
                    raise
                self._put_aside(error)

    def _put_aside(self, error: sqlite3.DatabaseError) -> None:
        """Rename the damaged database to ``….damaged``, so that the next search creates a new one."""
        path = self._folder / FILE
        self._local.connection = None
        with self._aside_lock:
            if self._local.file != _inode(path):
                return
            _log.warning("%s is damaged (%s); counting begins anew.", path, error)
            # SQLite's side files are deleted before the rename, as those of the next database have the same names.
            for more in ("-wal", "-shm"):
                path.with_name(f"{FILE}{more}").unlink(missing_ok=True)
            path.replace(path.with_name(f"{FILE}.damaged"))


def _normal(query: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in unicodedata.normalize("NFC", query))
    return " ".join(printable.casefold().split())[:_MAX_LENGTH]


def _inode(path: Path) -> int:
    """Return the inode of a file; 0 where there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0
