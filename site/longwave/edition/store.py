"""``edition.sqlite``: what an edition keeps. Written once under a temporary name, then only read.

The texts, which are most of it, lie apart in ``texts.sqlite``. An edition with few new texts shares that file with the
one before by a link, and has the new ones in ``edition.sqlite``.
"""

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

FILE, TEXTS = "edition.sqlite", "texts.sqlite"
#: With more new texts than this, and more than a tenth of all, they are written into one file again.
FEW = 200
_SCHEMA = """
create table meta (name text primary key, value text not null);
create table sources (
  name text primary key, kind text not null, show text not null, signature text not null, digest text not null,
  surroundings text not null, record text not null, problems text not null,
  text_digest text not null, pictures text not null, addresses text not null);
create table entries (key text primary key, made_of text not null, entry text not null);
create table sounds (name text primary key, signature text not null, facts text not null, problems text not null);
create table feeds (name text primary key, digest text not null, since text not null);
create table episodes (
  key text primary key, source text not null, transcript text not null, record text not null, hash text not null);
"""
_BODIES = "create table bodies (name text primary key, text text not null, notes text not null);"


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


@dataclass(frozen=True, slots=True)
class Dated:
    """What an entry of feeds says, and what it was made of, each as what stands for it."""

    made_of: str
    entry: str


class Store:
    """An edition's databases, open for reading. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises sqlite3.Error or OSError when it can't be read."""
        self._connection = sqlite3.connect(_address(folder / FILE), uri=True, check_same_thread=False)
        try:
            self._connection.execute("attach ? as texts", (_address(folder / TEXTS),))
        except BaseException:
            self._connection.close()
            raise
        self._lock = threading.Lock()

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

    def entries(self) -> dict[str, Dated]:
        """What stands for each episode's entry in feeds, by its key."""
        return {row[0]: Dated(*row[1:]) for row in self._rows("select key, made_of, entry from entries")}

    def body(self, name: str) -> Body | None:
        """The text of a file of content."""
        for table in ("main.bodies", "texts.bodies"):
            rows = self._rows(f"select * from {table} where name = ?", name)  # noqa: S608 - one of two names
            if rows:
                return Body(*rows[0])
        return None

    def unread(self) -> Iterator[Body]:
        """The bodies whose notes nobody has read yet."""
        query = "select name from texts.bodies where notes = '' union select name from main.bodies where notes = ''"
        names = [row[0] for row in self._rows(query)]
        yield from (body for body in map(self.body, names) if body)

    def record(self, name: str) -> str:
        """The record of a file of content; empty when there is none."""
        rows = self._rows("select record from sources where name = ?", name)
        return str(rows[0][0]) if rows else ""

    def _rows(self, query: str, *values: str) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


@dataclass(frozen=True, slots=True)
class Contents:
    """All that goes into a new database. ``bodies`` holds only those that differ from the previous edition's, and
    ``many`` says that they are most.

    ``known`` are the previous edition's sources, those that stay the same being the same objects here.
    """

    meta: Mapping[str, Any]
    sources: Mapping[str, Source]
    bodies: Iterable[Body]
    sounds: Mapping[str, Sound]
    published: Mapping[str, Published]
    feeds: Mapping[str, Change]
    entries: Mapping[str, Dated]
    known: Mapping[str, Source]
    many: bool


def write(folder: Path, previous: Path | None, contents: Contents) -> None:
    """Put the two files into ``folder``: the previous edition's with the difference written over them.

    They appear whole and on the disk, also over older ones there.
    """
    temporary, texts = (folder / f"{name}.{os.getpid()}.tmp" for name in (FILE, TEXTS))
    try:
        if previous is not None:
            shutil.copyfile(previous / FILE, temporary)
        with _writing(temporary) as connection:
            if previous is None:
                connection.executescript(_SCHEMA + _BODIES)
            _difference(connection, contents)
            _texts(connection, texts, previous, contents)
        for path in (texts, temporary):
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
        texts.replace(folder / TEXTS)
        temporary.replace(folder / FILE)
    finally:
        temporary.unlink(missing_ok=True)
        texts.unlink(missing_ok=True)


def _texts(connection: sqlite3.Connection, target: Path, previous: Path | None, contents: Contents) -> None:
    """The new texts go beside the others, unless there are many; then all are written into a file of their own."""
    count = connection.execute("select count(*) from bodies").fetchone()[0]
    alone = previous is None or contents.many or count > max(FEW, len(contents.sources) // 10)
    rows = ((body.name, body.text, body.notes) for body in contents.bodies)
    if previous is not None and not alone:
        os.link(previous / TEXTS, target)
        connection.executemany("insert or replace into bodies values (?, ?, ?)", rows)
        connection.execute("delete from bodies where name not in (select name from sources where record != '')")
        return
    with _writing(target) as texts:
        texts.execute(_BODIES)
        texts.executemany("insert into bodies values (?, ?, ?)", rows)
        if previous is not None:
            texts.execute("attach ? as previous", (str(previous / FILE),))
            texts.execute("attach ? as older", (str(previous / TEXTS),))
            for table in ("previous.bodies", "older.bodies"):
                texts.execute(f"insert or ignore into bodies select * from {table}")  # noqa: S608 - one of two names
        good = [(source.name,) for source in contents.sources.values() if source.record]
        texts.execute("create temporary table good (name text primary key)")
        texts.executemany("insert into good values (?)", good)
        texts.execute("delete from bodies where name not in (select name from good)")
    connection.execute("delete from bodies")


def _address(path: Path) -> str:
    """A file that nobody will change any more. Raises OSError where there is none."""
    path.stat()
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        yield connection
        connection.commit()
    except sqlite3.OperationalError as error:
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
    _replace(connection, "entries", {key: (key, one.made_of, one.entry) for key, one in new.entries.items()})


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
    key = "key" if table in ("episodes", "entries") else "name"
    gone = [(name,) for name in old.keys() - rows.keys()]
    connection.executemany(f"delete from {table} where {key} = ?", gone)  # noqa: S608
    changed = [row for name, row in rows.items() if old.get(name) != row]
    if changed:
        places = ", ".join("?" * len(changed[0]))
        connection.executemany(f"insert or replace into {table} values ({places})", changed)  # noqa: S608
