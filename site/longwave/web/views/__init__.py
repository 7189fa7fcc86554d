"""The views: a module for each kind of page, which reads the edition, fills a page context and renders the template.

A module here that has a ``blueprint`` is a part of the site without being listed anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from flask import Blueprint

from longwave.web.page_contexts import Page


def blueprints() -> Iterator[Blueprint]:
    """Yield the blueprint of each module in this folder."""
    for module in _modules():
        blueprint = getattr(module, "blueprint", None)
        if isinstance(blueprint, Blueprint):
            yield blueprint


def page_kinds() -> list[type[Page]]:
    """Return the context class of each kind of page, in the order of their templates' names."""
    objects = [value for module in _modules() for value in vars(module).values()]
    kinds = {kind for kind in objects if isinstance(kind, type) and issubclass(kind, Page) and kind is not Page}
    return sorted(kinds, key=lambda kind: kind.template)


def _modules() -> Iterator[ModuleType]:
    for module in iter_modules(__path__, f"{__name__}."):
        yield import_module(module.name)
