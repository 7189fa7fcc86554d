"""Longwave: a self-hosted podcast site with search."""

from longwave.app import create_app

__all__ = ["create_app"]
