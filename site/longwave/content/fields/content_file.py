"""The decoding of a content file: its bytes become text, and the text is split into front matter and body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from longwave.content.fields.plain_data import load_yaml
from longwave.errors import ContentError, Problem

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """A file's front matter as plain data (text, int, bool, None, lists, dicts with text keys) and its body.

    ``first_line`` is the line of the file on which ``body`` begins, from 1; ``source`` is the text before the body.
    ``repeated`` are warnings about keys that stand in the front matter more than once.
    """

    file: str
    meta: Mapping[str, Any]
    body: str
    first_line: int
    source: str
    repeated: tuple[Problem, ...] = ()

    def problem(self, key: str, expected: str, found: object, hint: str = "") -> Problem:
        """Return a problem with the value of ``key``, at the line on which the key stands, else at the first line."""
        match = re.search(rf"^['\"]?{re.escape(key)}['\"]?\s*:", self.source, re.MULTILINE) if key else None
        line = self.source.count("\n", 0, match.start()) + 1 if match else 1
        value = "none" if found is None else repr(found) if isinstance(found, str) else str(found)
        return Problem(self.file, line, expected, value[:120], hint)


def decode(file: str, raw: bytes, limit: int = MAX_BYTES) -> str:
    r"""Return the text of a file of content, its lines ended by ``\n``.

    Raises ContentError when the file has more than ``limit`` bytes, isn't UTF-8, or holds NUL.
    """
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
    """Return the front matter and the body of ``text``. Raises ContentError, and no other exception for any text."""
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
    repeated: list[Problem] = []
    meta = load_yaml(file, matter, text.count("\n", 0, opening), repeated)
    return Document(file, meta, body, first_line, text[: len(text) - len(body)], tuple(repeated))
