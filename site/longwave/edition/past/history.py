"""The history of a site in ``instance/published.sqlite``: facts about published content that can't be derived.

They outlast the index folder: addresses, guids, the dates of undated episodes, the dates of changes of feeds, and the
last good version of each file that is broken now.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shlex
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from longwave.disk import make_private_folder, stat_identity
from longwave.edition.store.edition_data import Source
from longwave.edition.store.records import CHAPTERS, EPISODE, GUEST, PAGE, SITE, TAG, TEXT, TRANSCRIPT, dump
from longwave.feeds.feed_digests import Change
from longwave.memo import Latest

FILE = "published.sqlite"
_SCHEMA = """
create table if not exists known (
  kind text not null, name text not null, value text not null, primary key (kind, name)) without rowid;
"""
_log = logging.getLogger("longwave")


@dataclass(frozen=True, slots=True)
class FormerEpisode:
    """A published episode, with the data of its last publication.

    ``paths`` are all addresses that its page and its audio ever had on the site, the oldest first. Its ``marks`` (see
    ``recognition``) identify the episode even if its file was renamed. ``out`` is True if the last edition contains the
    episode.
    """

    key: str
    source: str
    guid: str
    date: datetime
    paths: tuple[str, ...]
    marks: tuple[str, ...]
    out: bool = True


@dataclass(frozen=True, slots=True)
class LastGood:
    """The last valid version of a content file that was broken at the last build; ``text`` is its body after Liquid."""

    source: Source
    text: str = ""


@dataclass(frozen=True)
class Past:
    """The past of a site: everything that it has published so far, as recorded in its history.

    ``episodes`` has each published episode by a number of its own. ``pages`` has the path of every other page, and
    whether the last edition had that page. ``shows`` has the guid of each show's podcast, ``feeds`` the state of each
    feed by its path, and ``good`` the last good version of each broken file by its name. ``last`` has the site's
    ``url`` in the last edition, the ``own_url`` that site.toml named, and when that edition was ``made``. ``live`` is
    the folder or address of the live site that ``check --live`` compares with; empty for the history of the folder
    itself.
    """

    episodes: Mapping[str, FormerEpisode] = field(default_factory=dict)
    pages: Mapping[str, bool] = field(default_factory=dict)
    shows: Mapping[str, str] = field(default_factory=dict)
    feeds: Mapping[str, Change] = field(default_factory=dict)
    good: Mapping[str, LastGood] = field(default_factory=dict)
    last: Mapping[str, str] = field(default_factory=dict)
    live: str = ""

    @property
    def fix_command(self) -> str:
        """Return the shell command that writes the lines by which episodes keep their guids and addresses.

        It names a live site by its public address if it has one, as its folder may lie on another machine.
        """
        live = self.last.get("url") or self.live
        return f"longwave check --fix --live {shlex.quote(live)}" if self.live else "longwave check --fix"

    @property
    def made(self) -> datetime | None:
        """Return the time at which the last edition was made, or None if nothing was published."""
        return datetime.fromisoformat(self.last["made"]) if "made" in self.last else None

    @cached_property
    def out(self) -> Mapping[str, datetime]:
        """Return the date of each episode in the last edition, by the episode's key (``<show>/<slug>``)."""
        return {episode.key: episode.date for episode in self.episodes.values() if episode.out}

    @cached_property
    def holders(self) -> Mapping[str, str]:
        """Return the name of the Markdown file of each episode in the last edition, by its key (``<show>/<slug>``)."""
        return {episode.key: episode.source for episode in self.episodes.values() if episode.out}

    @cached_property
    def dates(self) -> Mapping[str, datetime]:
        """Return the last published date of each episode ever published, by the name of its Markdown file."""
        return {episode.source: episode.date for episode in self.episodes.values()}


_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "episodes": TypeAdapter(FormerEpisode),
    "pages": TypeAdapter(bool),
    "shows": TypeAdapter(str),
    "feeds": TypeAdapter(Change),
    "good": TypeAdapter(LastGood),
    "last": TypeAdapter(str),
}
_RECORDS: Mapping[str, TypeAdapter[Any]] = {
    "site": SITE, "episode": EPISODE, "guest": GUEST, "tag": TAG, "page": PAGE, "include": TEXT, "theme": TEXT,
    "transcript": TRANSCRIPT, "chapters": CHAPTERS,
}  # fmt: skip


class History:
    """The database of a site's history. Builds write it under the index folder's lock; any process may read it."""

    def __init__(self, instance: Path, latest: Latest[Past] | None = None) -> None:
        """Refer to the history in the folder ``instance``; ``latest`` caches the Past that was read or written last."""
        self.path = instance / FILE
        self._latest = Latest[Past]() if latest is None else latest
        self._stored, self._damaged = Past(), False

    @property
    def is_there(self) -> bool:
        """Return whether the history's file exists."""
        return self.path.exists()

    def read(self) -> Past | None:
        """Return what the history's file records, or None if it is missing, or unreadable, which is logged."""
        try:
            stamp = self._stamp()
            if latest := self._latest.get(stamp):
                self._stored = latest
                return latest
            with contextlib.closing(self._open()) as database:
                # The check is needed because SQLite reads a truncated file as if it had no rows.
                (verdict,) = database.execute("pragma quick_check(1)").fetchone()
                if verdict != "ok":
                    raise sqlite3.DatabaseError(" ".join(verdict.split()))
                if not database.execute("select 1 from sqlite_master where name = 'known'").fetchone():
                    return None
                rows = database.execute("select kind, name, value from known").fetchall()
        except FileNotFoundError:
            return None
        except (sqlite3.Error, OSError) as error:
            self._damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
            _log.warning("%s can't be read: %s. What was published before isn't known.", self.path, error)
            return None
        self._stored = _past(rows)
        self._latest.put(stamp, self._stored)
        return self._stored

    def made(self) -> datetime | None:
        """Return the time at which the last edition was made, or None if it can't be read; log nothing."""
        with contextlib.suppress(sqlite3.Error, OSError), contextlib.closing(self._open()) as database:
            rows = database.execute("select kind, name, value from known where kind = 'last'").fetchall()
            return _past(rows).made
        return None

    def write(self, new: Past) -> None:
        """Write to the history's file how ``new`` differs from the Past that was read. Failures are only logged."""
        changes = list(_statements(self._stored, new))
        if not changes:
            return
        try:
            make_private_folder(self.path.parent)
            if self._damaged:
                self.path.replace(self.path.with_name(f"{FILE}.damaged"))
                self._damaged = False
            with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as database:
                database.executescript(_SCHEMA)
                with database:
                    for change in changes:
                        database.execute(*change)
            self._stored = new
            self._latest.put(self._stamp(), new)
        except (sqlite3.Error, OSError) as error:
            hint = "Until it can, what is published now may be forgotten."
            _log.warning("%s can't be written: %s. %s", self.path, error, hint)

    def _stamp(self) -> str:
        """Return a text that changes with the history's file, from SQLite's own count of changes. Raises OSError."""
        with self.path.open("rb") as stream:
            return f"{self.path} {stat_identity(self.path)} {stream.read(100)[24:28].hex()}"

    def _open(self) -> sqlite3.Connection:
        """Open the history's file for reading. Raises FileNotFoundError, OSError and sqlite3.Error."""
        self.path.stat()
        # Write access is wanted because SQLite needs it to roll back the half-written change of a killed process.
        mode = "rw" if os.access(self.path, os.W_OK) else "ro"
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=10)


def _past(rows: Iterable[tuple[str, str, str]]) -> Past:
    values: dict[str, Any] = {kind: {} for kind in _KINDS}
    for kind, name, value in rows:
        # Values that this version of Longwave can't parse, as another version has written them, are ignored.
        with contextlib.suppress(KeyError, ValidationError):
            values[kind][name] = _KINDS[kind].validate_json(value)
    values["good"] = {name: good for name, good in values["good"].items() if _is_readable(good)}
    return Past(**values)


def _statements(old: Past, new: Past) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the SQL statements, with their values, that turn ``old`` into ``new``."""
    for kind, adapter in _KINDS.items():
        before, after = getattr(old, kind), getattr(new, kind)
        for name in before.keys() - after.keys():
            yield "delete from known where kind = ? and name = ?", (kind, name)
        for name, value in after.items():
            if name not in before or before[name] != value:
                yield "insert or replace into known values (?, ?, ?)", (kind, name, dump(adapter, value))


def _is_readable(good: LastGood) -> bool:
    """Return whether this version of Longwave can read the stored last good version of a file."""
    try:
        _RECORDS[good.source.kind].validate_json(good.source.record)
    except ValidationError:
        return False
    return True
