"""The tree that a Markdown text is read into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

#: What Ruby strips and what its ``\s`` means; a no-break space is none.
WHITE = " \t\r\n\f\v\0"
LISTS = frozenset({"ul", "ol"})


@dataclass(slots=True, eq=False)
class Node:
    """A block or a span.

    ``kind`` is the name of its HTML element where it has just one ("p", "li", "em", ...), else one of: "root", "blank",
    "eob" (a boundary that prints nothing), "codeblock", "math", "footnote" (``value`` is its name), "html" (an element
    as the author wrote it, ``value`` is its name), "markup" (its text, references kept), "raw" (HTML as it stands).
    ``raw`` is text whose spans haven't been read yet. A string among the children is text as the reader will see it.
    """

    kind: str
    value: str = ""
    attr: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    raw: str = ""
    #: The attribute list that belongs to this block, see ``attributes``.
    ial: dict[str, str] | None = None
    #: A paragraph that is only the text of a tight list item.
    transparent: bool = False
    #: A definition after a blank line holds paragraphs.
    loose: bool = False
    block: bool = False
    #: How the inside of an HTML element is read: "raw", "block" or "span".
    model: str = ""
    #: "", "left", "center" or "right" for each column of a table.
    columns: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """One text while it is read, and what it defines for use anywhere within it."""

    root: Node
    fuel: int
    lists: dict[str, dict[str, str]] = field(default_factory=dict)
    links: dict[str, tuple[str, str | None, Node | None]] = field(default_factory=dict)
    footnotes: dict[str, Node] = field(default_factory=dict)
    abbreviations: dict[str, tuple[str, Node]] = field(default_factory=dict)

    def cited(self) -> list[str]:
        """The footnotes that the text refers to, and those that these refer to, in the order in which they are met."""
        if not self.footnotes:
            return []
        names: list[str] = []
        _cite(self.root, names)
        for name in names:
            _cite(self.footnotes[name], names)
        return names

    def burn(self, characters: int) -> None:
        """Pay for text that was read in vain. With no fuel left nothing is tried any more that might fail, so that no
        text takes more than a time in proportion to its length."""
        self.fuel -= characters


def inner(nodes: Iterable[Node | str]) -> Iterator[Node]:
    """Those that aren't text."""
    return (node for node in nodes if not isinstance(node, str))


def joined(children: list[Node | str]) -> list[Node | str]:
    """The same children with neighbouring texts made one."""
    result: list[Node | str] = []
    parts: list[str] = []
    for child in children:
        if isinstance(child, str):
            parts.append(child)
            continue
        if parts:
            result.append("".join(parts))
            parts = []
        result.append(child)
    if parts:
        result.append("".join(parts))
    return result


def _cite(node: Node, names: list[str]) -> None:
    for child in inner(node.children):
        if child.kind == "footnote" and child.value not in names:
            names.append(child.value)
        _cite(child, names)
