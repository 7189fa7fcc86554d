"""Small media files, built from bytes: an ID3 tag, and MP4 files with any tracks."""

from __future__ import annotations

import struct

ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10)


def box(name: bytes, *parts: bytes) -> bytes:
    """Return an MP4 box (size, name, content) of this name, with ``parts`` as its content."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def track(number: int, handler: bytes, codec: bytes, scale: int = 1000, duration: int = 0) -> bytes:
    """Return an MP4's box of track ``number``; ``duration`` counts units of a second divided by ``scale``."""
    head = box(b"tkhd", bytes(12), struct.pack(">I", number), bytes(68))
    header = box(b"mdhd", bytes(12), struct.pack(">II", scale, duration), bytes(4))
    described = box(b"minf", box(b"stbl", box(b"stsd", bytes(4), struct.pack(">II", 1, 16), codec, bytes(8))))
    return box(b"trak", head, box(b"mdia", header, box(b"hdlr", bytes(8), handler, bytes(12)), described))


def mp4(brand: bytes, *tracks: bytes, last: bool = False) -> bytes:
    """Return an MP4 of this brand and these tracks, with its index behind the data if ``last``, else before."""
    index, data = box(b"moov", *tracks), box(b"mdat", bytes(100))
    return box(b"ftyp", brand, bytes(4)) + (data + index if last else index + data)
