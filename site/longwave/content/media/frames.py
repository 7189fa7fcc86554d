"""The frames of MP3 (ISO/IEC 11172-3 and 13818-3) and of AAC in ADTS: found, and counted to measure a file."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

#: A frame's size in bytes, its seconds, and its bits per second (0: unknown).
Frame = tuple[int, float, int]
#: A function that returns the frame whose header is at a position in a block of bytes; None if there is no header.
FrameAt = Callable[[bytes, int], "Frame | None"]
_BLOCK = 1 << 20
#: The largest frame, and the bytes of a header of ADTS, the longer of both.
_MAX_FRAME, _HEADER = 9000, 7
#: The numbers of bytes in which a file's first frame is searched for: few at first, and many if there is none in these.
_SYNC_BYTES = (16_384, 300_000)
#: The bytes of the longest head of a frame or of a tag between frames.
_LONGEST_HEAD = 32
#: The most bytes that are counted, and the most bytes of rubbish between the frames.
_MAX_SCANNED, _MAX_RUBBISH = 2_000_000_000, 8_000_000
#: The number of places at which a file is sampled, and the bytes that are read there.
_SAMPLES, _SAMPLE_BYTES = 64, 4 * _MAX_FRAME
_TOLERANCE = 0.02

_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_BITRATES = {
    (True, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_ADTS_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)


def _mp3_frame(second: int, third: int) -> Frame | None:
    """Return the frame of an MP3 by the second and third byte of its header."""
    version, layer = second >> 3 & 3, second >> 1 & 3
    bitrate, rate, padding = third >> 4, third >> 2 & 3, third >> 1 & 1
    if second < 0xE0 or version == 1 or layer == 0 or not 0 < bitrate < 15 or rate == 3:
        return None
    bits, hertz = _BITRATES[version == 3, layer][bitrate] * 1000, _RATES[version][rate]
    if layer == 3:
        return (12 * bits // hertz + padding) * 4, 384 / hertz, bits
    samples = 576 if layer == 1 and version != 3 else 1152
    return samples // 8 * bits // hertz + padding, samples / hertz, bits


_MP3_FRAMES = {(second, third): _mp3_frame(second, third) for second in range(0xE0, 0x100) for third in range(0x100)}


def mp3_frame(block: bytes, at: int) -> Frame | None:
    """Return the frame of an MP3 whose header is at ``at`` in ``block``; None if there is no header."""
    return _MP3_FRAMES.get((block[at + 1], block[at + 2])) if block[at] == 0xFF and at + 3 < len(block) else None


def adts_frame(block: bytes, at: int) -> Frame | None:
    """Return the frame of AAC whose ADTS header is at ``at`` in ``block``; None if there is no header."""
    if at + _HEADER > len(block) or block[at] != 0xFF or block[at + 1] & 0xF6 != 0xF0:
        return None
    rate, size = block[at + 2] >> 2 & 15, (block[at + 3] & 3) << 11 | block[at + 4] << 3 | block[at + 5] >> 5
    if rate >= len(_ADTS_RATES) or size < _HEADER:
        return None
    return size, ((block[at + 6] & 3) + 1) * 1024 / _ADTS_RATES[rate], 0


#: The bytes with which a frame's header may begin: searching for them is much faster than calling FrameAt everywhere.
_SYNC: dict[FrameAt, re.Pattern[bytes]] = {
    mp3_frame: re.compile(rb"\xff[\xe2-\xe7\xf2-\xff][^\x00-\x0f\xf0-\xff]", re.DOTALL),
    adts_frame: re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"),
}


def find_frame(block: bytes, at: int, frame_at: FrameAt) -> int:
    """Return the position, from ``at`` on, of the first frame with another frame directly behind it; -1 for none."""
    while match := _SYNC[frame_at].search(block, at):
        at = match.start()
        frame = frame_at(block, at) if at + _HEADER <= len(block) else None
        following = at + frame[0] if frame else len(block)
        if following < len(block) and frame_at(block, following):
            return at
        at += 1
    return -1


def first_frame(stream: BinaryIO, start: int, frame_at: FrameAt) -> int:
    """Return the position of a file's first frame, which begins at ``start`` or soon after it; -1 for none."""
    for size in _SYNC_BYTES:
        stream.seek(start)
        found = find_frame(stream.read(size), 0, frame_at)
        if found >= 0:
            return start + found
    return -1


def count_frames(stream: BinaryIO, start: int, frame_at: FrameAt) -> float:
    """Return the seconds of all frames of a file from ``start`` on; tags and rubbish between them are skipped.

    The rest of a file of more than two gigabytes, or of one that is mostly rubbish, isn't counted.
    """
    seconds, rubbish = 0.0, 0
    while start < _MAX_SCANNED and rubbish < _MAX_RUBBISH:
        stream.seek(start)
        block = stream.read(_BLOCK)
        is_last, at = len(block) < _BLOCK, 0
        while at < len(block):
            frame = frame_at(block, at)
            if frame is not None:
                at, seconds = at + frame[0], seconds + frame[1]
            elif not is_last and len(block) - at < _LONGEST_HEAD:
                break
            elif size := _tag_size(block, at):
                at += size
            else:
                found = find_frame(block, at + 1, frame_at)
                if found < 0:
                    # A frame at the end of this block is found in the next one, which overlaps.
                    found = len(block) if is_last else max(at + 1, len(block) - _MAX_FRAME)
                at, rubbish = found, rubbish + found - at
                if not is_last and at >= len(block) - _MAX_FRAME:
                    break
        if is_last:
            break
        start += at
    return seconds


def is_constant(stream: BinaryIO, start: int, end: int, bitrate: int) -> bool:
    """Return whether the frames of an MP3 have this bitrate wherever the file is sampled."""
    for sample in range(_SAMPLES):
        stream.seek(start + (end - start) * sample // _SAMPLES)
        block = stream.read(_SAMPLE_BYTES)
        at = find_frame(block, 0, mp3_frame)
        while 0 <= at < len(block) and (frame := mp3_frame(block, at)):
            if frame[2] != bitrate:
                return False
            at += frame[0]
    return True


@dataclass(frozen=True, slots=True)
class Mp3:
    """The length of an MP3 in seconds, and the length that its header states.

    ``stated`` is -1 if the header is missing, unless all frames have one bitrate, from which players know the length.
    """

    seconds: float
    stated: float


def measure_mp3(stream: BinaryIO, start: int) -> Mp3 | None:
    """Return the lengths of the MP3 whose first frame is at or behind ``start``; None for a file without frames.

    The length in the header (Xing, Info or VBRI) is used if its size is the file's; if not, the frames are counted.
    """
    begin = first_frame(stream, start, mp3_frame)
    if begin < 0:
        return None
    stream.seek(begin)
    block = stream.read(_MAX_FRAME)
    frame = mp3_frame(block, 0) or (0, 0.0, 1)
    size = stream.seek(0, 2)
    end = size - _trailer(stream, size)
    stated = _header(block[: frame[0]], frame)
    if stated is None:
        guessed = max(0, end - begin) * 8 / frame[2]
        if is_constant(stream, begin, end, frame[2]):
            return Mp3(guessed, guessed)
        counted = count_frames(stream, begin, mp3_frame)
        return Mp3(counted, guessed if _are_alike(counted, guessed) else -1)
    seconds, stated_bytes = stated
    if seconds and abs(stated_bytes - (end - begin)) <= _TOLERANCE * (end - begin) + 2 * frame[0]:
        return Mp3(seconds, seconds)
    counted = count_frames(stream, begin + frame[0], mp3_frame)
    return Mp3(seconds if _are_alike(counted, seconds) else counted, seconds)


def _are_alike(counted: float, other: float) -> bool:
    """Return whether two lengths differ so little that no listener notices."""
    return abs(counted - other) <= max(_TOLERANCE * counted, 0.2)


def _header(data: bytes, frame: Frame) -> tuple[float, int] | None:
    """Return the seconds and the bytes that the header in an MP3's first frame states (0: none); None without one."""
    for mark in (b"Xing", b"Info"):
        at = data.find(mark, 4, 64)
        if at > 0 and len(data) >= at + 16:
            flags = int.from_bytes(data[at + 4 : at + 8], "big")
            numbers = struct.unpack_from(">2I", data, at + 8)
            frames = numbers[0] if flags & 1 else 0
            return frames * frame[1] - _silence(data, at, flags), numbers[flags & 1] if flags & 2 else 0
    if data[36:40] == b"VBRI" and len(data) >= 54:
        stated_bytes, frames = struct.unpack_from(">2I", data, 46)
        return frames * frame[1], stated_bytes
    return None


def _silence(data: bytes, at: int, flags: int) -> float:
    """Return the seconds of silence that LAME added at both ends, as its header at ``at`` says."""
    lame = at + 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    if data[lame : lame + 4] not in (b"LAME", b"Lavf", b"Lavc") or len(data) < lame + 24:
        return 0
    delays = int.from_bytes(data[lame + 21 : lame + 24], "big")
    second, third = data[1], data[2]
    samples = (delays >> 12) + (delays & 0xFFF)
    return samples / _RATES[second >> 3 & 3][third >> 2 & 3]


def _trailer(stream: BinaryIO, size: int) -> int:
    """Return the bytes of the tags at the end of a file of ``size`` bytes: ID3v1 and APE."""
    stream.seek(max(0, size - 160))
    tail = stream.read(160)
    length = 128 if tail[-128:-125] == b"TAG" else 0
    ape = tail[: len(tail) - length][-32:]
    return length + (int.from_bytes(ape[12:16], "little") + 32 if ape.startswith(b"APETAGEX") else 0)


def _tag_size(block: bytes, at: int) -> int:
    """Return the bytes of the tag at a position between two frames, as joined files have it; 0 if none is there."""
    if block.startswith(b"ID3", at):
        return id3_size(block[at : at + 10])
    if block.startswith(b"TAG", at):
        return 128
    if block.startswith(b"APETAGEX", at):
        return int.from_bytes(block[at + 12 : at + 16], "little") + 32
    return 0


def id3_size(head: bytes) -> int:
    """Return the bytes of the ID3v2 tag whose first ten bytes are ``head``; 0 if there is no tag."""
    if len(head) < 10 or not head.startswith(b"ID3") or any(byte & 0x80 for byte in head[6:10]):
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte
    return 10 + size + (10 if head[5] & 0x10 else 0)
