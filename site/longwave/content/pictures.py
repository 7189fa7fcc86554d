"""Pictures in the sizes that pages show, not as they were uploaded."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import threading
import time
import warnings
from pathlib import Path

from PIL import AvifImagePlugin, Image, ImageOps, WebPImagePlugin  # noqa: F401 - the plugins register themselves

from longwave.content.paths import inside, spelt
from longwave.disk import facts, is_settled

#: Pixels of the square that a picture has to fit into; ``full`` is the picture as it was uploaded.
SIZES = ("64", "128", "256", "512", "1024", "full")
_FOLDERS = ("", "avatars/", "guests/")
#: What is larger isn't shown even in full; it's also the most that Apple's directory takes.
_FULL = 3000
_MOST_PIXELS = 60_000_000
PICTURES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
#: What Pillow may open: other forms can hold programs.
_OPENED = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
#: As what a scaled one is kept; MPO is how Pillow calls the JPEG of some cameras.
_KEPT_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG", "AVIF": "WEBP"}
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# One at a time: a photograph takes hundreds of megabytes while it is scaled, and warnings are caught for all threads.
_scaling = threading.Lock()


def find_picture(base: Path, name: str) -> str | None:
    """The path below ``base`` of a picture as front matter names it: there, or in avatars/ or guests/."""
    bare = name.lstrip("/").removeprefix("assets/").removeprefix("images/")
    for folder in _FOLDERS:
        found = f"{folder}{bare}"
        if _suffix(found) in PICTURES and (there := spelt(base, found)):
            return there
    return None


def picture(base: Path, cache: Path, size: str, name: str) -> tuple[Path, str] | None:
    """The file and the media type of the picture ``name`` below ``base`` in one of SIZES, never enlarged.

    A scaled picture is turned upright, loses its metadata, and is kept in ``cache``, in a file named by the hash of its
    bytes; where that can't be written, it is the uploaded file instead. An animation is its first picture, except in
    full. Vector graphics are the same at any size: who serves one must forbid its scripts. None where there is no such
    picture, or it can't be read.
    """
    path = inside(base, name)
    suffix = _suffix(name)
    if path is None or size not in SIZES or suffix not in PICTURES:
        return None
    if suffix == ".svg":
        return path, PICTURES[suffix]
    try:
        info = path.stat()
    except OSError:
        return None
    # One that may still change without a trace is made anew each time.
    version = facts(info) if is_settled(info) else f"{facts(info)} {time.time_ns()}"
    target = cache / size / hashlib.sha256(f"{name}\0{version}".encode()).hexdigest()[:24]
    kept = _kept(target)
    if kept is None:
        with _scaling:
            kept = _kept(target) or _made((path, PICTURES[suffix]), target, size)
    return kept


def _kept(target: Path) -> tuple[Path, str] | None:
    """The picture in the folder ``target``. Its name stands for its bytes, which a power cut may have taken."""
    with contextlib.suppress(OSError):
        for kept in target.iterdir():
            if kept.stem == _hash(kept.read_bytes()):
                return kept, _TYPES[kept.suffix[1:].upper()]
    return None


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _made(uploaded: tuple[Path, str], target: Path, size: str) -> tuple[Path, str] | None:
    path, kind = uploaded
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_OPENED) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    return None
                if size == "full" and max(opened.size) <= _FULL:
                    # Some cameras put a second picture behind a JPEG, which makes it an MPO.
                    return path, "image/jpeg" if opened.format == "MPO" else Image.MIME.get(opened.format or "", kind)
                form = _KEPT_AS[opened.format or ""]
                data = _scaled(opened, form, _FULL if size == "full" else int(size))
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything on a damaged file
        return None
    return _keep(target / f"{_hash(data)}.{form.lower()}", data, _TYPES[form]) or uploaded


def _scaled(opened: Image.Image, form: str, size: int) -> bytes:
    if form == "JPEG":
        opened.draft("RGB", (size * 2, size * 2))
    picture = ImageOps.exif_transpose(opened)
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):
        # Pillow cuts 16 bits to 8 at the wrong end.
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode not in ("RGB", "RGBA", "L", "LA") or (form == "JPEG" and picture.mode not in ("RGB", "L")):
        # A profile belongs to its mode. Palettes can't be scaled smoothly.
        profile = profile if picture.mode in ("P", "RGBA", "LA") else None
        see_through = form != "JPEG" and picture.has_transparency_data
        picture = picture.convert("RGBA" if see_through else "RGB")
    picture.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture.info.clear()
    stream = io.BytesIO()
    picture.save(stream, format=form, quality=82, optimize=True, icc_profile=profile)
    return stream.getvalue()


def _keep(kept: Path, data: bytes, kind: str) -> tuple[Path, str] | None:
    """Put a picture into the cache, whole or not at all; None where it can't be written."""
    temporary = kept.parents[2] / f"{kept.name}.{os.getpid()}.tmp"
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(data)
            temporary.replace(kept)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError:
        return None
    return kept, kind


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""
