"""Longwave: a self-hosted podcast site with search."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from longwave._start import BEGAN

if TYPE_CHECKING:
    from longwave.app import create_app

__all__ = ["BEGAN", "create_app"]


def __getattr__(name: str) -> Any:
    """Import ``create_app`` on its first use, so that modules below the app load without Flask (PEP 562)."""
    if name == "create_app":
        return import_module("longwave.app").create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
