"""Names that every file system takes."""

from __future__ import annotations

#: File systems take 255 bytes in a name; the date, the number, a suffix and what is written beside need some of them.
_BYTES = 120


def short_slug(slug: str) -> str:
    """As much of a slug as a file's name has room for, cut between words where there is such a place."""
    short = slug.encode()[:_BYTES].decode(errors="ignore")
    return slug if short == slug else (short.rpartition("-")[0] or short)
