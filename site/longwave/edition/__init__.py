"""Editions: built from the folder under one lock, kept in the index folder, opened and swapped by servers."""

from longwave.edition.builder import Report, build_edition
from longwave.edition.edition import Edition
from longwave.edition.keeper import Keeper

__all__ = ["Edition", "Keeper", "Report", "build_edition"]
