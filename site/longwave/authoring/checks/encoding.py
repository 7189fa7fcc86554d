"""Text that a program once read in the wrong encoding: `cafÃ©` was `café`, and `‚öôÔ∏è` an emoji."""

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
# Where Mac Roman was read, the first byte of every emoji is Apple's own character. Many programs drop it.
_APPLE = "\uf8ff"
_EMOJI = re.compile(rf"{_APPLE}[^\x00-\x7f]{{3}}|(?<![^\s\"'(>]){_APPLE}?ü[^\x00-\x7f]{{2}}(?![^\s\"')<.,:;!?])")
#: A longer line is no prose, and would be searched for the ends of spans for minutes.
_LONGEST = 8_000
#: What may never come out of a repair: in YAML they end a line.
_BANNED = frozenset({"Cc", "Zl", "Zp", "Cn", "Cs"})


@dataclass(frozen=True, slots=True)
class Mended:
    """What is wrong from ``start`` to ``end`` of a text, and what is to stand there; ``line`` from 1.

    ``found`` and ``was`` are the words around it, as people are shown them.
    """

    line: int
    start: int
    end: int
    after: str
    found: str
    was: str


def garbled(content: Content) -> Iterator[Problem]:
    """Text in the wrong encoding, and what it was. Code isn't looked at: it may speak of such things."""
    hint = "It was read in another encoding once; `flask check --fix` mends it."
    for source in content.intake.sources.values():
        if source.kind in CHECKED:
            for one in mended(content.raw(source.name)):
                # Apple's own character is a blank, or worse, on most screens.
                found, was = repr(one.found.replace(_APPLE, "")), repr(one.was)
                yield Problem(source.name, one.line, was, found, hint, "warning", "encoding")


def mended(text: str) -> Iterator[Mended]:
    """Each stretch of ``text`` that was read in the wrong encoding, in order; none for text that is right."""
    if text.isascii():
        return
    for number, offset, line in _prose(text):
        if len(line) > _LONGEST:
            continue
        start = 0
        for code in (*_SPAN.finditer(line), None):
            end = code.start() if code else len(line)
            yield from _of_stretch(line[start:end], number, offset + start)
            start = code.end() if code else end


def _prose(text: str) -> Iterator[tuple[int, int, str]]:
    """The lines of a text that aren't ASCII and aren't code: their numbers, their places, and they themselves."""
    offset, code, previous, listed = 0, "", "", False
    # As the editors count: other characters that Unicode calls line ends don't end one.
    for number, whole in enumerate(re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z", text), 1):
        line = whole.rstrip("\r\n")
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
        offset, previous = offset + len(whole), line


def _of_stretch(before: str, number: int, offset: int) -> Iterator[Mended]:
    after = before if before.isascii() else _repaired(before)
    if after == before or any(unicodedata.category(c) in _BANNED for c in set(after) - set(before)):
        return
    left, right = _same(before, after), _same(before[::-1], after[::-1])
    right = min(right, len(before) - left, len(after) - left)
    place = (offset + left, offset + len(before) - right)
    yield Mended(number, *place, after[left : len(after) - right], _shown(before), _shown(after))


def _repaired(text: str) -> str:
    """The text as it was. Where good words stand beside bad ones, each word is looked at alone."""
    text = _EMOJI.sub(_emoji, text)
    if not is_bad(text):
        return text
    whole = fix_encoding(text, _CONFIG)
    if whole != text:
        return whole
    return re.sub(r"\S+", lambda word: fix_encoding(word[0], _CONFIG) if is_bad(word[0]) else word[0], text)


def _emoji(match: re.Match[str]) -> str:
    """The emoji that the characters of Mac Roman were; they themselves where they were none."""
    # Without Apple's character, small letters alone are a word: üçü is Turkish.
    if match[0].isalpha() and match[0].islower():
        return match[0]
    try:
        found = (b"\xf0" + match[0].removeprefix(_APPLE).encode("mac_roman")).decode()
    except UnicodeError:
        return match[0]
    return found if unicodedata.category(found) == "So" and found >= "\U0001f300" else match[0]


def _same(one: str, other: str) -> int:
    """How many characters at the beginning of both are the same."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _shown(text: str) -> str:
    return text.strip(" #*_->\t")[:80]
