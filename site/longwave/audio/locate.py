"""Where an episode's audio lies."""

from __future__ import annotations

from pathlib import Path

from longwave.content.paths import inside


def locate(content: Path, show: str, file: str) -> Path | None:
    """The file ``file`` below ``content/audio/<show>/``; None where there is none, or where it would lie outside."""
    return inside(content / "audio", f"{show}/{file}")
