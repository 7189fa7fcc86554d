"""The show notes in a form that can be searched: their moments (timestamps with texts) and their plain text.

``longwave.content.text.markdown`` calls ``timestamps`` as well, so that a page and the index have the same ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from longwave.content.episodes.timestamps import Timestamp, block_lines, roots, timestamps
from longwave.content.kramdown.blocks import parse_document
from longwave.content.kramdown.tree import LISTS, Document, Node, inner
from longwave.content.text.node_text import inner_text, is_unread, node_text, tag
from longwave.model import Moment, Notes

#: The timestamps of a document, by the ``id()`` of the node that begins with the timestamp or has a line that does.
_ByNode = Mapping[int, Sequence[Timestamp]]


def read_notes(text: str) -> Notes:
    """Return the timestamps and the plain text of show notes, Markdown after Liquid, without rendering any HTML."""
    return extract_notes(parse_document(text))


def extract_notes(document: Document) -> Notes:
    """Return the timestamps, with their texts, and the plain text of parsed show notes."""
    found = timestamps(document)
    by_node: defaultdict[int, list[Timestamp]] = defaultdict(list)
    for timestamp in found:
        by_node[id(timestamp.element)].append(timestamp)
    lines: list[str] = []
    for root in roots(document):
        _add_lines(root, lines, by_node)
    return Notes("\n".join(lines), tuple(_moment(timestamp, by_node) for timestamp in found))


def _moment(timestamp: Timestamp, by_node: _ByNode) -> Moment:
    """Return a timestamp with its text, which for a list item includes the item's further paragraphs."""
    lines = [timestamp.rest]
    if tag(timestamp.element) == "li":
        for child in inner(timestamp.element.children):
            if child is not timestamp.line.block and tag(child) not in LISTS and child.block:
                _add_lines(child, lines, by_node)
    return Moment(timestamp.seconds, " ".join(" ".join(lines).split()))


def _add_lines(node: Node, lines: list[str], by_node: _ByNode) -> None:
    """Append the plain text of a block, such as a list, to ``lines``: one line for each paragraph or heading in it.

    A row of a table that is a timestamp is one line, and so is each line of a paragraph that begins with a timestamp.
    """
    if is_unread(node):
        return
    timed = by_node.get(id(node), ())
    if timed and tag(node) == "tr":
        _add_line(" ".join(map(inner_text, inner(node.children))), lines)
        return
    if timed and tag(node) == "p":
        _add_paragraph(node, timed, lines)
        return
    texts: list[str] = []
    for child in node.children:
        if isinstance(child, Node) and (child.block or child.kind == "root"):
            _add_line("".join(texts), lines)
            texts = []
            _add_lines(child, lines, by_node)
        else:
            texts.append(node_text(child))
    if node.kind in ("codeblock", "math"):
        lines.extend(line for line in node.value.split("\n") if line.strip())
    _add_line("".join(texts), lines)


def _add_paragraph(node: Node, timed: Sequence[Timestamp], lines: list[str]) -> None:
    """Append to ``lines`` each line of a paragraph that begins with a timestamp, and all text between two as one line.

    ``timed`` are the timestamps in the paragraph ``node``.
    """
    starts = {(timestamp.line.index, timestamp.line.offset) for timestamp in timed}
    others: list[str] = []
    for line in block_lines(node):
        if (line.index, line.offset) in starts:
            _add_line(" ".join(others), lines)
            _add_line(line.text, lines)
            others = []
        else:
            others.append(line.text)
    _add_line(" ".join(others), lines)


def _add_line(text: str, lines: list[str]) -> None:
    text = " ".join(text.split())
    if text:
        lines.append(text)
