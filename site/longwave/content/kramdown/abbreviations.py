"""Abbreviations: every mention of one that the text defines gets its long form as a title."""

from __future__ import annotations

import re

from longwave.content.kramdown.tree import Document, Node


def mark_abbreviations(document: Document, root: Node) -> None:
    """Replace the abbreviations in all text below ``root`` by elements."""
    names = sorted(document.abbreviations, key=len, reverse=True)
    pattern = re.compile(rf"(?<![A-Za-z0-9_])({'|'.join(map(re.escape, names))})(?![A-Za-z0-9_])")
    _mark(document, root, pattern)


def _mark(document: Document, node: Node, pattern: re.Pattern[str]) -> None:
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str):
            for index, part in enumerate(pattern.split(child)):
                children.append(_element(document, part) if index % 2 else part)
        else:
            _mark(document, child, pattern)
            children.append(child)
    node.children = children


def _element(document: Document, name: str) -> Node:
    title, mark = document.abbreviations[name]
    node = Node("abbr", attr=dict(mark.attr), children=[name])
    if title:
        node.attr["title"] = title
    return node
