"""Names from outside become files inside a folder, or nothing."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

_LONGEST = 1024
_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")


def resolve_inside(base: Path | str, name: str) -> Path | None:
    """The existing regular file ``name`` (relative, with ``/``) below ``base``, its links resolved.

    ``base`` itself may be a link to anywhere; what it leads to is the folder that nothing may leave. None for
    everything else: other spellings of a path, hidden names, links that lead out, folders, devices.
    """
    parts = name.split("/")
    if len(name) > _LONGEST or "\0" in name or "\\" in name or any(part.startswith(".") or not part for part in parts):
        return None
    # A build asks for each episode's audio: most names lead nowhere or through no link, which is sooner seen than
    # resolved.
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
    """Return what the normal forms of a name have in common: systems write an é in one letter or in two."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def normal_forms(name: str) -> tuple[str, ...]:
    """Return a name as it is, and as each normal form has it."""
    if name.isascii() or len(name) > _LONGEST:
        return (name,)
    return tuple(dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in _FORMS))))


def find_spelling(base: Path | str, name: str) -> str | None:
    """Return ``name`` in the spelling (a mix of normal forms) that a file below ``base`` has; None where none has one.

    Files that ``resolve_inside`` refuses don't count.
    """
    if resolve_inside(base, name) is not None:
        return name
    if name.isascii():
        return None
    found = [""]
    for part in name.split("/"):
        tried = [f"{above}{form}" for above in found for form in normal_forms(part)]
        found = [f"{path}/" for path in tried if os.path.lexists(f"{base}/{path}")]
    return next((path[:-1] for path in found if resolve_inside(base, path[:-1]) is not None), None)


def paths_by_name(base: Path, folder: str, endings: Sequence[str]) -> dict[str, str]:
    """Map the name of each file in ``base/folder``, normalized and without its ending, to its path below ``base``.

    ``folder`` matches in any normal form. Files with other endings than those in ``endings`` (lower case, with their
    dot) are left out; of two files with one name, the ending that comes first in ``endings`` wins.
    """
    wanted = normalize_name(folder)
    found = [
        f"{there}/{name}" for there in _names(base) if normalize_name(there) == wanted for name in _names(base / there)
    ]
    parts = [(path, stem, f".{ending.lower()}") for path in found for stem, _, ending in [path.rpartition(".")]]
    ranked = sorted((endings.index(ending), stem, path) for path, stem, ending in parts if ending in endings)
    return {normalize_name(stem.partition("/")[2]): path for _, stem, path in reversed(ranked)}


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - thousands of names, and nothing else of them
    except OSError:
        return []
