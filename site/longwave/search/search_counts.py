"""What was searched, how often, and whether it was found. Nothing about who asked is kept."""

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

from longwave.disk import make_private

FILE = "searches.sqlite"
_MOST = 10_000
_LONGEST = 200
_PATIENCE = 0.25
_SCHEMA = """
create table if not exists searches (
  query text primary key, times integer not null, found integer not null, last text not null) without rowid;
"""
_ADD = """
insert into searches values (?, 1, ?, ?)
on conflict (query) do update set times = times + 1, found = excluded.found, last = excluded.last
"""
# The least useful go first: those that were asked once, long ago.
_TRIM = """
delete from searches where query in (
  select query from searches order by times, last limit max(0, (select count(*) from searches) - ?))
"""
_log = logging.getLogger("longwave")


@dataclass(frozen=True, slots=True)
class Counted:
    """A query: how often it was searched, how many results it had and when, the last time."""

    query: str
    times: int
    found: int
    last: datetime


class SearchCounts:
    """The counts in a folder, which is made at the first search. Any thread and any number of processes may add."""

    def __init__(self, folder: Path, *, on: bool = True) -> None:
        self.on = on
        self._folder = folder
        self._mine = threading.local()
        self._putting = threading.Lock()
        self._adds = 0
        self._told = False

    def add(self, query: str, found: int) -> None:
        """Count a search. Raises nothing: where it can't be written, the count is lost, and the log says so once."""
        text = _normal(query)
        if not self.on or not any(map(str.isalnum, text)):
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            self._persist(text, found, now)
        except (sqlite3.Error, OSError) as error:
            if not self._told:
                self._told = True
                _log.warning("%s: searches can't be counted: %s.", self._folder / FILE, error)

    def most_frequent(self, most: int) -> tuple[Counted, ...]:
        """What was searched most often. Raises sqlite3.Error when the file can't be read."""
        return self._select("order by times desc, last desc limit ?", most)

    def found_nothing(self, most: int) -> tuple[Counted, ...]:
        """What found nothing the last time, the most frequent first. Raises as ``most_frequent`` does."""
        return self._select("where found = 0 order by times desc, last desc limit ?", most)

    def forget(self) -> None:
        """Delete every count. Raises OSError and sqlite3.Error where that is not possible."""
        if (self._folder / FILE).exists():
            with self._open() as connection, connection:
                connection.execute("delete from searches")

    def _select(self, rest: str, most: int) -> tuple[Counted, ...]:
        if not (self._folder / FILE).exists():
            return ()
        with self._open() as connection:
            rows = connection.execute(f"select query, times, found, last from searches {rest}", (most,))  # noqa: S608
            return tuple(Counted(q, times, found, datetime.fromisoformat(last)) for q, times, found, last in rows)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection of this thread's, kept for the next time."""
        connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
        path = self._folder / FILE
        # Another thread may have put the file aside, or its owner have deleted it.
        if connection is None or self._mine.file != _inode(path):
            if connection is not None:
                connection.close()
            self._mine.connection = None
            make_private(self._folder)
            connection = sqlite3.connect(path, timeout=_PATIENCE)
            self._mine.file = _inode(path)
            # A reader never waits for a writer, and nobody for the disk; a power cut costs the last counts only.
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.executescript(_SCHEMA)
            self._mine.connection = connection
        yield connection

    def _write(self, text: str, found: int, now: str) -> None:
        with self._open() as connection, connection:
            connection.execute(_ADD, (text, found, now))
            self._adds += 1
            if self._adds % 500 == 1:
                connection.execute(_TRIM, (_MOST,))

    def _persist(self, text: str, found: int, now: str) -> None:
        for last in (False, False, True):
            try:
                self._write(text, found, now)
                return
            except sqlite3.OperationalError:
                # Who makes the file locks it in a way that SQLite's own patience doesn't cover.
                if last:
                    raise
                time.sleep(0.02)
            except sqlite3.DatabaseError as error:
                if last:
                    raise
                self._put_aside(error)

    def _put_aside(self, error: sqlite3.DatabaseError) -> None:
        path = self._folder / FILE
        self._mine.connection = None
        with self._putting:
            if self._mine.file != _inode(path):
                return
            _log.warning("%s is damaged (%s); counting begins anew.", path, error)
            # Before the file itself: those of the next one have the same names.
            for more in ("-wal", "-shm"):
                path.with_name(f"{FILE}{more}").unlink(missing_ok=True)
            path.replace(path.with_name(f"{FILE}.damaged"))


def _normal(query: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in unicodedata.normalize("NFC", query))
    return " ".join(printable.casefold().split())[:_LONGEST]


def _inode(path: Path) -> int:
    """Which file this is; 0 where there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0
