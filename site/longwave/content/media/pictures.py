"""Pictures in the sizes that pages show, not as they were uploaded."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from longwave.content.media.paths import resolve_inside
from longwave.content.media.scaling import scale
from longwave.disk import facts, is_settled
from longwave.kept import Kept

#: Pixels of the square that a picture has to fit into; ``full`` is the picture as it was uploaded.
PICTURE_SIZES = ("64", "128", "256", "512", "1024", "full")
#: What is larger isn't shown even in full; it's also the most that Apple's directory takes.
_FULL = 3000
PICTURE_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# Some cameras put a second picture behind a JPEG, which makes it an MPO.
_MIME = {**_TYPES, "MPO": "image/jpeg", "GIF": "image/gif", "AVIF": "image/avif"}
#: Seconds for which a request waits until it is its picture's turn, and for which one that gave nothing isn't tried.
_PATIENCE, _AGAIN = 5, 600
# One at a time: a photograph takes hundreds of megabytes while it is scaled.
_scaling = threading.Lock()
#: What isn't kept on the disk: which files are shown as they are, and which can't be read; for so long.
_known: Kept[tuple[Path, int], tuple[tuple[Path, str] | None]] = Kept(10_000)


def is_picture(name: str) -> bool:
    """Return whether a file of this name can be served as a picture."""
    return _suffix(name) in PICTURE_TYPES


def picture(base: Path, cache: Path, size: str, name: str) -> tuple[Path, str] | None:
    """The file and the media type of the picture ``name`` below ``base`` in one of PICTURE_SIZES, never enlarged.

    A scaled picture is turned upright, loses its metadata, and is kept in ``cache``, in a file named by the hash of its
    bytes; where that can't be written, or too much else is being scaled, it is the uploaded file instead. An animation
    is its first picture, except in full. Vector graphics are the same at any size: who serves one must forbid its
    scripts. None where there is no such picture, it can't be read, or it would take too much.
    """
    path = resolve_inside(base, name)
    suffix = _suffix(name)
    if path is None or size not in PICTURE_SIZES or suffix not in PICTURE_TYPES:
        return None
    if suffix == ".svg":
        return path, PICTURE_TYPES[suffix]
    try:
        info = path.stat()
    except OSError:
        return None
    # One that may still change without a trace is made anew each time.
    version = facts(info) if is_settled(info) else f"{facts(info)} {time.time_ns()}"
    target = cache / size / hashlib.sha256(f"{name}\0{version}".encode()).hexdigest()[:24]
    uploaded = path, PICTURE_TYPES[suffix]
    return _at_hand(target, lambda: _in_turn(uploaded, target, size))


def _at_hand(target: Path, otherwise: Callable[[], tuple[Path, str] | None]) -> tuple[Path, str] | None:
    known = _known.get(_now(target))
    return known[0] if known else _kept(target) or otherwise()


def _now(target: Path) -> tuple[Path, int]:
    return target, int(time.monotonic() // _AGAIN)


def _in_turn(uploaded: tuple[Path, str], target: Path, size: str) -> tuple[Path, str] | None:
    if not _scaling.acquire(timeout=_PATIENCE):
        return uploaded
    try:
        # Another request may have made it meanwhile.
        return _at_hand(target, lambda: _made(uploaded, target, size))
    finally:
        _scaling.release()


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
    full = size == "full"
    form, data = scale(path, _FULL if full else int(size), whole_if=_FULL if full else 0) or ("", b"")
    if data:
        return _keep(target / f"{_hash(data)}.{form.lower()}", data, _TYPES[form]) or uploaded
    shown = (path, _MIME.get(form, kind)) if form else None
    _known.put(_now(target), (shown,), 1)
    return shown


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
