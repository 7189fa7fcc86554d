"""The folder ``index/``: one lock, one pointer, and the editions that somebody may still be using."""

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
    """The index folder can't be written."""


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """Paths below the index folder, and what keeps several processes out of each other's way there."""

    path: Path

    @property
    def editions(self) -> Path:
        """A folder for each edition, named by its fingerprint."""
        return self.path / "editions"

    @property
    def html(self) -> Path:
        """Rendered Markdown, by the hash of what it was rendered from."""
        return self.path / "html"

    @property
    def images(self) -> Path:
        """Scaled pictures."""
        return self.path / "images"

    def prepare(self) -> None:
        """Make the folder. Raises UnwritableError when that can't be, or nothing can be written there."""
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
        """Hold the one lock under which editions are made. Yields False when it is taken and ``wait`` is False.

        ``busy`` is told whom it waits for: the process's number, 0 where that isn't known.
        """
        with (self.path / "lock").open("a+b", buffering=0) as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not wait:
                    yield False
                    return
                if busy is not None:
                    busy(_number(stream))
                fcntl.flock(stream, fcntl.LOCK_EX)
            # Closing the file lets go of the lock, also when the process is killed; what it says is for people only.
            with contextlib.suppress(OSError):
                stream.truncate(0)
                stream.write(f"{os.getpid()}\n".encode())
            yield True

    def current(self) -> str:
        """The fingerprint to which the pointer points; empty when there is none."""
        try:
            name = (self.path / "current").read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        return name if _NAME.fullmatch(name) else ""

    def point(self, fingerprint: str) -> None:
        """Make an edition the current one: atomically, and on the disk when this returns."""
        temporary = self.path / f"current.{os.getpid()}.tmp"
        try:
            temporary.write_text(f"{fingerprint}\n")
            sync(temporary)
            temporary.replace(self.path / "current")
        finally:
            temporary.unlink(missing_ok=True)
        sync(self.path)

    def clean(self) -> None:
        """Delete what a killed process left, and the editions that nobody uses any more."""
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
        """Files that nobody renamed. A server that is just about to has to make its page or picture once more."""
        yield from self.path.glob("current.*.tmp")
        for folder in (self.html, self.images, *([self.editions / current] if current else [])):
            yield from folder.glob("*.tmp")


def hold(folder: Path) -> IO[str]:
    """Say that this process uses an edition, until the returned file is closed.

    Raises FileNotFoundError when the edition is gone, or is just going.
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


def _number(stream: IO[bytes]) -> int:
    stream.seek(0)
    said = stream.read(20).strip()
    return int(said) if said.isdigit() else 0


def _retire(folder: Path) -> None:
    """Delete an edition unless somebody uses it. One who is about to open it finds nothing, and looks again."""
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
