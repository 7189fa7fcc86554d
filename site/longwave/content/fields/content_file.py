"""A Markdown file split into its front matter and its body, with the trapdoors of YAML shut.

YAML 1.1 reads ``1:02:33`` as 3753, ``012`` as 10, ``1.10`` as 1.1 and ``no`` as False. Podcasters mean what they type:
only ``true``, ``false``, ``null`` and plain decimal integers are more than text here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from longwave.errors import ContentError, Problem

MAX_BYTES = 1_000_000
MAX_NODES = 20_000
#: All that PyYAML raises, and what tags such as ``!!timestamp`` make it stumble over.
YAML_ERRORS = (yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
#: Python writes no longer number (``sys.set_int_max_str_digits``), and nobody means one.
LONGEST_NUMBER = 10**18
_HINT = 'Put text that holds a colon, a # or a bracket into quotes: title: "Ruby: a love story"'


@dataclass(frozen=True, slots=True)
class Document:
    """A file's front matter as plain data (text, int, bool, None, lists, dicts with text keys) and its body.

    ``first_line`` is the line of the file on which ``body`` begins, from 1.
    """

    file: str
    meta: Mapping[str, Any]
    body: str
    first_line: int
    source: str

    def problem(self, key: str, expected: str, found: object, hint: str = "") -> Problem:
        """What is wrong with the value of ``key``, at the line where the key stands."""
        match = re.search(rf"^['\"]?{re.escape(key)}['\"]?\s*:", self.source, re.MULTILINE) if key else None
        line = self.source.count("\n", 0, match.start()) + 1 if match else 1
        shown = "none" if found is None else repr(found) if isinstance(found, str) else str(found)
        return Problem(self.file, line, expected, shown[:120], hint)


class PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C loader is ten times faster
    """SafeLoader with the resolvers that don't surprise anybody."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way of naming them

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge what ``<<`` names, within bounds: each merge of two merges doubles what there is."""
        super().flatten_mapping(node)
        if len(node.value) > MAX_NODES:
            raise yaml.constructor.ConstructorError(None, None, "merges (<<) without end", node.start_mark)


_BOOL = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOL, list("tTfF"))
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z"), list("-0123456789")
)
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])
PlainLoader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"<<\Z"), ["<"])


def decode(file: str, raw: bytes, limit: int = MAX_BYTES) -> str:
    """The text of a file of content. Raises ContentError when it is too big, isn't UTF-8, or holds NUL."""
    if len(raw) > limit:
        hint = "Move what is long to a transcript." if file.endswith((".md", ".markdown")) else ""
        raise ContentError(Problem(file, 0, f"at most {limit:,} bytes", "more", hint))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{raw[error.start]:02x}"
        raise ContentError(Problem(file, line, "UTF-8 text", found, "Save the file as UTF-8.")) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ContentError(Problem(file, line, "UTF-8 text", "a NUL character", "Save the file as UTF-8."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_front_matter(file: str, text: str) -> Document:
    """The front matter and body of ``text``. Raises ContentError; never anything else, whatever the text."""
    if not text.lstrip().startswith("---"):
        hint = "Begin the file with a line of three hyphens, the title, and another line of three hyphens."
        raise ContentError(Problem(file, 1, "front matter between two lines of ---", "none", hint))
    handler = YAMLHandler()
    try:
        matter, body = handler.split(text)
    except ValueError:
        hint = "End the front matter with a line of three hyphens."
        raise ContentError(Problem(file, 1, "a second line of ---", "none", hint)) from None
    first_line = text.count("\n", 0, len(text) - len(body)) + 1
    opening = text[: len(text) - len(body)].index(matter) if matter else 0
    meta = load(file, matter, text.count("\n", 0, opening))
    return Document(file, meta, body, first_line, text[: len(text) - len(body)])


def load(file: str, matter: str, lines_before: int = 0) -> Mapping[str, Any]:
    """A map of YAML as plain data, within bounds; empty for none. Raises ContentError for anything else."""
    try:
        loaded = yaml.load(matter, Loader=PlainLoader)  # noqa: S506 - derived from the safe loader
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
    plain: Mapping[str, Any] = _Plain(file, lines_before + 1).copy(loaded, depth=0)
    return plain


class _Plain:
    """Copies what YAML made, bounded, so that a handful of nested aliases can't become a billion values."""

    def __init__(self, file: str, line: int) -> None:
        self.file, self.line, self.left = file, line, MAX_NODES

    def copy(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth > 40:
            expected = f"at most {MAX_NODES:,} values, 40 deep"
            raise ContentError(Problem(self.file, self.line, expected, "more", "Are there anchors within anchors?"))
        if isinstance(value, int) and abs(value) > LONGEST_NUMBER:
            raise ContentError(Problem(self.file, self.line, "numbers of at most 18 digits", "more", _HINT))
        if isinstance(value, dict):
            return {str(key): self.copy(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple, set)):
            return [self.copy(item, depth + 1) for item in value]
        return value if value is None or isinstance(value, (str, int, bool)) else str(value)
