"""Values as front matter (YAML) writes them, and the lines that it or ``site.toml`` can't take left out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from longwave.authoring.literals import quoted

Value = str | int | bool | Mapping[str, "Value"] | Sequence["Value"]
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def yaml(value: Value) -> str:
    """A value on one line of YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {yaml(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(map(yaml, value)) + "]"


def exactly(text: str) -> str:
    """``text`` between quotes for YAML, with every space that it has: for what programs compare."""
    return _ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def usable(lines: Iterable[tuple[str, str]], takes: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """The lines ``key: value`` that ``takes`` accepts, each for itself, and the keys of those that it doesn't."""
    good: list[str] = []
    bad: list[str] = []
    for key, line in lines:
        if takes(line):
            good.append(line)
        else:
            bad.append(key)
    return good, bad
