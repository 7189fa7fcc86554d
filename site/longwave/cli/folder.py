"""The site's folder, as every command first looks for it."""

from __future__ import annotations

from longwave.config import Settings
from longwave.errors import LongwaveError
from longwave.web import current


def settings() -> Settings:
    """The settings of a folder that holds content. Raises LongwaveError, with what to do next, where there is none."""
    found = current.settings()
    if not found.content.is_dir():
        raise LongwaveError(
            f"{found.root}: expected a folder named content, found none.",
            "Make a site with `longwave new site FOLDER`, go to the folder of yours, or set LONGWAVE_ROOT to it.",
        )
    return found
