"""The pictures of chapters within audio files, which are extracted when a page first shows them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from longwave.content.media.audio_chapters import picture_name
from longwave.content.media.audio_facts import read_chapter_picture
from longwave.content.media.paths import find_spelling, resolve_inside

#: The name of a picture within an audio file: the file, below ``content/audio``, and the name that its bytes give it.
_NAME = re.compile(r"chapters/(?P<sound>.+)/(?P<picture>[0-9a-f]{24}\.(?:jpg|png|gif|webp))")


def embedded_name(sound: str, picture: str) -> str:
    """Return the name by which pages show a chapter's picture within the audio file ``sound``, ``<show>/<file>``.

    An address, or an empty text, is returned unchanged.
    """
    return f"chapters/{sound}/{picture}" if picture and "://" not in picture else picture


def embedded_picture(content: Path, images: Path, name: str) -> Path | None:
    """Return the file of the picture within audio that ``name`` means; None for any other name, or if it is gone.

    The file lies in the folder ``images`` of cached pictures, and is extracted if it isn't there yet.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    path = images / "chapters" / match["picture"]
    if _is_whole(path):
        return path
    sounds = content / "audio"
    sound = resolve_inside(sounds, find_spelling(sounds, match["sound"]) or match["sound"])
    data = read_chapter_picture(sound, match["picture"]) if sound else b""
    return path if data and _write(path, data) else None


def _is_whole(path: Path) -> bool:
    """Return whether a file exists with the bytes that gave it its name."""
    try:
        return picture_name(path.read_bytes()) == path.name
    except OSError:
        return False


def _write(path: Path, data: bytes) -> bool:
    """Write a file atomically, and return whether that succeeded."""
    temporary = path.parents[1] / f"{path.name}.{os.getpid()}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError:
        return False
    return True
