"""Readers of handwritten YAML and JSON as plain data, with limits on its size and without the surprises of YAML.

YAML 1.1 reads ``1:02:33`` as 3753, ``012`` as 10, ``1.10`` as 1.1 and ``no`` as False. Here all scalars are text,
except ``true``, ``false``, ``null`` and plain decimal integers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from longwave.errors import ContentError, Problem

MAX_NODES = 20_000
_MAX_DEPTH = 40
#: The exceptions that PyYAML raises, and those of Python that it lets through for tags such as ``!!timestamp``.
YAML_ERRORS = (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
#: The largest number that is read: Python refuses to print very long ones (``sys.set_int_max_str_digits``).
MAX_NUMBER = 10**18
_HINT = 'Put text that holds a colon, a # or a bracket into quotes: title: "Ruby: a love story"'
_BETWEEN_ENTRIES = re.compile(r"[\s,]*")


class PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C loader is ten times faster
    """A SafeLoader that resolves only plain integers, true, false, null and merges; every other scalar is text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way of naming them

    def __init__(self, stream: str) -> None:
        """Begin to load a text; ``repeated`` will list each repeated key of a mapping with both lines, from 0."""
        super().__init__(stream)
        self.repeated: list[tuple[str, int, int]] = []
        self._flattened: set[int] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge the mappings that ``<<`` names. Raises an error for too many, as nested merges double the size."""
        if id(node) not in self._flattened:
            # A mapping that was merged before has the merged keys beside its own, which override them.
            self._flattened.add(id(node))
            self._find_repeated(node)
        super().flatten_mapping(node)
        if len(node.value) > MAX_NODES:
            raise yaml.constructor.ConstructorError(None, None, "merges (<<) without end", node.start_mark)

    def _find_repeated(self, node: yaml.MappingNode) -> None:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                line = key.start_mark.line
                if key.value in lines:
                    self.repeated.append((key.value, lines[key.value], line))
                lines[key.value] = line


_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOL, list("tTfF"))
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z"), list("-0123456789")
)
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<\Z"), ["<"])


def load_yaml(file: str, text: str, lines_before: int = 0, repeated: list[Problem] | None = None) -> Mapping[str, Any]:
    """Return a YAML map as plain data; an empty map for an empty text.

    ``file`` and the number of that file's lines before ``text`` are for messages. A warning for each repeated key is
    added to ``repeated``. Raises ContentError for any other text, and for a map that is too large.
    """
    try:
        loaded, again = _load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = lines_before + (mark.line if mark else 0) + 1
        raise ContentError(Problem(file, line, "valid YAML", f"an error: {error.problem}", _HINT)) from None
    except YAML_ERRORS as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ContentError(Problem(file, lines_before + 1, "valid YAML", found[:120], _HINT)) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        found = "a list" if isinstance(loaded, list) else "plain text"
        raise ContentError(Problem(file, lines_before + 1, "lines such as `title: …`", found, _HINT))
    if repeated is not None:
        repeated.extend(_repeated(file, lines_before, *each) for each in again)
    plain: Mapping[str, Any] = _PlainCopy(file, lines_before + 1).copy(loaded, depth=0)
    return plain


def _load(text: str) -> tuple[Any, list[tuple[str, int, int]]]:
    """Return the value of a text in YAML, and each repeated key with its two lines, counted from 0."""
    loader = PlainLoader(text)
    try:
        return loader.get_single_data(), loader.repeated
    finally:
        loader.dispose()


def _repeated(file: str, lines_before: int, key: str, first: int, last: int) -> Problem:
    """Return the warning that a key stands on two lines, ``first`` and ``last``, counted from 0."""
    first, last = lines_before + first + 1, lines_before + last + 1
    found = f"it on lines {first} and {last}" if first != last else "it twice"
    hint = "The last one counts; delete the other."
    return Problem(file, last, f"the key {key[:60]!r} once", found, hint, "warning", "key")


class _PlainCopy:
    """A copier of loaded YAML that limits the number of values, as a few nested aliases can expand to billions."""

    def __init__(self, file: str, line: int) -> None:
        self.file, self.line, self.left = file, line, MAX_NODES

    def copy(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth > _MAX_DEPTH:
            expected = f"at most {MAX_NODES:,} values, {_MAX_DEPTH} deep"
            raise ContentError(Problem(self.file, self.line, expected, "more", "Are there anchors within anchors?"))
        if isinstance(value, int) and abs(value) > MAX_NUMBER:
            raise ContentError(Problem(self.file, self.line, "numbers of at most 18 digits", "more", _HINT))
        if isinstance(value, dict):
            return {str(key): self.copy(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple, set)):
            return [self.copy(item, depth + 1) for item in value]
        return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def load_json(file: str, text: str) -> Any:
    """Return the value of a JSON text, called ``file`` in messages. Raises ContentError, and nothing else."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ContentError(Problem(file, error.lineno, "valid JSON", error.msg)) from None
    except (ValueError, RecursionError):
        raise ContentError(Problem(file, 1, "valid JSON", "numbers or brackets beyond measure")) from None


def line_of_entry(text: str, place: int, key: str = "") -> int:
    """Return the line on which entry ``place`` (from 1) of the list ``key`` begins, in a text that is valid JSON.

    Without a key, the whole text is the list.
    """
    opening = re.search(rf'"{re.escape(key)}"\s*:\s*\[' if key else r"\[", text)
    at = opening.end() if opening else 0
    try:
        for _ in range(place - 1):
            at = json.JSONDecoder().raw_decode(text, _next_entry(text, at))[1]
    except ValueError:
        # Another list of that name stands before this one, so the line is unknown.
        return 1
    return text.count("\n", 0, _next_entry(text, at)) + 1


def _next_entry(text: str, at: int) -> int:
    """Return the position of a JSON list's next entry, after the spaces and commas at position ``at``."""
    match = _BETWEEN_ENTRIES.match(text, at)
    return match.end() if match else at
