"""The checks for file names that are the same on macOS or Windows, and for several files of one guest or tag.

macOS and Windows ignore case in names, and macOS ignores Unicode normal forms, too.
"""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from longwave.authoring.checks.checked_content import Content
from longwave.content.text.plain_text import distinct_repr
from longwave.edition.store.records import GUEST, TAG
from longwave.errors import Problem

_KINDS: Mapping[str, Any] = {"guest": GUEST, "tag": TAG}


def colliding_names(content: Content) -> Iterator[Problem]:
    """Yield a warning for each file name that differs only by case or normal form from another in the same folder."""
    for folder, names in _folders(content.folder):
        groups: dict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            groups[unicodedata.normalize("NFC", name).casefold()].append(name)
        for first, *others in groups.values():
            for other in others:
                file = f"content{folder}/{other}".encode("utf-8", "replace").decode()
                hint = "On macOS and Windows, and in a clone there, one replaces the other. Rename one."
                expected = "a name that differs by more than case or normal form"
                yield Problem(file, 0, expected, f"{distinct_repr(first)} beside it", hint, "warning", "names")


def _folders(content: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the path of each folder relative to content/, with a leading slash, and the names in that folder."""
    # These two folders may be symbolic links, which os.walk doesn't follow, so they are walked separately.
    linked = [path for path in (content / "audio", content / "images") if path.is_symlink()]
    for base in (content, *linked):
        for folder, folders, files in os.walk(base):
            yield folder[len(str(content)) :], [*folders, *files]


def duplicate_pages(content: Content) -> Iterator[Problem]:
    """Yield an error for each file of a guest or a tag if another file of the same one comes before it by name."""
    first: dict[tuple[str, str], str] = {}
    for source in sorted(content.intake.sources.values(), key=lambda source: source.name):
        if source.kind in _KINDS and source.record:
            slug = _KINDS[source.kind].validate_json(source.record).slug
            known = first.setdefault((source.kind, slug), source.name)
            if known != source.name:
                hint = "The first by name is shown, and this one nowhere; make one of the two."
                found = f"{distinct_repr(known)} too"
                yield Problem(source.name, 1, f"the only file of its {source.kind}", found, hint)
