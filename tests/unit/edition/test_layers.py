"""The folders of ``longwave/edition`` import from each other in one direction only, without circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import longwave

EDITION = Path(longwave.__file__).parent / "edition"
#: The folders of ``edition/``, of which each may import from those before it.
ORDER = ("store", "past", "build", "serve", "check")


def folders_imported(path: Path) -> Iterator[str]:
    """Yield the names of the folders of ``edition/`` from which a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("longwave.edition."):
            yield (node.module or "").split(".")[2]


def test_folders_of_editions_import_one_way() -> None:
    """A module of ``edition/`` imports only from its own folder and earlier ones, and checks don't from ``serve``."""
    upwards = [
        f"{path.relative_to(EDITION)} imports from {folder}"
        for rank, own in enumerate(ORDER)
        for path in sorted((EDITION / own).glob("*.py"))
        for folder in folders_imported(path)
        if folder in ORDER[rank + 1 :] or (own, folder) == ("check", "serve")
    ]
    assert upwards == []
