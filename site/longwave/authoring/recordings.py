"""Recordings on their way into the site: converted to MP3 by ffmpeg, and copied completely or not at all."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from longwave.authoring.safe_writing import publish_new, temporary_beside
from longwave.errors import LongwaveError

#: A function that is called with the number of bytes that were just copied.
Progress = Callable[[int], None]
_CHUNK_BYTES = 1 << 20
#: The bitrate of converted recordings: a higher one wouldn't make speech sound better.
_BITRATE = "128k"


@contextlib.contextmanager
def converted_to_mp3(recording: Path) -> Iterator[Path]:
    """Yield an MP3 of ``recording``, with its tags and chapters, in a temporary folder that is deleted at the end.

    Raises LongwaveError where ffmpeg isn't installed, or can't read the recording.
    """
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise LongwaveError("--convert: expected the program ffmpeg, found none.", "Install it, for instance by apt.")
    with tempfile.TemporaryDirectory(prefix="longwave-") as folder:
        mp3 = Path(folder, f"{recording.stem}.mp3")
        command = [ffmpeg, "-v", "error", "-nostdin", "-i", str(recording.absolute())]
        command += ["-vn", "-codec:a", "libmp3lame", "-b:a", _BITRATE, str(mp3)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - paths are absolute
        if done.returncode:
            found = (done.stderr.strip().splitlines() or ["an error"])[-1]
            raise LongwaveError(f"{recording}: expected sound that ffmpeg can read, found: {found}.")
        yield mp3


@contextlib.contextmanager
def copied_recording(source: Path, target: Path, progress: Progress) -> Iterator[None]:
    """Copy ``source`` to ``target``, and delete the copy again if the body of the ``with`` statement raises.

    The copy needs 1 MB of memory. A ``target`` that is the same file as ``source`` is used as it is. Raises
    LongwaveError when ``target`` is another file, or when one of the two can't be read or written.
    """
    if target.exists() and target.samefile(source):
        yield
        return
    if target.exists():
        raise LongwaveError(f"{target}: expected no file of this name, found one.", "It was left as it is.")
    with temporary_beside(target) as temporary:
        with temporary.open("xb") as copy:
            for chunk in _chunks(source):
                copy.write(chunk)
                progress(len(chunk))
        publish_new(temporary, target)
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _chunks(source: Path) -> Iterator[bytes]:
    """Yield the bytes of a file in chunks. Raises LongwaveError, which names ``source``, if it can't be read."""
    try:
        with source.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise LongwaveError(f"{source}: expected a readable file, found: {error.strerror or error}.") from None
