"""Two Longwave apps in one process share no caches or other state."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from cachetools import Cache
from support import Site

import longwave
from longwave import create_app
from longwave.web.request_context import KEEPER


def containers(owner: object, name: str, depth: int = 2) -> Iterator[tuple[str, int]]:
    """Yield name and size of each dict, list, set or cache in a module or object, and in the Longwave objects in it."""
    for key, value in vars(owner).items():
        if isinstance(value, dict | list | set | Cache) and not key.startswith("__"):
            yield f"{name}.{key}", len(value)
        elif depth and type(value).__module__.startswith("longwave") and hasattr(value, "__dict__"):
            yield from containers(value, f"{name}.{key}", depth - 1)


def modules() -> dict[str, ModuleType]:
    """Import all modules of the package longwave, and return them by name."""
    for module in pkgutil.walk_packages(longwave.__path__, "longwave."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "longwave"}


def sizes() -> dict[str, int]:
    """Return the sizes of the mutable containers (dicts, lists, sets, caches) of all modules, by name."""
    return dict(pair for name, module in modules().items() for pair in containers(module, name))


def visit(root: Path) -> set[str]:
    """Open the app of a site, request pages, feeds and searches, and return the slugs of its guests."""
    app = create_app(root)
    keeper = app.extensions[KEEPER]
    with contextlib.closing(keeper), app.test_client() as client:
        for path in ("/", "/podcast/0-e", "/podcast/feed.xml", "/search?q=engine", "/search.json?q=words", "/tags/"):
            assert client.get(path).status_code == 200, path
        return set(keeper.edition().catalogue.guests)


def test_two_apps_share_nothing(tmp_path: Path) -> None:
    """No module's lists, dicts, sets or caches grow while two apps in one process serve, so the apps share none."""
    sites = {guest: Site(tmp_path / guest) for guest in ("ada", "eve")}
    for guest, site in sites.items():
        for number in range(3):
            name = f"2026-01-0{number + 1}-{number}-e.md"
            site.episode(name, title=f"Words {number}", guest=guest.title(), tags=["engines"])
    before = sizes()
    for guest, site in sites.items():
        assert visit(site.root) == {guest}
        site.episode("2026-01-01-0-e.md", title="Edited", guest=guest.title())
        assert visit(site.root) == {guest}
    assert {name for name, size in sizes().items() if size > before.get(name, 0)} == set()
