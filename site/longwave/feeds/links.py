"""Addresses that still lead somewhere when the page they stood on is gone."""

from __future__ import annotations

from urllib.parse import quote


def address(base: str, path: str) -> str:
    """The absolute address of ``path``, a path without a query, on the site at ``base``."""
    return base + quote(path, errors="replace")


def picture(base: str, image: str) -> str:
    """The absolute address of a picture in full size: a path below ``content/images``, or a URL, which stays."""
    if not image or image.startswith(("https://", "http://")):
        return image
    return address(base, f"/images/full/{image.lstrip('/')}")
