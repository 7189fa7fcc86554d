"""The databases of an edition, open for reading: ``edition.sqlite`` and ``texts.sqlite``, which never change.

The texts, which are most of an edition's data, are separate in ``texts.sqlite``. An edition with few new texts shares
this file with the previous edition by a hard link, and has the new texts in ``edition.sqlite``.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from longwave.catalogue import Catalogue
from longwave.content.folder import Kind
from longwave.disk import stat_identity
from longwave.edition.store.edition_data import AudioRecord, Body, Contents, EntryDigest, Published, Source
from longwave.edition.store.records import NAMES, PROBLEMS
from longwave.feeds.feed_digests import Change
from longwave.memo import Latest

#: The version of the databases, raised by hand: an edition of another version can't be read.
FORMAT = "8"
FILE, TEXTS = "edition.sqlite", "texts.sqlite"


class Store:
    """An edition's databases, open for reading. Several threads may use the same object."""

    def __init__(self, folder: Path, latest: Latest[Contents] | None = None) -> None:
        """Open the databases in ``folder``. Raises sqlite3.Error or OSError when they can't be read.

        ``latest`` caches the contents that this process read or wrote last.
        """
        self._folder = folder
        self._mark = stat_identity(folder / FILE)
        self._latest = Latest[Contents]() if latest is None else latest
        self._known = self._latest.get(self._mark)
        self._connection = sqlite3.connect(_address(folder / FILE), uri=True, check_same_thread=False)
        try:
            self._connection.execute("attach ? as texts", (_address(folder / TEXTS),))
            self._connection.execute("select name from texts.bodies limit 1")
        except BaseException:
            self._connection.close()
            raise
        self._lock = threading.Lock()
        #: Whether a query has failed, which means that a file was damaged after it was written.
        self.is_damaged = False

    def close(self) -> None:
        """Close both databases."""
        with self._lock:
            self._connection.close()

    def contents(self) -> Contents:
        """Return everything in the databases except the texts. Raises ValueError if a row is damaged."""
        if self._known:
            return self._known
        sources = {row[0]: _source(*row) for row in self._rows("select * from sources")}
        sounds = self._rows("select * from sounds")
        entries = self._rows("select name, made_of, entry from entries")
        contents = Contents(
            self._folder,
            self.meta(),
            sources,
            {
                name: AudioRecord(name, signature, facts, PROBLEMS.validate_json(problems))
                for name, signature, facts, problems in sounds
            },
            self.published(),
            self.feeds(),
            {name: EntryDigest(*row) for name, *row in entries},
            self.served(),
        )
        self._latest.put(self._mark, contents)
        return contents

    def meta(self) -> Mapping[str, Any]:
        """Return the values that describe the edition in total, such as its fingerprint, by name."""
        return {name: json.loads(value) for name, value in self._rows("select name, value from meta")}

    def records(self, kind: Kind) -> dict[str, str]:
        """Return the JSON records of one kind of file, by the files' names, sorted by name."""
        if self._known:
            sources = self._known.sources.values()
            return dict(
                sorted((source.name, source.record) for source in sources if source.kind == kind and source.record)
            )
        return dict(self._rows("select name, record from sources where kind = ? and record != '' order by name", kind))

    def published(self) -> Mapping[str, Published]:
        """Return every published episode by its key."""
        if self._known:
            return self._known.published
        return {row[0]: Published(*row) for row in self._rows("select * from episodes")}

    def feeds(self) -> Mapping[str, Change]:
        """Return each feed's digest and the date of its last change, by the feed's path."""
        if self._known:
            return self._known.feeds
        rows = self._rows("select name, digest, since from feeds")
        return {name: Change(digest, datetime.fromisoformat(since)) for name, digest, since in rows}

    def served(self) -> frozenset[str]:
        """Return the names of the files in content/audio and content/images that the edition serves."""
        if self._known and self._known.served is not None:
            return self._known.served
        return frozenset(name for (name,) in self._rows("select name from served"))

    def catalogue(self) -> Catalogue | None:
        """Return the catalogue without the plain pages, or None if another process has built the edition."""
        return self._known.catalogue if self._known else None

    def body(self, name: str) -> Body | None:
        """Return the Markdown text of a content file after Liquid, or None if the file has none."""
        for table in ("main.bodies", "texts.bodies"):
            rows = self._rows(f"select * from {table} where name = ?", name)  # noqa: S608 - the table is one of two
            if rows:
                return Body(*rows[0])
        return None

    def without_notes(self) -> Iterator[Body]:
        """Yield the texts from which timestamps and plain text haven't been parsed yet."""
        query = "select name from texts.bodies where notes = '' union select name from main.bodies where notes = ''"
        names = [row[0] for row in self._rows(query)]
        yield from (body for body in map(self.body, names) if body)

    def record(self, name: str) -> str:
        """Return the JSON record of a content file, or an empty text if there is none."""
        rows = self._rows("select record from sources where name = ?", name)
        return str(rows[0][0]) if rows else ""

    def _rows(self, query: str, *values: str) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError:
                self.is_damaged = True
                raise


def _address(path: Path) -> str:
    """Return the URI by which SQLite opens a file as immutable. Raises OSError if there is no such file."""
    path.stat()
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


def _source(*row: Any) -> Source:
    columns = dict(zip(Source.__dataclass_fields__, row, strict=True))
    # Empty lists, which are the most frequent, aren't parsed, as thousands of rows are read at once.
    problems = PROBLEMS.validate_json(columns["problems"]) if columns["problems"] != "[]" else ()
    mentions = NAMES.validate_json(columns["mentions"]) if columns["mentions"] != "[]" else ()
    return Source(**columns | {"problems": problems, "mentions": mentions})
