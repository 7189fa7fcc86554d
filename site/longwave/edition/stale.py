"""Whether what is here can't be published, told to all processes by a file in the index folder."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from longwave.config import Settings
from longwave.errors import LongwaveError, MistakeError

#: In the index folder, beside the pointer.
_FILE = "stale"
_MISTAKE = "Longwave has made a mistake; the log says more."


@dataclass(frozen=True, slots=True)
class Stale:
    """Since when nothing could be published, and why, in words that name no folder of this machine."""

    since: datetime
    reason: str


_STALE = TypeAdapter(Stale)


def stale_since(index: Path) -> Stale | None:
    """What the process that was the last to publish something, or to try to, says of itself; None where it could."""
    try:
        return _STALE.validate_json((index / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def tell_stale(settings: Settings, error: Exception) -> None:
    """Say that nothing can be published, and since when; the time of an earlier failure stays.

    Where that can't be written, only this process knows.
    """
    known = stale_since(settings.index)
    told = Stale(known.since if known else datetime.now(UTC), reason_for_all(settings, error))
    temporary = settings.index / f"current.{os.getpid()}.{_FILE}.tmp"
    with contextlib.suppress(OSError):
        try:
            temporary.write_bytes(_STALE.dump_json(told))
            temporary.replace(settings.index / _FILE)
        finally:
            temporary.unlink(missing_ok=True)


def forget_stale(index: Path) -> None:
    """Say that something was published."""
    with contextlib.suppress(OSError):
        (index / _FILE).unlink(missing_ok=True)


def reason_for_all(settings: Settings, error: Exception) -> str:
    """What went wrong, as strangers may read it: files without the folders they are in, and nothing of a text."""
    if isinstance(error, MistakeError) or not isinstance(error, LongwaveError):
        return _MISTAKE
    text = str(error)
    for folder in (settings.index, settings.root):
        text = text.replace(f"{folder}/", "").replace(str(folder), folder.name)
    return re.sub(r"(?<![^\s(])/(?:[^\s:]*/)?", "", text)
