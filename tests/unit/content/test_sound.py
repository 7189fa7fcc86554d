"""What an audio file says of itself."""

import contextlib
import wave
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longwave.content.sound import AudioFacts, media_type, read_sound
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
    """A jingle shorter than half a second is sound all the same."""
    path = tmp_path / "a.mp3"
    path.write_bytes((b"\xff\xfb\x90\x00" + bytes(413)) * 8)
    assert read_sound(path, "a.mp3") == AudioFacts(3336, 1, "audio/mpeg")


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """A file that went away is named as the owner knows it, not by its place on the machine."""
    with pytest.raises(ContentError, match=r"^content/audio/a\.mp3: .* No such file") as raised:
        read_sound(tmp_path / "a.mp3", "content/audio/a.mp3")
    assert str(tmp_path) not in str(raised.value)


@pytest.mark.parametrize(
    "raw",
    [b"", b"hello", b"\xff\xfb\x90\x00", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"\0" * 5000, b"RIFF\xff\xff\xff\xffWAVE"],
)
def test_what_is_no_audio_is_one_line(tmp_path: Path, raw: bytes) -> None:
    """A damaged file, or one that is something else, raises the documented error."""
    path = tmp_path / "a.mp3"
    path.write_bytes(raw)
    with pytest.raises(ContentError, match="an audio file"):
        read_sound(path, "content/audio/podcast/a.mp3")


@given(
    st.integers(0, 3335),
    st.binary(min_size=1, max_size=12),
    st.sampled_from(["mp3", "m4a", "ogg", "flac", "wav", "opus"]),
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_damage_raises_anything_else(tmp_path: Path, place: int, raw: bytes, suffix: str) -> None:
    """Whatever happened to a file, it has facts, or the one documented error is raised."""
    whole = (b"\xff\xfb\x90\x00" + bytes(413)) * 8
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(whole[:place] + raw + whole[place + len(raw) :])
    with contextlib.suppress(ContentError):
        assert read_sound(path, "a").seconds > 0


def test_types_follow_the_suffix() -> None:
    """Podcast apps are told the type that the suffix says, and MP3 where it says nothing."""
    assert [media_type(name) for name in ("a.mp3", "A.M4A", "https://x.example/a.ogg?b=c.mp3", "a")] == [
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/mpeg",
    ]
