"""What an audio file says of itself."""

import wave
from pathlib import Path

import pytest

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


def test_types_follow_the_suffix() -> None:
    """Podcast apps are told the type that the suffix says, and MP3 where it says nothing."""
    assert [media_type(name) for name in ("a.mp3", "A.M4A", "https://x.example/a.ogg?b=c.mp3", "a")] == [
        "audio/mpeg",
        "audio/mp4",
        "audio/ogg",
        "audio/mpeg",
    ]
