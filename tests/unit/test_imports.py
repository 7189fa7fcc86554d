"""The package's parts import each other one way, and only the outer ones import Flask."""

from __future__ import annotations

import ast
import graphlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "site" / "longwave"
#: The package's parts, from the bottom up: each may import those before it.
ORDER = [
    "_start",
    "errors routes",
    "model urls disk isolation memo",
    "config dialing",
    "phrases fetching",
    "content",
    "catalogue",
    "search feeds audio",
    "edition",
    "authoring",
    "moving",
    "web cli",
    "app",
    "__init__",
    "__main__",
]
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names.split()}
MODULES = sorted(PACKAGE.rglob("*.py"))
#: The parts of the package that may import Flask and click.
EDGE = {"__init__", "__main__", "app", "cli", "web"}
#: Pairs of a part that imports and one of the same rank that it may import: commands serve the site of ``web``, and
#: `longwave check` reads templates as ``web`` does.
SAME_RANK = {("cli", "web")}


def part_of(name: str) -> str:
    """Return the part of the package that has this module or path."""
    return name.split(".")[1] if "." in name else "__init__"


def part_at(path: Path) -> str:
    """Return the part of the package in which a file is."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_name(path: Path) -> str:
    """Return the name by which a file is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_name(path) for path in MODULES}


def may_import(part: str, other: str) -> bool:
    """Return whether modules of ``part`` may import from ``other``."""
    return part == other or RANK[other] < RANK[part] or (part, other) in SAME_RANK


def imports(path: Path) -> Iterator[str]:
    """Yield the full names of a module's imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(name: str) -> str:
    """Return the module that an imported name is, or is defined in."""
    return name if name in NAMES else name.rpartition(".")[0]


def test_no_import_closes_a_circle() -> None:
    """No modules import each other in a circle, even counting the imports that only a type checker sees."""
    graph = {module_name(path): {module_of(name) for name in imports(path)} & NAMES for path in MODULES}
    assert list(graphlib.TopologicalSorter(graph).static_order())


def test_imports_point_one_way() -> None:
    """A module imports only from its own part of the package and from those before it in ORDER."""
    upwards = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        for name in imports(path)
        if name.split(".")[0] == "longwave" and not may_import(part_at(path), part_of(name))
    ]
    assert upwards == []


def test_flask_and_click_stay_at_the_edge() -> None:
    """Only the parts of the package in EDGE (the app, web, cli) import Flask and click."""
    knowing = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in MODULES
        if part_at(path) not in EDGE
        for name in imports(path)
        if name.split(".")[0] in {"flask", "flask_caching", "jinja2", "click"}
    ]
    assert knowing == []


def test_imports_stand_at_the_top() -> None:
    """No function imports anything, which might hide a cycle, except in the commands, which must start fast."""
    inside = [
        f"{path.relative_to(PACKAGE)}:{inner.lineno}"
        for path in MODULES
        if part_at(path) != "cli"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_the_core_loads_neither_flask_nor_click() -> None:
    """All modules except those of web, cli and app can be imported without loading Flask or click."""
    names = [module_name(path) for path in MODULES if part_at(path) not in EDGE]
    code = f"import importlib, sys; [importlib.import_module(name) for name in {names}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert {"longwave", "whoosh", "pydantic"} <= loaded
    assert not loaded & {"flask", "flask_caching", "limits", "werkzeug", "jinja2", "click"}


@pytest.mark.parametrize("name", ["longwave", "longwave.model"])
def test_a_small_import_stays_small(name: str) -> None:
    """Importing ``longwave`` or ``longwave.model`` loads nothing but the standard library."""
    code = f"import sys; before = {{*sys.modules}}; import {name}; print(*{{*sys.modules}} - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - sys.stdlib_module_names == {"longwave"}


def test_help_loads_no_command() -> None:
    """`longwave --help` lists the commands without importing their implementation."""
    code = "import sys; sys.argv = ['longwave', '--help']\n"
    code += "from longwave.__main__ import main\ntry: main()\nfinally: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "reindex" in done.stdout
    assert not {"longwave.app", "longwave.edition", "longwave.content", "longwave.moving"} & set(done.stdout.split())


def test_the_source_root_is_no_package() -> None:
    """The folder site/ has no __init__.py, by which it would shadow the standard library's module ``site``."""
    assert not (ROOT / "site" / "__init__.py").exists()


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda path: path.stem)
def test_benchmarks_import_what_is_there(path: Path) -> None:
    """Each name that a benchmark imports from the package exists, as no other test runs the benchmarks."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "longwave":
            module = importlib.import_module(str(node.module))
            missing = [one.name for one in node.names if not hasattr(module, one.name)]
            # A module is an attribute of its package only once it is imported.
            assert [name for name in missing if not importlib.util.find_spec(f"{node.module}.{name}")] == []
