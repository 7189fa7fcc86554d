"""The length of a media file as ffprobe finds it, if installed: for files whose length isn't found in another way."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

#: ffmpeg's names of formats, by the media types for which ffprobe is run. A format named in the command keeps ffprobe
#: from taking a file for a playlist, which could name other files or addresses.
_FORMATS = {
    "audio/mpeg": "mp3", "audio/mp4": "mov", "video/mp4": "mov", "video/quicktime": "mov", "audio/aac": "aac",
    "audio/ogg": "ogg", "video/ogg": "ogg", "audio/flac": "flac", "audio/aiff": "aiff", "audio/webm": "matroska",
    "video/webm": "matroska", "audio/x-matroska": "matroska", "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
}  # fmt: skip
_SECONDS, _MAX_LENGTH = 60, 10**6


def probe_length(path: Path, kind: str) -> float:
    """Return the second at which a file's last packet ends; 0 without ffprobe, or if ``_FORMATS`` lacks ``kind``."""
    program, form = shutil.which("ffprobe"), _FORMATS.get(kind)
    if program is None or form is None:
        return 0.0
    command = [program, "-v", "error", "-protocol_whitelist", "file", "-f", form, "-select_streams", "a:0"]
    command += ["-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", f"file:{path.absolute()}"]
    try:
        # The command is safe: the owner has installed ffprobe, and a path after ``file:`` can't be taken for an option.
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return 0.0
    output = answer.stdout[-2000:]
    return next((length for line in reversed(output.splitlines()) if (length := _end(line))), 0.0)


def _end(line: str) -> float:
    """Return the second at which the packet ends that a line of ffprobe describes; 0 for a line that can't be read."""
    try:
        length = sum(float(part) for part in line.split(",")[:2] if part not in ("", "N/A"))
    except ValueError:
        return 0.0
    return length if 0 < length < _MAX_LENGTH else 0.0
