"""All processes are told by a file in the index folder when nothing can be published."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from longwave.config import Settings
from longwave.edition.build.faults import told
from longwave.errors import LongwaveError, MistakeError

#: In the index folder, beside the pointer.
_FILE = "stale"
_MISTAKE = "Longwave has made a mistake; the log says more."


@dataclass(frozen=True, slots=True)
class Stale:
    """The time since which nothing could be published, and the reason, in words that name no folder of this machine."""

    since: datetime
    reason: str


_STALE = TypeAdapter(Stale)


def stale_since(index: Path) -> Stale | None:
    """Return what the process says that tried last to publish something; None where that process could."""
    try:
        return _STALE.validate_json((index / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None


@contextmanager
def telling(settings: Settings) -> Iterator[None]:
    """Tell all processes whether something could be published. Raises LongwaveError for whatever goes wrong.

    Where nothing can be written either, only this process knows.
    """
    try:
        with told():
            yield
    except OSError as error:
        where = Path(error.filename or settings.index)
        wanted = "room for a new edition" if where.is_relative_to(settings.index) else "a file that can be read"
        found = f"{where}: expected {wanted}, found: {error.strerror or error}."
        refused = LongwaveError(found, "What was published before stays as it is.")
        _tell(settings, refused)
        raise refused from None
    except LongwaveError as error:
        _tell(settings, error)
        raise
    with suppress(OSError):
        (settings.index / _FILE).unlink(missing_ok=True)


def _tell(settings: Settings, error: Exception) -> None:
    known = stale_since(settings.index)
    stale = Stale(known.since if known else datetime.now(UTC), reason_for_all(settings, error))
    temporary = settings.index / f"current.{os.getpid()}.{_FILE}.tmp"
    with suppress(OSError):
        try:
            temporary.write_bytes(_STALE.dump_json(stale))
            temporary.replace(settings.index / _FILE)
        finally:
            temporary.unlink(missing_ok=True)


def reason_for_all(settings: Settings, error: Exception) -> str:
    """Return an error in words that strangers may read: files without their folders, and nothing of a text."""
    if isinstance(error, MistakeError) or not isinstance(error, LongwaveError):
        return _MISTAKE
    text = str(error)
    for folder in (settings.index, settings.root):
        text = text.replace(f"{folder}/", "").replace(str(folder), folder.name)
    return re.sub(r"(?<![^\s(])/(?:[^\s:]*/)?", "", text)
