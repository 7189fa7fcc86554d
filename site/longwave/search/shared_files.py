"""A storage for Whoosh that opens each file once for all threads, and reads only the bytes that are needed.

Whoosh's own readers copy all postings of a segment, and all lines, into the memory of each thread: at 10,000 episodes
60 MB eight times. A memory map would save that too, but a read error of the disk would kill the process (SIGBUS).
"""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

#: A file's device and inode, its size, and the time of its last write in nanoseconds.
_State = tuple[tuple[int, int], int, int]


class SharedStorage(FileStorage):  # type: ignore[misc] # Whoosh is untyped
    """A storage in an index folder that is never written again. Several threads may open its files at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._names = super().list()
        self._files: dict[str, _File] = {}
        #: Each file's state when it was opened, or last checked.
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()

    def open_file(self, name: str, **_: Any) -> Any:
        """Return a reader of a file, with a position of its own. Raises OSError where the file can't be opened."""
        with self._lock:
            if name not in self._files:
                file = self._files[name] = _File(os.open(self._fpath(name), os.O_RDONLY))
                self._states[name] = file.state
            file = self._files[name]
        return _Part(_Span(file, 0, file.size), name)

    def list(self) -> Any:
        """Return the names of the files when the storage was opened, as open files can still be read once deleted."""
        return self._names

    def has_changed(self) -> bool:
        """Return whether a file was written since it was opened, or since the last call."""
        with self._lock:
            before = dict(self._states)
            after = {name: self._state_of(name) for name in before}
            self._states |= {name: state for name, state in after.items() if state[0] == before[name][0]}
            return self._states != before

    def is_gone(self) -> bool:
        """Return whether a file of the storage was deleted or replaced; the open file can still be read."""
        with self._lock:
            return any(self._state_of(name)[0] != state[0] for name, state in self._states.items())

    def _state_of(self, name: str) -> _State:
        try:
            return _state(os.stat(self._fpath(name)))  # noqa: PTH116 - Whoosh makes the path
        except OSError:
            return (0, 0), 0, 0


def _state(info: os.stat_result) -> _State:
    return (info.st_dev, info.st_ino), info.st_size, info.st_mtime_ns


class _File:
    """A file that stays open for as long as anything refers to it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor, self.state = descriptor, _state(os.fstat(descriptor))

    @property
    def size(self) -> int:
        """Return the size in bytes that the file had when it was opened."""
        return self.state[1]

    def __del__(self) -> None:
        os.close(self.descriptor)


class _Span:
    """A range of a file's bytes that Whoosh treats as a file, as it packs all files of a segment into one."""

    __slots__ = ("_file", "_first", "length")

    def __init__(self, file: _File, first: int, length: int) -> None:
        self._file, self._first, self.length = file, first, length

    def part(self, position: int, length: int) -> _Span:
        """Return a span of ``length`` bytes that begins at ``position`` within this one. Reads nothing."""
        return _Span(self._file, self._first + position, length)

    def read(self, position: int, count: int) -> bytes:
        """Return ``count`` bytes from a position, fewer at the end. Raises OSError, also where the file was cut off."""
        wanted = max(0, min(count, self.length - position))
        data = os.pread(self._file.descriptor, wanted, self._first + position)
        if len(data) < wanted:
            raise OSError(errno.EIO, "a file that was cut off")
        return data


class _Part(StructFile):  # type: ignore[misc] # Whoosh is untyped
    """A part of a file as Whoosh reads it, with a position of its own."""

    def __init__(self, span: _Span, name: str | None) -> None:
        super().__init__(_Cursor(span), name)
        self._span = span

    def subset(self, position: int, length: int, name: str | None = None) -> _Part:
        """Return a reader of the ``length`` bytes from ``position`` in this part of the file."""
        return _Part(self._span.part(position, length), name or self._name)

    def get(self, position: int, length: int) -> bytes:
        """Return ``length`` bytes from a position, fewer at the end. Raises OSError."""
        return self._span.read(position, length)


class _Cursor:
    """A reader with a position in a part of a file, which each read moves on."""

    __slots__ = ("_at", "_span")

    def __init__(self, span: _Span) -> None:
        self._span, self._at = span, 0

    def read(self, count: int = -1) -> bytes:
        data = self._span.read(self._at, self._span.length if count < 0 else count)
        self._at += len(data)
        return data

    def readline(self) -> bytes:
        """Return the next line and move behind it. Python's ``pickle`` requires the method, for its old protocols."""
        line = self._span.read(self._at, self._span.length).partition(b"\n")
        self._at += len(line[0]) + len(line[1])
        return line[0] + line[1]

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._span.length)[whence]
        return self._at

    def tell(self) -> int:
        return self._at
