"""The file ``stale`` in the index folder, which exists while publishing fails, and tells all processes the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from longwave.config import Settings
from longwave.edition.build.faults import mistakes_raised
from longwave.edition.store.index_folder import IndexFolder
from longwave.errors import LongwaveError, MistakeError

#: The name of the file, in the index folder, that reports failures to publish.
_FILE = "stale"
_MISTAKE = "Longwave has made a mistake; the log says more."


@dataclass(frozen=True, slots=True)
class Stale:
    """A series of failures to publish: the time of the first, and the reason of the latest, in words for the public."""

    since: datetime
    reason: str


_STALE = TypeAdapter(Stale)


def read_stale(index: Path) -> Stale | None:
    """Return the failures to publish since any process last succeeded, or None if the last attempt succeeded."""
    try:
        return _STALE.validate_json((index / _FILE).read_bytes())
    except (OSError, ValidationError):
        return None


@contextmanager
def reporting_failure(settings: Settings) -> Iterator[None]:
    """Record in the index folder, for all processes, whether the block published; raise any failure as LongwaveError.

    On a full disk the report may be lost, so that only this process knows of the failure.
    """
    try:
        with mistakes_raised():
            yield
    except OSError as error:
        place = Path(error.filename or settings.index)
        expected = "room for a new edition" if place.is_relative_to(settings.index) else "a file that can be read"
        message = f"{place}: expected {expected}, found: {error.strerror or error}."
        failure = LongwaveError(message, "What was published before stays as it is.")
        _write(settings, failure)
        raise failure from None
    except LongwaveError as error:
        _write(settings, error)
        raise
    with suppress(OSError):
        (settings.index / _FILE).unlink(missing_ok=True)


def _write(settings: Settings, error: Exception) -> None:
    earlier = read_stale(settings.index)
    stale = Stale(earlier.since if earlier else datetime.now(UTC), public_reason(settings, error))
    IndexFolder(settings.index).write_note(_FILE, _STALE.dump_json(stale))


def public_reason(settings: Settings, error: Exception) -> str:
    """Return an error in words for the public: without paths of folders, and without text from the content."""
    if isinstance(error, MistakeError) or not isinstance(error, LongwaveError):
        return _MISTAKE
    text = str(error)
    for folder in (settings.index, settings.root):
        text = text.replace(f"{folder}/", "").replace(str(folder), folder.name)
    return re.sub(r"(?<![^\s(])/(?:[^\s:]*/)?", "", text)
