"""Mojibake, text that a program once decoded wrongly: `cafÃ©` was `café`, and `‚öôÔ∏è` an emoji."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ftfy import TextFixerConfig, fix_encoding
from ftfy.badness import is_bad

from longwave.authoring.checks.checked_content import Content
from longwave.content.folder import Kind
from longwave.errors import Problem

_CONFIG = TextFixerConfig(unescape_html=False, replace_lossy_sequences=False)
#: The kinds of files whose text is checked and repaired.
CHECKED: frozenset[Kind] = frozenset({"site", "episode", "guest", "tag", "page", "include"})
_FENCE = re.compile(r"[ >]*(?:[-*+]|\d+[.)])?[ >]*(`{3,}|~{3,})")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d+[.)])[ \t]|[\w-]+\s*:")
_SPAN = re.compile(
    r"(`++)(?:.*?[^`])??\1(?!`)|<(code|pre|kbd|samp)\b[^>]*>.*?</\2>|\{%-?\s*raw\b.*?endraw\s*-?%\}", re.IGNORECASE
)
_OPENING, _CLOSING = (
    re.compile(r"\{%-?\s*(?:highlight|raw)\b|<(?:pre|code)\b"),
    re.compile(r"\{%-?\s*end(?:highlight|raw)\b|</(?:pre|code)>"),
)
#: Apple's logo, as which Mac Roman decodes the first byte of an emoji; many programs drop the logo.
_APPLE = "\uf8ff"
_EMOJI = re.compile(rf"{_APPLE}[^\x00-\x7f]{{3}}|(?<![^\s\"'(>]){_APPLE}?ü[^\x00-\x7f]{{2}}(?![^\s\"')<.,:;!?])")
#: The most characters of a line that is checked: a longer one isn't prose, and would take minutes.
_MAX_LINE_LENGTH = 8_000
#: The Unicode categories that no repair may produce, as YAML ends a line at some of their characters.
_BANNED = frozenset({"Cc", "Zl", "Zp", "Cn", "Cs"})


@dataclass(frozen=True, slots=True)
class Repair:
    """A replacement of the mojibake from character ``start`` up to ``end`` of a text by ``after``.

    ``line`` counts from 1. ``found`` and ``was`` are the words around the mojibake, before and after the repair.
    """

    line: int
    start: int
    end: int
    after: str
    found: str
    was: str


def garbled_texts(content: Content) -> Iterator[Problem]:
    """Yield a warning for each piece of mojibake in prose; code isn't checked, as it may quote such text."""
    hint = "It was read in another encoding once; `longwave check --fix` mends it."
    for source in content.intake.sources.values():
        if source.kind in CHECKED:
            for repair in repairs_of(content.raw(source.name)):
                # Apple's logo is left out of the message, as most fonts have no glyph for it.
                found, was = repr(repair.found.replace(_APPLE, "")), repr(repair.was)
                yield Problem(source.name, repair.line, was, found, hint, "warning", "encoding")


def repairs_of(text: str) -> Iterator[Repair]:
    """Yield the repair of each piece of mojibake in the prose of ``text``, in order."""
    if text.isascii():
        return
    for number, offset, line in _prose(text):
        if len(line) > _MAX_LINE_LENGTH:
            continue
        start = 0
        for code in (*_SPAN.finditer(line), None):
            end = code.start() if code else len(line)
            yield from _repair(line[start:end], number, offset + start)
            start = code.end() if code else end


def _prose(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the number, the offset and the text of each line that is neither ASCII nor code."""
    offset, code, previous, listed = 0, "", "", False
    # Lines are counted as editors do, which don't end one at the other line separators of Unicode.
    for number, full_line in enumerate(re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z", text), 1):
        line = full_line.rstrip("\r\n")
        indented = line.startswith(("    ", "\t"))
        fence = _FENCE.match(line)
        if code == "indented" and line.strip() and not indented:
            code = ""
        if code == "block":
            code = "" if _CLOSING.search(line) else code
        elif code and code != "indented":
            code = "" if fence and fence[1].startswith(code) else code
        elif fence:
            code = fence[1]
        elif _OPENING.search(line) and not _CLOSING.search(line):
            code = "block"
        elif indented and not previous.strip() and not listed:
            code = "indented"
        elif not code and not line.isascii():
            yield number, offset, line
        if line.strip() and not indented:
            listed = _ITEM.match(line) is not None
        offset, previous = offset + len(full_line), line


def _repair(before: str, number: int, offset: int) -> Iterator[Repair]:
    """Yield the shortest repair of mojibake in ``before``, a piece of line ``number`` at character ``offset``."""
    after = before if before.isascii() else _repaired(before)
    if after == before or any(unicodedata.category(c) in _BANNED for c in set(after) - set(before)):
        return
    left, right = _common_length(before, after), _common_length(before[::-1], after[::-1])
    right = min(right, len(before) - left, len(after) - left)
    place = (offset + left, offset + len(before) - right)
    yield Repair(number, *place, after[left : len(after) - right], _excerpt(before), _excerpt(after))


def _repaired(text: str) -> str:
    """Return ``text`` as it was before it was garbled: repaired in one piece, or if that fails, word by word."""
    text = _EMOJI.sub(_emoji, text)
    if not is_bad(text):
        return text
    repaired = fix_encoding(text, _CONFIG)
    if repaired != text:
        return repaired
    return re.sub(r"\S+", lambda word: fix_encoding(word[0], _CONFIG) if is_bad(word[0]) else word[0], text)


def _emoji(match: re.Match[str]) -> str:
    """Return the emoji that was decoded as Mac Roman; the matched characters where they are no emoji."""
    # Lower-case letters without Apple's logo are left alone, as they may be a word, such as üçü in Turkish.
    if match[0].isalpha() and match[0].islower():
        return match[0]
    try:
        emoji = (b"\xf0" + match[0].removeprefix(_APPLE).encode("mac_roman")).decode()
    except UnicodeError:
        return match[0]
    return emoji if unicodedata.category(emoji) == "So" and emoji >= "\U0001f300" else match[0]


def _common_length(one: str, other: str) -> int:
    """Return the length of the beginning that two texts have in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((length for length, (a, b) in pairs if a != b), min(len(one), len(other)))


def _excerpt(text: str) -> str:
    return text.strip(" #*_->\t")[:80]
