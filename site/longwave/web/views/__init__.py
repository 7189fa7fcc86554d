"""A module for each kind of page: find in the edition, shape a page context, render the template.

A module here that has a ``blueprint`` is a part of the site; nothing else has to list it.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint


def blueprints() -> Iterator[Blueprint]:
    """Yield the blueprint of each module in this folder."""
    for module in iter_modules(__path__, f"{__name__}."):
        blueprint = getattr(import_module(module.name), "blueprint", None)
        if isinstance(blueprint, Blueprint):
            yield blueprint
