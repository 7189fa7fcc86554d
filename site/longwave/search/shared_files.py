"""Whoosh's files, each open once for all threads, and read where it is asked for.

Whoosh's own readers copy all postings of a segment, and all lines, into the memory of each thread: at 10,000 episodes
60 MB eight times. A mapping of memory would save that too, but who reads of it what the disk doesn't give is killed.
"""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

#: A file by its device and number, its size, and when it was written to.
_State = tuple[tuple[int, int], int, int]


class SharedStorage(FileStorage):  # type: ignore[misc] # Whoosh is untyped
    """A folder of an index that nobody changes any more. Its files may be opened by several threads at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._names = super().list()
        self._files: dict[str, _File] = {}
        #: How each file was when it was opened, or last looked at.
        self._seen: dict[str, _State] = {}
        self._lock = threading.Lock()

    def open_file(self, name: str, **_: Any) -> Any:
        """Return a reader of a file, with a place of its own in it. Raises OSError where it can't be opened."""
        with self._lock:
            if name not in self._files:
                file = self._files[name] = _File(os.open(self._fpath(name), os.O_RDONLY))
                self._seen[name] = file.state
            file = self._files[name]
        return _Part(_Span(file, 0, file.size), name)

    def list(self) -> Any:
        """Return the names of the files as they were: a later thread reads what is open, also if it is gone."""
        return self._names

    def has_changed(self) -> bool:
        """Return whether a file was written to since it was opened, or since this was asked last."""
        with self._lock:
            before = dict(self._seen)
            now = {name: self._now(name) for name in before}
            self._seen |= {name: state for name, state in now.items() if state[0] == before[name][0]}
            return self._seen != before

    def is_gone(self) -> bool:
        """Return whether a file isn't there any more, or is another one. What is open of it is as it was."""
        with self._lock:
            return any(self._now(name)[0] != seen[0] for name, seen in self._seen.items())

    def _now(self, name: str) -> _State:
        try:
            return _state(os.stat(self._fpath(name)))  # noqa: PTH116 - Whoosh makes the path
        except OSError:
            return (0, 0), 0, 0


def _state(info: os.stat_result) -> _State:
    return (info.st_dev, info.st_ino), info.st_size, info.st_mtime_ns


class _File:
    """An open file that stays so for as long as anybody may read it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor, self.state = descriptor, _state(os.fstat(descriptor))

    @property
    def size(self) -> int:
        """Bytes, when the file was opened."""
        return self.state[1]

    def __del__(self) -> None:
        os.close(self.descriptor)


class _Span:
    """A part of a file: Whoosh keeps the files of a segment in one."""

    __slots__ = ("_file", "_first", "length")

    def __init__(self, file: _File, first: int, length: int) -> None:
        self._file, self._first, self.length = file, first, length

    def part(self, position: int, length: int) -> _Span:
        """Return a part of this part."""
        return _Span(self._file, self._first + position, length)

    def read(self, position: int, count: int) -> bytes:
        """Return the bytes from a position, as many as there are at most. Raises OSError, also where it was cut."""
        wanted = max(0, min(count, self.length - position))
        data = os.pread(self._file.descriptor, wanted, self._first + position)
        if len(data) < wanted:
            raise OSError(errno.EIO, "a file that was cut off")
        return data


class _Part(StructFile):  # type: ignore[misc] # Whoosh is untyped
    """A part of a file as Whoosh reads it, with a place of its own in it."""

    def __init__(self, span: _Span, name: str | None) -> None:
        super().__init__(_Place(span), name)
        self._span = span

    def subset(self, position: int, length: int, name: str | None = None) -> _Part:
        """Return a part of this part."""
        return _Part(self._span.part(position, length), name or self._name)

    def get(self, position: int, length: int) -> bytes:
        """Return the bytes from a position, as many as there are at most. Raises OSError."""
        return self._span.read(position, length)


class _Place:
    """Reads on from a place in a part, as files do."""

    __slots__ = ("_at", "_span")

    def __init__(self, span: _Span) -> None:
        self._span, self._at = span, 0

    def read(self, count: int = -1) -> bytes:
        data = self._span.read(self._at, self._span.length if count < 0 else count)
        self._at += len(data)
        return data

    def readline(self) -> bytes:
        """Only for old pickles, which have lines."""
        line = self._span.read(self._at, self._span.length).partition(b"\n")
        self._at += len(line[0]) + len(line[1])
        return line[0] + line[1]

    def seek(self, place: int, whence: int = 0) -> int:
        self._at = place + (0, self._at, self._span.length)[whence]
        return self._at

    def tell(self) -> int:
        return self._at
