"""The files that an import from Jekyll will write, planned topic by topic (tags, audio...), and the writing of them."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from longwave.authoring.recordings import Progress, copied_recording
from longwave.authoring.safe_writing import write_new
from longwave.moving.import_report import Omission, Report


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of the new site: its name below the folder, and its bytes or the file of which it is a copy."""

    name: str
    data: bytes | Path


@dataclass(frozen=True, slots=True)
class ImportPart:
    """The plan of an import for one topic, such as all tags or all audio: new files, redirects, settings and a report.

    ``redirects`` maps old addresses to new ones. ``texts`` are those that Liquid renders, and may read ``site.*``.
    ``show_settings`` are keys of ``site.toml`` by show. ``unnamed`` are the media files below content/ that no episode
    names.
    """

    files: tuple[NewFile, ...] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    texts: tuple[str, ...] = ()
    show_settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()


def write_files(files: Iterable[NewFile], folder: Path, progress: Progress = lambda _: None) -> Report:
    """Write the files that don't exist yet, each atomically; report those that exist with another content.

    Raises LongwaveError when a file can't be written.
    """
    omissions = []
    for file in files:
        target = folder / file.name
        if os.path.lexists(target):
            if not _is_same(file.data, target):
                reason = "another file of this name is in the folder, and was left as it is"
                omissions.append(Omission(file.name, reason))
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
