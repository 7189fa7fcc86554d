"""Whoosh's files as one mapping of memory for all threads.

Whoosh's own readers copy all postings of a segment, and all lines, into the memory of each thread: at 10,000 episodes
60 MB eight times.
"""

from __future__ import annotations

import mmap
import os
import threading
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile

#: A file, its size and when it was written to.
_State = tuple[tuple[int, int], int, int]


class MappedStorage(FileStorage):  # type: ignore[misc] # Whoosh is untyped
    """A folder of an index that nobody changes any more. Its files may be opened by several threads at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._names = super().list()
        self._maps: dict[str, mmap.mmap] = {}
        #: How each file was when it was mapped, or last looked at.
        self._seen: dict[str, _State] = {}
        self._lock = threading.Lock()

    def open_file(self, name: str, **_: Any) -> Any:
        """A reader of a file, with a place of its own in it. Raises OSError and ValueError where it can't be mapped."""
        with self._lock:
            if name not in self._maps:
                with open(self._fpath(name), "rb") as stream:  # noqa: PTH123 - Whoosh makes the path
                    self._maps[name] = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
                    self._seen[name] = _state(os.fstat(stream.fileno()))
            return _Mapped(memoryview(self._maps[name]), name)

    def list(self) -> Any:
        """The names of the files as they were: a thread that comes later reads what is mapped, also when it is gone."""
        return self._names

    def has_changed(self) -> bool:
        """Whether a file was written to since it was mapped, or since this was asked last.

        Who reads past the end of one that was cut off is killed by the system.
        """
        with self._lock:
            before = dict(self._seen)
            now = {name: self._now(name) for name in before}
            self._seen |= {name: state for name, state in now.items() if state[0] == before[name][0]}
            return self._seen != before or any(mapped.size() < len(mapped) for mapped in self._maps.values())

    def is_gone(self) -> bool:
        """Whether a file isn't there any more, or is another one. What is mapped of it is as it was."""
        with self._lock:
            return any(self._now(name)[0] != seen[0] for name, seen in self._seen.items())

    def _now(self, name: str) -> _State:
        try:
            return _state(os.stat(self._fpath(name)))  # noqa: PTH116 - as above
        except OSError:
            return (0, 0), 0, 0


def _state(info: os.stat_result) -> _State:
    return (info.st_dev, info.st_ino), info.st_size, info.st_mtime_ns


class _Mapped(BufferFile):  # type: ignore[misc] # Whoosh is untyped
    def __init__(self, view: memoryview, name: str | None = None) -> None:
        StructFile.__init__(self, _Place(view), name)
        self._buf = view

    def subset(self, position: int, length: int, name: str | None = None) -> _Mapped:
        """A part of it: Whoosh keeps the files of a segment in one."""
        return _Mapped(self._buf[position : position + length], name or self._name)


class _Place:
    """Reads on from a place, as files do."""

    __slots__ = ("_at", "_view")

    def __init__(self, view: memoryview) -> None:
        self._view, self._at = view, 0

    def read(self, count: int = -1) -> bytes:
        end = len(self._view) if count < 0 else self._at + count
        data = self._view[self._at : end].tobytes()
        self._at += len(data)
        return data

    def readline(self) -> bytes:
        """Only for old pickles, which have lines."""
        line = self._view[self._at :].tobytes().partition(b"\n")
        self._at += len(line[0]) + len(line[1])
        return line[0] + line[1]

    def seek(self, place: int, whence: int = 0) -> int:
        self._at = place + (0, self._at, len(self._view))[whence]
        return self._at

    def tell(self) -> int:
        return self._at
