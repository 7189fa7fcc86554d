"""The table of contents that stands in the place of a list with the attribute list `{:toc}`."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.content.kramdown.attributes import REFERENCES
from longwave.content.kramdown.tree import LISTS, Node, inner

_LEVELS = {f"h{level}": level for level in range(1, 7)}


def fill_contents(root: Node) -> None:
    """Give the first such list of a document its headings, which have their ids already."""
    place = next((node for node in _walk(root) if node.kind in LISTS and _asks(node)), None)
    if place is None:
        return
    name = place.attr.setdefault("id", "markdown-toc")
    place.children = []
    #: The entries that are still open, each with its level and the list below it.
    parents: list[tuple[int, Node]] = [(0, place)]
    for heading in _walk(root):
        level = _LEVELS.get(heading.kind, 0)
        identity = heading.attr.get("id", "")
        if not level or not identity or "no_toc" in heading.attr.get("class", "").split():
            continue
        while parents[-1][0] >= level:
            parents.pop()
        link = Node("a", attr={"href": f"#{identity}", "id": f"{name}-{identity}"}, children=_unlinked(heading))
        entry = Node("li", children=[link], block=True)
        above = parents[-1][1]
        if above.kind == "li":
            if not (isinstance(above.children[-1], Node) and above.children[-1].kind == place.kind):
                above.children.append(Node(place.kind, block=True))
            last = above.children[-1]
            above = last if isinstance(last, Node) else above
        above.children.append(entry)
        parents.append((level, entry))


def _asks(node: Node) -> bool:
    return node.ial is not None and "toc" in node.ial.get(REFERENCES, "").split()


def _walk(node: Node) -> Iterator[Node]:
    for child in inner(node.children):
        yield child
        yield from _walk(child)


def _unlinked(node: Node) -> list[Node | str]:
    """What a heading holds, without footnotes, and with the text of links in their place."""
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str) or child.kind == "markup":
            children.append(child)
        elif child.kind == "a":
            children.extend(_unlinked(child))
        elif child.kind != "footnote":
            copy = Node(child.kind, child.value, child.attr, _unlinked(child), model=child.model)
            children.append(copy)
    return children
