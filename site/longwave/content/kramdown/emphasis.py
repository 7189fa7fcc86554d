"""The parsers of emphasis and of struck-out text."""

from __future__ import annotations

import re

from longwave.content.kramdown.span_reader import SpanReader
from longwave.content.kramdown.tree import WHITE, Node

_STRIKE = re.compile(r"[^ \t\r\n\f\v~]~~")


def parse_emphasis(spans: SpanReader) -> bool:
    """Parse text between `*`, `**`, `_` or `__`; without an end, the opening mark becomes text."""
    text, start = spans.text, spans.pos
    mark = text[start]
    delimiter = mark * 2 if text.startswith(mark, start + 1) else mark
    kind = "strong" if len(delimiter) == 2 else "em"
    spans.pos = start + len(delimiter)
    inside = mark == "_" and (
        text[start - 1 : start].isalpha() or (text[start - 1 : start] == "-" and text[max(0, start - 2)].isalpha())
    )
    nested = spans.tree.kind == kind or any(node.kind == kind for node in spans.open)
    if inside or nested or spans.document.fuel < 0 or text[spans.pos : spans.pos + 1] in WHITE:
        spans.pos = start
        spans.take(len(delimiter))
        return True
    node = _attempt_emphasis(spans, kind, delimiter)
    if node is None and kind == "strong" and spans.tree.kind != "em":
        spans.pos = start + 1
        delimiter = mark
        node = _attempt_emphasis(spans, "em", mark)
    if node is not None:
        spans.pos += len(delimiter)
        spans.tree.children.append(node)
    else:
        spans.pos = start
        spans.take(2 if kind == "strong" else 1)
    return True


def _attempt_emphasis(spans: SpanReader, kind: str, delimiter: str) -> Node | None:
    node, text, mark = Node(kind), spans.text, delimiter[0]

    def ends() -> bool:
        if not text.startswith(delimiter, spans.pos) or text[spans.pos - 1] in WHITE or not node.children:
            return False
        double = text.startswith(mark * 2, spans.pos) and not text.startswith(mark * 3, spans.pos)
        if kind == "em" and double:
            return False
        behind = text[spans.pos + len(delimiter) : spans.pos + len(delimiter) + 1]
        return mark != "_" or not behind.isalnum()

    return node if spans.attempt(node, ends) else None


def parse_strike(spans: SpanReader) -> bool:
    """Parse struck-out text, `~~text~~`."""
    text, start = spans.text, spans.pos
    if not text.startswith("~~", start) or text[start + 2 : start + 3] in WHITE + "~" or spans.document.fuel < 0:
        return False
    end = _STRIKE.search(text, start + 2)
    if end is None:
        spans.document.burn(len(text) - start)
        return False
    node = Node("del")
    node.children = spans.inside(text[start + 2 : end.start() + 1])
    spans.tree.children.append(node)
    spans.pos = end.end()
    return True
