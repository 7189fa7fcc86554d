"""The chapters of MP4 files: QuickTime's chapter tracks, and Nero's list of chapters."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from longwave.model import Chapter

#: The most bytes of the box ``moov``, and samples of a chapter track, that are read.
_MAX_MOOV, _MAX_SAMPLES = 64_000_000, 3000
#: The most bytes of a title with its link, of a picture, and of all pictures.
_MAX_TITLE, _MAX_PICTURE, _MAX_PICTURES = 10_000, 5_000_000, 50_000_000
#: The most chapter tracks that are read; a file usually has up to three: of titles, of links and of pictures.
_MAX_TRACKS = 8
#: The handlers of tracks of text, and that of a track of pictures.
_TEXT_HANDLERS, _PICTURE_HANDLER = (b"text", b"sbtl"), b"vide"


@dataclass(frozen=True, slots=True)
class EmbeddedChapter:
    """A chapter within an audio file, and the bytes of its picture, which are empty if there is none."""

    chapter: Chapter
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class _Sample:
    """A sample of a track: its times in seconds, and the place of its bytes in the file."""

    start: float
    end: float
    offset: int
    size: int


def mp4_chapters(stream: IO[bytes]) -> list[EmbeddedChapter]:
    """Return the chapters of an MP4 file: those of QuickTime's tracks, or else those of Nero's list.

    QuickTime's come first because Nero's titles have at most 255 bytes. Damaged tracks count as none, and Nero's list
    ends where it is damaged. Raises OSError.
    """
    moov = _read_moov(stream)
    tracks = [_Track(box) for kind, box in _boxes(moov) if kind == b"trak"]
    wanted = {number for track in tracks for number in track.chapter_tracks()}
    chosen = [track for track in tracks if track.number() in wanted][:_MAX_TRACKS]
    try:
        return list(_quicktime(stream, chosen)) or list(_nero(moov))
    except (struct.error, IndexError):
        return list(_nero(moov))


def _quicktime(stream: IO[bytes], tracks: list[_Track]) -> Iterator[EmbeddedChapter]:
    """Yield the chapters in tracks of titles, with the links and pictures that other tracks have at the same time."""
    links: dict[int, str] = {}
    titles: list[tuple[_Sample, str]] = []
    for track in (track for track in tracks if track.handler() in _TEXT_HANDLERS):
        texts = [(sample, *_title_and_link(_read(stream, sample, _MAX_TITLE))) for sample in track.samples()]
        links |= {_key(sample): url for sample, _, url in texts if url}
        # The first track of text has the titles; the texts of another one are the labels of links.
        titles = titles or [(sample, title) for sample, title, _ in texts if title]
    pictures = {
        _key(sample): sample for track in tracks if track.handler() == _PICTURE_HANDLER for sample in track.samples()
    }
    room = _MAX_PICTURES
    for sample, title in titles:
        picture = pictures.get(_key(sample))
        picture = picture if picture and picture.size <= room else None
        room -= picture.size if picture else 0
        chapter = Chapter(round(sample.start, 3), title, round(sample.end, 3), links.get(_key(sample), ""))
        yield EmbeddedChapter(chapter, _read(stream, picture, _MAX_PICTURE) if picture else b"")


def _key(sample: _Sample) -> int:
    """Return a sample's start in tenths of a second, by which a title is matched with its link and its picture."""
    return round(sample.start * 10)


def _title_and_link(data: bytes) -> tuple[str, str]:
    """Return the title in a sample of text, and the address in the box ``href`` that may follow the title."""
    if len(data) < 2:
        return "", ""
    length = int.from_bytes(data[:2], "big")
    raw = data[2 : 2 + length]
    # A byte-order mark says that a title is UTF-16.
    encoding = "utf-16" if raw[:2] in (b"\xfe\xff", b"\xff\xfe") else "utf-8"
    title = raw.decode(encoding, "ignore")
    for kind, box in _boxes(data[2 + length :]):
        if kind == b"href" and len(box) > 5:
            # The box has the numbers of the link's first and last letter (2 bytes each), a length, and the address.
            return title, box[5 : 5 + box[4]].decode("utf-8", "ignore")
    return title, ""


def _nero(moov: bytes) -> Iterator[EmbeddedChapter]:
    """Yield the chapters of Nero's list up to the first that isn't complete; its times are units of 100 ns."""
    data = _find(moov, b"udta", b"chpl")
    # Version 1 of the list, which all programs write, has four bytes more before the count than version 0.
    position = 9 if data[:1] == b"\x01" else 5
    for _ in range(data[position - 1] if len(data) >= position else 0):
        if position + 9 > len(data):
            break
        start, length = struct.unpack_from(">QB", data, position)
        title = data[position + 9 : position + 9 + length].decode("utf-8", "ignore")
        yield EmbeddedChapter(Chapter(round(start / 10_000_000, 3), title))
        position += 9 + length


class _Track:
    """A track of an MP4 file, given as the contents of its box ``trak``."""

    def __init__(self, box: bytes) -> None:
        self._box = box
        self._table = _find(box, b"mdia", b"minf", b"stbl")

    def number(self) -> int:
        """Return the track's number; 0 if it has none."""
        header = _find(self._box, b"tkhd")
        at = 20 if header[:1] == b"\x01" else 12
        return int.from_bytes(header[at : at + 4], "big")

    def chapter_tracks(self) -> tuple[int, ...]:
        """Return the numbers of the tracks that hold this track's chapters."""
        return tuple(_numbers(_find(self._box, b"tref", b"chap")))

    def handler(self) -> bytes:
        """Return the four letters that say what the track is: ``text``, ``vide``, ``soun``."""
        return _find(self._box, b"mdia", b"hdlr")[8:12]

    def samples(self) -> Iterator[_Sample]:
        """Yield the track's samples. Raises struct.error or IndexError for damaged tables."""
        scale = self._scale()
        sizes, offsets = self._sizes(), list(self._offsets())
        at = 0
        for number, duration in enumerate(self._durations()):
            if number >= min(len(sizes), len(offsets)) or not scale:
                return
            yield _Sample(at / scale, (at + duration) / scale, offsets[number], sizes[number])
            at += duration

    def _scale(self) -> int:
        header = _find(self._box, b"mdia", b"mdhd")
        at = 20 if header[:1] == b"\x01" else 12
        return int.from_bytes(header[at : at + 4], "big")

    def _durations(self) -> Iterator[int]:
        table = self._entries(b"stts", 8)
        left = _MAX_SAMPLES
        for count, duration in struct.iter_unpack(">II", table):
            for _ in range(min(count, left)):
                yield duration
            left -= min(count, left)

    def _sizes(self) -> list[int]:
        data = _find(self._table, b"stsz")
        same, count = struct.unpack_from(">II", data, 4)
        count = min(count, _MAX_SAMPLES)
        return [same] * count if same else list(_numbers(data[12 : 12 + 4 * count]))

    def _offsets(self) -> Iterator[int]:
        """Yield the place of each sample in the file, computed from the places of the chunks that hold the samples."""
        sizes = self._sizes()
        wide = _find(self._table, b"co64")
        form, width = (">Q", 8) if wide else (">I", 4)
        chunks = [place for (place,) in struct.iter_unpack(form, self._entries(b"co64" if wide else b"stco", width))]
        runs = list(struct.iter_unpack(">III", self._entries(b"stsc", 12)))
        number = 0
        for chunk, place in enumerate(chunks, 1):
            per_chunk = next((run[1] for run in reversed(runs) if run[0] <= chunk), 0)
            for _ in range(per_chunk):
                if number >= len(sizes):
                    return
                yield place
                place += sizes[number]
                number += 1

    def _entries(self, kind: bytes, width: int) -> bytes:
        """Return the rows of a table of the track, each ``width`` bytes long, at most as many as samples are read."""
        data = _find(self._table, kind)
        count = min(int.from_bytes(data[4:8], "big"), _MAX_SAMPLES, max(0, len(data) - 8) // width)
        return data[8 : 8 + count * width]


def _read_moov(stream: IO[bytes]) -> bytes:
    """Return the contents of the box ``moov``; empty if there is none, or one that is too large."""
    stream.seek(0, io.SEEK_END)
    end, at = stream.tell(), 0
    while at + 8 <= end:
        stream.seek(at)
        header = stream.read(16)
        size, start = int.from_bytes(header[:4], "big"), 8
        if size == 1:
            size, start = int.from_bytes(header[8:16], "big"), 16
        size = size or end - at
        if size < start:
            break
        if header[4:8] == b"moov":
            stream.seek(at + start)
            return stream.read(size - start) if size <= _MAX_MOOV else b""
        at += size
    return b""


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the contents of each box in ``data``, up to the first that isn't complete."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big") or len(data) - at
        if size < 8 or at + size > len(data):
            return
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _find(data: bytes, *path: bytes) -> bytes:
    """Return the contents of the box at a path of kinds of boxes; empty if there is none."""
    for wanted in path:
        data = next((box for kind, box in _boxes(data) if kind == wanted), b"")
    return data


def _numbers(data: bytes) -> Iterator[int]:
    yield from (number for (number,) in struct.iter_unpack(">I", data[: len(data) // 4 * 4]))


def _read(stream: IO[bytes], sample: _Sample, limit: int) -> bytes:
    if sample.size > limit:
        return b""
    stream.seek(sample.offset)
    return stream.read(sample.size)
