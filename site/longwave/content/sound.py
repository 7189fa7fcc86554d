"""What an audio file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import mutagen

from longwave.errors import ContentError, Problem

#: The media types that podcast apps know, by a file's suffix.
TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".mp4": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".wav": "audio/wav",
}


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """A file's size in bytes, its length in whole seconds (rounded, at least 1), and its media type."""

    bytes: int
    seconds: int
    type: str


def media_type(name: str) -> str:
    """The media type of a file or address by its suffix; MP3 where that says nothing."""
    path = name.partition("?")[0].lower()
    return TYPES.get(path[path.rfind(".") :], "audio/mpeg")


def read_sound(path: Path, file: str) -> AudioFacts:
    """The facts of the audio file at ``path``; ``file`` is what messages call it. Raises ContentError."""
    try:
        size = path.stat().st_size
        found = mutagen.File(path)
        length = found.info.length if found is not None else 0
        seconds = max(1, round(length)) if length > 0 else 0
    except Exception as error:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        raise ContentError(_problem(file, _said(error, path))) from None
    if not seconds:
        raise ContentError(_problem(file, "no sound in it" if found is not None else "something else"))
    return AudioFacts(size, seconds, media_type(path.name))


def _problem(file: str, found: str) -> Problem:
    hint = "Export it again; until then the page has no player."
    return Problem(file, 0, "an audio file such as an MP3", found, hint)


def _said(error: Exception, path: Path) -> str:
    """What went wrong, on one line, and without the place of the site on this machine."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).replace(str(path), path.name).split())[:100] or "a damaged file"
