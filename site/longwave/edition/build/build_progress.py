"""The progress of a first search index, which a build process writes and the servers show."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from longwave.edition.store.index_folder import IndexFolder

_FILE = "progress"
#: The least seconds between two writes.
_PAUSE = 0.3


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """The number of transcripts that are indexed, and of all (of episodes where there are no transcripts)."""

    done: int
    total: int


class ProgressWriter:
    """A writer of the progress of one build, in which transcripts are first read and then indexed."""

    def __init__(self, index: IndexFolder) -> None:
        self._index, self._last = index, 0.0

    def read(self, done: int, total: int) -> None:
        """Note that ``done`` transcripts are read, which is half of the work."""
        self._write(done // 2, total)

    def indexed(self, done: int, total: int) -> None:
        """Note that ``done`` transcripts are indexed."""
        self._write((total + done) // 2, total)

    def end(self) -> None:
        """Remove the note."""
        (self._index.path / _FILE).unlink(missing_ok=True)

    def _write(self, done: int, total: int) -> None:
        if time.monotonic() - self._last >= _PAUSE:
            self._index.write_note(_FILE, json.dumps([done, total]).encode())
            self._last = time.monotonic()


def read_progress(index: IndexFolder) -> BuildProgress | None:
    """Return the progress of the build process that runs now, or None if it hasn't begun."""
    try:
        done, total = json.loads((index.path / _FILE).read_bytes())
        return BuildProgress(int(done), int(total))
    except (OSError, ValueError, TypeError):
        return None
