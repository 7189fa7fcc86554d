"""Files on disk: write them durably, recognize a changed one, and link one into two folders."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
from pathlib import Path

#: The longest steps, in nanoseconds, between two times that a file system can store: one with fractions of a second,
#: and one with whole (or only even) seconds; and the nanoseconds of one second.
_FINE_TICK_NS, _COARSE_TICK_NS, _SECOND_NS = 50_000_000, 2_100_000_000, 1_000_000_000


def regular_only(path: str, flags: int) -> int:
    """Return the descriptor of a regular file that is opened; an ``opener`` for ``open``. Raises OSError for all else.

    To open a named pipe would wait for its writer, perhaps for ever.
    """
    descriptor = os.open(path, flags | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise OSError(errno.EINVAL, "something other than a file", path)


def read_regular(path: Path | str, limit: int = -1) -> bytes:
    """Return the bytes of a regular file, ``limit`` at most unless negative. Raises OSError, also for a named pipe.

    Use this function or ``read_regular_text`` for the site owner's files: a named pipe may have such a file's name.
    """
    with open(path, "rb", opener=regular_only) as stream:
        return stream.read(limit)


def read_regular_text(path: Path | str, limit: int = -1, errors: str = "replace") -> str:
    r"""Return the text of a regular file in UTF-8, with ``\n`` at the end of lines; ``limit`` counts characters.

    Raises OSError, also for a named pipe, and UnicodeDecodeError where ``errors`` is "strict".
    """
    with open(path, encoding="utf-8", errors=errors, opener=regular_only) as stream:
        return stream.read(limit)


def sync(path: Path) -> None:
    """Flush a file's bytes, or a folder's entries, to the disk, so that they outlast a power cut. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cache_file(path: Path, data: bytes, folder: Path) -> None:
    """Write a file of a cache atomically, by way of a temporary file in ``folder``. Raises OSError.

    The file isn't flushed to the disk, as whoever reads a cache checks the bytes.
    """
    temporary = folder / f"{path.name}.{os.getpid()}.tmp"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def link_or_copy(file: Path, target: Path) -> None:
    """Create ``target`` as a hard link to ``file``, or as a copy where links are impossible.

    ``file`` must never be changed afterwards, as a link would change with it.
    """
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def stat_identity(path: Path) -> str:
    """Return a text for cache keys that identifies a file whose content never changes. Raises OSError."""
    # The ctime is left out because each new hard link changes it.
    info = path.stat()
    return f"{info.st_dev}.{info.st_ino}.{info.st_mtime_ns}.{info.st_size}"


def stat_signature(info: os.stat_result) -> str:
    """Return a text that changes with each write to a file, made from the file's ``stat`` result.

    A write so soon after the last one that ``is_settled`` is still false may leave the text as it was.
    """
    return f"{info.st_mtime_ns}.{info.st_ctime_ns}.{info.st_size}.{info.st_ino}"


def is_settled(info: os.stat_result) -> bool:
    """Return whether a file's last write is so long ago that another write would certainly change the file's time."""
    now, tick = time.time_ns(), _FINE_TICK_NS if info.st_ctime_ns % _SECOND_NS else _COARSE_TICK_NS
    return all(abs(now - written) >= tick for written in (info.st_mtime_ns, info.st_ctime_ns))


def make_private_folder(folder: Path) -> None:
    """Create a folder that git ignores, if it doesn't exist. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")


def source_digest(*paths: Path) -> str:
    """Return 16 hexadecimal digits that change whenever a source file does: a version for cache keys.

    For a folder among ``paths``, all modules below the folder are read.
    """
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
