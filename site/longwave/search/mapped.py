"""Whoosh's files as one mapping of memory for all threads.

Whoosh's own readers copy all postings of a segment, and all lines, into the memory of each thread: at 10,000 episodes
60 MB eight times.
"""

from __future__ import annotations

import mmap
import threading
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile


class MappedStorage(FileStorage):  # type: ignore[misc] # Whoosh is untyped
    """A folder of an index that nobody changes any more. Its files may be opened by several threads at once."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._maps: dict[str, mmap.mmap] = {}
        self._lock = threading.Lock()

    def open_file(self, name: str, **_: Any) -> Any:
        """A reader of a file, with a place of its own in it. Raises OSError and ValueError where it can't be mapped."""
        with self._lock:
            if name not in self._maps:
                with open(self._fpath(name), "rb") as stream:  # noqa: PTH123 - Whoosh makes the path
                    self._maps[name] = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            return _Mapped(memoryview(self._maps[name]), name)

    @property
    def is_cut(self) -> bool:
        """Whether a file is shorter than it was: who reads past its end is killed by the system."""
        return any(mapped.size() < len(mapped) for mapped in [*self._maps.values()])


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
