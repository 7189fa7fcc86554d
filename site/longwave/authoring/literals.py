"""Functions that write values as YAML, TOML or Markdown, and that test whether lines are valid in site.toml."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from longwave.content.site.site_toml import parse_site, toml_key
from longwave.content.text.plain_text import one_line
from longwave.errors import ContentError

Value = str | int | float | bool | Mapping[str, "Value"] | Sequence["Value"]
_MARKUP = re.compile(r"[\\`*_<\[\]|$]")
_ENTITY = re.compile(r"&(?=#?\w+;)")
#: The characters that YAML doesn't take literally between quotes.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def quoted(text: str) -> str:
    """Return ``text`` on one line and between double quotes, as both YAML and TOML read it."""
    # Without control characters, JSON escapes exactly the characters that YAML and TOML do.
    return json.dumps(one_line(text), ensure_ascii=False)


def quoted_verbatim(text: str) -> str:
    """Return ``text`` between double quotes for YAML with all of its spaces, as a guid needs it."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def as_markdown(text: str) -> str:
    """Return one line of Markdown that shows ``text`` literally, and in which Liquid finds nothing to run."""
    plain = _ENTITY.sub("&amp;", one_line(text))
    return _MARKUP.sub(r"\\\g<0>", plain).replace("{", "&#123;")


def yaml_value(value: Value) -> str:
    """Return a value on one line of YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {yaml_value(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(yaml_value, value)) + "]"


def without_empty(**values: Value) -> dict[str, Value]:
    """Return the keyword arguments as pairs without those whose value is empty, zero or False."""
    return {key: value for key, value in values.items() if value}


def toml_value(data: object) -> str:
    """Return a value on one line of TOML. A None within a table or an array is left out."""
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, (int, float)):
        return str(data)
    if isinstance(data, Mapping):
        items = ", ".join(f"{toml_key(key)} = {toml_value(item)}" for key, item in data.items() if item is not None)
        return f"{{{items}}}"
    if isinstance(data, Sequence) and not isinstance(data, str):
        return f"[{', '.join(toml_value(item) for item in data if item is not None)}]"
    return quoted(str(data))


def fits_site_toml(text: str) -> bool:
    """Return whether these lines are valid in ``site.toml``, without a warning."""
    try:
        return not parse_site(text)[1]
    except ContentError:
        return False


def fitting_lines(lines: Iterable[tuple[str, str]], fits: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """Return the lines that ``fits`` accepts, and the keys of the other lines.

    Unless all of them fit together, each line is tested alone.
    """
    fitting: list[str] = []
    rejected: list[str] = []
    listed = tuple(lines)
    if fits("\n".join(line for _, line in listed)):
        return [line for _, line in listed], rejected
    for key, line in listed:
        if fits(line):
            fitting.append(line)
        else:
            rejected.append(key)
    return fitting, rejected
