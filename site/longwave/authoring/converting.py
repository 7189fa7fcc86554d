"""A recording that directories don't take becomes an MP3, by ffmpeg."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from longwave.errors import LongwaveError

#: Kilobits a second: as good as talk gets, and half of what music takes.
_BITRATE = "128k"


@contextlib.contextmanager
def converted_to_mp3(recording: Path) -> Iterator[Path]:
    """Yield an MP3 of ``recording``, with its tags and chapters, in a temporary folder that goes at the end.

    Raises LongwaveError where ffmpeg isn't installed, or can't read the recording.
    """
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise LongwaveError("--convert: expected the program ffmpeg, found none.", "Install it, for instance by apt.")
    with tempfile.TemporaryDirectory(prefix="longwave-") as folder:
        made = Path(folder, f"{recording.stem}.mp3")
        command = [ffmpeg, "-v", "error", "-nostdin", "-i", str(recording.absolute())]
        command += ["-vn", "-codec:a", "libmp3lame", "-b:a", _BITRATE, str(made)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - paths are whole
        if done.returncode:
            found = (done.stderr.strip().splitlines() or ["an error"])[-1]
            raise LongwaveError(f"{recording}: expected sound that ffmpeg can read, found: {found}.")
        yield made
