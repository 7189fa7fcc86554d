"""Where an episode's audio lies, for Longwave itself and for a proxy that sends it instead."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote_from_bytes

from longwave.config import Sendfile
from longwave.content.media.paths import normal_forms, resolve_inside


def locate(content: Path, show: str, file: str) -> Path | None:
    """The file ``file`` below ``content/audio/<show>/``; None where there is none, or where it would lie outside.

    The show's folder may have its name in another normal form there; a file's address is the name that it has.
    """
    base = f"{content}/audio"
    found = resolve_inside(base, f"{show}/{file}")
    if found is None and not show.isascii():
        folders = (folder for folder in normal_forms(show) if folder != show)
        found = next((path for folder in folders if (path := resolve_inside(base, f"{folder}/{file}"))), None)
    return found


def place_for(proxy: Sendfile, content: Path, path: Path) -> str:
    """The value of the proxy's header for a file that ``locate`` found: its path on disk, or the proxy's address of it.

    Links are resolved already, so the proxy opens the very file that was checked. A path is told as it stands, in the
    bytes of the disk (which WSGI wants as Latin-1): Apache decodes nothing. An address is percent-encoded.
    """
    if proxy.prefix is None:
        return re.sub(r"[\0-\x1f]", "?", bytes(path).decode("latin-1"))
    below = path.relative_to((content / "audio").resolve())
    return f"{proxy.prefix}/{quote_from_bytes(bytes(below))}"
