"""The facts of an audio file: size, length, media type, title and chapters, read with mutagen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen
from mutagen.aac import AAC
from mutagen.aiff import AIFF
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Chapters, MP4MetadataError, MP4Tags
from mutagen.wave import WAVE

from longwave.content.media.audio_chapters import audio_chapters, chapter_pictures
from longwave.content.media.lengths import measure
from longwave.content.media.media_types import is_document, media_type
from longwave.content.media.sniffing import sniff
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError, Problem
from longwave.model import Chapter

#: mutagen's class for a media type: left to itself, mutagen goes by the file's name, too, and takes M4A for MP3.
_TAGGED: dict[str, Callable[[Path], Any]] = {
    "audio/mpeg": MP3,
    "audio/aac": AAC,
    "audio/flac": FLAC,
    "audio/wav": WAVE,
    "audio/aiff": AIFF,
}
#: The types of files that may play although no length is found: live recordings state none, and AVI's isn't read.
_LIVE = frozenset({
    "audio/flac", "audio/webm", "video/webm", "audio/x-matroska", "video/x-matroska", "video/x-msvideo"
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """The facts of an audio file: its size, length, media type, and chapters in order of time.

    ``seconds`` is at least 1, or 0 for a document and for a file whose length can't be found out. ``problems`` are
    warnings, such as that the file's header states another length.
    """

    bytes: int
    seconds: int
    type: str
    chapters: tuple[Chapter, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_audio_facts(path: Path, file: str) -> AudioFacts:
    """Return the facts of the file of sound, film or text at ``path``, which messages call ``file``.

    The type is that of the content, whatever the file's name says. Raises ContentError for a file that can't be read or
    is neither sound nor film nor a known kind of document.
    """
    audio = None
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            kind = sniff(stream)
        if kind and is_document(kind):
            return AudioFacts(size, 0, kind)
        audio = _tags(path, kind)
        length = measure(path, kind, lambda: audio.info.length if audio is not None else 0)
        seconds = max(1, round(length.seconds)) if length.seconds > 0 else 0
        chapters = audio_chapters(audio, path) if audio is not None and seconds else ()
    except Exception as error:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        raise ContentError(_problem(file, _describe(error, path))) from None
    is_live = kind in _LIVE and (audio is not None or kind != "audio/flac")
    if not seconds and not is_live:
        raise ContentError(_problem(file, "no sound in it" if kind or audio is not None else "something else"))
    doubt = length.doubt
    problems = (Problem(file, 0, doubt.expected, doubt.found, doubt.hint, "warning"),) if doubt else ()
    return AudioFacts(size, seconds, kind or media_type(path.name), chapters, problems)


def read_chapter_pictures(path: Path) -> Mapping[str, bytes]:
    """Return the bytes of the chapters' pictures in an audio file by their names; none of a damaged file."""
    try:
        return chapter_pictures(_sniffed(path), path)
    except Exception:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        return {}


def read_title(path: Path) -> str:
    """Return the title in the tags of the audio file at ``path``; empty where there is none, or the file is damaged."""
    try:
        audio = _sniffed(path)
        return one_line(_title(audio.tags)) if audio is not None else ""
    except Exception:  # noqa: BLE001 - mutagen raises nearly anything on a damaged file
        return ""


def _sniffed(path: Path) -> Any:
    """Return mutagen's object for a file, opened by the type that its bytes show. Raises nearly any exception."""
    with path.open("rb") as stream:
        kind = sniff(stream)
    return _open(path, kind)


def _tags(path: Path, kind: str) -> Any:
    """Return mutagen's object for a file of media type ``kind``; None if mutagen can't read the file.

    If ``kind`` is empty, as the file's bytes show no known type, mutagen's error is raised: nearly any exception.
    """
    try:
        return _open(path, kind)
    except Exception:
        if not kind:
            raise
        return None


def _open(path: Path, kind: str) -> Any:
    """Return mutagen's object for a file; None for a file that isn't audio. Raises nearly any exception."""
    if kind in ("audio/mp4", "video/mp4", "video/quicktime"):
        try:
            return MP4(path)
        except MP4MetadataError:
            return _TolerantMP4(path)  # type: ignore[no-untyped-call]
    if kind in _TAGGED:
        return _TAGGED[kind](path)
    return mutagen.File(path)


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
