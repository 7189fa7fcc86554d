"""The length of a file of sound or film: as its header says where the bytes agree, else as the bytes say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from longwave.content.fields.times import format_seconds
from longwave.content.media.ffprobe import probe_length
from longwave.content.media.frames import adts_frame, count_frames, first_frame, measure_mp3
from longwave.content.media.matroska import read_matroska
from longwave.content.media.media_types import canonical
from longwave.content.media.mp4 import read_mp4
from longwave.content.media.ogg import measure_ogg
from longwave.content.media.sniffing import behind_tags
from longwave.content.media.wave_files import measure_wave

_AGAIN = "Export it again, so that every app shows the same."
#: An MP4 with a smaller share of the bytes that it states counts as cut off; even a whole one may lack a few.
_WHOLE = 0.995


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to distrust the length in a file's header: texts of what is expected, of what is found, and a hint.

    The hint says which length is used, and what the owner can do.
    """

    expected: str
    found: str
    hint: str


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a file in seconds, 0 if it can't be found out, and the doubt about the file's header, if any."""

    seconds: float
    doubt: Doubt | None = None


def measure(path: Path, kind: str, guess: Callable[[], float]) -> Length:
    """Return the length of the file at ``path``, whose media type by content is ``kind``.

    ``guess`` returns the length that the file's header states, or 0; it is called if no reader of this module finds
    the length. ffprobe is run if that fails, too. Raises OSError.
    """
    with path.open("rb") as stream:
        reader = _READERS.get(canonical(kind))
        found = reader(stream) if reader else Length(0)
    if not found.seconds:
        found = Length(guess(), found.doubt)
    if found.seconds > 0:
        return found
    seconds = probe_length(path, canonical(kind))
    expected = "a length in the file's header"
    if seconds:
        hint = f"The one that ffprobe finds is believed, {format_seconds(round(seconds))}. {_AGAIN}"
        return Length(seconds, Doubt(expected, "none", hint))
    hint = "Write mp3_duration: into the front matter, install ffprobe, or export the file again."
    return Length(0, found.doubt or Doubt(expected, "none that can be read", hint))


def _mp3(stream: BinaryIO) -> Length:
    mp3 = measure_mp3(stream, behind_tags(stream))
    return _compared(mp3.seconds, mp3.stated, "its frames were counted") if mp3 else Length(0)


def _wave(stream: BinaryIO) -> Length:
    wave = measure_wave(stream)
    return _compared(wave.seconds, wave.stated, "its bytes were counted") if wave else Length(0)


def _compared(seconds: float, stated: float, means: str) -> Length:
    """Return the measured length ``seconds``, with a doubt if the header states another length, or none (-1).

    ``means`` says in the doubt's hint how the length was measured, such as "its bytes were counted".
    """
    if abs(seconds - stated) <= max(1.0, 0.02 * seconds):
        return Length(seconds)
    measured = format_seconds(round(seconds))
    if seconds < stated:
        expected = f"the {format_seconds(round(stated))} that its header states"
        return Length(seconds, Doubt(expected, measured, f"So {means}, and the rest is missing: copy it again."))
    found = "none" if stated < 0 else format_seconds(round(stated))
    return Length(seconds, Doubt(f"the length {measured} in its header", found, f"So {means}. {_AGAIN}"))


def _adts(stream: BinaryIO) -> Length:
    first = first_frame(stream, behind_tags(stream), adts_frame)
    return Length(count_frames(stream, first, adts_frame) if first >= 0 else 0)


def _mp4(stream: BinaryIO) -> Length:
    mp4 = read_mp4(stream)
    if mp4.there >= _WHOLE:
        return Length(mp4.seconds)
    seconds = mp4.seconds * mp4.there
    hint = f"It was cut, so its length is taken for {format_seconds(round(seconds))}. Copy it again."
    return Length(seconds, Doubt("the whole file", f"{mp4.there:.0%} of its sound", hint))


def _ogg(stream: BinaryIO) -> Length:
    recordings = measure_ogg(stream).recordings
    if len(recordings) < 2:
        return Length(sum(recordings))
    total = format_seconds(round(sum(recordings)))
    hint = f"Their lengths were added up, {total}, but some apps stop after the first one. Export it again."
    return Length(sum(recordings), Doubt("one recording in the file", f"{len(recordings)} joined ones", hint))


def _matroska(stream: BinaryIO) -> Length:
    return Length(read_matroska(stream).seconds)


_READERS: dict[str, Callable[[BinaryIO], Length]] = {
    "audio/mpeg": _mp3,
    "audio/wav": _wave,
    "audio/aac": _adts,
    "audio/ogg": _ogg,
    "video/ogg": _ogg,
    **dict.fromkeys(("audio/mp4", "video/mp4", "video/quicktime"), _mp4),
    **dict.fromkeys(("audio/webm", "video/webm", "audio/x-matroska", "video/x-matroska"), _matroska),
}
