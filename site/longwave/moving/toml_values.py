"""Values as ``site.toml`` writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from longwave.authoring.literals import quoted

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def value(data: object) -> str:
    """A value as TOML on one line; what isn't there (None) is left out of what holds it."""
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, (int, float)):
        return str(data)
    if isinstance(data, Mapping):
        inner = ", ".join(f"{key(name)} = {value(item)}" for name, item in data.items() if item is not None)
        return f"{{{inner}}}"
    if isinstance(data, Sequence) and not isinstance(data, str):
        return f"[{', '.join(value(item) for item in data if item is not None)}]"
    return quoted(str(data))


def key(name: str) -> str:
    """A key as TOML has it."""
    return name if _BARE.fullmatch(name) else quoted(name)
