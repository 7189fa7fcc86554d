"""What was published once, in ``instance/published.sqlite``: the promises that outlast ``index/``.

An address, a guid, the date of an undated episode, since when a feed says what it says, and the last good version of
what is broken now can't be derived from the site's folder.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from longwave.disk import make_private, mark
from longwave.edition.store.edition_data import Source
from longwave.edition.store.records import CHAPTERS, EPISODE, GUEST, PAGE, SITE, TAG, TEXT, TRANSCRIPT, dump
from longwave.feeds.feed_digests import Change
from longwave.kept import Kept

FILE = "published.sqlite"
_SCHEMA = """
create table if not exists known (
  kind text not null, name text not null, value text not null, primary key (kind, name)) without rowid;
"""
_log = logging.getLogger("longwave")


@dataclass(frozen=True, slots=True)
class Known:
    """An episode that was published, as it was the last time.

    ``paths`` are all addresses that its page and its sound ever had on the site, the oldest first. It is recognised by
    its ``marks`` when its file has another name. ``out``: the last edition had it.
    """

    key: str
    source: str
    guid: str
    date: datetime
    paths: tuple[str, ...]
    marks: tuple[str, ...]
    out: bool = True


@dataclass(frozen=True, slots=True)
class Good:
    """The last good version of a file that was broken when an edition was made; ``text`` is its body after Liquid."""

    source: Source
    text: str = ""


@dataclass(frozen=True)
class Past:
    """What was published up to now.

    ``episodes`` go by a number of their own. ``pages`` are the paths of all other pages, and whether the last edition
    had them. ``shows`` are the guids of podcasts by show, ``feeds`` the state of each feed by its path, ``good`` what
    is broken by file. ``last`` holds the site's ``url`` in the last edition and when that was ``made``.
    """

    episodes: Mapping[str, Known] = field(default_factory=dict)
    pages: Mapping[str, bool] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)
    feeds: Mapping[str, Change] = field(default_factory=dict)
    good: Mapping[str, Good] = field(default_factory=dict)
    last: Mapping[str, str] = field(default_factory=dict)

    @property
    def made(self) -> datetime | None:
        """Return when the last edition was made; None where nothing was published."""
        return datetime.fromisoformat(self.last["made"]) if "made" in self.last else None

    @cached_property
    def out(self) -> Mapping[str, datetime]:
        """Return the dates of the episodes that the last edition had, by key."""
        return {known.key: known.date for known in self.episodes.values() if known.out}

    @cached_property
    def holders(self) -> Mapping[str, str]:
        """Return the files of the episodes that the last edition had, by key."""
        return {known.key: known.source for known in self.episodes.values() if known.out}

    @cached_property
    def dates(self) -> Mapping[str, datetime]:
        """Return the dates under which files were published, by the files' names."""
        return {known.source: known.date for known in self.episodes.values()}


_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "episodes": TypeAdapter(Known),
    "pages": TypeAdapter(bool),
    "shows": TypeAdapter(str),
    "feeds": TypeAdapter(Change),
    "good": TypeAdapter(Good),
    "last": TypeAdapter(str),
}
#: What this process wrote or read last: who makes one edition after the other needn't read what it knows.
_LAST: Kept[str, Past] = Kept(1)
_RECORDS: Mapping[str, TypeAdapter[Any]] = {
    "site": SITE, "episode": EPISODE, "guest": GUEST, "tag": TAG, "page": PAGE, "include": TEXT, "theme": TEXT,
    "transcript": TRANSCRIPT, "chapters": CHAPTERS,
}  # fmt: skip


class History:
    """The file. Only who makes editions writes it, under the lock of the index folder; anybody may read it."""

    def __init__(self, instance: Path) -> None:
        self.path = instance / FILE
        #: What the file holds, as far as it was read, and whether it was found to be spoilt.
        self._held, self._damaged = Past(), False

    @property
    def is_there(self) -> bool:
        """Return whether anything was ever written."""
        return self.path.exists()

    def read(self) -> Past | None:
        """Return what was published; None where nothing was, or where it can't be read, which the log then says."""
        try:
            stamp = self._stamp()
            if known := _LAST.get(stamp):
                self._held = known
                return known
            with contextlib.closing(self._open()) as database:
                # Of a file that was cut SQLite reads rows of nothing.
                (found,) = database.execute("pragma quick_check(1)").fetchone()
                if found != "ok":
                    raise sqlite3.DatabaseError(" ".join(found.split()))
                if not database.execute("select 1 from sqlite_master where name = 'known'").fetchone():
                    return None
                rows = database.execute("select kind, name, value from known").fetchall()
        except FileNotFoundError:
            return None
        except (sqlite3.Error, OSError) as error:
            self._damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
            _log.warning("%s can't be read: %s. What was published before isn't known.", self.path, error)
            return None
        self._held = _past(rows)
        _LAST.put(stamp, self._held, 1)
        return self._held

    def made(self) -> datetime | None:
        """Return when the last edition was made; None where that isn't known, without a word."""
        with contextlib.suppress(sqlite3.Error, OSError), contextlib.closing(self._open()) as database:
            rows = database.execute("select kind, name, value from known where kind = 'last'").fetchall()
            return _past(rows).made
        return None

    def write(self, new: Past) -> None:
        """Make the file, which was read before, hold ``new``. Raises nothing: where that can't be, the log says so."""
        changes = list(_changes(self._held, new))
        if not changes:
            return
        try:
            make_private(self.path.parent)
            if self._damaged:
                self.path.replace(self.path.with_name(f"{FILE}.damaged"))
                self._damaged = False
            with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as database:
                database.executescript(_SCHEMA)
                with database:
                    for change in changes:
                        database.execute(*change)
            self._held = new
            _LAST.put(self._stamp(), new, 1)
        except (sqlite3.Error, OSError) as error:
            hint = "Until it can, what is published now may be forgotten."
            _log.warning("%s can't be written: %s. %s", self.path, error, hint)

    def _stamp(self) -> str:
        """Return what stands for all that the file holds: SQLite counts its changes. Raises OSError."""
        with self.path.open("rb") as stream:
            return f"{self.path} {mark(self.path)} {stream.read(100)[24:28].hex()}"

    def _open(self) -> sqlite3.Connection:
        """Open the file to read it. Raises FileNotFoundError, OSError and sqlite3.Error."""
        self.path.stat()
        # What a killed process left half written is taken back by whoever may write.
        mode = "rw" if os.access(self.path, os.W_OK) else "ro"
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=10)


def _past(rows: Iterable[tuple[str, str, str]]) -> Past:
    found: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
    for kind, name, value in rows:
        # What another version wrote otherwise counts for nothing.
        with contextlib.suppress(KeyError, ValidationError):
            found[kind][name] = _KINDS[kind].validate_json(value)
    found["good"] = {name: good for name, good in found["good"].items() if _is_readable(good)}
    return Past(**found)


def _changes(old: Past, new: Past) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the statements that turn ``old`` into ``new``."""
    for kind, adapter in _KINDS.items():
        before, after = getattr(old, kind), getattr(new, kind)
        for name in before.keys() - after.keys():
            yield "delete from known where kind = ? and name = ?", (kind, name)
        for name, value in after.items():
            if name not in before or before[name] != value:
                yield "insert or replace into known values (?, ?, ?)", (kind, name, dump(adapter, value))


def _is_readable(good: Good) -> bool:
    """Return whether this version of Longwave can read the record that was kept."""
    try:
        _RECORDS[good.source.kind].validate_json(good.source.record)
    except ValidationError:
        return False
    return True
