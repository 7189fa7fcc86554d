"""The links and pictures of chapters within audio files, and the tables of contents that hide chapters."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import APIC, CHAP, CTOC, ID3, TIT2, WXXX, CTOCFlags
from PIL import Image

from longwave.content.media.audio_facts import read_audio_facts, read_chapter_pictures
from longwave.content.media.embedded_pictures import embedded_name, embedded_picture
from longwave.content.media.mp4_chapters import EmbeddedChapter, mp4_chapters
from longwave.model import Chapter


def picture(form: str = "PNG") -> bytes:
    """Return the bytes of a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(stream, form)
    return stream.getvalue()


@pytest.fixture
def tagged(tmp_path: Path) -> Path:
    """Return an MP3 with three ID3 chapters; the third is missing from the table of contents."""
    path = tmp_path / "content/audio/podcast/1-tagged.mp3"
    path.parent.mkdir(parents=True)
    path.write_bytes((b"\xff\xfb\x90\x00" + bytes(413)) * 8)
    tags = ID3()
    tags.add(CTOC("toc", CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED, ["a", "b"], [TIT2(text="Contents")]))
    link, shown = WXXX(desc="chapter url", url="https://tides.example/low"), APIC(mime="image/png", data=picture())
    tags.add(CHAP("a", 500, 1500, sub_frames=[TIT2(text="Low tide"), link, shown]))
    linked = APIC(mime="-->", data=b"https://tides.example/high.png")
    tags.add(CHAP("b", 1500, 0xFFFFFFFF, sub_frames=[TIT2(text="High tide"), linked]))
    tags.add(CHAP("c", 2000, 3000, sub_frames=[TIT2(text="Only a link"), WXXX(url="javascript:alert(1)")]))
    tags.save(path)
    return path


def test_id3_chapters_have_links_and_pictures(tagged: Path) -> None:
    """Chapters of ID3 have the link of their WXXX frame and the picture of their APIC frame, which may be an address."""
    low, high, _ = read_audio_facts(tagged, "a.mp3").chapters
    assert (low.start, low.end, low.url) == (0.5, 1.5, "https://tides.example/low")
    assert read_chapter_pictures(tagged) == {low.image: picture()}
    assert (high.end, high.image) == (0, "https://tides.example/high.png")


def test_a_chapter_in_no_table_of_contents_is_hidden(tagged: Path) -> None:
    """A chapter that ID3's table of contents lacks isn't listed, and a link that is no web address is left out."""
    assert read_audio_facts(tagged, "a.mp3").chapters[2] == Chapter(2, "Only a link", 3, toc=False)


def test_a_picture_is_extracted_once(tagged: Path, tmp_path: Path) -> None:
    """A chapter's picture becomes a file when it is first shown, and is extracted again if that file is damaged."""
    name = embedded_name("podcast/1-tagged.mp3", read_audio_facts(tagged, "a.mp3").chapters[0].image)
    content, images = tagged.parents[2], tmp_path / "images"
    found = embedded_picture(content, images, name)
    assert found is not None
    assert found.read_bytes() == picture()
    found.write_bytes(b"")
    assert embedded_picture(content, images, name) == found
    assert found.read_bytes() == picture()
    tagged.unlink()
    assert embedded_picture(content, images, name) == found
    found.unlink()
    assert embedded_picture(content, images, name) is None


@pytest.mark.parametrize(
    "name",
    ["", "a.png", "chapters/a.png", f"chapters/../../x/{'0' * 24}.png", f"chapters/podcast/none.mp3/{'0' * 24}.png"],
)
def test_other_names_are_no_pictures_within_audio(tagged: Path, tmp_path: Path, name: str) -> None:
    """A name that isn't that of a picture within a file in the audio folder finds no picture."""
    assert embedded_picture(tagged.parents[2], tmp_path / "images", name) is None


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return the bytes of an MP4 box of this kind that contains ``parts``."""
    data = b"".join(parts)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def track(number: int, handler: bytes, samples: list[tuple[int, bytes]], offset: int, refers: int = 0) -> bytes:
    """Return a track whose samples (milliseconds and bytes) begin at an offset of the file, one after the other."""
    durations = b"".join(struct.pack(">II", 1, milliseconds) for milliseconds, _ in samples)
    sizes = b"".join(struct.pack(">I", len(data)) for _, data in samples)
    table = box(
        b"stbl",
        box(b"stts", bytes(4), struct.pack(">I", len(samples)), durations),
        box(b"stsz", bytes(4), struct.pack(">II", 0, len(samples)), sizes),
        box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, len(samples), 1)),
        box(b"stco", bytes(4), struct.pack(">II", 1, offset)),
    )
    media = box(
        b"mdia", box(b"mdhd", bytes(12), struct.pack(">I", 1000)), box(b"hdlr", bytes(8), handler), box(b"minf", table)
    )
    reference = box(b"tref", box(b"chap", *(struct.pack(">I", each) for each in (2, 3, 4)))) if refers else b""
    return box(b"trak", box(b"tkhd", bytes(12), struct.pack(">I", number)), reference, media)


def words(text: str, encoding: str = "utf-8", url: str = "") -> bytes:
    """Return a sample of text as QuickTime stores it, with a link behind it."""
    data = text.encode(encoding)
    link = box(b"href", bytes(4), bytes([len(url)]), url.encode(), b"\0") if url else b""
    return struct.pack(">H", len(data)) + data + box(b"encd", struct.pack(">I", 256)) + link


TITLES = [(500, words("")), (1000, words("Ebb", "utf-16")), (2500, words("Flood"))]
LINKS = [(500, words("")), (1000, words("x", url="https://tides.example/ebb")), (2500, words(""))]


def film() -> bytes:
    """Return an MP4 with three tracks of chapters: titles, links and pictures."""
    pictures = [(1500, b""), (2500, picture("JPEG"))]
    media = [b"".join(data for _, data in samples) for samples in (TITLES, LINKS, pictures)]
    start = len(box(b"ftyp", b"M4A ")) + 8
    offsets = [start, start + len(media[0]), start + len(media[0]) + len(media[1])]
    tracks = (
        track(1, b"soun", [], 0, refers=2),
        track(2, b"text", TITLES, offsets[0]),
        track(3, b"text", LINKS, offsets[1]),
        track(4, b"vide", pictures, offsets[2]),
        track(5, b"text", [(9, words("Subtitle"))], offsets[0]),
    )
    return box(b"ftyp", b"M4A ") + box(b"mdat", *media) + box(b"moov", *tracks)


def test_quicktime_chapters_have_links_and_pictures() -> None:
    """QuickTime chapters get their titles from a text track, and links and pictures from tracks with the same times."""
    ebb, flood = mp4_chapters(io.BytesIO(film()))
    assert ebb == EmbeddedChapter(Chapter(0.5, "Ebb", 1.5, "https://tides.example/ebb"))
    assert flood == EmbeddedChapter(Chapter(1.5, "Flood", 4), picture("JPEG"))


@given(st.integers(0, len(film()) - 1), st.binary(min_size=1, max_size=8))
def test_no_damage_to_quicktime_chapters_raises(place: int, damage: bytes) -> None:
    """A damaged MP4 has fewer chapters, or other ones, but reading it raises nothing and takes no long time."""
    raw = film()
    assert len(mp4_chapters(io.BytesIO(raw[:place] + damage + raw[place + len(damage) :]))) <= 3000


@given(st.binary())
def test_any_bytes_are_an_mp4_without_chapters(raw: bytes) -> None:
    """Bytes that are no MP4 have no chapters."""
    assert mp4_chapters(io.BytesIO(raw)) == []
