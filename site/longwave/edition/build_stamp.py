"""Whether anything that an edition is made of has changed, told by names, sizes and times, without reading a file."""

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
from longwave.edition.edition_store import FORMAT, Store
from longwave.edition.index_folder import IndexFolder
from longwave.edition.intake import READING
from longwave.errors import Problem
from longwave.feeds.cleaning import CLEANER

#: In the index folder, beside the pointer.
_FILE = "seen"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the current edition was made of. ``state`` stands for all files and settings."""

    fingerprint: str
    state: str
    episodes: int
    search: bool
    next_due: datetime | None
    problems: tuple[Problem, ...]


_SEEN = TypeAdapter(Seen)


def state(settings: Settings) -> str:
    """What stands for all that an edition is made of; empty while a file is so young that it may change unnoticed."""
    total = hashlib.sha256(
        repr((VERSION, RENDERER, READING, CLEANER, settings.url, settings.preview)).encode("utf-8", "surrogatepass")
    )
    for line in _files(settings):
        if not line:
            return ""
        total.update(line.encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def recall(index: Path) -> Seen | None:
    """What was seen when the current edition was made; None when that isn't known."""
    try:
        return _SEEN.validate_json((index / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def remember(index: Path, seen: Seen) -> None:
    """Keep it for the next time; where it can't be kept, the next time just takes longer."""
    temporary = index / f"current.{os.getpid()}.{_FILE}.tmp"
    with contextlib.suppress(OSError):
        try:
            temporary.write_bytes(_SEEN.dump_json(seen))
            temporary.replace(index / _FILE)
        finally:
            temporary.unlink(missing_ok=True)


def still_current(index: IndexFolder, made_of: str, search_up_to: int | None) -> Seen | None:
    """What was seen, where a build would come to the current edition again; None where there may be something to do.

    ``made_of`` is the ``state`` of now. An edition without search is made again where it has no more episodes than
    ``search_up_to``; None: in any case.
    """
    seen = recall(index.path)
    if seen is None or not made_of or seen.state != made_of:
        return None
    if seen.next_due is not None and seen.next_due <= datetime.now(UTC):
        return None
    if seen.fingerprint != index.current() or not _is_whole(index.editions / seen.fingerprint):
        return None
    searchable = seen.search or (search_up_to is not None and seen.episodes > search_up_to)
    return seen if searchable else None


def _is_whole(edition: Path) -> bool:
    try:
        with contextlib.closing(Store(edition)) as store:
            return bool(store.meta().get("format") == FORMAT)
    except (OSError, sqlite3.Error, ValueError):
        return False


def _files(settings: Settings) -> Iterator[str]:
    """A line for each file that counts, in order; an empty one for a file that was written just now."""
    content = settings.content
    bases = [content, settings.root / "templates", TEMPLATES, STATIC]
    # Only these two may be links to elsewhere, which a walk doesn't follow.
    bases += [path for path in (content / "audio", content / "images") if path.is_symlink()]
    for base in bases:
        for folder, folders, names in os.walk(base):
            folders.sort()
            yield f"{folder}\n"
            for name in sorted(names):
                path = f"{folder}/{name}"
                try:
                    mark = file_signature(os.stat(path))  # noqa: PTH116 - ten thousand times
                except OSError:
                    mark = "-"
                yield f"{path} {mark}\n" if mark else ""
