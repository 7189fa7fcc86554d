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
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from longwave.catalogue import Catalogue
from longwave.content.folder import Kind
from longwave.disk import mark, share, sync
from longwave.edition.store.edition_data import Body, Contents, Dated, Published, Sound, Source
from longwave.edition.store.records import NAMES, PROBLEMS, dump
from longwave.feeds.feed_digests import Change
from longwave.kept import Kept
from longwave.search.schema import VERSION as SEARCH

#: Raised whenever the database of an older Longwave can't be read any more; an older search index counts likewise.
FORMAT = f"6.{SEARCH}"
FILE, TEXTS = "edition.sqlite", "texts.sqlite"
#: With more new texts than this, and more than a tenth of all, they are written into one file again.
_FEW = 200
T = TypeVar("T")
#: What this process wrote or read last: who makes one edition after the other needn't read what it knows.
_LAST: Kept[str, Contents] = Kept(1)
_SCHEMA = """
create table meta (name text primary key, value text not null);
create table sources (
  name text primary key, kind text not null, show text not null, signature text not null, digest text not null,
  surroundings text not null, record text not null, problems text not null,
  text_digest text not null, mentions text not null, addresses text not null);
create table entries (name text primary key, made_of text not null, entry text not null);
create table sounds (name text primary key, signature text not null, facts text not null, problems text not null);
create table feeds (name text primary key, digest text not null, since text not null);
create table served (name text primary key);
create table episodes (
  name text primary key, source text not null, transcript text not null, record text not null, hash text not null);
"""
_BODIES = "create table bodies (name text primary key, text text not null, notes text not null);"


class Store:
    """An edition's databases, open for reading. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises sqlite3.Error or OSError when it can't be read."""
        self._folder = folder
        self._mark = mark(folder / FILE)
        self._known = _LAST.get(self._mark)
        self._connection = sqlite3.connect(_address(folder / FILE), uri=True, check_same_thread=False)
        try:
            self._connection.execute("attach ? as texts", (_address(folder / TEXTS),))
            self._connection.execute("select name from texts.bodies limit 1")
        except BaseException:
            self._connection.close()
            raise
        self._lock = threading.Lock()
        #: Whether something couldn't be read of it: a file that was written whole isn't any more.
        self.is_damaged = False

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def contents(self) -> Contents:
        """All of it but the texts. Raises ValueError where it isn't as it was written."""
        if self._known:
            return self._known
        sources = {row[0]: _source(*row) for row in self._rows("select * from sources")}
        sounds = self._rows("select * from sounds")
        entries = self._rows("select name, made_of, entry from entries")
        contents = Contents(
            self._folder,
            self.meta(),
            sources,
            {name: Sound(name, mark, facts, PROBLEMS.validate_json(wrong)) for name, mark, facts, wrong in sounds},
            self.published(),
            self.feeds(),
            {name: Dated(*row) for name, *row in entries},
            self.served(),
        )
        _LAST.put(self._mark, contents, 1)
        return contents

    def meta(self) -> Mapping[str, Any]:
        """What holds for the edition as a whole."""
        return {name: json.loads(value) for name, value in self._rows("select name, value from meta")}

    def records(self, kind: Kind) -> dict[str, str]:
        """The records of one kind of file, by the files' names, in the order of names."""
        if self._known:
            known = self._known.sources.values()
            return dict(sorted((one.name, one.record) for one in known if one.kind == kind and one.record))
        return dict(self._rows("select name, record from sources where kind = ? and record != '' order by name", kind))

    def published(self) -> Mapping[str, Published]:
        """Every published episode by its key."""
        if self._known:
            return self._known.published
        return {row[0]: Published(*row) for row in self._rows("select * from episodes")}

    def feeds(self) -> Mapping[str, Change]:
        """Since when each feed says what it says, by its path."""
        if self._known:
            return self._known.feeds
        rows = self._rows("select name, digest, since from feeds")
        return {name: Change(digest, datetime.fromisoformat(since)) for name, digest, since in rows}

    def served(self) -> frozenset[str]:
        """The files of content/audio and content/images that are served."""
        if self._known and self._known.served is not None:
            return self._known.served
        return frozenset(name for (name,) in self._rows("select name from served"))

    def catalogue(self) -> Catalogue | None:
        """The catalogue of which it was made, without the plain pages; None where another process made it."""
        return self._known.catalogue if self._known else None

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
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError:
                self.is_damaged = True
                raise


def write(folder: Path, old: Contents, new: Contents, bodies: Iterable[Body], *, many: bool) -> None:
    """Put the two files into ``folder``: the previous edition's with the difference written over them.

    ``bodies`` are those that differ from the previous edition's; with ``many`` all texts are written anew. The files
    appear whole and on the disk, also over older ones there.
    """
    temporary, texts = (folder / f"{name}.{os.getpid()}.tmp" for name in (FILE, TEXTS))
    try:
        if old.folder is not None:
            shutil.copyfile(old.folder / FILE, temporary)
        with _writing(temporary) as connection:
            if old.folder is None:
                connection.executescript(_SCHEMA + _BODIES)
            _difference(connection, old, new)
            good = [(source.name,) for source in new.sources.values() if source.record]
            if old.folder is None or many or _many_beside(connection, new):
                _all_texts(texts, old.folder, bodies, good)
                connection.execute("delete from bodies")
            else:
                share(old.folder / TEXTS, texts)
                _put(connection, bodies, good)
        for path in (texts, temporary):
            sync(path)
        texts.replace(folder / TEXTS)
        temporary.replace(folder / FILE)
        _LAST.put(mark(folder / FILE), new, 1)
    finally:
        temporary.unlink(missing_ok=True)
        texts.unlink(missing_ok=True)


def _many_beside(connection: sqlite3.Connection, new: Contents) -> bool:
    count: int = connection.execute("select count(*) from bodies").fetchone()[0]
    return count > most_beside(new.sources)


def most_beside(sources: Mapping[str, Source]) -> int:
    """How many texts may lie beside the others before all are written into one file again."""
    return max(_FEW, len(sources) // 10)


def _all_texts(target: Path, previous: Path | None, bodies: Iterable[Body], good: list[tuple[str]]) -> None:
    with _writing(target) as texts:
        texts.execute(_BODIES)
        _put(texts, bodies, good)
        if previous is not None:
            texts.execute("attach ? as beside", (str(previous / FILE),))
            texts.execute("attach ? as older", (str(previous / TEXTS),))
            for table in ("beside.bodies", "older.bodies"):
                texts.execute(f"insert or ignore into bodies select * from {table} where name in good")  # noqa: S608


def _put(connection: sqlite3.Connection, bodies: Iterable[Body], good: list[tuple[str]]) -> None:
    """Write bodies, and delete those of files that have none any more."""
    rows = ((body.name, body.text, body.notes) for body in bodies)
    connection.executemany("insert or replace into bodies values (?, ?, ?)", rows)
    connection.execute("create temporary table good (name text primary key)")
    connection.executemany("insert into good values (?)", good)
    connection.execute("delete from main.bodies where name not in good")


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
        if not hasattr(error, "sqlite_errorcode"):
            raise  # not the disk's refusal: the bytes that it gave aren't text
        raise OSError(str(error)) from error
    finally:
        connection.close()


def _difference(connection: sqlite3.Connection, old: Contents, new: Contents) -> None:
    _replace(connection, "meta", old.meta, new.meta, lambda k, v: (k, json.dumps(v)))
    _replace(connection, "sources", old.sources, new.sources, _source_row)
    sound = "sounds", old.sounds, new.sounds
    _replace(connection, *sound, lambda name, s: (name, s.signature, s.facts, dump(PROBLEMS, s.problems)))
    episode = "episodes", old.published, new.published
    _replace(connection, *episode, lambda key, p: (key, p.source, p.transcript, p.record, p.hash))
    _replace(connection, "feeds", old.feeds, new.feeds, lambda path, c: (path, c.digest, c.since.isoformat()))
    _replace(connection, "entries", old.entries, new.entries, lambda key, d: (key, d.made_of, d.entry))
    served = dict.fromkeys(old.served or (), True), dict.fromkeys(new.served or (), True)
    _replace(connection, "served", *served, lambda name, _: (name,))


def _source(*row: Any) -> Source:
    columns = dict(zip(Source.__dataclass_fields__, row, strict=True))
    # Most are empty, of thousands that are read at once.
    problems = PROBLEMS.validate_json(columns["problems"]) if columns["problems"] != "[]" else ()
    mentions = NAMES.validate_json(columns["mentions"]) if columns["mentions"] != "[]" else ()
    return Source(**columns | {"problems": problems, "mentions": mentions})


def _source_row(name: str, s: Source) -> tuple[str, ...]:
    return (name, s.kind, s.show, s.signature, s.digest, s.surroundings, s.record, dump(PROBLEMS, s.problems),
            s.text_digest, dump(NAMES, s.mentions), s.addresses)  # fmt: skip


def _replace(
    connection: sqlite3.Connection,
    table: str,
    old: Mapping[str, T],
    new: Mapping[str, T],
    row: Callable[[str, T], tuple[str, ...]],
) -> None:
    """Make a table that holds ``old`` hold ``new``, touching only the rows that differ."""
    connection.executemany(f"delete from {table} where name = ?", [(gone,) for gone in old.keys() - new])  # noqa: S608 - names from above
    changed = [row(name, value) for name, value in new.items() if old.get(name) != value]
    if changed:
        places = ", ".join("?" * len(changed[0]))
        connection.executemany(f"insert or replace into {table} values ({places})", changed)  # noqa: S608
