"""Names from outside become files inside a folder, or nothing."""

from __future__ import annotations

import stat
from pathlib import Path


def inside(base: Path, name: str) -> Path | None:
    """The existing regular file ``name`` (relative, with ``/``) below ``base``, its links resolved.

    ``base`` itself may be a link to anywhere; what it leads to is the folder that nothing may leave. None for
    everything else: other spellings of a path, hidden names, links that lead out, folders, devices.
    """
    parts = name.split("/")
    if len(name) > 1024 or "\0" in name or "\\" in name or any(part.startswith(".") or not part for part in parts):
        return None
    try:
        root = base.resolve(strict=True)
        path = root.joinpath(*parts).resolve(strict=True)
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError, RuntimeError):
        return None
    return path if regular and path.is_relative_to(root) else None
