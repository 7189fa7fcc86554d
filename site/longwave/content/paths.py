"""Names from outside become files inside a folder, or nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def inside(base: Path | str, name: str) -> Path | None:
    """The existing regular file ``name`` (relative, with ``/``) below ``base``, its links resolved.

    ``base`` itself may be a link to anywhere; what it leads to is the folder that nothing may leave. None for
    everything else: other spellings of a path, hidden names, links that lead out, folders, devices.
    """
    parts = name.split("/")
    if len(name) > 1024 or "\0" in name or "\\" in name or any(part.startswith(".") or not part for part in parts):
        return None
    # A build asks for each episode's audio: most names lead nowhere or through no link, which is sooner seen than
    # resolved.
    if not os.path.lexists(f"{base}/{name}"):
        return None
    try:
        root = os.path.realpath(base, strict=True)
        steps = [f"{root}/{'/'.join(parts[:count])}" for count in range(1, len(parts) + 1)]
        linked = any(stat.S_ISLNK(os.lstat(step).st_mode) for step in steps)
        path = Path(os.path.realpath(steps[-1], strict=True) if linked else steps[-1])
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return None
    return path if regular and (not linked or path.is_relative_to(root)) else None
