"""The parsers of links, pictures and references to footnotes."""

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
#: A backslash and a character that it makes plain text; group 1 is the character.
ESCAPED = re.compile(r"""\\([\\.*_+`<>()\[\]{}#!:|"'$=~-])""")


def parse_footnote_or_link(spans: SpanReader) -> bool:
    """Parse a reference to a footnote, `[^name]`, or else a link."""
    match = _FOOTNOTE.match(spans.text, spans.pos)
    if match is None:
        return parse_link_or_picture(spans)
    if match[1] in spans.document.footnotes:
        spans.tree.children.append(Node("footnote", match[1]))
    else:
        spans.add(match[0])
    spans.pos = match.end()
    return True


def parse_link_or_picture(spans: SpanReader) -> bool:
    """Parse `[text](address)`, `[text][label]` or `[label]` as a link, or, after an exclamation mark, as a picture."""
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
    """Return a function that tests whether the reader is at the `]` that ends the text of the link ``node``."""
    depth, counted, images = 1, 0, 0

    def ends() -> bool:
        nonlocal depth, counted, images
        if spans.text.startswith("]", spans.pos):
            depth -= 1
        elif spans.text.startswith(("[", "!["), spans.pos):
            depth += 1
        else:
            return False
        images += sum(child.kind == "img" for child in inner(node.children[counted:]))
        counted = len(node.children)
        return depth == images

    return ends


def _target(spans: SpanReader, node: Node, label: str) -> bool:
    """Parse `(address)` or `[label]` after a link's text, and set ``node``'s address; return False without one."""
    match = _REFERENCE.match(spans.text, spans.pos)
    if match is not None or not spans.text.startswith("(", spans.pos):
        definition = spans.document.links.get(link_id((match and match[1]) or label))
        if definition is None:
            return False
        spans.pos = match.end() if match else spans.pos
        ial = definition[2].ial if definition[2] is not None else None
        attributes.apply(node.attr, ial, spans.document.lists)
        return _set_target(node, definition[0], definition[1], label)
    address, complete = _address(spans)
    if address is None:
        return False
    if complete:
        return _set_target(node, address, None, label)
    match = _TITLE.match(spans.text, spans.pos) if spans.document.fuel >= 0 else None
    if match is None:
        spans.document.burn(len(spans.text) - spans.pos)
        return False
    spans.pos = match.end()
    return _set_target(node, address, match[1] or match[2], label)


def _address(spans: SpanReader) -> tuple[str | None, bool]:
    """Parse an address in parentheses; return the address, and whether the parentheses end there, without a title.

    The address is None if the parentheses are never closed.
    """
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


def _set_target(node: Node, address: str, title: str | None, label: str) -> bool:
    if node.kind == "img":
        node.attr.update(src=address, alt=label)
        node.children.clear()
    else:
        node.attr["href"] = address
    if title is not None:
        node.attr["title"] = title
    return True
