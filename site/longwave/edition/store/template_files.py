"""The site's own templates as an edition keeps them, and what stands for folders of files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from longwave.config import STATIC
from longwave.disk import sync
from longwave.edition.store.records import digest


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files below ``folder`` in the order of their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def stamp(files: Mapping[str, bytes]) -> str:
    """What stands for the names and the bytes of files."""
    return digest(repr([(name, digest(data)) for name, data in files.items()]))


def assets() -> str:
    """Return what stands for this Longwave's scripts and styles, under which browsers keep them for good."""
    return stamp(read_folder(STATIC))[:10]


def write_folder(files: Mapping[str, bytes], target: Path) -> None:
    """Make the folder ``target`` of these files, and put it on the disk."""
    target.mkdir()
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path in (*target.rglob("*"), target):
        sync(path)
