"""Media types: by a file's suffix, as stated in front matter or feeds, and by a file's content."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_media import ID3, box, mp4, track

from longwave.content.media.media_types import (
    canonical,
    is_document,
    is_playable,
    is_video,
    media_type,
    settled_type,
    stated_type,
    suffix_for,
)
from longwave.content.media.sniffing import sniff

MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)
HLS = "application/vnd.apple.mpegurl"


def ogg(*codecs: bytes) -> bytes:
    """Return the first pages of an Ogg file with a stream for each codec."""
    pages = [b"OggS\0\x02" + bytes(20) + bytes([1, len(codec) + 8]) + codec + bytes(8) for codec in codecs]
    return b"".join(pages) + b"OggS\0\0" + bytes(21)


def matroska(kind: bytes, *tracks: int) -> bytes:
    """Return the head of a Matroska file of this document type with tracks of these types."""
    entries = b"".join(b"\xae\x83\x83\x81" + bytes([number]) for number in tracks)
    head = b"\x42\x82" + bytes([0x80 | len(kind)]) + kind
    listed = b"\x16\x54\xae\x6b" + bytes([0x80 | len(entries)]) + entries
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(head)]) + head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + listed


SOUND, FILM, PICTURES = track(1, b"soun", b"mp4a"), track(2, b"vide", b"avc1"), track(3, b"vide", b"jpeg")
FILES = {
    "mp3": (MP3_FRAME * 3, "audio/mpeg"),
    "mp3 behind a tag": (ID3 + MP3_FRAME * 3, "audio/mpeg"),
    "mp3 behind two tags and rubbish": (ID3 + ID3 + b"\xff\xff rubbish" + MP3_FRAME * 3, "audio/mpeg"),
    "m4a": (mp4(b"M4A ", SOUND), "audio/mp4"),
    "m4b with its index last": (mp4(b"M4B ", SOUND, last=True), "audio/mp4"),
    "isom sound": (mp4(b"isom", SOUND), "audio/mp4"),
    "isom film": (mp4(b"isom", SOUND, FILM), "video/mp4"),
    "m4v": (mp4(b"M4V ", FILM, SOUND), "video/mp4"),
    "m4a with a film": (mp4(b"M4A ", SOUND, FILM), "video/mp4"),
    "m4a with pictures of chapters": (mp4(b"M4A ", SOUND, PICTURES), "audio/mp4"),
    "m4a without an index": (box(b"ftyp", b"M4A ", bytes(4)) + box(b"mdat", bytes(9)), "audio/mp4"),
    "quicktime": (mp4(b"qt  ", SOUND, FILM), "video/quicktime"),
    "old quicktime": (box(b"wide") + box(b"moov", FILM), "video/mp4"),
    "opus": (ogg(b"OpusHead"), "audio/ogg"),
    "vorbis": (ogg(b"\x01vorbis"), "audio/ogg"),
    "flac in ogg": (ogg(b"\x7fFLAC"), "audio/ogg"),
    "theora": (ogg(b"\x01vorbis", b"\x80theora"), "video/ogg"),
    "flac": (b"fLaC" + bytes(40), "audio/flac"),
    "flac behind a tag": (ID3 + b"fLaC" + bytes(40), "audio/flac"),
    "wav": (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
    "rf64": (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav"),
    "aiff": (b"FORM\0\0\0\0AIFFCOMM", "audio/aiff"),
    "aifc": (b"FORM\0\0\0\0AIFCCOMM", "audio/aiff"),
    "aac": (b"\xff\xf1\x50\x80\x01\x7f\xfc\0\0\0\0" * 3, "audio/aac"),
    "webm film": (matroska(b"webm", 1, 2), "video/webm"),
    "webm sound": (matroska(b"webm", 2), "audio/webm"),
    "matroska film": (matroska(b"matroska", 1, 2), "video/x-matroska"),
    "matroska sound": (matroska(b"matroska", 2), "audio/x-matroska"),
    "pdf": (b"%PDF-1.7\n", "application/pdf"),
    "epub": (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip", "application/epub+zip"),
    "zip": (b"PK\x03\x04" + bytes(60), "application/zip"),
    "hls": (b"\xef\xbb\xbf#EXTM3U\n#EXT-X-VERSION:3\n", HLS),
    "a web page": (b"<!doctype html><title>Not found</title>", ""),
    "nothing": (b"", ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(50), ""),
}


@pytest.mark.parametrize(("data", "kind"), FILES.values(), ids=FILES.keys())
def test_content_tells_the_type(data: bytes, kind: str) -> None:
    """The media type of a file follows from its content, without its name."""
    assert sniff(io.BytesIO(data)) == kind


@given(st.sampled_from([data for data, _ in FILES.values()]), st.integers(0, 200), st.binary(max_size=8))
def test_damage_raises_nothing(data: bytes, place: int, damage: bytes) -> None:
    """A damaged file has some type or none."""
    assert isinstance(sniff(io.BytesIO(data[:place] + damage + data[place + len(damage) :])), str)


def test_suffixes_tell_types() -> None:
    """The media type of a name or an address follows from its suffix, whatever query follows, and is MP3 without one."""
    names = (
        "a.MP4",
        "https://x.example/a.webm?b=c.mp3",
        "a.m3u8#t=1",
        "a.pdf",
        "https://x.example/play/7",
        "x.example",
    )
    assert [media_type(name) for name in names] == [
        "video/mp4", "video/webm", HLS, "application/pdf", "audio/mpeg", "audio/mpeg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Audio/X-M4A", "audio/x-m4a"),
        ("audio/ogg; codecs=opus", "audio/ogg"),
        ("mp3", "audio/mpeg"),
        (".m4a", "audio/mp4"),
        ("audio/mp3", "audio/mpeg"),
        ("application/mp3", "audio/mpeg"),
        ("hls", HLS),
        ("application/octet-stream", ""),
        ("file", ""),
        ("image/png", ""),
        ("audio/", ""),
        ("audio/<script>", ""),
        ("", ""),
    ],
)
def test_stated_types_are_read_as_they_are_meant(text: str, kind: str) -> None:
    """A stated type is read in any case and with parameters; a suffix means its type, and a generic type means nothing."""
    assert stated_type(text) == kind


def test_content_takes_precedence_over_what_is_stated() -> None:
    """A stated media type only chooses a spelling or subtype of that of the content, unless the content has none."""
    assert settled_type("audio/mp4", "audio/x-m4a") == "audio/x-m4a"
    assert settled_type("audio/mpeg", "video/mp4") == "audio/mpeg"
    assert settled_type("", "video/mp4") == "video/mp4"
    assert settled_type("application/zip", "application/epub+zip") == "application/epub+zip"
    assert settled_type("application/zip", "audio/mpeg") == "application/zip"


def test_types_have_kinds() -> None:
    """The media type says whether a file is a video, a document or playable, and which suffix it gets."""
    assert is_video("video/webm")
    assert is_document("application/x-mpegurl")
    assert is_document("application/pdf")
    assert not is_document("audio/mpeg")
    assert is_playable("audio/x-m4a")
    assert not is_playable("audio/mpegurl")
    assert not is_playable("video/x-msvideo")
    assert canonical("audio/opus") == "audio/ogg"
    assert [suffix_for(kind) for kind in ("audio/x-m4a", "video/mp4", "audio/opus", "audio/x-m4b", "x/y")] == [
        ".m4a", ".mp4", ".opus", ".m4b", "",
    ]  # fmt: skip
