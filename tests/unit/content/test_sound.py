"""Facts of audio files: size, length, title and chapters."""

import contextlib
import functools
import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import mutagen
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.id3 import APIC, CHAP, CTOC, ID3, TIT2, CTOCFlags

from longwave.content.media.audio_facts import AudioFacts, media_type, read_sound
from longwave.errors import ContentError


def test_size_and_length_are_read(tmp_path: Path) -> None:
    """A file's bytes and seconds come from the file."""
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * 3)
    assert read_sound(path, "a.wav") == AudioFacts(path.stat().st_size, 3, "audio/wav")


def test_a_sound_of_a_moment_is_a_second(tmp_path: Path) -> None:
    """A jingle shorter than half a second has one second."""
    path = tmp_path / "a.mp3"
    path.write_bytes((b"\xff\xfb\x90\x00" + bytes(413)) * 8)
    assert read_sound(path, "a.mp3") == AudioFacts(3336, 1, "audio/mpeg")


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """A missing file is reported by its name in the site, not by its path on the machine."""
    with pytest.raises(ContentError, match=r"^content/audio/a\.mp3: .* No such file") as raised:
        read_sound(tmp_path / "a.mp3", "content/audio/a.mp3")
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize(
    "raw",
    [b"", b"hello", b"\xff\xfb\x90\x00", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"\0" * 5000, b"RIFF\xff\xff\xff\xffWAVE"],
)
def test_what_is_no_audio_is_one_line(tmp_path: Path, raw: bytes) -> None:
    """A damaged or foreign file raises the documented error."""
    path = tmp_path / "a.mp3"
    path.write_bytes(raw)
    with pytest.raises(ContentError, match="an audio file"):
        read_sound(path, "content/audio/podcast/a.mp3")


@given(
    st.integers(0, 3335),
    st.binary(min_size=1, max_size=12),
    st.sampled_from(["mp3", "m4a", "ogg", "flac", "wav", "opus"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_raises_anything_else(tmp_path: Path, place: int, raw: bytes, suffix: str) -> None:
    """Any damage to a file gives facts, or the one documented error."""
    whole = (b"\xff\xfb\x90\x00" + bytes(413)) * 8
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(whole[:place] + raw + whole[place + len(raw) :])
    with contextlib.suppress(ContentError):
        assert read_sound(path, "a").seconds > 0


@functools.cache
def recorded(suffix: str, *chapters: tuple[int, int, str]) -> bytes:
    """Return four seconds of silence by ffmpeg, with chapters of these starts, ends (milliseconds) and titles."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    told = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n" for start, end, title in chapters
    )
    with tempfile.TemporaryDirectory() as name:
        meta, path = Path(name) / "meta.txt", Path(name) / f"a.{suffix}"
        meta.write_text(f";FFMETADATA1\n{told}")
        silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-i", meta, "-t", "4", "-map_metadata", "1"]
        subprocess.run(["ffmpeg", "-v", "error", *silence, path], check=True, timeout=60)
        return path.read_bytes()


def sound(folder: Path, suffix: str, *chapters: tuple[int, int, str]) -> Path:
    """Return a copy of a ``recorded`` file."""
    path = folder / f"a.{suffix}"
    path.write_bytes(recorded(suffix, *chapters))
    return path


def heard(path: Path) -> list[tuple[int, str]]:
    """Return the seconds and titles of a file's own chapters."""
    facts = read_sound(path, path.name)
    assert facts.seconds == 4
    return [(chapter.seconds, chapter.text) for chapter in facts.chapters]


@pytest.mark.parametrize("suffix", ["mp3", "m4a"])
def test_chapters_are_read_as_ffmpeg_writes_them(tmp_path: Path, suffix: str) -> None:
    """ID3 chapters of an MP3 and chapters of an M4A have their titles and whole seconds."""
    assert heard(sound(tmp_path, suffix, (0, 2700, "Intro"), (2700, 4000, "Bye"))) == [(0, "Intro"), (2, "Bye")]


def test_a_title_that_is_cut_within_a_letter_costs_nothing_else(tmp_path: Path) -> None:
    """An M4A title that was cut within a letter at 255 bytes loses that letter only."""
    found = heard(sound(tmp_path, "m4a", (0, 2000, "x" + "é" * 200), (2000, 4000, "Bye")))
    assert found == [(0, "x" + "é" * 127), (2, "Bye")]


@pytest.mark.parametrize("count", [b"\x00", b"\x01", b"\xff"])
def test_a_damaged_list_of_an_m4a_costs_only_chapters(tmp_path: Path, count: bytes) -> None:
    """A chapter list with a wrong count leaves the audio's length as it is."""
    path = sound(tmp_path, "m4a", (0, 2000, "Intro"), (2000, 4000, "Bye"))
    raw = path.read_bytes()
    at = raw.index(b"chpl") + 12
    path.write_bytes(raw[:at] + count + raw[at + 1 :])
    assert heard(path) == [(0, "Intro"), (2, "Bye")][: count[0]]


def test_id3_chapters_go_by_time_and_need_a_title(tmp_path: Path) -> None:
    """Chapters are sorted by time against the table of contents; one without a title, or beyond any recording, is none."""
    path = sound(tmp_path, "mp3")
    tags = ID3()
    tags.add(CTOC("toc", CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED, ["b", "a"], [TIT2(text="Contents")]))
    tags.add(CHAP("b", 2999, 4000, sub_frames=[APIC(data=b"x"), TIT2(text=" The\0\n end ")]))
    tags.add(CHAP("a", 0, 1000, sub_frames=[TIT2(text="The start")]))
    tags.add(CHAP("c", 1000, 2000))
    tags.add(CHAP("d", 0xFFFFFFFF, 0xFFFFFFFF, sub_frames=[TIT2(text="Never")]))
    tags.save(path)
    assert heard(path) == [(0, "The start"), (2, "The end")]


@pytest.mark.parametrize("suffix", ["ogg", "opus", "flac"])
def test_chapters_are_read_from_comments(tmp_path: Path, suffix: str) -> None:
    """CHAPTER001 and CHAPTER001NAME are a chapter; one without a name or with an invalid time is left out."""
    path = sound(tmp_path, suffix)
    comments = mutagen.File(path)
    told = {"002": ("00:00:03.900", "Bye"), "001": ("00:00:01.000", "Intro"), "003": ("soon", "Odd")}
    for number, (start, name) in told.items():
        comments[f"CHAPTER{number}"], comments[f"chapter{number}Name"] = start, name
    comments["CHAPTER004"] = "00:00:02.000"
    comments["CHAPTER005NAME"] = "No time"
    comments.save()
    assert heard(path) == [(1, "Intro"), (3, "Bye")]


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """Return files with chapters, by suffix."""
    chapters = ((0, 2000, "Intro"), (2000, 4000, "Bye"))
    return {suffix: recorded(suffix, *chapters) for suffix in ("mp3", "m4a", "opus")}


@given(st.sampled_from([("mp3", b"CHAP"), ("m4a", b"chpl"), ("opus", b"CHAPTER0")]), st.integers(-9, 90), st.binary())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_to_chapters_raises_anything_else(
    tmp_path: Path, whole: dict[str, bytes], kind: tuple[str, bytes], shift: int, damage: bytes
) -> None:
    """Any damage around a file's chapters gives facts, or the one documented error."""
    suffix, mark = kind
    raw = whole[suffix]
    place = raw.index(mark) + shift
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(raw[:place] + damage + raw[place + len(damage) :])
    with contextlib.suppress(ContentError):
        assert read_sound(path, "a").seconds > 0


def test_types_follow_the_suffix() -> None:
    """The media type follows the suffix, and is that of MP3 without one."""
    assert [media_type(name) for name in ("a.mp3", "A.M4A", "https://x.example/a.ogg?b=c.mp3", "a")] == [
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/mpeg",
    ]
