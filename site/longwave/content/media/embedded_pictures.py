"""The pictures of chapters within audio files, which are extracted when a page first shows them."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from longwave.content.media.audio_chapters import picture_name
from longwave.content.media.audio_facts import read_chapter_pictures
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
    # All are extracted together, as a page that shows one shows the others, and reading a file takes a while.
    for picture, data in read_chapter_pictures(sound).items() if sound else ():
        _write(path.with_name(picture), data)
    return path if _is_whole(path) else None


def _is_whole(path: Path) -> bool:
    """Return whether a file exists with the bytes that gave it its name."""
    try:
        return picture_name(path.read_bytes()) == path.name
    except OSError:
        return False


def _write(path: Path, data: bytes) -> None:
    """Write a file atomically. Failures are ignored, as a page then goes without the picture."""
    temporary = path.parents[1] / f"{path.name}.{os.getpid()}.tmp"
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
