"""Insertion of lines into front matter and ``site.toml``, so that published guids and addresses stay the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from longwave.authoring.literals import quoted
from longwave.edition.past.identity_lines import IdentityLine

_ALIASES = re.compile(r"^aliases[ \t]*:[ \t]*(?P<value>[^\r\n#]*?)[ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)", re.MULTILINE)
_ITEM = re.compile(r"(?P<indent>[ \t]*)-[ \t][^\r\n]*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of the characters from ``start`` up to ``end`` of a text by ``after``."""

    start: int
    end: int
    after: str


def insert_into_front_matter(text: str, start: int, end: int, lines: Sequence[IdentityLine]) -> Iterator[Edit]:
    """Yield the edits that insert ``lines`` into the front matter between characters ``start`` and ``end`` of ``text``.

    New aliases go behind the existing ones, because the first alias makes the guid.
    """
    newline = "\r\n" if "\r\n" in text[:end] else "\n"
    appended = [f"{line.key}: {quoted(line.value)}" for line in lines if line.key != "aliases"]
    if aliases := [quoted(line.value) for line in lines if line.key == "aliases"]:
        if existing := _ALIASES.search(text, start, end):
            yield from (Edit(at, at, added) for at, added in _add_aliases(text, existing, end, aliases, newline))
        else:
            appended.insert(0, f"aliases: [{', '.join(aliases)}]")
    if appended:
        yield Edit(end, end, "".join(f"{line}{newline}" for line in appended))


def _add_aliases(
    text: str, existing: re.Match[str], end: int, aliases: Sequence[str], newline: str
) -> Iterator[tuple[int, str]]:
    """Yield (offset, inserted text) for an existing ``aliases:``, written in brackets, as a block, or as one value."""
    value, more = existing["value"], ", ".join(aliases)
    if value.startswith("["):
        close = text.find("]", existing.start("value"), end)
        yield close, f", {more}" if text[existing.start("value") + 1 : close].strip() else more
    elif value:
        yield existing.start("value"), "["
        yield existing.end("value"), f", {more}]"
    elif item := _ITEM.match(text, existing.end(), end):
        indent, at = item["indent"], item.end()
        while item := _ITEM.match(text, at, end):
            at = item.end()
        yield at, "".join(f"{indent}- {alias}{newline}" for alias in aliases)
    else:
        yield text.index(":", existing.start()) + 1, f" [{more}]"


def insert_into_site_toml(text: str, lines: Sequence[IdentityLine]) -> Iterator[Edit]:
    """Yield the edits of ``text``, which is site.toml, that insert ``lines`` into their tables or rename a table."""
    former = {line.value: line.key for line in lines if not line.table}
    for new, old in former.items():
        if heading := _heading(text, old):
            yield Edit(*heading.span("name"), new)
    new_tables = ""
    for table in dict.fromkeys(line.table for line in lines if line.table):
        added = "".join(f"{line}\n" for line in lines if line.table == table)
        if heading := _heading(text, former.get(table, table)):
            yield Edit(heading.end(), heading.end(), added if heading[0].endswith("\n") else f"\n{added}")
        else:
            new_tables += f"\n[{table}]\n{added}"
    if new_tables:
        yield Edit(len(text), len(text), new_tables if not text or text.endswith("\n") else f"\n{new_tables}")


def _heading(text: str, table: str) -> re.Match[str] | None:
    """Return the match of the line ``[table]`` in a text of TOML."""
    pattern = rf"^[ \t]*\[(?P<name>{re.escape(table)})\][ \t]*(?:#[^\r\n]*)?(?:\r?\n|\Z)"
    return re.search(pattern, text, re.MULTILINE)
