"""Text that was read in a wrong encoding once, and what it was: `Ã©` for `é`, `üìÑ` for a sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import ftfy

from longwave.authoring.checks.content import Content
from longwave.errors import Problem

_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")
_CODE = re.compile(r"`[^`\n]+`")
#: An emoji's four bytes, of which old Macs made an apple (a letter of no alphabet) and three more.
_APPLE = re.compile("\uf8ff[^\x00-\x7f]{3}")
CHECKED = ("episode", "guest", "tag", "page", "site", "include")


def misread(content: Content) -> Iterator[Problem]:
    """Each line of Markdown, front matter and ``site.toml`` that was mis-encoded, and how it reads when mended."""
    for source in content.intake.sources.values():
        if source.kind in CHECKED:
            raw = content.raw(source.name)
            for number, line, mended in garbled(raw) if not raw.isascii() else ():
                found, was = _differing(line, mended)
                hint = f"`flask check --fix` makes {was!r} of it."
                shown = repr(found.replace("\uf8ff", ""))
                yield Problem(source.name, number, "text in UTF-8 all the way", shown, hint, "warning")


def garbled(text: str) -> Iterator[tuple[int, str, str]]:
    """The lines that were mis-encoded: their numbers from 1, and how they read now and mended. Code is left alone."""
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        opened = _FENCE.match(line)
        if opened:
            fence = "" if fence and opened[1].startswith(fence) else fence or opened[1][:3]
        elif not fence and not line.isascii():
            mended = mend(line)
            if mended != line:
                yield number, line, mended


def mend(line: str) -> str:
    """A line as it was before somebody read it in a wrong encoding; itself where nobody did."""
    parts, end = [], 0
    for code in _CODE.finditer(line):
        parts += [_mended(line[end : code.start()]), code[0]]
        end = code.end()
    return "".join((*parts, _mended(line[end:])))


def _mended(text: str) -> str:
    if text.isascii():
        return text
    return _APPLE.sub(_emoji, ftfy.fix_encoding(text))


def _emoji(match: re.Match[str]) -> str:
    try:
        return match[0].encode("mac_roman").decode("utf-8")
    except UnicodeError:
        return match[0]


def _differing(line: str, mended: str) -> tuple[str, str]:
    """What two lines don't have in common, with a few characters around it."""
    start = next((at for at, (a, b) in enumerate(zip(line, mended, strict=False)) if a != b), 0)
    end = 0
    while end < min(len(line), len(mended)) - start and line[-1 - end] == mended[-1 - end]:
        end += 1
    cut = slice(max(0, start - 2), None)
    return line[cut][: len(line) - end - start + 14][:60], mended[cut][: len(mended) - end - start + 14][:60]
