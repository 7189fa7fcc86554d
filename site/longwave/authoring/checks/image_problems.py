"""Images that pages can't show, and images without a text alternative."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from longwave.authoring.checks.checked_content import Content
from longwave.content.media.pictures import PICTURE_TYPES
from longwave.content.media.scaling import MAX_PIXELS, READABLE_FORMATS
from longwave.errors import Problem

#: The suffixes of images that the site scales; SVG drawings are served unchanged.
_SCALED = PICTURE_TYPES.keys() - {".svg"}
#: A tag of jekyll-assets; with ``@path`` it makes only an address.
_TAG = re.compile(r"\{%-?\s*(?:image|img|asset)\s+(?P<rest>(?:[^%]|%(?!\}))*)%\}")
_HAS_ALT = re.compile(r"\balt\s*[=:]|@path\b")
_ALT_HINT = 'Say what it shows: ![A cat](cat.png). A picture for the eye only: {:role="presentation"} behind it.'


def unreadable_images(content: Content) -> Iterator[Problem]:
    """Yield a warning for each image below content/images that the site can't scale."""
    for path in sorted((content.folder / "images").rglob("*")):
        if path.suffix.lower() in _SCALED and path.is_file():
            found, hint = _mistake(path)
            if found:
                name = f"content/{path.relative_to(content.folder).as_posix()}"
                yield Problem(name, 0, "a picture that pages can show", found, hint, "warning", "picture")


def _mistake(path: Path) -> tuple[str, str]:
    """Return a description of why pages can't show an image, and a hint for its owner; empty texts if they can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=READABLE_FORMATS) as opened:
                width, height = opened.size
    except Image.DecompressionBombError:
        return "one of far too many pixels", "Save it smaller."
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything on a damaged file
        return "something else, or a damaged one", "Export it again, as JPEG or PNG."
    if width * height > MAX_PIXELS:
        return f"{width}x{height}", f"Save it smaller: {MAX_PIXELS:,} pixels are the most."
    return "", ""


def missing_alt_texts(content: Content) -> Iterator[Problem]:
    """Yield a warning for each image with empty brackets in Markdown, or without ``alt`` in HTML and Liquid.

    ``alt=""`` in HTML, and ``{: role="presentation"}`` behind an image in Markdown, mark an image as decorative.
    """
    for text in content.texts:
        source = content.raw(text.file)
        for address in dict.fromkeys(picture.address for picture in text.references.pictures if not picture.accessible):
            for line in content.lines(text.file, address):
                yield _without_alt(text.file, line, address)
        for match in _TAG.finditer(source) if "{%" in source else ():
            if not _HAS_ALT.search(match["rest"]):
                yield _without_alt(text.file, source.count("\n", 0, match.start()) + 1, match["rest"].strip())


def _without_alt(file: str, line: int, image: str) -> Problem:
    return Problem(file, line, "words for a picture", f"none for {image!r}"[:120], _ALT_HINT, "warning", "alt")
