"""The show notes in a form that can be searched: their moments (timestamps with texts) and their plain text.

``longwave.content.text.markdown`` calls ``timestamps`` as well, so that a page and the index have the same ones.
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
_WITHOUT_TEXT = frozenset({"raw", "img", "footnote", "eob", "blank"})
_UNREAD_ELEMENTS = frozenset({"script", "style"})


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A time at the start of a list item: characters ``start`` to ``end`` of the first text child of ``holder``."""

    seconds: int
    holder: Node
    start: int
    end: int
    #: The rest of the item's first paragraph, after the time and the dash.
    rest: str


def read_notes(text: str) -> Notes:
    """Return the timestamps and the plain text of show notes, Markdown after Liquid, without rendering any HTML."""
    return extract_notes(parse_document(text))


def extract_notes(document: Document) -> Notes:
    """Return the timestamps, with their texts, and the plain text of parsed show notes."""
    lines: list[str] = []
    for root in _roots(document):
        _add_lines(root, lines)
    return Notes("\n".join(lines), tuple(_moments(document)))


def timestamps(document: Document) -> Iterator[tuple[Node, Timestamp]]:
    """Yield each list item that begins with a time, with its timestamp, in the order of the page."""
    for root in _roots(document):
        for item in _items(root):
            if timestamp := _timestamp(item):
                yield item, timestamp


def _roots(document: Document) -> list[Node]:
    """Return the root node of the document, and those of the footnotes that it cites."""
    return [document.root, *(document.footnotes[name] for name in document.cited())]


def _timestamp(item: Node) -> Timestamp | None:
    """Return the timestamp with which the first paragraph of a list item begins, if any."""
    first = item.children[0] if item.children else None
    if not isinstance(first, Node) or first.kind != "p":
        return None
    paragraph = _inner_text(first)
    time = _TIME.match(paragraph)
    moment = split_moment(paragraph) if time else None
    holder: Node | str = first
    while isinstance(holder, Node) and holder.kind in ("p", "em", "strong") and holder.children:
        first_child = holder.children[0]
        if moment and time and isinstance(first_child, str) and first_child.startswith(time[0]):
            return Timestamp(moment[0], holder, time.start(1), time.end(1), moment[1])
        holder = first_child
    return None


def _items(node: Node) -> Iterator[Node]:
    for child in node.children:
        if isinstance(child, Node) and child.children:
            if child.kind == "li":
                yield child
            yield from _items(child)


def _moments(document: Document) -> Iterator[Moment]:
    for item, timestamp in timestamps(document):
        lines = [timestamp.rest]
        for child in inner(item.children[1:]):
            if child.kind not in LISTS:
                _add_lines(child, lines)
        yield Moment(timestamp.seconds, " ".join(" ".join(lines).split()))


def _add_lines(node: Node, lines: list[str]) -> None:
    """Append the plain text of a block, such as a list, to ``lines``: one line for each paragraph or heading in it."""
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


def _inner_text(node: Node) -> str:
    return "".join(map(_text, node.children))


def _text(child: Node | str) -> str:
    """Return the plain text of a node; empty for nodes without text to read, such as pictures and scripts."""
    if isinstance(child, str):
        return child
    if child.kind in _WITHOUT_TEXT or (child.kind == "html" and child.value in _UNREAD_ELEMENTS):
        return ""
    if child.kind == "br":
        return "\n"
    if child.kind == "markup":
        return html.unescape(child.value)
    if child.kind in ("code", "math") and child.value:
        return child.value
    inside = _inner_text(child)
    # The tags of a block element separate words, so spaces replace them.
    return f" {inside} " if child.kind == "html" and child.model != "span" else inside
