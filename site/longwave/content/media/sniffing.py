"""The media type of a file by its content, whatever its name says."""

from __future__ import annotations

from typing import BinaryIO

from longwave.content.media import matroska
from longwave.content.media.frames import adts_frame, first_frame, id3_size, mp3_frame
from longwave.content.media.media_types import HLS
from longwave.content.media.mp4 import FIRST_BOXES, read_mp4

_HEAD_BYTES = 4096
#: The types of MP4 files whose tracks can't be read, by the brand at their beginning.
_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"M4P ": "audio/mp4", b"M4V ": "video/mp4",
           b"M4VH": "video/mp4", b"M4VP": "video/mp4", b"qt  ": "video/quicktime"}  # fmt: skip
#: The types of files that begin with the name of a container, a size, and the name of a content: by both names, joined.
_CHUNKED = {
    **dict.fromkeys((b"RIFFWAVE", b"RF64WAVE", b"BW64WAVE"), "audio/wav"),
    **dict.fromkeys((b"FORMAIFF", b"FORMAIFC"), "audio/aiff"),
    b"RIFFAVI ": "video/x-msvideo",
}
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")


def sniff(stream: BinaryIO) -> str:
    """Return the media type of the file in a stream by its content; empty for a file of no known kind."""
    stream.seek(0)
    head = stream.read(_HEAD_BYTES)
    if head[4:8] in FIRST_BOXES:
        return read_mp4(stream).type or _BRANDS.get(head[8:12] if head[4:8] == b"ftyp" else b"", "")
    if head.startswith(matroska.MAGIC):
        return matroska.read_matroska(stream).type
    if head.startswith(b"OggS"):
        return _ogg_type(head)
    chunked = _CHUNKED.get(head[:4] + head[8:12])
    return chunked or _document_type(head) or _framed_type(stream)


def behind_tags(stream: BinaryIO) -> int:
    """Return the position behind the ID3 tags at the beginning of a file."""
    position = 0
    while True:
        stream.seek(position)
        size = id3_size(stream.read(10))
        if not size:
            return position
        position += size


def _ogg_type(head: bytes) -> str:
    """Return the type of an Ogg file by the first page of each of its streams, which come before all others."""
    position, kind = 0, ""
    while head[position : position + 4] == b"OggS" and head[position + 5 : position + 6] and head[position + 5] & 2:
        count = head[position + 26] if position + 26 < len(head) else 0
        body = position + 27 + count
        page = head[body : body + 8]
        if page.startswith((b"\x80theora", b"OVP80", b"\x01video")):
            return "video/ogg"
        if page.startswith((b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex")):
            kind = "audio/ogg"
        position = body + sum(head[position + 27 : body])
    return kind


def _document_type(head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return "application/epub+zip" if head[30:58] == b"mimetypeapplication/epub+zip" else "application/zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "application/x-ole-storage"
    return HLS if head.lstrip(b"\xef\xbb\xbf").startswith(b"#EXTM3U") else ""


def _framed_type(stream: BinaryIO) -> str:
    """Return the type of a file that may begin with ID3 tags: MP3, AAC or FLAC."""
    start = behind_tags(stream)
    stream.seek(start)
    beginning = stream.read(16)
    if beginning.startswith(b"fLaC"):
        return "audio/flac"
    if beginning.startswith(_ASF):
        return ""
    if adts_frame(beginning, 0) and first_frame(stream, start, adts_frame) == start:
        return "audio/aac"
    return "audio/mpeg" if first_frame(stream, start, mp3_frame) >= 0 else ""
