"""Imports point one way, and Flask stays at the edge."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "site" / "longwave"
#: What a part may import: everything to its left.
ORDER = [
    "_start",
    "errors",
    "model",
    "urls kept disk",
    "config",
    "fetching",
    "content",
    "catalogue",
    "search feeds audio",
    "edition",
    "authoring",
    "moving",
    "web cli",
    "app",
    "__main__ __init__",
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names.split()}
MODULES = sorted(PACKAGE.rglob("*.py"))
#: The page cache's commands are web's, and `flask check` reads templates as web does.
SAME_RANK = {("cli", "web")}


def part_of(name: str) -> str:
    """The part of the package to which a module or a path in it belongs."""
    return name.split(".")[1] if "." in name else "__init__"


def imports(path: Path) -> Iterator[str]:
    """The full names of what a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    """A module imports only from its own part and from those below it."""
    relative = path.relative_to(PACKAGE)
    part = relative.parts[0].removesuffix(".py")
    for name in imports(path):
        if name.split(".")[0] != "longwave":
            continue
        other = part_of(name)
        assert other == part or RANK[other] < RANK[part] or (part, other) in SAME_RANK, f"{relative} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_flask_stays_at_the_edge(path: Path) -> None:
    """Only app, web, cli and the command know Flask."""
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    known = {name.split(".")[0] for name in imports(path)} & {"flask", "flask_caching", "jinja2"}
    assert not known or part in {"app", "web", "cli", "__main__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_stand_at_the_top(path: Path) -> None:
    """No function imports anything: a cycle can't be papered over."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert not [inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)]


def test_the_source_root_is_no_package() -> None:
    """``site/__init__.py`` would shadow the standard library's module of that name."""
    assert not (ROOT / "site" / "__init__.py").exists()
