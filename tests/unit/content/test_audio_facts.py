"""The facts of audio files: size, length, type and chapters."""

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

from longwave.content.media.audio_facts import AudioFacts, read_audio_facts
from longwave.content.media.media_types import media_type
from longwave.errors import ContentError


def test_size_and_length_are_read(tmp_path: Path) -> None:
    """An audio file's size in bytes and length in seconds are read from the file."""
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 8000 * 3)
    assert read_audio_facts(path, "a.wav") == AudioFacts(path.stat().st_size, 3, "audio/wav")


def test_a_sound_of_a_moment_is_a_second(tmp_path: Path) -> None:
    """An audio file shorter than half a second has a length of one second."""
    path = tmp_path / "a.mp3"
    path.write_bytes((b"\xff\xfb\x90\x00" + bytes(413)) * 8)
    assert read_audio_facts(path, "a.mp3") == AudioFacts(3336, 1, "audio/mpeg")


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """The error for a missing audio file names it by its path in content/, not by its path on the machine."""
    with pytest.raises(ContentError, match=r"^content/audio/a\.mp3: .* No such file") as raised:
        read_audio_facts(tmp_path / "a.mp3", "content/audio/a.mp3")
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize(
    "raw",
    [b"", b"hello", b"\xff\xfb\x90\x00", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"\0" * 5000, b"RIFF\xff\xff\xff\xffWAVE"],
)
def test_what_is_no_audio_is_one_line(tmp_path: Path, raw: bytes) -> None:
    """A damaged audio file, or one that is no audio, raises ContentError."""
    path = tmp_path / "a.mp3"
    path.write_bytes(raw)
    with pytest.raises(ContentError, match="an audio file"):
        read_audio_facts(path, "content/audio/podcast/a.mp3")


@given(
    st.integers(0, 3335),
    st.binary(min_size=1, max_size=12),
    st.sampled_from(["mp3", "m4a", "ogg", "flac", "wav", "opus"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_raises_anything_else(tmp_path: Path, place: int, raw: bytes, suffix: str) -> None:
    """A damaged audio file either has a size, length and type or raises ContentError."""
    data = (b"\xff\xfb\x90\x00" + bytes(413)) * 8
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data[:place] + raw + data[place + len(raw) :])
    with contextlib.suppress(ContentError):
        assert read_audio_facts(path, "a").seconds > 0


@functools.cache
def recorded(suffix: str, *chapters: tuple[int, int, str]) -> bytes:
    """Return four seconds of silence from ffmpeg, with chapters of these starts and ends (milliseconds) and titles."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    metadata = "".join(
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n" for start, end, title in chapters
    )
    with tempfile.TemporaryDirectory() as name:
        meta, path = Path(name) / "meta.txt", Path(name) / f"a.{suffix}"
        meta.write_text(f";FFMETADATA1\n{metadata}")
        silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-i", meta, "-t", "4", "-map_metadata", "1"]
        subprocess.run(["ffmpeg", "-v", "error", *silence, path], check=True, timeout=60)
        return path.read_bytes()


def sound(folder: Path, suffix: str, *chapters: tuple[int, int, str]) -> Path:
    """Write a ``recorded`` silence with these chapters to a file in a folder, and return its path."""
    path = folder / f"a.{suffix}"
    path.write_bytes(recorded(suffix, *chapters))
    return path


def heard(path: Path) -> list[tuple[float, str]]:
    """Return the start in seconds and the title of each chapter in a file."""
    facts = read_audio_facts(path, path.name)
    assert facts.seconds == 4
    return [(chapter.start, chapter.title) for chapter in facts.chapters]


def without_tracks(path: Path) -> Path:
    """Remove the reference to an M4A's chapter track, so that only its other list, in Nero's format (chpl), is left."""
    path.write_bytes(path.read_bytes().replace(b"tref", b"free"))
    return path


@pytest.mark.parametrize("suffix", ["mp3", "m4a"])
def test_chapters_are_read_as_ffmpeg_writes_them(tmp_path: Path, suffix: str) -> None:
    """The chapters that ffmpeg writes into an MP3 or M4A are read, with their titles and starts."""
    assert heard(sound(tmp_path, suffix, (0, 2700, "Intro"), (2700, 4000, "Bye"))) == [(0, "Intro"), (2.7, "Bye")]


def test_a_title_that_is_cut_within_a_letter_costs_nothing_else(tmp_path: Path) -> None:
    """A title cut within a character in an M4A's chpl list loses that character; in a chapter track it is whole."""
    path = sound(tmp_path, "m4a", (0, 2000, "x" + "é" * 200), (2000, 4000, "Bye"))
    assert heard(path) == [(0, "x" + "é" * 200), (2, "Bye")]
    assert heard(without_tracks(path)) == [(0, "x" + "é" * 127), (2, "Bye")]


@pytest.mark.parametrize("count", [b"\x00", b"\x01", b"\xff"])
def test_a_damaged_list_of_an_m4a_costs_only_chapters(tmp_path: Path, count: bytes) -> None:
    """If an M4A's list of chapters has a wrong count, the audio's length and the readable chapters are still read."""
    path = without_tracks(sound(tmp_path, "m4a", (0, 2000, "Intro"), (2000, 4000, "Bye")))
    raw = path.read_bytes()
    at = raw.index(b"chpl") + 12
    path.write_bytes(raw[:at] + count + raw[at + 1 :])
    assert heard(path) == [(0, "Intro"), (2, "Bye")][: count[0]]


def test_id3_chapters_go_by_time_and_need_a_title(tmp_path: Path) -> None:
    """ID3 chapters are ordered by time, not by table of contents; those without title or past the end are ignored."""
    path = sound(tmp_path, "mp3")
    tags = ID3()
    tags.add(CTOC("toc", CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED, ["b", "a"], [TIT2(text="Contents")]))
    tags.add(CHAP("b", 2999, 4000, sub_frames=[APIC(data=b"x"), TIT2(text=" The\0\n end ")]))
    tags.add(CHAP("a", 0, 1000, sub_frames=[TIT2(text="The start")]))
    tags.add(CHAP("c", 1000, 2000))
    tags.add(CHAP("d", 0xFFFFFFFF, 0xFFFFFFFF, sub_frames=[TIT2(text="Never")]))
    tags.save(path)
    assert heard(path) == [(0, "The start"), (2.999, "The end")]


@pytest.mark.parametrize("suffix", ["ogg", "opus", "flac"])
def test_chapters_are_read_from_comments(tmp_path: Path, suffix: str) -> None:
    """The Vorbis comments CHAPTER001 and CHAPTER001NAME make a chapter if there are both, with a valid time."""
    path = sound(tmp_path, suffix)
    comments = mutagen.File(path)
    chapters = {"002": ("00:00:03.900", "Bye"), "001": ("00:00:01.000", "Intro"), "003": ("soon", "Odd")}
    for number, (start, name) in chapters.items():
        comments[f"CHAPTER{number}"], comments[f"chapter{number}Name"] = start, name
    comments["CHAPTER004"] = "00:00:02.000"
    comments["CHAPTER005NAME"] = "No time"
    comments.save()
    assert heard(path) == [(1, "Intro"), (3.9, "Bye")]


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    """Return the bytes of an undamaged audio file with chapters for each suffix."""
    chapters = ((0, 2000, "Intro"), (2000, 4000, "Bye"))
    return {suffix: recorded(suffix, *chapters) for suffix in ("mp3", "m4a", "opus")}


@given(st.sampled_from([("mp3", b"CHAP"), ("m4a", b"chpl"), ("opus", b"CHAPTER0")]), st.integers(-9, 90), st.binary())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_to_chapters_raises_anything_else(
    tmp_path: Path, whole: dict[str, bytes], kind: tuple[str, bytes], shift: int, damage: bytes
) -> None:
    """An audio file whose chapters are damaged either has a size, length and type or raises ContentError."""
    suffix, mark = kind
    raw = whole[suffix]
    place = raw.index(mark) + shift
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(raw[:place] + damage + raw[place + len(damage) :])
    with contextlib.suppress(ContentError):
        assert read_audio_facts(path, "a").seconds > 0


def test_types_follow_the_suffix() -> None:
    """An audio file's media type follows from its suffix, and is that of MP3 for an unknown suffix."""
    assert [media_type(name) for name in ("a.mp3", "A.M4A", "https://x.example/a.ogg?b=c.mp3", "a")] == [
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/mpeg",
    ]
