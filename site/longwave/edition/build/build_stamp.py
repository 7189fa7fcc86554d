"""The stamp of the last build, from which the next build sees that nothing has changed, without reading any file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from longwave.config import STATIC, TEMPLATES, VERSION, Settings
from longwave.content.folder import file_signature
from longwave.content.text.markdown import RENDERER
from longwave.edition.build.intake import READING
from longwave.edition.store.edition_store import FORMAT, Store
from longwave.edition.store.index_folder import IndexFolder
from longwave.errors import Problem
from longwave.feeds.cleaning import CLEANER
from longwave.search.index_manifest import INDEXING

#: The name of the stamp's file in the index folder.
_FILE = "seen"


@dataclass(frozen=True, slots=True)
class BuildStamp:
    """A record of the last build. ``state`` is a digest of all settings and of the names, sizes and times of files.

    ``fingerprint`` is that of the edition, ``url`` the address in the settings of the server that built it, and
    ``episodes`` the number of its episodes. ``search`` says whether the edition has an index, and ``next_due`` is the
    date of the next episode to be published.
    """

    fingerprint: str
    url: str
    state: str
    episodes: int
    search: bool
    next_due: datetime | None
    problems: tuple[Problem, ...]


_STAMP = TypeAdapter(BuildStamp)


def state_of(settings: Settings) -> str:
    """Return a digest of the state of everything from which an edition is made.

    The digest is empty if a file was written so recently that it could change again with the same time.
    """
    total = hashlib.sha256(
        repr((VERSION, RENDERER, READING, CLEANER, INDEXING, settings.url, settings.preview)).encode(
            "utf-8", "surrogatepass"
        )
    )
    for line in _files(settings):
        if not line:
            return ""
        total.update(line.encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def read_stamp(index: Path) -> BuildStamp | None:
    """Return the stamp of the last build, or None if there is none."""
    try:
        return _STAMP.validate_json((index / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def write_stamp(index: IndexFolder, stamp: BuildStamp) -> None:
    """Write a build's stamp into the index folder. Raises nothing, as a build without a stamp only takes longer."""
    index.write_note(_FILE, _STAMP.dump_json(stamp))


def current_stamp(index: IndexFolder, state: str, search_up_to: int | None) -> BuildStamp | None:
    """Return the stamp of the last build if another build would make the same edition, else None.

    ``state`` is the current digest. For an edition without a search index, the result is None, unless
    ``search_up_to`` is a number and the edition has more episodes than that.
    """
    stamp = read_stamp(index.path)
    if stamp is None or not state or stamp.state != state:
        return None
    if stamp.next_due is not None and stamp.next_due <= datetime.now(UTC):
        return None
    if stamp.fingerprint != index.current() or not _can_be_opened(index.editions / stamp.fingerprint):
        return None
    has_search = stamp.search or (search_up_to is not None and stamp.episodes > search_up_to)
    return stamp if has_search else None


def _can_be_opened(edition: Path) -> bool:
    try:
        with contextlib.closing(Store(edition)) as store:
            return bool(store.meta().get("format") == FORMAT)
    except (OSError, sqlite3.Error, ValueError):
        return False


def _files(settings: Settings) -> Iterator[str]:
    """Yield a line for each file of the site, with its size and times; the line is empty if the file is too new."""
    content = settings.content
    bases = [content, settings.root / "templates", TEMPLATES, STATIC]
    # These two folders may be symbolic links, which a walk doesn't follow, so they are walked separately.
    bases += [path for path in (content / "audio", content / "images") if path.is_symlink()]
    for base in bases:
        for folder, folders, names in os.walk(base):
            folders.sort()
            yield f"{folder}\n"
            for name in sorted(names):
                path = f"{folder}/{name}"
                try:
                    mark = file_signature(os.stat(path))  # noqa: PTH116 - os.stat is faster for ten thousand files
                except OSError:
                    mark = "-"
                yield f"{path} {mark}\n" if mark else ""
