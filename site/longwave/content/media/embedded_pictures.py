"""The pictures of chapters within audio files, which are extracted when a page first shows them."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

from longwave.content.media.audio_chapters import picture_name
from longwave.content.media.audio_facts import read_chapter_pictures
from longwave.content.media.paths import find_spelling, resolve_inside
from longwave.disk import cache_file

#: The name under which pages show a picture in an audio file: the path below ``content/audio``, and the picture's hash.
_NAME = re.compile(r"chapters/(?P<sound>.+)/(?P<picture>[0-9a-f]{24}\.(?:jpg|png|gif|webp))")


def embedded_name(sound: str, picture: str) -> str:
    """Return the name by which pages show a chapter's picture within the audio file ``sound``, ``<show>/<file>``.

    An address, or an empty text, is returned unchanged.
    """
    return f"chapters/{sound}/{picture}" if picture and "://" not in picture else picture


def embedded_picture(content: Path, images: Path, name: str) -> Path | None:
    """Return the path of a chapter's picture by its ``embedded_name``; None for other names and missing pictures.

    The picture is extracted from its audio file below ``content``, unless it lies in the cache folder ``images``.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    path = images / "chapters" / match["picture"]
    if _is_whole(path):
        return path
    sounds = content / "audio"
    sound = resolve_inside(sounds, find_spelling(sounds, match["sound"]) or match["sound"])
    # All pictures of the audio file are extracted, as a page shows all of them, and reading the file takes a while.
    for picture, data in read_chapter_pictures(sound).items() if sound else ():
        # A page goes without a picture that can't be written.
        with contextlib.suppress(OSError):
            cache_file(path.with_name(picture), data, images)
    return path if _is_whole(path) else None


def _is_whole(path: Path) -> bool:
    """Return whether a picture's file exists and is undamaged: its name has to be the hash of its bytes."""
    try:
        return picture_name(path.read_bytes()) == path.name
    except OSError:
        return False
