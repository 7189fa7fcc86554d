"""A reader of the pages of Ogg files (RFC 3533), which may be several recordings one behind the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_HEAD, _FIRST_BYTES = 27, 64
_MAX_PAGES = 2_000_000
#: A recording whose first page is at a later second was cut out of a live stream, so its length counts from that page.
_STREAM_SECONDS = 10


@dataclass(slots=True)
class _Sound:
    """A stream of sound: its samples a second, and the positions, in samples, of its beginning and its last page."""

    rate: int
    start: int
    begun: bool = False
    last: int = 0

    @property
    def seconds(self) -> float:
        """Return the length in seconds."""
        return max(0, self.last - self.start) / self.rate


@dataclass(frozen=True, slots=True)
class Ogg:
    """The lengths, in seconds, of the recordings that follow one another in an Ogg file."""

    recordings: tuple[float, ...]


def measure_ogg(stream: BinaryIO) -> Ogg:
    """Return the lengths of the recordings in the Ogg file ``stream``; a page that was cut off doesn't count."""
    recordings: list[dict[bytes, _Sound]] = []
    in_heads = False
    for is_first, serial, position, body in _pages(stream):
        if is_first and not in_heads:
            recordings.append({})
        in_heads = is_first
        if not recordings:
            continue
        if is_first:
            sound = _sound(body)
            if sound is not None:
                recordings[-1][serial] = sound
            continue
        found = recordings[-1].get(serial)
        # Headers have the position 0, and a page on which no packet ends has -1.
        if found is not None and position > 0:
            if not found.begun and position > _STREAM_SECONDS * found.rate:
                found.start = position
            found.begun, found.last = True, max(found.last, position)
    lengths = (max((sound.seconds for sound in streams.values()), default=0.0) for streams in recordings)
    return Ogg(tuple(length for length in lengths if length))


def _pages(stream: BinaryIO) -> Iterator[tuple[bool, bytes, int, bytes]]:
    """Yield, for each whole page: whether it begins a stream, the stream's number, its position, and its first bytes.

    The position counts the samples up to the end of the page.
    """
    end, at = stream.seek(0, 2), 0
    for _ in range(_MAX_PAGES):
        stream.seek(at)
        head = stream.read(_HEAD + 255 + _FIRST_BYTES)
        if len(head) < _HEAD or not head.startswith(b"OggS"):
            return
        body = _HEAD + head[26]
        is_first, position = bool(head[5] & 2), int.from_bytes(head[6:14], "little", signed=True)
        at += body + sum(head[_HEAD:body])
        if at > end:
            return
        yield is_first, head[14:18], position, head[body : body + _FIRST_BYTES]


def _sound(body: bytes) -> _Sound | None:
    """Return the stream of sound whose first page has these bytes; None for a film or another kind of stream."""
    rate = start = 0
    if body.startswith(b"OpusHead"):
        rate, start = 48_000, int.from_bytes(body[10:12], "little")
    elif body.startswith(b"\x01vorbis"):
        rate = int.from_bytes(body[12:16], "little")
    elif body.startswith(b"\x7fFLAC"):
        rate = int.from_bytes(body[27:30], "big") >> 4
    elif body.startswith(b"Speex"):
        rate = int.from_bytes(body[36:40], "little")
    return _Sound(rate, start) if rate else None
