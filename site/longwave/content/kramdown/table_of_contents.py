"""Ids of headings, and the table of contents, which replaces the content of a list with the attribute list `{:toc}`."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from longwave.content.kramdown.attributes import REFERENCES
from longwave.content.kramdown.tree import LISTS, Node, inner

#: The level of a heading by the kind of its node.
LEVELS = {f"h{level}": level for level in range(1, 7)}
#: Unicode's categories of the characters that Ruby's ``\p{Word}`` matches, besides the underscore.
_WORD_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})


def name_headings(root: Node) -> None:
    """Set the id of each heading without one, as kramdown's GFM parser does."""
    uses: Counter[str] = Counter()

    def name(node: Node) -> None:
        for child in inner(node.children):
            if child.kind in LEVELS and "id" not in child.attr:
                text = heading_text(child).lower()
                identity = "".join("-" if char in " \t" else char for char in text if _is_word(char) or char in "- \t")
                uses[identity] += 1
                child.attr["id"] = identity if uses[identity] == 1 else f"{identity}-{uses[identity] - 1}"
            elif child.kind != "html":
                name(child)

    name(root)


def heading_text(node: Node) -> str:
    """Return the text of a heading from which its id is generated."""
    if node.kind in ("code", "math", "markup"):
        return node.value
    return "".join(child if isinstance(child, str) else heading_text(child) for child in node.children)


def _is_word(char: str) -> bool:
    return unicodedata.category(char) in _WORD_CATEGORIES or char == "_"


def fill_contents(root: Node) -> None:
    """Replace the content of the first list that has the reference `toc` by links to all headings, which must have ids.

    Headings of the class `no_toc` are left out. As in kramdown, any other such list stays unchanged.
    """
    contents = next((node for node in _walk(root) if node.kind in LISTS and _is_placeholder(node)), None)
    if contents is None:
        return
    name = contents.attr.setdefault("id", "markdown-toc")
    contents.children = []
    # The stack holds the list and those entries to which nested entries may still be added, each with its heading's
    # level.
    parents: list[tuple[int, Node]] = [(0, contents)]
    for heading in _walk(root):
        level = LEVELS.get(heading.kind, 0)
        identity = heading.attr.get("id", "")
        if not level or not identity or "no_toc" in heading.attr.get("class", "").split():
            continue
        while parents[-1][0] >= level:
            parents.pop()
        link = Node("a", attr={"href": f"#{identity}", "id": f"{name}-{identity}"}, children=_without_links(heading))
        entry = Node("li", children=[link], block=True)
        _nested_list(parents[-1][1], contents.kind).children.append(entry)
        parents.append((level, entry))


def _nested_list(parent: Node, kind: str) -> Node:
    """Return the list at the end of the entry ``parent``, created if missing; or ``parent`` itself if it is a list."""
    if parent.kind != "li":
        return parent
    last = parent.children[-1]
    if not isinstance(last, Node) or last.kind != kind:
        last = Node(kind, block=True)
        parent.children.append(last)
    return last


def _is_placeholder(node: Node) -> bool:
    return node.ial is not None and "toc" in node.ial.get(REFERENCES, "").split()


def _walk(node: Node) -> Iterator[Node]:
    for child in inner(node.children):
        yield child
        yield from _walk(child)


def _without_links(node: Node) -> list[Node | str]:
    """Return copies of a heading's children, without footnotes, and with the content of links instead of the links."""
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str) or child.kind == "markup":
            children.append(child)
        elif child.kind == "a":
            children.extend(_without_links(child))
        elif child.kind != "footnote":
            copy = Node(child.kind, child.value, child.attr, _without_links(child), model=child.model)
            children.append(copy)
    return children
