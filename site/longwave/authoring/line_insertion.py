"""Lines that keep what was published, put into front matter and into site.toml where they belong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from longwave.authoring.literals import quoted
from longwave.edition.past.identity_lines import IdentityLine

#: From and to which character of a text, and what is to stand there.
Stretch = tuple[int, int, str]
_ALIASES = re.compile(r"^aliases[ \t]*:[ \t]*(?P<value>[^\r\n#]*?)[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)", re.MULTILINE)
_ITEM = re.compile(r"(?P<indent>[ \t]*)-[ \t][^\r\n]*(?:\r?\n|\Z)")


def insert_into_front_matter(text: str, start: int, end: int, lines: Sequence[IdentityLine]) -> Iterator[Stretch]:
    """Yield what has to be put into front matter, which goes from character ``start`` to ``end``, to have these lines.

    Old addresses go behind those that are there: the first one makes the guid.
    """
    newline = "\r\n" if "\r\n" in text[:end] else "\n"
    behind = [f"{line.key}: {quoted(line.value)}" for line in lines if line.key != "aliases"]
    if aliases := [quoted(line.value) for line in lines if line.key == "aliases"]:
        if found := _ALIASES.search(text, start, end):
            yield from ((at, at, added) for at, added in _more(text, found, end, aliases, newline))
        else:
            behind.insert(0, f"aliases: [{', '.join(aliases)}]")
    if behind:
        yield end, end, "".join(f"{line}{newline}" for line in behind)


def _more(text: str, found: re.Match[str], end: int, aliases: Sequence[str], newline: str) -> Iterator[tuple[int, str]]:
    """Yield what the list of aliases needs that is there: in brackets, one below the other, or a single one."""
    value, more = found["value"], ", ".join(aliases)
    if value.startswith("["):
        close = text.find("]", found.start("value"), end)
        yield close, f", {more}" if text[found.start("value") + 1 : close].strip() else more
    elif value:
        yield found.start("value"), "["
        yield found.end("value"), f", {more}]"
    elif item := _ITEM.match(text, found.end(), end):
        indent, at = item["indent"], item.end()
        while item := _ITEM.match(text, at, end):
            at = item.end()
        yield at, "".join(f"{indent}- {alias}{newline}" for alias in aliases)
    else:
        yield text.index(":", found.start()) + 1, f" [{more}]"


def insert_into_site_toml(text: str, lines: Sequence[IdentityLine]) -> Iterator[Stretch]:
    """Yield what has to be put into ``text``, site.toml, to have these lines in their tables."""
    former = {line.value: line.key for line in lines if not line.table}
    for new, old in former.items():
        if heading := _heading(text, old):
            yield *heading.span("name"), new
    ending = ""
    for table in dict.fromkeys(line.table for line in lines if line.table):
        added = "".join(f"{line}\n" for line in lines if line.table == table)
        if heading := _heading(text, former.get(table, table)):
            yield heading.end(), heading.end(), added if heading[0].endswith("\n") else f"\n{added}"
        else:
            ending += f"\n[{table}]\n{added}"
    if ending:
        yield len(text), len(text), ending if not text or text.endswith("\n") else f"\n{ending}"


def _heading(text: str, table: str) -> re.Match[str] | None:
    """Return where the line stands with which a table of TOML begins."""
    pattern = rf"^[ \t]*\[(?P<name>{re.escape(table)})\][ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)"
    return re.search(pattern, text, re.MULTILINE)
