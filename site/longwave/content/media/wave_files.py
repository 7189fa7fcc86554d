"""A reader of the chunks of WAV files (RIFF, RF64 and BW64), which often state wrong sizes, as recorders leave them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

#: The stated size that means an unknown one; programs that write to a pipe state this, 0, or nearly half of it.
_UNKNOWN, _HALF = 0xFFFFFFFF, 0x7FFFF000
_MAX_CHUNKS = 1000


@dataclass(frozen=True, slots=True)
class Wave:
    """The length of a WAV file in seconds, by its bytes, and the length that its header states (-1: none)."""

    seconds: float
    stated: float


def measure_wave(stream: BinaryIO) -> Wave | None:
    """Return the lengths of the WAV file in a stream; None for a file without a format or without sound."""
    end = stream.seek(0, 2)
    position, bytes_a_second, long_size = 12, 0, 0
    for _ in range(_MAX_CHUNKS):
        stream.seek(position)
        head = stream.read(8 + 24)
        if len(head) < 8:
            break
        name, size = struct.unpack_from("<4sI", head)
        if name == b"fmt " and len(head) >= 20:
            bytes_a_second = struct.unpack_from("<I", head, 16)[0]
        elif name == b"ds64" and len(head) >= 24:
            long_size = struct.unpack_from("<Q", head, 16)[0]
        elif name == b"data":
            there = end - position - 8
            stated = (long_size if size == _UNKNOWN else size) or _UNKNOWN
            if not bytes_a_second or not there:
                break
            is_unknown = stated >= _HALF and there < stated
            return Wave(min(there, stated) / bytes_a_second, -1 if is_unknown else stated / bytes_a_second)
        position += 8 + size + size % 2
    return None
