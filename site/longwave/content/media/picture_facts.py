"""The size and the media type of a picture, read from the first bytes of its file."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import AvifImagePlugin, Image, WebPImagePlugin  # noqa: F401 - the plugins register themselves

from longwave.content.media.pictures import MAX_FULL_PIXELS, ORIGINAL_TYPES
from longwave.content.media.scaling import MAX_PIXELS, READABLE_FORMATS

#: The tag of EXIF for the orientation, and its values for a picture that lies on its side.
_ORIENTATION, _LYING = 0x0112, frozenset({5, 6, 7, 8})
_OF_CAMERAS = frozenset({"JPEG", "MPO", "WEBP", "AVIF"})


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The size in pixels and the media type of a picture in full size; 0 and empty where they aren't known."""

    width: int = 0
    height: int = 0
    type: str = ""


def read_picture_facts(path: Path) -> PictureFacts:
    """Return the facts of the picture at ``path`` as the site serves the file in full size; empty if unreadable."""
    if path.suffix.lower() == ".svg":
        return PictureFacts(type="image/svg+xml")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=READABLE_FORMATS) as opened:
                width, height = opened.size
                media_type = ORIGINAL_TYPES.get(opened.format or "", "")
                # Pillow would decode a whole PNG or GIF to look for its EXIF, which cameras don't write there.
                if opened.format in _OF_CAMERAS and opened.getexif().get(_ORIENTATION) in _LYING:
                    width, height = height, width
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything on a damaged file
        return PictureFacts()
    if width * height > MAX_PIXELS:
        return PictureFacts()
    longest = max(width, height)
    if longest > MAX_FULL_PIXELS:
        # The site scales such a picture down, whose other side and format are then up to Pillow.
        width, height = (max(1, round(side * MAX_FULL_PIXELS / longest)) for side in (width, height))
        return PictureFacts(width, height)
    return PictureFacts(width, height, media_type)
