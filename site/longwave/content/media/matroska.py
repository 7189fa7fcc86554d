"""A reader of the head of Matroska and WebM files (RFC 9559): whether there is a film in one, and its length."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: The bytes with which every Matroska and WebM file begins: the ID of the EBML header.
MAGIC = b"\x1a\x45\xdf\xa3"
_DOC_TYPE, _SEGMENT, _INFO, _TRACKS, _CLUSTER = 0x4282, 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675
_SCALE, _DURATION, _TRACK, _TRACK_TYPE = 0x2AD7B1, 0x4489, 0xAE, 0x83
#: The most elements that are looked at, and the most bytes of a value.
_MAX_ELEMENTS, _MAX_VALUE = 10_000, 100


@dataclass(frozen=True, slots=True)
class Matroska:
    """The head of a file: ``webm`` or ``matroska``, the types of its tracks, and the seconds that it states (0: none).

    Of the types, 1 is a film and 2 is sound.
    """

    doc_type: str
    tracks: frozenset[int]
    seconds: float

    @property
    def type(self) -> str:
        """Return the media type; empty for a file without film and sound."""
        container = "webm" if self.doc_type == "webm" else "x-matroska"
        kind = "video" if 1 in self.tracks else "audio" if 2 in self.tracks else ""
        return f"{kind}/{container}" if kind else ""


def read_matroska(stream: BinaryIO) -> Matroska:
    """Return the head of the Matroska or WebM file in a stream."""
    end = stream.seek(0, 2)
    left = [_MAX_ELEMENTS]
    doc_type, scale, duration = "", 1_000_000, 0.0
    kinds: set[int] = set()
    for number, start, stop in _elements(stream, 0, end, left):
        if number == int.from_bytes(MAGIC, "big"):
            for inner, at, last in _elements(stream, start, stop, left):
                if inner == _DOC_TYPE:
                    doc_type = _value(stream, at, last).rstrip(b"\0").decode("ascii", "replace")
        elif number == _SEGMENT:
            for inner, at, last in _elements(stream, start, stop, left):
                if inner == _CLUSTER:
                    break
                if inner == _INFO:
                    scale, duration = _info(stream, at, last, left)
                elif inner == _TRACKS:
                    kinds |= set(_track_types(stream, at, last, left))
            break
    return Matroska(doc_type, frozenset(kinds), duration * scale / 1e9)


def _info(stream: BinaryIO, start: int, end: int, left: list[int]) -> tuple[int, float]:
    """Return how many nanoseconds a unit of time has, and the duration in such units, from the value of an Info."""
    scale, duration = 1_000_000, 0.0
    for number, at, last in _elements(stream, start, end, left):
        value = _value(stream, at, last) if number in (_SCALE, _DURATION) else b""
        if number == _SCALE:
            scale = int.from_bytes(value, "big")
        elif number == _DURATION and len(value) in (4, 8):
            duration = struct.unpack(">f" if len(value) == 4 else ">d", value)[0]
    return scale, duration if 0 < duration < 1e15 else 0.0


def _track_types(stream: BinaryIO, start: int, end: int, left: list[int]) -> Iterator[int]:
    """Yield the type of each track: 1 for a film, 2 for sound."""
    for number, at, last in _elements(stream, start, end, left):
        if number == _TRACK:
            for inner, position, stop in _elements(stream, at, last, left):
                if inner == _TRACK_TYPE:
                    yield int.from_bytes(_value(stream, position, stop), "big")


def _elements(stream: BinaryIO, start: int, end: int, left: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the ID of each element between two positions, and the positions at which its value starts and ends.

    ``left`` holds the number of elements that may still be read of the file.
    """
    while start < end and left[0] > 0:
        left[0] -= 1
        stream.seek(start)
        head = stream.read(12)
        width = 9 - head[0].bit_length() if head and head[0] else 0
        if not 1 <= width <= 4 or len(head) <= width or not head[width]:
            return
        length = 9 - head[width].bit_length()
        raw = head[width : width + length]
        size = int.from_bytes(raw, "big") & ((1 << 7 * length) - 1)
        body = start + width + length
        # A stream that was recorded live states no size: all bits are set.
        stop = end if size == (1 << 7 * length) - 1 else body + size
        yield int.from_bytes(head[:width], "big"), body, min(stop, end)
        start = stop


def _value(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(min(max(0, end - start), _MAX_VALUE))
