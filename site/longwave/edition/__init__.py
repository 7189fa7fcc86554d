"""Editions: built from the folder under one lock, kept in the index folder, opened and swapped by servers."""

from longwave.edition.building import Report, build_edition
from longwave.edition.keeper import Keeper
from longwave.edition.opened import Edition

__all__ = ["Edition", "Keeper", "Report", "build_edition"]
