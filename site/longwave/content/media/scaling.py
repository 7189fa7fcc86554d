"""A picture is scaled in a process of its own: to unpack a thousand bytes may take a gigabyte and a minute."""

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

#: Seconds of the processor, seconds in all, and bytes of memory that one picture may take.
_WORK, _LONGEST, _MEMORY = 20, 60, 1_000_000_000
MAX_PIXELS = 60_000_000
#: What Pillow may open: other forms can hold programs.
READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
#: As what a scaled one is kept; MPO is how Pillow calls the JPEG of some cameras.
_KEPT_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG", "AVIF": "WEBP"}
#: Where a server that isn't Python runs it, `sys.executable` is that server.
_PYTHON = Path(sys.prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")


def scale(path: Path, size: int, *, whole_if: int = 0) -> tuple[str, bytes] | None:
    """Return the form (as Pillow calls it) and the bytes of a picture, fitted into a square of ``size`` pixels.

    Without bytes the file itself is to be shown, as one of ``whole_if`` pixels or less is. None where it can't be read,
    or would take too much.
    """
    command = [str(_PYTHON if _PYTHON.exists() else sys.executable), "-P", "-c"]
    command += [f"import {__name__} as it; it.main()", str(path), str(size), str(whole_if)]
    try:
        # In a session of its own no Ctrl-C reaches it.
        done = subprocess.run(  # noqa: S603 - it is this program
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=_LONGEST, start_new_session=True, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    form, _, data = done.stdout.partition(b"\n")
    return (form.decode(), data) if done.returncode == 0 else None


def main() -> None:
    """Scale one, within limits, and say what has become of it."""
    _limit()
    warnings.simplefilter("ignore")
    path, size, whole_if = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try:
        form, data = scaled(path, size, whole_if)
    except Exception:  # noqa: BLE001 - Pillow raises nearly anything on a damaged file
        sys.exit(1)
    sys.stdout.buffer.write(form.encode() + b"\n" + data)


def _limit() -> None:
    for what, most in ((resource.RLIMIT_CPU, _WORK), (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        # Some systems don't know all of them, or allow less already.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))
    # Where memory runs out all the same, this is what ends, and not the server.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    os.nice(5)


def scaled(path: str, size: int, whole_if: int) -> tuple[str, bytes]:
    """Do the same in this process, with no limit but that of pixels. Raises nearly anything."""
    with Image.open(path, formats=READABLE_FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError("too many pixels")
        form = opened.format or ""
        if max(opened.size) <= whole_if:
            return form, b""
        kept_as = _KEPT_AS[form]
        if kept_as == "JPEG":
            opened.draft("RGB", (size * 2, size * 2))
        return kept_as, _fitted(opened, kept_as, size)


def _fitted(opened: Image.Image, form: str, size: int) -> bytes:
    ImageOps.exif_transpose(opened, in_place=True)
    picture = opened
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
