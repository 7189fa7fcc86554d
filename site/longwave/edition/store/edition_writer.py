"""The writer of an edition's databases, which copies those of the previous edition and writes only the differences."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from longwave.disk import link_or_copy, stat_identity, sync
from longwave.edition.store.edition_data import Body, Contents, Source
from longwave.edition.store.edition_store import FILE, TEXTS
from longwave.edition.store.records import NAMES, PROBLEMS, dump
from longwave.memo import Latest

#: The number of new texts that any edition may have in ``edition.sqlite``; on a big site, a tenth of all texts may be
#: there.
_FEW = 200
T = TypeVar("T")
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


def write(  # noqa: PLR0913 - two editions and options
    folder: Path,
    old: Contents,
    new: Contents,
    bodies: Iterable[Body],
    *,
    rewrite: bool,
    latest: Latest[Contents] | None = None,
) -> None:
    """Write the two databases of an edition into ``folder``, starting from those of the previous edition ``old``.

    ``bodies`` are the texts that differ from the previous edition's; with ``rewrite``, all texts are written into
    ``texts.sqlite``. Both files are complete and synced before they replace older ones in ``folder``. The contents
    ``new`` are put into ``latest``.
    """
    temporary, texts = (folder / f"{name}.{os.getpid()}.tmp" for name in (FILE, TEXTS))
    try:
        if old.folder is not None:
            shutil.copyfile(old.folder / FILE, temporary)
        with _writing(temporary) as connection:
            if old.folder is None:
                connection.executescript(_SCHEMA + _BODIES)
            _write_differences(connection, old, new)
            readable = [(source.name,) for source in new.sources.values() if source.record]
            if old.folder is None or rewrite or _count_bodies(connection) > new_texts_limit(new.sources):
                _write_all_texts(texts, old.folder, bodies, readable)
                connection.execute("delete from bodies")
            else:
                link_or_copy(old.folder / TEXTS, texts)
                _put(connection, bodies, readable)
        for path in (texts, temporary):
            sync(path)
        texts.replace(folder / TEXTS)
        temporary.replace(folder / FILE)
        if latest is not None:
            latest.put(stat_identity(folder / FILE), new)
    finally:
        temporary.unlink(missing_ok=True)
        texts.unlink(missing_ok=True)


def new_texts_limit(sources: Mapping[str, Source]) -> int:
    """Return how many new texts ``edition.sqlite`` may have before all texts are moved to ``texts.sqlite`` again."""
    return max(_FEW, len(sources) // 10)


def _count_bodies(connection: sqlite3.Connection) -> int:
    count: int = connection.execute("select count(*) from bodies").fetchone()[0]
    return count


def _write_all_texts(target: Path, previous: Path | None, bodies: Iterable[Body], readable: list[tuple[str]]) -> None:
    with _writing(target) as texts:
        texts.execute(_BODIES)
        _put(texts, bodies, readable)
        if previous is not None:
            texts.execute("attach ? as beside", (str(previous / FILE),))
            texts.execute("attach ? as older", (str(previous / TEXTS),))
            for table in ("beside.bodies", "older.bodies"):
                texts.execute(f"insert or ignore into bodies select * from {table} where name in readable")  # noqa: S608


def _put(connection: sqlite3.Connection, bodies: Iterable[Body], readable: list[tuple[str]]) -> None:
    """Write ``bodies`` into the table, and delete the texts of files that aren't named in ``readable``."""
    rows = ((body.name, body.text, body.notes) for body in bodies)
    connection.executemany("insert or replace into bodies values (?, ?, ?)", rows)
    connection.execute("create temporary table readable (name text primary key)")
    connection.executemany("insert into readable values (?)", readable)
    connection.execute("delete from main.bodies where name not in readable")


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection whose changes are committed at the end of the block. Raises OSError if a write fails."""
    connection = sqlite3.connect(path)
    try:
        # A journal isn't needed, as the database file is synced before it gets its final name.
        connection.execute("pragma journal_mode = off")
        connection.execute("pragma synchronous = off")
        yield connection
        connection.commit()
    except sqlite3.OperationalError as error:
        if not hasattr(error, "sqlite_errorcode"):
            raise  # An error without SQLite's code isn't a failed write: stored text couldn't be decoded.
        raise OSError(str(error)) from error
    finally:
        connection.close()


def _write_differences(connection: sqlite3.Connection, old: Contents, new: Contents) -> None:
    _replace(connection, "meta", old.meta, new.meta, lambda k, v: (k, json.dumps(v)))
    _replace(connection, "sources", old.sources, new.sources, _source_row)
    sounds = "sounds", old.sounds, new.sounds
    _replace(connection, *sounds, lambda name, s: (name, s.signature, s.facts, dump(PROBLEMS, s.problems)))
    episodes = "episodes", old.published, new.published
    _replace(connection, *episodes, lambda key, p: (key, p.source, p.transcript, p.record, p.hash))
    _replace(connection, "feeds", old.feeds, new.feeds, lambda path, c: (path, c.digest, c.since.isoformat()))
    _replace(connection, "entries", old.entries, new.entries, lambda key, d: (key, d.made_of, d.entry))
    served = dict.fromkeys(old.served or (), True), dict.fromkeys(new.served or (), True)
    _replace(connection, "served", *served, lambda name, _: (name,))


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
    """Turn a table that holds ``old`` into one that holds ``new``, writing only the rows that differ."""
    connection.executemany(f"delete from {table} where name = ?", [(gone,) for gone in old.keys() - new])  # noqa: S608
    changed = [row(name, value) for name, value in new.items() if old.get(name) != value]
    if changed:
        places = ", ".join("?" * len(changed[0]))
        connection.executemany(f"insert or replace into {table} values ({places})", changed)  # noqa: S608
