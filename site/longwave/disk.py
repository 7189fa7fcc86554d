"""What has to outlast a power cut, what a file is known by, and one file in two places."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


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


def make_private(folder: Path) -> None:
    """Make a folder, unless it is there, of what is nothing for a public repository. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
