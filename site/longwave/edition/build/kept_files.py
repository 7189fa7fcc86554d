"""Content files that can't be read although they weren't deleted: their last good versions stay published."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from longwave.content.folder import SourceFile
from longwave.content.site.site_toml import SITE_FILE, parse_site
from longwave.edition.store.edition_data import Source
from longwave.edition.store.records import SITE, dump
from longwave.errors import Problem

_AWAY_HINT = "Its last good version stays in effect. Is a disk away?"
_DELETED = Problem(
    SITE_FILE,
    0,
    "the settings with which the site was published",
    "no such file",
    "They stay in effect. For a site without settings, leave an empty file there.",
)


def kept_files(
    root: Path, sources: Mapping[str, Source], files: Collection[SourceFile], problems: Iterable[Problem]
) -> Iterator[SourceFile]:
    """Yield a file with a problem for each of the last edition's ``sources`` missing from ``files`` but not deleted.

    Such a file, or its folder, is a dangling symbolic link, or was refused by the walk through the content folder, with
    one of ``problems``. ``site.toml`` is never taken for deleted, as the site's address and every guid depend on it.
    """
    there = {file.name for file in files}
    refused = {problem.file: problem for problem in problems if problem.level == "error"}
    for name, source in sources.items():
        if source.record and name not in there and (problem := _reason(root, source, refused)):
            yield SourceFile(source.kind, name, str(root / name), "", 0, source.show, problem)


def _reason(root: Path, source: Source, refused: Mapping[str, Problem]) -> Problem | None:
    """Return the reason why a file isn't read, or None where it was deleted."""
    folders = [str(folder) for folder in Path(source.name).parents][:-2]
    for name in (source.name, *folders):
        if name in refused:
            return replace(refused[name], hint=f"{refused[name].hint} Its last good version stays in effect.".strip())
        path = root / name
        if path.is_symlink() and not path.exists():
            return Problem(name, 0, "a file" if name == source.name else "a folder", "a link to nowhere", _AWAY_HINT)
    # On a disk that ignores case, a file renamed to another case still exists by its former name, and isn't kept.
    if os.path.lexists(root / source.name) and not (root / source.name).is_file():
        return Problem(source.name, 0, "a file", "something else", _AWAY_HINT)
    return _DELETED if source.name == SITE_FILE and source.record != dump(SITE, parse_site("")[0]) else None
