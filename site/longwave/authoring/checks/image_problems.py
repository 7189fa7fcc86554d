"""Pictures that pages can't show, because nothing reads them or they would be giants once they are unpacked."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from longwave.authoring.checks.checked_content import Content
from longwave.content.media.pictures import PICTURE_TYPES
from longwave.content.media.scaling import MAX_PIXELS, READABLE_FORMATS
from longwave.errors import Problem

#: Of pictures that are scaled; drawings are shown as they are.
_SUFFIXES = PICTURE_TYPES.keys() - {".svg"}


def unshown_pictures(content: Content) -> Iterator[Problem]:
    """Yield a problem for each picture below content/images of which every size is missing on the site."""
    for path in sorted((content.folder / "images").rglob("*")):
        if path.suffix.lower() in _SUFFIXES and path.is_file():
            found, hint = _mistake(path)
            if found:
                name = f"content/{path.relative_to(content.folder).as_posix()}"
                yield Problem(name, 0, "a picture that pages can show", found, hint, "warning", "picture")


def _mistake(path: Path) -> tuple[str, str]:
    """Return a picture's mistake, as far as its first bytes tell, and what helps; both empty where it has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=READABLE_FORMATS) as opened:
                wide, high = opened.size
    except Image.DecompressionBombError:
        return "one of far too many pixels", "Save it smaller."
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything on a damaged file
        return "something else, or a damaged one", "Export it again, as JPEG or PNG."
    if wide * high > MAX_PIXELS:
        return f"{wide}x{high}", f"Save it smaller: {MAX_PIXELS:,} pixels are the most."
    return "", ""
