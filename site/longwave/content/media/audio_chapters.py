"""The chapters within audio files, with their links and pictures: of ID3, MP4 and Vorbis comments."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from longwave.content.episodes.chapter_entries import MAX_CHAPTERS, sort_chapters
from longwave.content.fields.times import parse_time
from longwave.content.media.mp4_chapters import EmbeddedChapter, mp4_chapters
from longwave.model import Chapter
from longwave.urls import web_address

#: The most bytes of a picture within an audio file that are served.
_MAX_PICTURE = 5_000_000
#: The suffixes of pictures by the bytes with which they begin.
_SIGNATURES = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n", ".png"), (b"GIF8", ".gif"))
#: The number that ID3 has in place of a chapter's end that isn't known.
_UNKNOWN_END = 0xFFFFFFFF


def audio_chapters(audio: Any, path: Path) -> tuple[Chapter, ...]:
    """Return the chapters of the file at ``path``, which mutagen has opened as ``audio``, in order of time.

    A picture's name is the hash of its bytes with a suffix. Raises nearly any exception for a damaged file.
    """
    return sort_chapters(map(_named, _embedded(audio, path)))


def chapter_pictures(audio: Any, path: Path) -> Mapping[str, bytes]:
    """Return the bytes of the chapters' pictures in the file at ``path`` by their names.

    Raises nearly any exception for a damaged file.
    """
    named = ((picture_name(each.picture), each.picture) for each in _embedded(audio, path))
    return {name: picture for name, picture in named if name}


def _named(embedded: EmbeddedChapter) -> Chapter:
    chapter = embedded.chapter
    image = picture_name(embedded.picture) or _web(chapter.image)
    return replace(chapter, url=_web(chapter.url), image=image)


def _web(address: str) -> str:
    try:
        return web_address(address.strip())
    except ValueError:
        return ""


def picture_name(picture: bytes) -> str:
    """Return a file name for a picture: its bytes' hash with a suffix; empty for an unknown format and over 5 MB."""
    suffix = next((suffix for begin, suffix in _SIGNATURES if picture.startswith(begin)), "")
    suffix = ".webp" if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP" else suffix
    return f"{hashlib.sha256(picture).hexdigest()[:24]}{suffix}" if suffix and len(picture) <= _MAX_PICTURE else ""


def _embedded(audio: Any, path: Path) -> Iterator[EmbeddedChapter]:
    """Yield the chapters that the boxes of an MP4, ID3 tags or Vorbis comments have; mutagen has opened ``audio``."""
    if isinstance(audio, MP4):
        with path.open("rb") as stream:
            yield from mp4_chapters(stream)
    elif audio is not None and isinstance(audio.tags, ID3):
        yield from _id3(audio.tags)
    elif audio is not None and isinstance(audio.tags, list):
        yield from map(EmbeddedChapter, _comments(audio.tags))


def _id3(tags: ID3) -> Iterator[EmbeddedChapter]:
    """Yield the chapters in ID3 tags: if a table of contents lists any of them, those that none lists are hidden."""
    frames = tags.getall("CHAP")[:MAX_CHAPTERS]
    listed = {name for contents in tags.getall("CTOC") for name in contents.child_element_ids}
    has_contents = any(frame.element_id in listed for frame in frames)
    for frame in frames:
        parts = frame.sub_frames
        title = " ".join(" ".join(part.text) for part in parts.getall("TIT2"))
        addresses = [part.url for part in parts.getall("WXXX")]
        pictures = parts.getall("APIC")[:1]
        # The media type ``-->`` means in ID3 that the data is the picture's address, not the picture.
        linked = [part.data.decode("latin-1") for part in pictures if part.mime == "-->"]
        end = 0 if frame.end_time == _UNKNOWN_END else frame.end_time / 1000
        chapter = Chapter(
            frame.start_time / 1000,
            title,
            end,
            next(iter(addresses), ""),
            next(iter(linked), ""),
            toc=frame.element_id in listed or not has_contents,
        )
        yield EmbeddedChapter(chapter, b"" if linked else next((part.data for part in pictures), b""))


def _comments(tags: list[tuple[str, str]]) -> Iterator[Chapter]:
    """Yield the chapters of Vorbis comments: CHAPTER001, CHAPTER001NAME and CHAPTER001URL."""
    comments = {key.lower(): str(value) for key, value in tags}
    for key, value in comments.items():
        start = parse_time(value) if re.fullmatch(r"chapter\d{1,4}", key, re.ASCII) else None
        if start is not None:
            yield Chapter(start, comments.get(f"{key}name", ""), url=comments.get(f"{key}url", ""))
