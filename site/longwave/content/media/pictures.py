"""Pictures in the sizes that pages show: which files are pictures, and the cache of scaled ones."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cachetools import TTLCache

from longwave.content.media.paths import resolve_inside
from longwave.content.media.scaling import scale
from longwave.disk import cache_file, is_settled, stat_signature

#: Each size is the side, in pixels, of a square into which a picture must fit; ``full`` is the uploaded picture.
PICTURE_SIZES = ("64", "128", "256", "512", "1024", "full")
#: The media types of the pictures that can be served, by the file's suffix in lower case.
PICTURE_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
#: The longest side, in pixels, that is served even as ``full``; Apple's directory accepts no larger cover.
MAX_FULL_PIXELS = 3000
#: The media types of scaled pictures, by Pillow's name of their format.
_SCALED_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: The media types of uploaded pictures, by Pillow's names; a JPEG with a camera's preview in it is an MPO for Pillow.
ORIGINAL_TYPES = {**_SCALED_TYPES, "MPO": "image/jpeg", "GIF": "image/gif", "AVIF": "image/avif"}
#: The most seconds that a request waits while other pictures are being scaled.
_MAX_WAIT_SECONDS = 5
#: Seconds until a picture that can't be scaled is tried again, and the most such pictures that are kept in memory.
_RETRY_SECONDS, _MAX_UNSCALED = 600, 10_000

#: A picture to be served: its file and its media type.
PictureFile = tuple[Path, str]


def is_picture(name: str) -> bool:
    """Return whether a file of this name can be served as a picture, judging by its suffix."""
    return _suffix(name) in PICTURE_TYPES


class PictureCache:
    """A cache of pictures in the sizes that pages show. Safe for use by several threads.

    Scaled pictures are files. Pictures that need no scaling, or can't be scaled, are remembered in memory for ten
    minutes.
    """

    def __init__(self) -> None:
        # Pictures are scaled one at a time, because each may take hundreds of megabytes of memory meanwhile.
        self._scaling = threading.Lock()
        self._unscaled: TTLCache[Path, tuple[PictureFile | None]] = TTLCache(_MAX_UNSCALED, _RETRY_SECONDS)
        self._unscaled_lock = threading.Lock()

    def find(self, base: Path, folder: Path, size: str, name: str) -> PictureFile | None:
        """Return the picture ``name`` below ``base`` in one of ``PICTURE_SIZES``, scaled down but never up.

        A scaled picture is turned upright, loses its metadata but for the colour profile, and is written to ``folder``
        under a name that is the hash of its bytes. If ``folder`` can't be written, or other pictures take too long to
        scale, the uploaded file is returned instead. Scaling an animation gives its first frame. An SVG is the same
        file in any size; a view that serves one must forbid its scripts. The result is None if there is no such picture
        or size, or if the picture can't be read or would take too much time or memory.
        """
        path = resolve_inside(base, name)
        suffix = _suffix(name)
        if path is None or size not in PICTURE_SIZES or suffix not in PICTURE_TYPES:
            return None
        uploaded = path, PICTURE_TYPES[suffix]
        if suffix == ".svg":
            return uploaded
        try:
            info = path.stat()
        except OSError:
            return None
        # A file that was written just now may change again with the same time, so its scaled picture isn't reused.
        version = stat_signature(info) if is_settled(info) else f"{stat_signature(info)} {time.time_ns()}"
        target = folder / size / hashlib.sha256(f"{name}\0{version}".encode()).hexdigest()[:24]
        return self._cached(target, lambda: self._scale_in_turn(uploaded, target, size))

    def _cached(self, target: Path, make: Callable[[], PictureFile | None]) -> PictureFile | None:
        with self._unscaled_lock:
            unscaled = self._unscaled.get(target)
        return unscaled[0] if unscaled else _read_cached(target) or make()

    def _scale_in_turn(self, uploaded: PictureFile, target: Path, size: str) -> PictureFile | None:
        if not self._scaling.acquire(timeout=_MAX_WAIT_SECONDS):
            return uploaded
        try:
            # Another request may have scaled the same picture while this one waited.
            return self._cached(target, lambda: self._scale(uploaded, target, size))
        finally:
            self._scaling.release()

    def _scale(self, uploaded: PictureFile, target: Path, size: str) -> PictureFile | None:
        path, media_type = uploaded
        pixels, keep_up_to = (MAX_FULL_PIXELS, MAX_FULL_PIXELS) if size == "full" else (int(size), 0)
        form, data = scale(path, pixels, keep_up_to=keep_up_to) or ("", b"")
        if data:
            return _write(target / f"{_hash(data)}.{form.lower()}", data, _SCALED_TYPES[form]) or uploaded
        unscaled = (path, ORIGINAL_TYPES.get(form, media_type)) if form else None
        with self._unscaled_lock:
            self._unscaled[target] = (unscaled,)
        return unscaled


def _read_cached(target: Path) -> PictureFile | None:
    """Return the scaled picture in the folder ``target``, unless its bytes don't match the hash in its name."""
    with contextlib.suppress(OSError):
        for path in target.iterdir():
            if path.stem == _hash(path.read_bytes()):
                return path, _SCALED_TYPES[path.suffix[1:].upper()]
    return None


def _hash(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _write(path: Path, data: bytes, media_type: str) -> PictureFile | None:
    """Write a scaled picture atomically; return None where it can't be written."""
    try:
        cache_file(path, data, path.parents[2])
    except OSError:
        return None
    return path, media_type


def _suffix(name: str) -> str:
    return name[name.rfind(".") :].lower() if "." in name else ""
