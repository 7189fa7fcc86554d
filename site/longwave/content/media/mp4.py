"""A reader of the boxes of MP4 and QuickTime files (ISO/IEC 14496-12): tracks, lengths, and fragments."""

from __future__ import annotations

import contextlib
import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

#: The names of the boxes with one of which an MP4 or QuickTime file begins.
FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp", b"moof", b"sidx"})
#: The codecs of tracks of still pictures, which podcasts have for their chapters: such a track makes no film.
_PICTURES = frozenset({b"jpeg", b"mjpa", b"mjpb", b"png ", b"tiff", b"gif ", b"bmp "})
_UNKNOWN_DURATIONS = frozenset({2**32 - 1, 2**64 - 1})
#: The most boxes that are looked at, and the most bytes of one that is read.
_MAX_BOXES, _MAX_BODY = 400_000, 16_000_000


@dataclass(slots=True)
class Track:
    """A track: its handler (``soun``, ``vide``), its codec, and its duration in units of which a second has ``scale``.

    ``default`` is the duration of a sample in fragments that don't state one.
    """

    handler: bytes = b""
    codec: bytes = b""
    scale: int = 0
    duration: int = 0
    default: int = 0

    @property
    def seconds(self) -> float:
        """Return the duration in seconds; 0 where it isn't known."""
        return self.duration / self.scale if self.scale and self.duration not in _UNKNOWN_DURATIONS else 0


@dataclass(slots=True)
class Mp4:
    """The content of a file: its brand, its tracks by number, and the share of its sound and film that is in the file.

    ``there`` is below 1 for a file that was cut.
    """

    brand: bytes = b""
    tracks: dict[int, Track] = field(default_factory=lambda: defaultdict(Track))
    there: float = 1.0

    @property
    def type(self) -> str:
        """Return the media type by the tracks; empty for a file that has neither sound nor film."""
        kinds = {track.handler for track in self.tracks.values() if track.codec not in _PICTURES}
        if b"vide" in kinds:
            return "video/quicktime" if self.brand == b"qt  " else "video/mp4"
        return "audio/mp4" if b"soun" in kinds else ""

    @property
    def seconds(self) -> float:
        """Return the length in seconds of the sound, or of the film where it has no sound."""
        for handler in (b"soun", b"vide"):
            found = max((track.seconds for track in self.tracks.values() if track.handler == handler), default=0.0)
            if found:
                return found
        return 0.0


def read_mp4(stream: BinaryIO) -> Mp4:
    """Return the content of the MP4 file in a stream; a damaged one is read as far as its boxes can be followed."""
    found = Mp4()
    # The file may have been cut off in the middle of a number.
    with contextlib.suppress(struct.error, IndexError):
        _read_file(stream, found)
    return found


def _read_file(stream: BinaryIO, found: Mp4) -> None:
    size = stream.seek(0, 2)
    stated = present = 0
    for name, start, end in _boxes(stream, 0, size, [_MAX_BOXES]):
        if name == b"ftyp":
            found.brand = _body(stream, start, start + 4)
        elif name == b"moov":
            _read_movie(stream, start, end, found)
        elif name == b"moof":
            _read_fragment(stream, start, end, found)
        elif name == b"mdat":
            stated, present = stated + end - start, present + min(end, size) - start
    found.there = present / stated if stated else 1.0


def _boxes(stream: BinaryIO, start: int, end: int, left: list[int]) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name of each box between two positions, and the positions at which its body starts and ends.

    ``left`` holds the number of boxes that may still be read.
    """
    while start + 8 <= end and left[0] > 0:
        left[0] -= 1
        stream.seek(start)
        head = stream.read(16)
        if len(head) < 8:
            return
        size, name = struct.unpack_from(">I4s", head)
        body = start + 8
        if size == 1 and len(head) == 16:
            size, body = int.from_bytes(head[8:], "big"), start + 16
        elif size == 0:
            size = end - start
        if size < body - start:
            return
        yield name, body, start + size
        start += size


def _body(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(max(0, min(end - start, _MAX_BODY)))


def _read_movie(stream: BinaryIO, start: int, end: int, found: Mp4) -> None:
    left = [10_000]
    for name, body, stop in _boxes(stream, start, end, left):
        if name == b"trak":
            number, track = _track(stream, body, stop, left)
            track.default = found.tracks[number].default
            found.tracks[number] = track
        elif name == b"mvex":
            for inner, at, _ in _boxes(stream, body, stop, left):
                if inner == b"trex":
                    _, number, _, default = struct.unpack(">4I", _body(stream, at, at + 16))
                    found.tracks[number].default = default


def _track(stream: BinaryIO, start: int, end: int, left: list[int]) -> tuple[int, Track]:
    """Return the number of the track in a box ``trak``, and the track."""
    number, track = 0, Track()
    for name, body, stop in _boxes(stream, start, end, left):
        if name == b"tkhd":
            data = _body(stream, body, stop)
            number = int.from_bytes(data[20:24] if data[0] else data[12:16], "big")
        elif name == b"mdia":
            for inner, at, last in _boxes(stream, body, stop, left):
                if inner == b"mdhd":
                    data = _body(stream, at, last)
                    track.scale, track.duration = struct.unpack_from(
                        ">IQ" if data[0] else ">II", data, 20 if data[0] else 12
                    )
                elif inner == b"hdlr":
                    track.handler = _body(stream, at + 8, at + 12)
                elif inner == b"minf":
                    track.codec = _codec(stream, at, last, left)
    return number, track


def _codec(stream: BinaryIO, start: int, end: int, left: list[int]) -> bytes:
    """Return the name of the codec of the first sample description in a box ``minf``; empty where there is none."""
    for name, body, stop in _boxes(stream, start, end, left):
        if name == b"stbl":
            for inner, at, _ in _boxes(stream, body, stop, left):
                if inner == b"stsd":
                    return _body(stream, at + 12, at + 16)
    return b""


def _read_fragment(stream: BinaryIO, start: int, end: int, found: Mp4) -> None:
    """Add the duration of a fragment, a box ``moof`` between two positions, to the tracks of ``found``."""
    left = [1000]
    for name, body, stop in _boxes(stream, start, end, left):
        if name != b"traf":
            continue
        track, begin, length = Track(), None, 0
        default = 0
        for inner, at, last in _boxes(stream, body, stop, left):
            data = _body(stream, at, last) if inner in (b"tfhd", b"tfdt", b"trun") else b""
            if inner == b"tfhd":
                flags, number = struct.unpack_from(">II", data)
                track = found.tracks[number]
                offset = 8 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
                default = struct.unpack_from(">I", data, offset)[0] if flags & 8 else track.default
            elif inner == b"tfdt":
                begin = struct.unpack_from(">Q" if data[0] else ">I", data, 4)[0]
            elif inner == b"trun":
                length += _run(data, default)
        before = 0 if track.duration in _UNKNOWN_DURATIONS else track.duration
        track.duration = max(before, (before if begin is None else begin) + length)


def _run(data: bytes, default: int) -> int:
    """Return the duration of all samples of a box ``trun``; ``default`` is that of a sample without one of its own."""
    flags, count = struct.unpack_from(">II", data)
    if not flags & 0x100:
        return int(count * default)
    offset = 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    stride = 4 * sum(1 for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag)
    return sum(int.from_bytes(data[at : at + 4], "big") for at in range(offset, len(data) - 3, stride)[:count])
