"""ffprobe, ffmpeg and mpv, which play audio from an address and seek in it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from full_feed_site import M4A, MP3
from recording_proxy import Recording, RecordingProxy

pytestmark = pytest.mark.slow

LATE = 1500


def test_ffprobe_reads_a_little(run: Callable, proxy: RecordingProxy) -> None:
    """ffprobe finds an MP3's duration at the file's beginning, and disconnects without loading the rest."""
    recording = run("looks at an MP3", "ffprobe", *_SHOW, proxy.url + MP3)
    assert float(json.loads(recording.output)["format"]["duration"]) == pytest.approx(1800, abs=2)
    assert recording.request_headers(MP3, "Range") == [("bytes=0-", 206)]


def test_ffprobe_reads_the_end(run: Callable, proxy: RecordingProxy, local: Callable[[str], Path]) -> None:
    """ffprobe requests the end of an M4A, which holds its index, and reads the duration there."""
    recording = run("looks at an M4A", "ffprobe", *_SHOW, proxy.url + M4A)
    assert float(json.loads(recording.output)["format"]["duration"]) == pytest.approx(1800, abs=2)
    assert _starts(recording, M4A)[1] > local(M4A).stat().st_size * 0.9
    assert {each.status for each in recording.exchanges} == {206}


@pytest.mark.parametrize("path", [MP3, M4A])
def test_ffmpeg_plays_from_the_middle(
    run: Callable, proxy: RecordingProxy, local: Callable[[str], Path], path: str
) -> None:
    """ffmpeg seeks to a late second over HTTP and decodes the same samples as from the file."""
    command = ["ffmpeg", "-v", "error", "-fflags", "+fastseek", "-ss", str(LATE)]
    heard = ["-t", "1", "-f", "md5", "-"]
    remote = run("jumps in an MP3" if path == MP3 else "jumps in an M4A", *command, "-i", proxy.url + path, *heard)
    expected = subprocess.run([*command, "-i", str(local(path)), *heard], capture_output=True, text=True, check=True)
    assert remote.output == expected.stdout
    assert _jumped(remote, path, local(path))


@pytest.mark.parametrize("path", [MP3, M4A])
def test_mpv_plays_from_the_middle(
    run: Callable, proxy: RecordingProxy, home: Path, local: Callable[[str], Path], path: str
) -> None:
    """mpv seeks to a late second and plays a second of audio from there."""
    options = ["--no-config", "--no-video", "--ao=pcm", "--ao-pcm-file=heard.wav", "--demuxer-lavf-o=fflags=+fastseek"]
    act = "jumps in an MP3" if path == MP3 else "jumps in an M4A"
    played = run(act, "mpv", *options, "--hr-seek=no", f"--start={LATE}", "--length=1", proxy.url + path)
    assert _jumped(played, path, local(path))
    # The output is a second of 32-bit floats in one channel.
    assert (home / "heard.wav").stat().st_size == pytest.approx(44_100 * 4, rel=0.1)


_SHOW = ("-v", "error", "-of", "json", "-show_entries", "format=duration")


def _starts(recording: Recording, path: str) -> list[int]:
    """Return the position of the first byte of each range that was requested of a path."""
    return [int(each.request["Range"].removeprefix("bytes=").partition("-")[0]) for each in recording.for_path(path)]


def _jumped(recording: Recording, path: str, file: Path) -> bool:
    """Return whether a requested range begins near second ``LATE`` of the audio, and every response was a 206."""
    late = file.stat().st_size * LATE / 1800
    return any(start == pytest.approx(late, rel=0.02) for start in _starts(recording, path)) and all(
        each.status == 206 for each in recording.exchanges
    )
