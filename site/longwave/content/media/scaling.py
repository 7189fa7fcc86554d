"""Scaling of pictures, each in a separate process, as decoding a file of 1 kB may take 1 GB of memory and a minute."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import subprocess
import sys
import warnings
from pathlib import Path

from PIL import AvifImagePlugin, Image, ImageOps, WebPImagePlugin  # noqa: F401 - the plugins register themselves

#: The limits for one picture: seconds of processor time, seconds in all, and bytes of memory.
_MAX_CPU_SECONDS, _MAX_SECONDS, _MAX_MEMORY_BYTES = 20, 60, 1_000_000_000
#: The most pixels that a picture may have to be opened.
MAX_PIXELS = 60_000_000
#: The formats that Pillow may open, by its names for them; others, such as PostScript, can hold programs.
READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
#: The format of a scaled picture by that of the original. Pillow calls the JPEG of some cameras MPO.
_SCALED_FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG", "AVIF": "WEBP"}
# The path is composed because `sys.executable` is the server itself if that server embeds Python.
_PYTHON = Path(sys.prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")


def scale(path: Path, size: int, *, keep_up_to: int = 0) -> tuple[str, bytes] | None:
    """Return the format (Pillow's name) and the bytes of a picture, scaled down to fit a square of ``size`` pixels.

    If neither side is longer than ``keep_up_to`` pixels, the bytes are empty, which means that the original is to be
    served. The result is None if the picture can't be read, or if it exceeds the limits of time, memory or pixels.
    """
    command = [str(_PYTHON if _PYTHON.exists() else sys.executable), "-P", "-c"]
    command += [f"import {__name__} as scaling; scaling.main()", str(path), str(size), str(keep_up_to)]
    try:
        # The process gets a session of its own, so that Ctrl-C in the terminal doesn't reach it.
        done = subprocess.run(  # noqa: S603 - the command is this program
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=_MAX_SECONDS, start_new_session=True, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    form, _, data = done.stdout.partition(b"\n")
    return (form.decode(), data) if done.returncode == 0 else None


def main() -> None:
    """Scale the picture that the command line names, within the limits, and write its format and bytes to stdout."""
    _limit_this_process()
    warnings.simplefilter("ignore")
    path, size, keep_up_to = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try:
        form, data = scale_here(path, size, keep_up_to)
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything on a damaged file
        sys.exit(1)
    sys.stdout.buffer.write(form.encode() + b"\n" + data)


def _limit_this_process() -> None:
    limits = (
        (resource.RLIMIT_CPU, _MAX_CPU_SECONDS),
        (resource.RLIMIT_AS, _MAX_MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, limit in limits:
        # Some systems lack some of these limits, or have stricter ones already.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, limit))
    # The kernel is asked to kill this process, rather than the server, if the machine runs out of memory.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.nice(5)


def scale_here(path: str, size: int, keep_up_to: int) -> tuple[str, bytes]:
    """Return what ``scale`` returns, but scale in this process, with no limit but ``MAX_PIXELS``.

    Raises ValueError for too many pixels, and nearly any exception for a damaged file.
    """
    with Image.open(path, formats=READABLE_FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        form = opened.format or ""
        if max(opened.size) <= keep_up_to:
            return form, b""
        target = _SCALED_FORMATS[form]
        if target == "JPEG":
            opened.draft("RGB", (size * 2, size * 2))
        return target, _fit(opened, target, size)


def _fit(opened: Image.Image, form: str, size: int) -> bytes:
    ImageOps.exif_transpose(opened, in_place=True)
    picture = opened
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):
        # Pillow's own conversion would clip values of 16 bits instead of scaling them.
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode not in ("RGB", "RGBA", "L", "LA") or (form == "JPEG" and picture.mode not in ("RGB", "L")):
        # Palettes can't be scaled smoothly, so the mode is converted; a colour profile that no longer fits is dropped.
        profile = profile if picture.mode in ("P", "RGBA", "LA") else None
        see_through = form != "JPEG" and picture.has_transparency_data
        picture = picture.convert("RGBA" if see_through else "RGB")
    picture.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=3.0)
    picture.info.clear()
    stream = io.BytesIO()
    picture.save(stream, format=form, quality=82, optimize=True, icc_profile=profile)
    return stream.getvalue()
