"""An edition is made in a process of its own, for the sake of its memory."""

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
from longwave.edition.build.builder import build_edition
from longwave.errors import LongwaveError


@contextlib.contextmanager
def filling(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The process that makes the edition of these settings; it is ended with the block."""
    needed = {name: str(getattr(settings, name)) for name in ("root", "index", "url")}
    needed["preview"] = "1" if settings.preview else ""
    # With -m Python would warn that the package has this module already.
    command = [sys.executable, "-c", f"import {__name__} as it; raise SystemExit(it.main())", json.dumps(needed)]
    # In a session of its own no Ctrl-C reaches it: who began it ends it.
    with subprocess.Popen(  # noqa: S603 - it is this program
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def main() -> int:
    """Make it; who asks for pages goes first."""
    os.nice(10)
    needed = json.loads(sys.argv[1])
    settings = read_settings({"URL": needed["url"], "INDEX": needed["index"]}, Path(needed["root"]))
    try:
        build_edition(replace(settings, preview=bool(needed["preview"])))
    except LongwaveError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
