"""What a move is going to write, before anything is written; and how it is written, so that it can be run again."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from longwave.authoring.recordings import Progress, copied_recording
from longwave.authoring.safe_writing import write_new
from longwave.moving.import_report import Omission, Report


@dataclass(frozen=True, slots=True)
class File:
    """A file of the new site: its name below the folder, and its bytes, or the file of which it is a copy."""

    name: str
    data: bytes | Path


def written(files: Iterable[File], folder: Path, progress: Progress = lambda _: None) -> Report:
    """Write what isn't there yet, each file whole or not at all; the report of what was there and is another.

    Raises LongwaveError when something can't be written.
    """
    omissions = []
    for file in files:
        target = folder / file.name
        if os.path.lexists(target):
            if not _is_same(file.data, target):
                omissions.append(
                    Omission(file.name, "another file of this name is in the folder, and was left as it is")
                )
        elif isinstance(file.data, Path):
            with copied_recording(file.data, target, progress):
                pass
        else:
            write_new(target, file.data)
    return Report(omissions=tuple(omissions))


def _is_same(data: bytes | Path, target: Path) -> bool:
    if not target.is_file():
        return False
    if isinstance(data, Path):
        return filecmp.cmp(data, target, shallow=False)
    return target.stat().st_size == len(data) and target.read_bytes() == data
