"""The lengths of audio files whose headers are wrong or missing, or which were cut, and the warnings about them."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_media import ID3, box, mp4, track

from longwave.content.media import lengths
from longwave.content.media.audio_facts import read_audio_facts
from longwave.content.media.frames import adts_frame, count_frames, measure_mp3, mp3_frame
from longwave.content.media.mp4 import read_mp4
from longwave.errors import ContentError

#: Bytes of a frame of MPEG-1 layer 3 at 44,100 Hz, by the third byte of its header: 128 and 64 kbit/s.
_SIZES = {0x90: 417, 0x50: 208}
_SECONDS = 1152 / 44_100


def frames(*counts: tuple[int, int]) -> bytes:
    """Return MP3 frames; each of ``counts`` is the third byte of their header (a key of _SIZES) and their number."""
    return b"".join((bytes([0xFF, 0xFB, third, 0]) + b"\x55" * (_SIZES[third] - 4)) * count for third, count in counts)


def xing(count: int, size: int, mark: bytes = b"Xing") -> bytes:
    """Return an MP3's first frame, whose Xing or Info header (``mark``) states ``count`` frames and ``size`` bytes."""
    head = bytes([0xFF, 0xFB, 0x90, 0]) + bytes(32) + mark + struct.pack(">3I", 3, count, size)
    return head + bytes(417 - len(head))


def seconds(path: Path, data: bytes) -> tuple[int, str]:
    """Return the length of a file with these bytes, and its warning, if any, as text."""
    path.write_bytes(data)
    facts = read_audio_facts(path, path.name)
    assert all(problem.level == "warning" and problem.hint for problem in facts.problems)
    return facts.seconds, " ".join(problem.text for problem in facts.problems)


def test_constant_frames_without_a_header_need_none(tmp_path: Path) -> None:
    """An MP3 of one bitrate without a header has the right length, and no warning."""
    assert seconds(tmp_path / "a.mp3", ID3 + frames((0x90, 800))) == (round(800 * _SECONDS), "")


def test_changing_frames_without_a_header_are_counted(tmp_path: Path) -> None:
    """The frames of an MP3 whose bitrate changes, and that has no header, are counted, and a warning says so."""
    found, said = seconds(tmp_path / "a.mp3", frames((0x90, 400), (0x50, 1600)))
    assert found == round(2000 * _SECONDS)
    assert "found none. So its frames were counted" in said


@pytest.mark.parametrize("mark", [b"Xing", b"Info"])
def test_a_header_that_fits_is_believed(tmp_path: Path, mark: bytes) -> None:
    """An MP3's header is believed if it states the file's size."""
    body = frames((0x90, 400), (0x50, 400))
    assert seconds(tmp_path / "a.mp3", xing(800, len(body) + 417, mark) + body) == (round(800 * _SECONDS), "")


def test_joined_files_have_the_length_of_all(tmp_path: Path) -> None:
    """Two MP3s in one file, each with tags and a header, have the length of both, with a warning about the header."""
    body = frames((0x90, 400), (0x50, 400))
    one = ID3 + xing(800, len(body) + 417) + body + b"TAG" + bytes(125)
    found, said = seconds(tmp_path / "a.mp3", one + one)
    assert found == pytest.approx(1600 * _SECONDS, abs=1)
    assert "the length 0:42 in its header, found 0:21" in said


def test_a_stump_has_the_length_that_is_there(tmp_path: Path) -> None:
    """An MP3 that was cut has the length of its remaining frames, and a warning names both lengths."""
    body = frames((0x90, 1000))
    found, said = seconds(tmp_path / "a.mp3", (xing(1000, len(body) + 417) + body)[: len(body) // 4])
    assert found == pytest.approx(250 * _SECONDS, abs=1)
    assert "expected the 0:26 that its header states, found 0:07" in said


def test_a_header_without_a_size_is_compared_with_the_frames(tmp_path: Path) -> None:
    """An MP3's header that states only frames is believed if as many are in the file."""
    head = bytearray(xing(500, 0))
    head[36 + 4 : 36 + 8] = struct.pack(">I", 1)
    assert seconds(tmp_path / "a.mp3", bytes(head) + frames((0x50, 500))) == (round(500 * _SECONDS), "")


# ID3 and TAG begin tags, whose stated sizes are believed, so that frames inside of them aren't counted.
@given(
    st.binary(max_size=3000).filter(
        lambda data: not {b"ID3", b"TAG", b"APE"} & {data[i : i + 3] for i in range(len(data))}
    ),
    st.integers(0, 30),
)
def test_rubbish_between_frames_costs_at_most_a_frame_on_each_side(rubbish: bytes, count: int) -> None:
    """The frames on both sides of rubbish in an MP3 are counted."""
    data = frames((0x90, 30)) + rubbish + frames((0x90, 30 + count))
    counted = count_frames(io.BytesIO(data), 0, mp3_frame) / _SECONDS
    assert 55 + count <= round(counted) <= 60 + count + len(rubbish) // 100


def test_frames_across_blocks_are_counted_once() -> None:
    """A long MP3, which is read in blocks, has as many frames as were written, wherever the blocks end."""
    data = frames((0x90, 6000), (0x50, 3001))
    assert count_frames(io.BytesIO(data), 0, mp3_frame) == pytest.approx(9001 * _SECONDS)
    assert measure_mp3(io.BytesIO(bytes(1000)), 0) is None


def test_aac_is_counted() -> None:
    """The frames of AAC in ADTS are counted, with 1,024 samples each."""
    frame = b"\xff\xf1\x50\x80\x06\x5f\xfc" + bytes(43)
    assert count_frames(io.BytesIO(frame * 430), 0, adts_frame) == pytest.approx(430 * 1024 / 44_100)


def wave(stated: int, real: int, *, chunk: bytes = b"") -> bytes:
    """Return a WAV file at 8,000 bytes a second with ``real`` bytes of sound, of which its header states ``stated``."""
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    return b"RIFF\xff\xff\xff\xffWAVE" + chunk + form + b"data" + struct.pack("<I", stated) + b"\x80" * real


@pytest.mark.parametrize("stated", [0, 0xFFFFFFFF, 0x7FFFFFFF - 36])
def test_a_streamed_wav_has_the_length_of_its_bytes(tmp_path: Path, stated: int) -> None:
    """A WAV file whose header states no size has the length of its bytes, with a warning."""
    found, said = seconds(tmp_path / "a.wav", wave(stated, 80_000))
    assert found == 10
    assert "found none. So its bytes were counted" in said


def test_a_cut_wav_has_the_length_that_is_there(tmp_path: Path) -> None:
    """A WAV file that was cut has the length of its remaining bytes, with a warning."""
    found, said = seconds(tmp_path / "a.wav", wave(800_000, 80_000))
    assert found == 10
    assert "expected the 1:40 that its header states, found 0:10" in said


def test_a_large_wav_states_its_size_elsewhere(tmp_path: Path) -> None:
    """The length of an RF64 file is that of the size in its chunk ds64."""
    chunk = b"ds64" + struct.pack("<IQQQI", 28, 80_100, 80_000, 80_000, 0)
    data = wave(0xFFFFFFFF, 80_000, chunk=chunk).replace(b"RIFF", b"RF64", 1)
    assert seconds(tmp_path / "a.wav", data) == (10, "")


def fragment(number: int, start: int, *durations: int) -> bytes:
    """Return a fragment of an MP4 that begins at ``start`` and has a sample of each duration."""
    head = box(b"tfhd", struct.pack(">II", 0x20000, number))
    time = box(b"tfdt", b"\x01\0\0\0", struct.pack(">Q", start))
    run = box(b"trun", struct.pack(">II", 0x100, len(durations)), *(struct.pack(">I", each) for each in durations))
    return box(b"moof", box(b"mfhd", bytes(8)), box(b"traf", head, time, run)) + box(b"mdat", bytes(20))


def test_fragments_are_added_up() -> None:
    """A fragmented MP4, whose index states no length, is as long as its last fragment's end."""
    data = mp4(b"iso5", track(1, b"soun", b"mp4a")) + fragment(1, 0, 1500, 1500) + fragment(1, 3000, 2500)
    assert read_mp4(io.BytesIO(data)).seconds == 5.5


def test_fragments_without_durations_have_the_default() -> None:
    """The samples of a fragment that states no duration have the default of their track."""
    extends = box(b"mvex", box(b"trex", struct.pack(">6I", 0, 1, 1, 20, 0, 0)))
    run = box(b"trun", struct.pack(">II", 0, 100))
    moof = box(b"moof", box(b"traf", box(b"tfhd", struct.pack(">II", 0, 1)), run))
    index = box(b"moov", extends, track(1, b"soun", b"mp4a"))
    assert read_mp4(io.BytesIO(box(b"ftyp", b"iso5") + index + moof + moof)).seconds == 4


def test_a_cut_m4a_is_told(tmp_path: Path) -> None:
    """An M4A that was cut behind its index has about the length that is left, with a warning."""
    data = mp4(b"M4A ", track(1, b"soun", b"mp4a", 1000, 60_000))
    found, said = seconds(tmp_path / "a.m4a", data[:-50])
    assert found == 30
    assert "expected the whole file, found 50% of its sound" in said


def ogg_page(serial: int, position: int, *, first: bool = False, body: bytes = b"x" * 50) -> bytes:
    """Return a page of an Ogg stream that ends at a position, in samples."""
    head = b"OggS\0" + bytes([2 if first else 0]) + struct.pack("<qIII", position, serial, 0, 0)
    return head + bytes([1, len(body)]) + body


def opus(serial: int, *positions: int) -> bytes:
    """Return an Opus stream with a page for each position."""
    start = ogg_page(serial, 0, first=True, body=b"OpusHead\x01\x01\x38\x01" + bytes(7))
    return start + b"".join(ogg_page(serial, position) for position in (0, *positions))


def test_joined_ogg_files_are_added_up(tmp_path: Path) -> None:
    """Two Ogg recordings joined in one file have the length of both, with a warning; a single one has no warning."""
    one = opus(1, 48_000, 480_312)
    assert seconds(tmp_path / "a.opus", one) == (10, "")
    found, said = seconds(tmp_path / "b.opus", one + opus(2, 96_000, 240_312))
    assert found == 15
    assert "expected one recording in the file, found 2 joined ones" in said


def test_an_ogg_stream_is_as_long_as_what_was_recorded_of_it(tmp_path: Path) -> None:
    """The length of an Ogg file recorded in the middle of a stream is that from its first to its last whole page."""
    data = opus(1, 48_000_000, 48_480_000, 90_000_000)
    assert seconds(tmp_path / "a.ogg", data[:-10]) == (10, "")


def made(path: Path, *options: str) -> Path:
    """Write ten seconds of sound with ffmpeg's options to a file, and return its path."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    sound = ["-f", "lavfi", "-i", "anoisesrc=d=10:a=0.1"]
    with path.open("wb") as stream:
        subprocess.run(["ffmpeg", "-v", "error", *sound, *options, "-"], check=True, timeout=60, stdout=stream)
    return path


def test_an_m4a_named_mp3_is_an_m4a(tmp_path: Path) -> None:
    """An M4A with the name of an MP3 has its true type and length."""
    options = ("-c:a", "aac", "-f", "mp4", "-movflags", "frag_keyframe+empty_moov")
    facts = read_audio_facts(made(tmp_path / "a.mp3", *options), "a.mp3")
    assert (facts.type, facts.seconds, facts.problems) == ("audio/mp4", 10, ())


@pytest.mark.parametrize("kind", ["flac", "webm"])
def test_ffprobe_is_asked_for_what_no_header_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A length that a file's headers lack is measured by ffprobe, with a warning; without ffprobe it stays unknown."""
    path = made(tmp_path / f"a.{kind}", "-f", kind)
    facts = read_audio_facts(path, path.name)
    assert facts.seconds == 10
    assert "ffprobe finds is believed, 0:10" in facts.problems[0].text
    monkeypatch.setattr(lengths, "probe_length", lambda *_: 0.0)
    facts = read_audio_facts(path, path.name)
    assert facts.seconds == 0
    assert "found none that can be read. Write mp3_duration:" in facts.problems[0].text


@pytest.mark.parametrize("data", [mp4(b"M4A "), b"RIFF\0\0\0\0WAVEfmt ", b"fLaC" + bytes(40)])
def test_a_file_without_sound_is_refused(tmp_path: Path, data: bytes) -> None:
    """A file of a known kind without any sound raises ContentError."""
    (tmp_path / "a.mp3").write_bytes(data)
    with pytest.raises(ContentError, match="no sound in it"):
        read_audio_facts(tmp_path / "a.mp3", "a.mp3")


def test_a_document_has_a_type_and_no_length(tmp_path: Path) -> None:
    """A PDF has its type and its size, and no length."""
    (tmp_path / "a.mp3").write_bytes(b"%PDF-1.4\n")
    facts = read_audio_facts(tmp_path / "a.mp3", "a.mp3")
    assert (facts.type, facts.bytes, facts.seconds) == ("application/pdf", 9, 0)
