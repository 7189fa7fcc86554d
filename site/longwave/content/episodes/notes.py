"""The show notes as what can be searched: their moments and their plain text.

``longwave.content.text.markdown`` asks here which list items are moments, so that a page and the index never differ.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from longwave.content.fields.times import split_moment
from longwave.content.kramdown.blocks import parse_document
from longwave.content.kramdown.tree import LISTS, Document, Node, inner
from longwave.model import Moment, Notes

_TIME = re.compile(r"\s*\[?([0-9]+(?::[0-9]+)+)")
_SILENT = frozenset({"raw", "img", "footnote", "eob", "blank"})
_UNSPOKEN = frozenset({"script", "style"})


@dataclass(frozen=True, slots=True)
class Timestamp:
    """Where a list item says that it is a moment: the first text of ``holder``, from ``start`` to ``end``."""

    seconds: int
    holder: Node
    start: int
    end: int
    #: The rest of the item's first paragraph.
    rest: str


def read_notes(text: str) -> Notes:
    """The moments and the plain text of a body after Liquid. Never raises; reads no HTML out of rendered Markdown."""
    return notes_of(parse_document(text))


def notes_of(document: Document) -> Notes:
    """The same of a body that has been parsed already."""
    lines: list[str] = []
    for root in _roots(document):
        _add_lines(root, lines)
    return Notes("\n".join(lines), tuple(_moments(document)))


def timestamps(document: Document) -> Iterator[tuple[Node, Timestamp]]:
    """The list items of a document that are moments, in the order in which they are shown."""
    for root in _roots(document):
        for item in _items(root):
            if found := _timestamp(item):
                yield item, found


def _roots(document: Document) -> list[Node]:
    return [document.root, *(document.footnotes[name] for name in document.cited())]


def _timestamp(item: Node) -> Timestamp | None:
    first = item.children[0] if item.children else None
    if not isinstance(first, Node) or first.kind != "p":
        return None
    whole = _spoken(first)
    time = _TIME.match(whole)
    found = split_moment(whole) if time else None
    holder: Node | str = first
    while isinstance(holder, Node) and holder.kind in ("p", "em", "strong") and holder.children:
        inside = holder.children[0]
        if found and time and isinstance(inside, str) and inside.startswith(time[0]):
            return Timestamp(found[0], holder, time.start(1), time.end(1), found[1])
        holder = inside
    return None


def _items(node: Node) -> Iterator[Node]:
    for child in node.children:
        if isinstance(child, Node) and child.children:
            if child.kind == "li":
                yield child
            yield from _items(child)


def _moments(document: Document) -> Iterator[Moment]:
    for item, found in timestamps(document):
        lines = [found.rest]
        for child in inner(item.children[1:]):
            if child.kind not in LISTS:
                _add_lines(child, lines)
        yield Moment(found.seconds, " ".join(" ".join(lines).split()))


def _add_lines(node: Node, lines: list[str]) -> None:
    """Add the text of a block, a line for each block of text within it."""
    texts: list[str] = []
    for child in node.children:
        if isinstance(child, Node) and (child.block or child.kind == "root"):
            _add_line("".join(texts), lines)
            texts = []
            _add_lines(child, lines)
        else:
            texts.append(_text(child))
    if node.kind in ("codeblock", "math"):
        lines.extend(line for line in node.value.split("\n") if line.strip())
    _add_line("".join(texts), lines)


def _add_line(text: str, lines: list[str]) -> None:
    text = " ".join(text.split())
    if text:
        lines.append(text)


def _spoken(node: Node) -> str:
    return "".join(map(_text, node.children))


def _text(child: Node | str) -> str:
    if isinstance(child, str):
        return child
    if child.kind in _SILENT or (child.kind == "html" and child.value in _UNSPOKEN):
        return ""
    if child.kind == "br":
        return "\n"
    if child.kind == "markup":
        return html.unescape(child.value)
    if child.kind in ("code", "math") and child.value:
        return child.value
    inside = _spoken(child)
    return f" {inside} " if child.kind == "html" and not _is_phrase(child) else inside


def _is_phrase(node: Node) -> bool:
    return node.model == "span"
