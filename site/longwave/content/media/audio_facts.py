"""The facts of an audio file: size, length, media type, title and chapters, read with mutagen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, MP4Chapters, MP4MetadataError, MP4Tags

from longwave.content.media.audio_chapters import audio_chapters, chapter_pictures
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError, Problem
from longwave.model import Chapter

#: The media types of audio that podcast apps know, by the file's suffix in lower case.
AUDIO_TYPES = {
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
    """The facts of an audio file: bytes, whole seconds (at least 1), media type, chapters by their start."""

    bytes: int
    seconds: int
    type: str
    chapters: tuple[Chapter, ...] = ()


def media_type(name: str) -> str:
    """Return the media type of a file or an address by its suffix; ``audio/mpeg`` for an unknown suffix."""
    path = name.partition("?")[0].lower()
    return AUDIO_TYPES.get(path[path.rfind(".") :], "audio/mpeg")


def read_audio_facts(path: Path, file: str) -> AudioFacts:
    """Return the facts of the audio file at ``path``, which messages call ``file``.

    Raises ContentError for a file that can't be read or isn't audio.
    """
    try:
        size = path.stat().st_size
        audio = _open(path)
        length = audio.info.length if audio is not None else 0
        seconds = max(1, round(length)) if length > 0 else 0
        chapters = audio_chapters(audio, path) if seconds else ()
    except Exception as error:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        raise ContentError(_problem(file, _describe(error, path))) from None
    if not seconds:
        raise ContentError(_problem(file, "no sound in it" if audio is not None else "something else"))
    return AudioFacts(size, seconds, media_type(path.name), chapters)


def read_chapter_pictures(path: Path) -> Mapping[str, bytes]:
    """Return the bytes of the chapters' pictures in an audio file by their names; none of a damaged file."""
    try:
        return chapter_pictures(_open(path), path)
    except Exception:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        return {}


def read_title(path: Path) -> str:
    """Return the title in the tags of the audio file at ``path``; empty where there is none, or the file is damaged."""
    try:
        audio = _open(path)
        return one_line(_title(audio.tags)) if audio is not None else ""
    except Exception:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        return ""


def _open(path: Path) -> Any:
    """Return mutagen's object for a file; None for a file that isn't audio. Raises nearly any exception."""
    try:
        return mutagen.File(path)
    except MP4MetadataError:
        return _TolerantMP4(path)  # type: ignore[no-untyped-call]


class _UnreadChapters(MP4Chapters):
    """The chapters of an MP4 file, left unread, as mutagen rejects the whole file for one damaged title."""

    def load(self, _atoms: Any, _stream: Any) -> None:
        """Read nothing; ``audio_chapters`` reads the chapters."""


class _TolerantMP4(MP4):
    MP4Chapters = _UnreadChapters


def _title(tags: Any) -> str:
    if isinstance(tags, ID3):
        return " ".join(str(frame) for frame in tags.getall("TIT2")[:1])
    key = "\xa9nam" if isinstance(tags, MP4Tags) else "title"
    return str((tags or {}).get(key, [""])[0])


def _problem(file: str, found: str) -> Problem:
    hint = "Export it again; until then the page has no player."
    return Problem(file, 0, "an audio file such as an MP3", found, hint)


def _describe(error: Exception, path: Path) -> str:
    """Return an error as one line of at most 100 characters, without the path of the file's folder."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).replace(str(path), path.name).split())[:100] or "a damaged file"
