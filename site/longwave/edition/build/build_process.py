"""A build in a separate process, so that the memory that the build takes is freed at its end."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from longwave.config import Settings, read_settings
from longwave.edition.build.build_progress import ProgressWriter
from longwave.edition.build.builder import build_edition
from longwave.edition.build.intake import TranscriptReading
from longwave.edition.store.index_folder import IndexFolder
from longwave.errors import LongwaveError


@contextlib.contextmanager
def build_process(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process that builds the edition of these settings; it is terminated at the end of the block."""
    passed = {name: str(getattr(settings, name)) for name in ("root", "index", "url")}
    passed["preview"] = "1" if settings.preview else ""
    # With -m, Python would warn that the package has imported this module already.
    command = [sys.executable, "-c", f"import {__name__} as it; raise SystemExit(it.main())", json.dumps(passed)]
    # A session of its own keeps Ctrl-C in the terminal from the process, which its parent terminates.
    with subprocess.Popen(  # noqa: S603 - the command is this program
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def main() -> int:
    """Build the edition of the settings in the first argument, and return the exit code."""
    # The low priority lets the server's requests come first.
    os.nice(10)
    passed = json.loads(sys.argv[1])
    settings = read_settings({"URL": passed["url"], "INDEX": passed["index"]}, Path(passed["root"]))
    settings = replace(settings, preview=bool(passed["preview"]))
    progress = ProgressWriter(IndexFolder(settings.index))
    try:
        # Titles and notes can be searched a minute before the transcripts of a big site are indexed.
        build_edition(settings, transcripts=TranscriptReading(later=True))
        build_edition(settings, progress=progress.indexed, transcripts=TranscriptReading(progress=progress.read))
    except LongwaveError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        progress.end()
    return 0
