"""Links, pictures and the mentions of footnotes."""

from __future__ import annotations

import re

from longwave.content.kramdown import attributes
from longwave.content.kramdown.definitions import link_id
from longwave.content.kramdown.span_reader import MAX_DEPTH, SpanReader, Stop
from longwave.content.kramdown.tree import WHITE, Node, inner

_FOOTNOTE = re.compile(rf"\[\^({attributes.NAME})\]")
_REFERENCE = re.compile(r"[ \t\r\n\f\v]*\[([^\]]+)?\]")
_PAREN = re.compile(r"""(\()|(\))|[ \t\r\n\f\v](?=['"])""")
_TITLE = re.compile(r"""[ \t\r\n\f\v]*(?:"(.+?)"|'(.+?)')[ \t\r\n\f\v]*\)""", re.DOTALL)
# What a backslash makes plain, in a label as anywhere.
ESCAPED = re.compile(r"""\\([\\.*_+`<>()\[\]{}#!:|"'$=~-])""")


def footnote_or_link(spans: SpanReader) -> bool:
    """`[^name]`, `[text](address)`, `[text][label]`, `[label]`."""
    match = _FOOTNOTE.match(spans.text, spans.pos)
    if match is None:
        return link(spans)
    if match[1] in spans.document.footnotes:
        spans.tree.children.append(Node("footnote", match[1]))
    else:
        spans.add(match[0])
    spans.pos = match.end()
    return True


def link(spans: SpanReader) -> bool:
    """A link, or a picture where an exclamation mark is before it."""
    text, start = spans.text, spans.pos
    kind = "img" if text[start] == "!" else "a"
    after = start + (2 if kind == "img" else 1)
    if not text.startswith("[", after - 1) or text[after : after + 1] in ("", "^"):
        return False
    spans.pos = after
    nested = kind == "a" and (spans.tree.kind in ("img", "a") or any(n.kind in ("img", "a") for n in spans.open))
    node = Node(kind)
    possible = not nested and spans.document.fuel >= 0 and len(spans.open) < MAX_DEPTH
    if possible and spans.attempt(node, _closing_bracket(spans, node)):
        label = ESCAPED.sub(r"\1", text[after : spans.pos])
        spans.pos += 1
        if _target(spans, node, label):
            spans.tree.children.append(node)
            return True
        spans.document.burn(spans.pos - start)
    spans.pos = start
    spans.take(after - start)
    return True


def _closing_bracket(spans: SpanReader, node: Node) -> Stop:
    depth, seen, images = 1, 0, 0

    def ends() -> bool:
        nonlocal depth, seen, images
        if spans.text.startswith("]", spans.pos):
            depth -= 1
        elif spans.text.startswith(("[", "!["), spans.pos):
            depth += 1
        else:
            return False
        images += sum(child.kind == "img" for child in inner(node.children[seen:]))
        seen = len(node.children)
        return depth == images

    return ends


def _target(spans: SpanReader, node: Node, label: str) -> bool:
    """What follows the brackets: gives ``node`` its address and title."""
    match = _REFERENCE.match(spans.text, spans.pos)
    if match is not None or not spans.text.startswith("(", spans.pos):
        found = spans.document.links.get(link_id((match and match[1]) or label))
        if found is None:
            return False
        spans.pos = match.end() if match else spans.pos
        ial = found[2].ial if found[2] is not None else None
        attributes.apply(node.attr, ial, spans.document.lists)
        return _aim(node, found[0], found[1], label)
    address, complete = _address(spans)
    if address is None:
        return False
    if complete:
        return _aim(node, address, None, label)
    match = _TITLE.match(spans.text, spans.pos) if spans.document.fuel >= 0 else None
    if match is None:
        spans.document.burn(len(spans.text) - spans.pos)
        return False
    spans.pos = match.end()
    return _aim(node, address, match[1] or match[2], label)


def _address(spans: SpanReader) -> tuple[str | None, bool]:
    """The address in the parentheses at this place, and whether they end behind it (else a title is to follow)."""
    text, start = spans.text, spans.pos
    if text.startswith("(<", start):
        end, line = text.find(">", start + 2), text.find("\n", start + 2)
        if end >= 0 and (line < 0 or end < line):
            spans.pos = end + 1
            complete = text.startswith(")", spans.pos)
            spans.pos += complete
            return text[start + 2 : end], complete
    depth = 0
    for match in _PAREN.finditer(text, start):
        spans.pos = match.end()
        if match[2]:
            depth -= 1
            if depth == 0:
                return text[start + 1 : spans.pos - 1].strip(WHITE), True
        elif match[1]:
            depth += 1
        else:
            return text[start + 1 : spans.pos - 1].strip(WHITE), False
    spans.document.burn(len(text) - start)
    return None, False


def _aim(node: Node, address: str, title: str | None, label: str) -> bool:
    if node.kind == "img":
        node.attr.update(src=address, alt=label)
        node.children.clear()
    else:
        node.attr["href"] = address
    if title is not None:
        node.attr["title"] = title
    return True
