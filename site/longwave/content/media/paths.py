"""Safe paths: names from requests and front matter are resolved to files inside one folder, and never outside."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

#: The most characters of a file's name that is looked up.
_MAX_NAME_LENGTH = 1024
_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")


def resolve_inside(base: Path | str, name: str) -> Path | None:
    """Return the regular file ``name`` (a relative path with ``/``) below ``base``, with all symbolic links resolved.

    ``base`` itself may be a link. The result is None for anything else: a file that doesn't exist, another spelling of
    a path (``a//b``, ``./a``, a backslash), a hidden name, a link that leads out of ``base``, a folder, a device.
    """
    parts = name.split("/")
    if (
        len(name) > _MAX_NAME_LENGTH
        or "\0" in name
        or "\\" in name
        or any(part.startswith(".") or not part for part in parts)
    ):
        return None
    # Most of the names that a build looks up don't exist, or contain no links: both tests are cheaper than resolving.
    if not os.path.lexists(f"{base}/{name}"):
        return None
    try:
        root = os.path.realpath(base, strict=True)
        steps = [f"{root}/{'/'.join(parts[:count])}" for count in range(1, len(parts) + 1)]
        linked = any(stat.S_ISLNK(os.lstat(step).st_mode) for step in steps)
        path = Path(os.path.realpath(steps[-1], strict=True) if linked else steps[-1])
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return None
    return path if regular and (not linked or path.is_relative_to(root)) else None


def normalize_name(name: str) -> str:
    """Return the name in Unicode's normal form KC, because some systems write an é as one character, others as two."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def normal_forms(name: str) -> tuple[str, ...]:
    """Return the name itself, and the name in each of Unicode's normal forms, without duplicates."""
    if name.isascii() or len(name) > _MAX_NAME_LENGTH:
        return (name,)
    return tuple(dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in _FORMS))))


def find_spelling(base: Path | str, name: str) -> str | None:
    """Return ``name`` in the Unicode spelling that a file below ``base`` really has; None if there is no such file.

    Files that ``resolve_inside`` refuses don't count.
    """
    if resolve_inside(base, name) is not None:
        return name
    if name.isascii():
        return None
    folders = [""]
    for part in name.split("/"):
        candidates = [f"{folder}{form}" for folder in folders for form in normal_forms(part)]
        folders = [f"{path}/" for path in candidates if os.path.lexists(f"{base}/{path}")]
    return next((path[:-1] for path in folders if resolve_inside(base, path[:-1]) is not None), None)


def paths_by_name(base: Path, folder: str, endings: Sequence[str]) -> dict[str, str]:
    """Map the name of each file in ``base/folder``, normalized and without its ending, to its path below ``base``.

    ``folder`` matches in any normal form. Files with other endings than those in ``endings`` (lower case, with their
    dot) are left out; of two files with one name, the ending that comes first in ``endings`` wins.
    """
    wanted = normalize_name(folder)
    folders = [name for name in _names(base) if normalize_name(name) == wanted]
    paths = [f"{below}/{name}" for below in folders for name in _names(base / below)]
    parts = [(path, stem, f".{ending.lower()}") for path in paths for stem, _, ending in [path.rpartition(".")]]
    ranked = sorted((endings.index(ending), stem, path) for path, stem, ending in parts if ending in endings)
    return {normalize_name(stem.partition("/")[2]): path for _, stem, path in reversed(ranked)}


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - a folder may hold thousands of names, and only names are needed
    except OSError:
        return []
