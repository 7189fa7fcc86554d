"""What has to outlast a power cut, what a file is known by, and one file in two places."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path

#: Clocks of file systems tick this often, and some only every two seconds (nanoseconds).
_TICK, _COARSE, _SECOND = 50_000_000, 2_100_000_000, 1_000_000_000


def sync(path: Path) -> None:
    """Put a file's bytes, or a folder's names, on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def share(file: Path, target: Path) -> None:
    """Make ``target`` the same as ``file``, which nobody will change: a link to it, or a copy where links can't be."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def mark(path: Path) -> str:
    """What tells a file that nobody writes again from every other. Raises OSError."""
    # Not the ctime, which another link to the file changes.
    info = path.stat()
    return f"{info.st_dev}.{info.st_ino}.{info.st_mtime_ns}.{info.st_size}"


def facts(info: os.stat_result) -> str:
    """Return what tells a file from all that had its name before, unless it was written just now (``is_settled``)."""
    return f"{info.st_mtime_ns}.{info.st_ctime_ns}.{info.st_size}.{info.st_ino}"


def is_settled(info: os.stat_result) -> bool:
    """Return whether the clock has ticked since a file was written: before, it may change without a trace."""
    now, tick = time.time_ns(), _TICK if info.st_ctime_ns % _SECOND else _COARSE
    return all(abs(now - written) >= tick for written in (info.st_mtime_ns, info.st_ctime_ns))


def make_private(folder: Path) -> None:
    """Make a folder, unless it is there, of what is nothing for a public repository. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")


def source_digest(*paths: Path) -> str:
    """Return 16 hexadecimal digits that change whenever a source file does: a part of cache keys, never raised by hand.

    A folder among ``paths`` stands for all modules below it.
    """
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
