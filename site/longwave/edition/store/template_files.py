"""The site's own templates, of which an edition has copies: reading, writing and digests of folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from longwave.config import STATIC
from longwave.disk import read_regular, sync
from longwave.edition.store.records import digest


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the bytes of each file below ``folder``, by its relative path, sorted by path."""
    return {
        path.relative_to(folder).as_posix(): read_regular(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def folder_digest(files: Mapping[str, bytes]) -> str:
    """Return a digest of the names and the bytes of files."""
    return digest(repr([(name, digest(data)) for name, data in files.items()]))


def static_version() -> str:
    """Return a digest of Longwave's scripts and styles, for their addresses, so that browsers can cache them."""
    return folder_digest(read_folder(STATIC))[:10]


def write_folder(files: Mapping[str, bytes], target: Path) -> None:
    """Create the folder ``target`` with these files, and sync it to the disk."""
    target.mkdir()
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for path in (*target.rglob("*"), target):
        sync(path)
