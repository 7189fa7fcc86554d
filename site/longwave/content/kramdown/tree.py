"""The tree of nodes into which a Markdown text is parsed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

#: The characters that Ruby's ``strip`` removes; unlike Python's, it keeps a no-break space.
WHITE = " \t\r\n\f\v\0"
#: The kinds of list nodes.
LISTS = frozenset({"ul", "ol"})


@dataclass(slots=True, eq=False)
class Node:
    """A node of the tree: a block or a span of the text.

    ``kind`` is the name of its HTML element where that is always the same ("p", "li", "em", ...). Other kinds are:
    "root"; "blank" (blank lines); "eob" (kramdown's end of block, which renders as nothing); "codeblock"; "math";
    "footnote" (a reference to one, whose name is ``value``); "html" (an element that the author wrote in HTML, whose
    name is ``value``); "markup" (text whose character references stay as written); "raw" (HTML that is copied
    unchanged). ``raw`` is text whose spans haven't been parsed yet. Among ``children``, a string is text as readers
    will see it.
    """

    kind: str
    value: str = ""
    attr: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    raw: str = ""
    #: kramdown's IAL, the inline attribute list that was written for this block: see the module ``attributes``.
    ial: dict[str, str] | None = None
    #: Whether a paragraph renders as only its text without a `p` element, as in a tight list item.
    transparent: bool = False
    #: Whether a definition contains paragraphs, as one with a blank line before it does.
    loose: bool = False
    block: bool = False
    #: The content model of an HTML element, which says how its content is parsed: "raw", "block" or "span".
    model: str = ""
    #: The alignment of each column of a table: "", "left", "center" or "right".
    columns: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """A text being parsed, with its definitions, which apply to all of the text regardless of their position.

    ``fuel`` is the number of characters that parsers may still read in attempts that fail, such as a `*` without an
    end. ``lists`` are named attribute lists. ``links`` gives an address, a title and the definition's node by the
    link's label, ``footnotes`` a root node by name, and ``abbreviations`` a long form and the definition's node by the
    short form.
    """

    root: Node
    fuel: int
    lists: dict[str, dict[str, str]] = field(default_factory=dict)
    links: dict[str, tuple[str, str | None, Node | None]] = field(default_factory=dict)
    footnotes: dict[str, Node] = field(default_factory=dict)
    abbreviations: dict[str, tuple[str, Node]] = field(default_factory=dict)

    def cited(self) -> list[str]:
        """Return the names of the footnotes that the text or a cited footnote cites, in order of first citation."""
        if not self.footnotes:
            return []
        names: list[str] = []
        _cite(self.root, names)
        # The list grows while it is walked, because a footnote may cite others.
        for name in names:
            _cite(self.footnotes[name], names)
        return names

    def burn(self, characters: int) -> None:
        """Subtract the number of characters that a failed attempt has read from ``fuel``.

        At 0, parsers skip every attempt that might fail, so that parsing takes linear time.
        """
        self.fuel -= characters

    def burn_search(self, characters: int) -> None:
        """Subtract a failed search for a block's end from ``fuel``; searching 32 characters costs as much as 1."""
        self.fuel -= characters // 32


def inner(nodes: Iterable[Node | str]) -> Iterator[Node]:
    """Yield those of the children that are nodes, without the strings."""
    return (node for node in nodes if not isinstance(node, str))


def join_texts(children: list[Node | str]) -> list[Node | str]:
    """Return the children with each run of adjacent strings joined into one."""
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
