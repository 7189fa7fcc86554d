"""Longwave: a self-hosted podcast site with search."""
