"""Pictures in the sizes that pages show, not as they were uploaded."""

from __future__ import annotations

import hashlib
import os
import threading
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from longwave.content.paths import inside

#: Pixels of the square that a picture has to fit into; ``full`` is the picture as it was uploaded.
SIZES = ("64", "128", "256", "512", "1024", "full")
_FOLDERS = ("", "avatars/", "guests/")
_MOST_PIXELS = 60_000_000
_KEEP = {"JPEG": (".jpg", "image/jpeg"), "PNG": (".png", "image/png"), "WEBP": (".webp", "image/webp")}
_AS_IT_IS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}


def find_picture(base: Path, name: str) -> str | None:
    """The path below ``base`` of a picture as front matter names it: there, or in avatars/ or guests/."""
    bare = name.lstrip("/").removeprefix("assets/").removeprefix("images/")
    for folder in _FOLDERS:
        found = f"{folder}{bare}"
        if _suffix(found) in _AS_IT_IS and inside(base, found) is not None:
            return found
    return None


def picture(base: Path, cache: Path, size: str, name: str) -> tuple[Path, str] | None:
    """The file and the media type of the picture ``name`` below ``base`` in one of SIZES, never enlarged.

    A scaled picture is turned upright, loses its metadata, and is kept in ``cache``. Vector graphics and animations are
    the same at any size. None where there is no such picture, or it can't be read.
    """
    path = inside(base, name)
    suffix = _suffix(name)
    if path is None or size not in SIZES or suffix not in _AS_IT_IS:
        return None
    if size == "full" or suffix in (".svg", ".gif", ".avif"):
        return path, _AS_IT_IS[suffix]
    info = path.stat()
    mark = hashlib.sha256(f"{name}\0{info.st_mtime_ns}\0{info.st_size}".encode()).hexdigest()[:24]
    for kept_suffix, kind in _KEEP.values():
        kept = cache / size / f"{mark}{kept_suffix}"
        if kept.is_file():
            return kept, kind
    return _scaled(path, cache / size / mark, int(size))


def _scaled(path: Path, target: Path, size: int) -> tuple[Path, str] | None:
    temporary = target.with_name(f"{target.name}.{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as opened:
                if opened.width * opened.height > _MOST_PIXELS or opened.format not in _KEEP:
                    return None
                suffix, kind = _KEEP[opened.format]
                opened.draft("RGB", (size * 2, size * 2))
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
                if suffix == ".jpg" and upright.mode not in ("RGB", "L"):
                    upright = upright.convert("RGB")
                target.parent.mkdir(parents=True, exist_ok=True)
                upright.info.clear()
                upright.save(temporary, format=opened.format, quality=82, optimize=True)
        kept = target.with_name(f"{target.name}{suffix}")
        temporary.replace(kept)
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError):
        # Not a picture, or no room to keep a scaled one.
        return None
    finally:
        temporary.unlink(missing_ok=True)
    return kept, kind


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""
