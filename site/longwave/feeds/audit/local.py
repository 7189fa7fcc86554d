"""The files behind a feed of this site, looked at where they lie."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from PIL import Image

from longwave.content.media.paths import resolve_inside
from longwave.feeds.audit.findings import Picture, Sound

_FULL = "/images/full/"


class Local:
    """The files of the site whose pictures lie in ``images`` and whose address is ``base``."""

    def __init__(self, images: Path, base: str) -> None:
        self._images, self._base = images, base

    def picture(self, url: str) -> Picture | str | None:
        """The cover, as it was uploaded; None for one that lies elsewhere."""
        if not url.startswith(self._base + _FULL):
            return None
        path = resolve_inside(self._images, unquote(url.removeprefix(self._base + _FULL)))
        if path is None:
            return "no such file"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                with Image.open(path, formats=("JPEG", "PNG", "WEBP", "GIF", "AVIF")) as opened:
                    return Picture(opened.width, opened.height, opened.format or "", opened.mode)
        except (OSError, ValueError, Image.DecompressionBombError):
            return "no picture that can be read"

    def sounds(self, _urls: list[str]) -> Mapping[str, Sound]:
        """Nothing: our own lengths and types are read from the files, and our own server isn't asked."""
        return {}
