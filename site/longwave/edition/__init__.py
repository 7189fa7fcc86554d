"""Editions: built from the folder under one lock, kept in the index folder, opened and swapped by servers."""

from longwave.edition.build.builder import Report, build_edition
from longwave.edition.serve.edition import Edition
from longwave.edition.serve.keeper import Keeper

__all__ = ["Edition", "Keeper", "Report", "build_edition"]
