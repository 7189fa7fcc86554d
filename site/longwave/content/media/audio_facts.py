"""What an audio file says of itself."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, Chapter, MP4Chapters, MP4MetadataError, MP4Tags

from longwave.content.episodes.chapters import in_order
from longwave.content.fields.timestamps import seconds_of
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError, Problem
from longwave.model import Moment

#: The media types that podcast apps know, by a file's suffix.
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
    """A file's size in bytes, its length in whole seconds (rounded, at least 1), its media type and its chapters."""

    bytes: int
    seconds: int
    type: str
    chapters: tuple[Moment, ...] = ()


def media_type(name: str) -> str:
    """The media type of a file or address by its suffix; MP3 where that says nothing."""
    path = name.partition("?")[0].lower()
    return AUDIO_TYPES.get(path[path.rfind(".") :], "audio/mpeg")


def read_audio_facts(path: Path, file: str) -> AudioFacts:
    """The facts of the audio file at ``path``; ``file`` is what messages call it. Raises ContentError."""
    try:
        size = path.stat().st_size
        found = _open(path)
        length = found.info.length if found is not None else 0
        seconds = max(1, round(length)) if length > 0 else 0
        chapters = in_order(_chapters(found)) if seconds else ()
    except Exception as error:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        raise ContentError(_problem(file, _said(error, path))) from None
    if not seconds:
        raise ContentError(_problem(file, "no sound in it" if found is not None else "something else"))
    return AudioFacts(size, seconds, media_type(path.name), chapters)


def read_title(path: Path) -> str:
    """The title that the audio file at ``path`` has for itself; empty where it has none, or can't be read."""
    try:
        found = _open(path)
        return one_line(_title(found.tags)) if found is not None else ""
    except Exception:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        return ""


def _open(path: Path) -> Any:
    try:
        return mutagen.File(path)
    except MP4MetadataError:
        return _PatientMP4(path)  # type: ignore[no-untyped-call]


class _PatientChapters(MP4Chapters):
    """mutagen gives up a whole file for one broken title, and ffmpeg cuts long titles in the middle of a letter."""

    def load(self, atoms: Any, stream: Any) -> None:
        _, data = atoms.path(b"moov", b"udta", b"chpl")[-1].read(stream)
        at = 9
        for _ in range(data[8] if len(data) > 8 else 0):
            if at + 9 > len(data):
                break
            start, length = struct.unpack_from(">QB", data, at)
            title = data[at + 9 : at + 9 + length].decode("utf-8", "ignore")
            self._chapters.append(Chapter(start / 10_000_000, title))
            at += 9 + length


class _PatientMP4(MP4):
    MP4Chapters = _PatientChapters


def _chapters(found: Any) -> Iterator[tuple[float, str]]:
    """The starts in seconds and the titles of an audio file's own chapters."""
    if isinstance(found, MP4):
        yield from ((chapter.start, chapter.title) for chapter in found.chapters or ())
    elif isinstance(found.tags, ID3):
        for frame in found.tags.getall("CHAP"):
            for title in frame.sub_frames.getall("TIT2"):
                yield frame.start_time / 1000, " ".join(title.text)
    elif isinstance(found.tags, list):
        comments = {key.lower(): str(value) for key, value in found.tags}
        for key, value in comments.items():
            start = seconds_of(value) if re.fullmatch(r"chapter\d{1,4}", key, re.ASCII) else None
            if start is not None:
                yield start, comments.get(f"{key}name", "")


def _title(tags: Any) -> str:
    if isinstance(tags, ID3):
        return " ".join(str(frame) for frame in tags.getall("TIT2")[:1])
    key = "\xa9nam" if isinstance(tags, MP4Tags) else "title"
    return str((tags or {}).get(key, [""])[0])


def _problem(file: str, found: str) -> Problem:
    hint = "Export it again; until then the page has no player."
    return Problem(file, 0, "an audio file such as an MP3", found, hint)


def _said(error: Exception, path: Path) -> str:
    """What went wrong, on one line, and without the place of the site on this machine."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).replace(str(path), path.name).split())[:100] or "a damaged file"
