"""The plain text of nodes of a parsed Markdown text."""

from __future__ import annotations

import html

from longwave.content.kramdown.tree import Node

_WITHOUT_TEXT = frozenset({"raw", "img", "footnote", "eob", "blank"})
#: The HTML elements whose text browsers don't show: programs, forms to be filled in, and words for those old browsers
#: that can't show the element itself.
_UNREAD_ELEMENTS = frozenset({
    "script", "style", "template", "audio", "video", "iframe", "object", "applet", "noscript", "noframes", "canvas",
    "svg", "select", "datalist", "textarea",
})  # fmt: skip


def tag(node: Node) -> str:
    """Return the name of a node's HTML element, whether the author wrote Markdown or HTML."""
    return node.value if node.kind == "html" else node.kind


def is_unread(node: Node) -> bool:
    """Return whether a node is an HTML element whose text isn't for readers, such as a script or a player."""
    return node.kind == "html" and node.value.lower() in _UNREAD_ELEMENTS


def is_break(child: Node | str) -> bool:
    """Return whether a child of a node is a line break."""
    return not isinstance(child, str) and tag(child) == "br"


def inner_text(node: Node) -> str:
    """Return the plain text of all children of a node."""
    return "".join(map(node_text, node.children))


def node_text(child: Node | str) -> str:
    """Return the plain text of a node; empty for nodes without text to read, such as pictures and scripts."""
    if isinstance(child, str):
        return child
    if child.kind in _WITHOUT_TEXT or is_unread(child):
        return ""
    if is_break(child):
        return "\n"
    if child.kind == "markup":
        return html.unescape(child.value)
    if child.kind in ("code", "math") and child.value:
        return child.value
    inside = inner_text(child)
    # The tags of a block element separate words, so spaces replace them.
    return f" {inside} " if child.kind == "html" and child.model != "span" else inside
