"""Longwave: a self-hosted podcast site with search."""

from longwave._start import BEGAN
from longwave.app import create_app

__all__ = ["BEGAN", "create_app"]
