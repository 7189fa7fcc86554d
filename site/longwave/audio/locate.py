"""Where an episode's audio lies, for Longwave itself and for a proxy that sends it instead."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote_from_bytes

from longwave.config import Sendfile
from longwave.content.paths import inside


def locate(content: Path, show: str, file: str) -> Path | None:
    """The file ``file`` below ``content/audio/<show>/``; None where there is none, or where it would lie outside."""
    return inside(content / "audio", f"{show}/{file}")


def place_for(proxy: Sendfile, content: Path, path: Path) -> str:
    """The value of the proxy's header for a file that ``locate`` found, as an address: percent-encoded.

    Links are resolved already, so the proxy opens the very file that was checked.
    """
    if proxy.prefix is None:
        return quote_from_bytes(bytes(path))
    below = path.relative_to((content / "audio").resolve())
    return f"{proxy.prefix}/{quote_from_bytes(bytes(below))}"
