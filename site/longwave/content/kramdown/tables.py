"""The parser of tables: rows of cells between pipes, and separator lines for the head, the foot and the alignment."""

from __future__ import annotations

import re

from longwave.content.kramdown import block_patterns
from longwave.content.kramdown.block_reader import BlockReader
from longwave.content.kramdown.tree import WHITE, Document, Node, inner

_LINE = re.compile(r"(?:\||.*?[^\\\n]\|).*?\n")
_START = re.compile(r" {0,3}(?![ \t\r\n\f\v])(?:\||.*?[^\\\n]\|)")
_SEPARATOR = re.compile(r"(?=[^\n]*-)([+|: \t-]+)\n")
_FOOT = re.compile(r"(?=[^\n]*=)[+|: \t=]+\n")
_ALIGNMENT = re.compile(r"[ \t]?(:?)-+(:?)[ \t]?")
_PIPE = re.compile(r"(?<!\\)\|")
_HAS_PIPE = re.compile(r"\||.*?[^\\\n]\|")
_CODE_ELEMENT = re.compile(r"(<code[^\n>]*>[^\n]*?</code>)")


def parse_table(reader: BlockReader) -> bool:
    """Parse a table."""
    if not reader.after_boundary() or reader.match(_START) is None:
        return False
    start = reader.pos
    leading = _has_leading_pipe(reader)
    separator = reader.match(_SEPARATOR)
    if separator:
        reader.pos = separator.end()
    table = reader.block("table")
    _read_rows(reader, table, leading)
    if (
        reader.match(block_patterns.BOUNDARY) is None
        or not _has_pipes(reader.text[start : reader.pos])
        or not any(part.kind == "tbody" for part in inner(table.children))
    ):
        # The lines are no table after all. Attributes read for the next block are lost here, as in kramdown.
        reader.pos = start
        return False
    _even_out(table, reader.document)
    return reader.add(table)


def _has_leading_pipe(reader: BlockReader) -> bool:
    end = reader.text.find("\n", reader.pos)
    return reader.text[reader.pos : end].lstrip(WHITE).startswith("|")


def _read_rows(reader: BlockReader, table: Node, leading: bool) -> None:
    rows: list[Node | str] = []
    foot = False

    def close(kind: str) -> None:
        nonlocal rows
        if rows:
            table.children.append(Node(kind, children=rows, block=True))
            rows = []

    while reader.pos < len(reader.text) and reader.match(_LINE):
        if match := reader.match(_SEPARATOR):
            if rows and not table.columns and not foot:
                close("thead")
                table.columns = [_alignment(*sides) for sides in _ALIGNMENT.findall(match[1])]
            elif not foot:
                close("tbody")
            reader.pos = match.end()
        elif match := reader.match(_FOOT):
            close("tbody")
            foot = True
            reader.pos = match.end()
        else:
            rows.append(_row(reader.line().rstrip(WHITE), leading))
    close("tfoot" if foot else "tbody")


def _alignment(left: str, right: str) -> str:
    if left and right:
        return "center"
    return "left" if left else "right" if right else ""


def _row(line: str, leading: bool) -> Node:
    cells = _cells(line)
    if leading and not cells[0].strip(WHITE):
        cells = cells[1:]
    if cells and not cells[-1].strip(WHITE):
        cells = cells[:-1]
    return Node("tr", children=[Node("td", raw=cell.strip(WHITE), block=True) for cell in cells], block=True)


def _cells(line: str) -> list[str]:
    """Split a row into cells at its pipes, except those in code and those behind a backslash."""
    cells = [""]
    pieces = _CODE_ELEMENT.split(line) if "</code>" in line else [line]
    for index, piece in enumerate(pieces):
        if index % 2:
            cells[-1] += piece
            continue
        position = 0
        for code in _code_spans(piece):
            _split(cells, piece[position : code[0]])
            cells[-1] += piece[code[0] : code[1]]
            position = code[1]
        _split(cells, piece[position:])
    return cells


def _code_spans(text: str) -> list[tuple[int, int]]:
    """Return the start and end positions of each code span in a text."""
    spans, position = [], 0
    while (start := text.find("`", position)) >= 0:
        ticks = re.compile(r"`+").match(text, start)
        length = len(ticks[0]) if ticks else 1
        spaced = length == 1 and text[start + 1 : start + 2] in WHITE and text[max(0, start - 1)] in WHITE + "`"
        end = -1 if spaced else text.find("`" * length, start + length)
        if end < 0:
            position = start + length
            continue
        position = end + length
        spans.append((start, position))
    return spans


def _split(cells: list[str], text: str) -> None:
    """Append ``text`` to the last of ``cells``, and begin another cell at each pipe."""
    first, *others = (part.replace("\\|", "|") for part in _PIPE.split(text))
    cells[-1] += first
    cells.extend(others)


def _has_pipes(text: str) -> bool:
    """Return whether every line of a text has a pipe outside of code spans."""
    parts, position = [], 0
    for start, end in _code_spans(text):
        parts.append(text[position:start])
        parts.append("x" + "\n" * min(text.count("\n", start, end), 1))
        position = end
    parts.append(text[position:])
    return all(_HAS_PIPE.match(line) for line in "".join(parts).removesuffix("\n").split("\n"))


def _even_out(table: Node, document: Document) -> None:
    """Give all rows the same number of cells, and each cell its alignment and its kind, `th` in the head, else `td`.

    Short rows stay short if padding them, as next to one extremely long row, would take too many cells.
    """
    rows = [row for part in inner(table.children) for row in inner(part.children)]
    width = max(len(row.children) for row in rows)
    table.columns = (table.columns + [""] * width)[:width]
    document.burn(sum(width - len(row.children) for row in rows))
    for row in rows if document.fuel >= 0 else ():
        row.children.extend(Node("td", block=True) for _ in range(width - len(row.children)))
    for part in inner(table.children):
        for row in inner(part.children):
            for cell, alignment in zip(inner(row.children), table.columns, strict=False):
                cell.kind = "th" if part.kind == "thead" else "td"
                cell.value = alignment
