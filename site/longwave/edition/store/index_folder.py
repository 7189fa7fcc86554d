"""The index folder: the lock under which editions are built, the pointer to the current one, and the editions."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from longwave.disk import sync
from longwave.errors import LongwaveError

_NAME = re.compile(r"[0-9a-f]{16}")


class UnwritableError(LongwaveError):
    """An error for an index folder that can't be written."""


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """The index folder at ``path``, with the lock and the pointer by which processes share it."""

    path: Path

    @property
    def editions(self) -> Path:
        """Return the folder of all editions, in which each has a folder named by its fingerprint."""
        return self.path / "editions"

    @property
    def html(self) -> Path:
        """Return the cache folder of rendered Markdown, whose files are named by digests of text and renderer."""
        return self.path / "html"

    @property
    def images(self) -> Path:
        """Return the cache folder of scaled pictures."""
        return self.path / "images"

    def prepare(self) -> None:
        """Create the index folder. Raises UnwritableError if it can't be created or written."""
        try:
            self.editions.mkdir(parents=True, exist_ok=True)
            ignore = self.path / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n!.gitignore\n")
            (self.path / "lock").open("a").close()
        except OSError as error:
            raise UnwritableError(
                f"{self.path}: expected a folder that can be written, found: {error.strerror}.",
                "Everything derived is kept there; LONGWAVE_INDEX names another place.",
            ) from None

    @contextlib.contextmanager
    def locked(self, *, wait: bool = True, busy: Callable[[int], None] | None = None) -> Iterator[bool]:
        """Hold the lock under which editions are built. Yields False if another process has it and ``wait`` is False.

        ``busy`` is called before waiting, with the id of the process that has the lock (0 if unknown).
        """
        with (self.path / "lock").open("a+b", buffering=0) as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not wait:
                    yield False
                    return
                if busy is not None:
                    busy(_process_id(stream))
                fcntl.flock(stream, fcntl.LOCK_EX)
            # Errors don't matter, as the process id written here is only informative: the lock ends with the open file.
            with contextlib.suppress(OSError):
                stream.truncate(0)
                stream.write(f"{os.getpid()}\n".encode())
            yield True

    def current(self) -> str:
        """Return the fingerprint of the current edition, or an empty text if there is none."""
        try:
            name = (self.path / "current").read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        return name if _NAME.fullmatch(name) else ""

    def point(self, fingerprint: str) -> None:
        """Make an edition the current one, atomically and synced to the disk."""
        temporary = self.path / f"current.{os.getpid()}.tmp"
        try:
            temporary.write_text(f"{fingerprint}\n")
            sync(temporary)
            temporary.replace(self.path / "current")
        finally:
            temporary.unlink(missing_ok=True)
        sync(self.path)

    def write_note(self, name: str, data: bytes) -> None:
        """Replace a small file in the index folder atomically. Raises nothing, as losing the file only costs time."""
        temporary = self.path / f"current.{os.getpid()}.{name}.tmp"
        with contextlib.suppress(OSError):
            try:
                temporary.write_bytes(data)
                temporary.replace(self.path / name)
            finally:
                temporary.unlink(missing_ok=True)

    def clean(self) -> None:
        """Delete the temporary files of killed processes, and the old editions that no process uses any more."""
        current = self.current()
        for folder in self.editions.iterdir() if self.editions.is_dir() else ():
            if not _NAME.fullmatch(folder.name):
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.name != current:
                _retire(folder)
        for left in self._unfinished(current):
            with contextlib.suppress(OSError):
                left.unlink()

    def _unfinished(self, current: str) -> Iterator[Path]:
        """Yield the temporary files that killed processes may have left in the index folder.

        One may be a file that a server is just writing; the server then has to write the cached page or picture again.
        """
        yield from self.path.glob("current.*.tmp")
        for folder in (self.html, self.images, *([self.editions / current] if current else [])):
            yield from folder.glob("*.tmp")


def hold(folder: Path) -> IO[str]:
    """Return an open file that keeps the edition in ``folder`` from being deleted until the file is closed.

    Raises FileNotFoundError if the edition has been or is just being deleted.
    """
    mark = folder / "in-use"
    stream = mark.open("r")
    try:
        fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if not mark.exists() or mark.stat().st_ino != os.fstat(stream.fileno()).st_ino:
            raise FileNotFoundError(errno.ENOENT, "gone", str(mark))
    except BlockingIOError:
        stream.close()
        raise FileNotFoundError(errno.ENOENT, "going", str(mark)) from None
    except BaseException:
        stream.close()
        raise
    return stream


def _process_id(stream: IO[bytes]) -> int:
    stream.seek(0)
    text = stream.read(20).strip()
    return int(text) if text.isdigit() else 0


def _retire(folder: Path) -> None:
    """Delete an edition's folder unless a process uses it.

    A process that is about to open the edition finds nothing, and tries again with the current one.
    """
    doomed = folder.with_name(f"{folder.name}.gone")
    try:
        with (folder / "in-use").open("r") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            folder.rename(doomed)
    except BlockingIOError:
        return
    except OSError:
        doomed = folder
    shutil.rmtree(doomed, ignore_errors=True)
