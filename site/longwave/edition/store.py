"""``edition.sqlite``: what an edition keeps. Written once under a temporary name, then only read."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from longwave.content.folder import Kind
from longwave.content.notes import read_notes
from longwave.edition.records import NAMES, NOTES, PROBLEMS, dump
from longwave.errors import Problem
from longwave.feeds.changes import Change
from longwave.model import Notes

FILE = "edition.sqlite"
_SCHEMA = """
create table meta (name text primary key, value text not null);
create table sources (
  name text primary key, kind text not null, show text not null, signature text not null, digest text not null,
  surroundings text not null, record text not null, problems text not null,
  text_digest text not null, pictures text not null, addresses text not null);
create table bodies (name text primary key, text text not null, notes text not null);
create table sounds (name text primary key, signature text not null, facts text not null, problems text not null);
create table feeds (name text primary key, digest text not null, since text not null);
create table episodes (
  key text primary key, source text not null, transcript text not null, record text not null, hash text not null);
"""


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of one file of content. ``record`` is its last good reading as JSON; empty when there is none.

    ``text_digest`` stands for the text after Liquid, or for the record where there is none. ``surroundings`` stands for
    all else that the reading depends on, ``addresses`` for the site's addresses where the text links to one of them
    (else empty). ``pictures`` are the files below content/images that the text shows.
    """

    name: str
    kind: Kind
    show: str
    signature: str
    digest: str
    surroundings: str
    record: str
    problems: tuple[Problem, ...] = ()
    text_digest: str = ""
    pictures: tuple[str, ...] = ()
    addresses: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A file's Markdown after Liquid, and the Notes read from it as JSON; empty where nobody has read them yet."""

    name: str
    text: str
    notes: str = ""

    def read(self) -> Notes:
        """What the notes say."""
        return NOTES.validate_json(self.notes) if self.notes else read_notes(self.text)

    def with_notes(self) -> Body:
        """The same, with its notes read."""
        return self if self.notes else replace(self, notes=dump(NOTES, read_notes(self.text)))


@dataclass(frozen=True, slots=True)
class Sound:
    """What was read from a file of audio, as JSON; empty when it couldn't be. ``name`` is ``<show>/<file>``."""

    name: str
    signature: str
    facts: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """An episode as it is published: its record, its two source files, and what stands for all of it."""

    key: str
    source: str
    transcript: str
    record: str
    hash: str


class Store:
    """An edition's database, open for reading. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises sqlite3.Error or OSError when it can't be read."""
        path = folder / FILE
        path.stat()
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        #: Whether something couldn't be read of it: a file that was written whole isn't any more.
        self.is_damaged = False

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def meta(self) -> Mapping[str, Any]:
        """What holds for the edition as a whole."""
        return {name: json.loads(value) for name, value in self._rows("select name, value from meta")}

    def sources(self) -> dict[str, Source]:
        """Every file of content by its name."""
        return {row[0]: _source(*row) for row in self._rows("select * from sources")}

    def records(self, kind: Kind) -> dict[str, str]:
        """The records of one kind of file, by the files' names, in the order of names."""
        return dict(self._rows("select name, record from sources where kind = ? and record != '' order by name", kind))

    def sounds(self) -> dict[str, Sound]:
        """Every file of audio that was read, by its name."""
        rows = self._rows("select * from sounds")
        return {
            name: Sound(name, mark, facts, PROBLEMS.validate_json(problems)) for name, mark, facts, problems in rows
        }

    def published(self) -> dict[str, Published]:
        """Every published episode by its key."""
        return {row[0]: Published(*row) for row in self._rows("select * from episodes")}

    def feeds(self) -> dict[str, Change]:
        """Since when each feed says what it says, by its path."""
        rows = self._rows("select name, digest, since from feeds")
        return {name: Change(digest, datetime.fromisoformat(since)) for name, digest, since in rows}

    def body(self, name: str) -> Body | None:
        """The text of a file of content."""
        rows = self._rows("select * from bodies where name = ?", name)
        return Body(*rows[0]) if rows else None

    def unread(self) -> Iterator[Body]:
        """The bodies whose notes nobody has read yet."""
        names = [row[0] for row in self._rows("select name from bodies where notes = ''")]
        yield from (body for body in map(self.body, names) if body)

    def record(self, name: str) -> str:
        """The record of a file of content; empty when there is none."""
        rows = self._rows("select record from sources where name = ?", name)
        return str(rows[0][0]) if rows else ""

    def _rows(self, query: str, *values: str) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError:
                self.is_damaged = True
                raise


@dataclass(frozen=True, slots=True)
class Contents:
    """All that goes into a new database. ``bodies`` holds only those that differ from the previous edition's.

    ``known`` are the previous edition's sources, those that stay the same being the same objects here.
    """

    meta: Mapping[str, Any]
    sources: Mapping[str, Source]
    bodies: Iterable[Body]
    sounds: Mapping[str, Sound]
    published: Mapping[str, Published]
    feeds: Mapping[str, Change]
    known: Mapping[str, Source]


def write(folder: Path, previous: Path | None, contents: Contents) -> None:
    """Put ``edition.sqlite`` into ``folder``: the previous edition's with the difference written over it.

    It appears at once, whole and on the disk, also over an older one there.
    """
    temporary = folder / f"{FILE}.{os.getpid()}.tmp"
    try:
        if previous is not None:
            shutil.copyfile(previous / FILE, temporary)
        with _writing(temporary) as connection:
            if previous is None:
                connection.executescript(_SCHEMA)
            _difference(connection, contents)
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(folder / FILE)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        yield connection
        connection.commit()
    except sqlite3.OperationalError as error:
        if not hasattr(error, "sqlite_errorcode"):
            raise  # not the disk's refusal: the bytes that it gave aren't text
        raise OSError(str(error)) from error
    finally:
        connection.close()


def _difference(connection: sqlite3.Connection, new: Contents) -> None:
    _replace(connection, "meta", {k: (k, json.dumps(v)) for k, v in new.meta.items()})
    # Not compared row by row as the others: with transcripts they are most of the database.
    connection.executemany("delete from sources where name = ?", [(name,) for name in new.known.keys() - new.sources])
    sources = [_source_row(source) for name, source in new.sources.items() if new.known.get(name) is not source]
    connection.executemany(f"insert or replace into sources values ({', '.join('?' * 11)})", sources)  # noqa: S608
    _replace(
        connection, "sounds", {n: (n, s.signature, s.facts, dump(PROBLEMS, s.problems)) for n, s in new.sounds.items()}
    )
    published = new.published.values()
    _replace(connection, "episodes", {p.key: (p.key, p.source, p.transcript, p.record, p.hash) for p in published})
    feeds = new.feeds.items()
    _replace(connection, "feeds", {path: (path, c.digest, c.since.isoformat()) for path, c in feeds})
    bodies = ((body.name, body.text, body.notes) for body in new.bodies)
    connection.executemany("insert or replace into bodies values (?, ?, ?)", bodies)
    connection.execute("delete from bodies where name not in (select name from sources where record != '')")


def _source(*row: Any) -> Source:
    columns = dict(zip(Source.__dataclass_fields__, row, strict=True))
    problems, pictures = PROBLEMS.validate_json(columns["problems"]), NAMES.validate_json(columns["pictures"])
    return Source(**columns | {"problems": problems, "pictures": pictures})


def _source_row(source: Source) -> tuple[str, ...]:
    s = source
    return (s.name, s.kind, s.show, s.signature, s.digest, s.surroundings, s.record, dump(PROBLEMS, s.problems),
            s.text_digest, dump(NAMES, s.pictures), s.addresses)  # fmt: skip


def _replace(connection: sqlite3.Connection, table: str, rows: Mapping[str, tuple[str, ...]]) -> None:
    """Make ``rows`` the whole table, touching only the rows that differ."""
    old = {row[0]: row for row in connection.execute(f"select * from {table}")}  # noqa: S608 - a name from above
    key = "key" if table == "episodes" else "name"
    gone = [(name,) for name in old.keys() - rows.keys()]
    connection.executemany(f"delete from {table} where {key} = ?", gone)  # noqa: S608
    changed = [row for name, row in rows.items() if old.get(name) != row]
    if changed:
        places = ", ".join("?" * len(changed[0]))
        connection.executemany(f"insert or replace into {table} values ({places})", changed)  # noqa: S608
