"""Editions: built from the site's folder under one lock, stored in the index folder, opened and swapped by servers.

An edition is everything that a site publishes at one instant, identified by one fingerprint.
"""

from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.build_report import Report
from longwave.edition.build.builder import build_edition
from longwave.edition.serve.edition import Edition
from longwave.edition.serve.keeper import Keeper

__all__ = ["BuildCache", "Edition", "Keeper", "Report", "build_edition"]
