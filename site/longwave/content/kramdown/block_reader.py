"""Where the reading of blocks stands: the text, the place in it, and the node that is being filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from longwave.content.kramdown.tree import Document, Node

#: Blocks within blocks beyond this many are read as paragraphs.
MAX_DEPTH = 30

#: A parser of one kind of block: it moves on and adds to the tree, or returns False and leaves everything as it was.
Parser = Callable[["BlockReader"], bool]


class BlockReader:
    """A scanner over the text of one block (at first: the whole text). All parsers of blocks share it.

    Of ``parsers`` the first reads blank lines, and the last whatever no other wants. ``worded`` are those whose blocks
    may begin with a letter or a digit, as nearly all blocks do.
    """

    def __init__(self, document: Document, parsers: Sequence[Parser], worded: Sequence[Parser]) -> None:
        self.document = document
        self.parsers = parsers
        self.worded = worded
        self.text = ""
        self.pos = 0
        self.tree = document.root
        #: An attribute list that waits for the block after it.
        self.waiting: dict[str, str] | None = None
        self.depth = 0
        #: Set by the parser of HTML when it met the end of the element that is being filled.
        self.closed = False

    def parse(self, tree: Node, text: str | None = None) -> bool:
        """Read blocks into ``tree``: of ``text``, or of what is left here, and then until the end of that HTML element.
        Says whether this end was met."""
        outer = (self.tree, self.text, self.pos, self.waiting)
        self.tree, self.waiting = tree, None
        if text is not None:
            self.text, self.pos = text, 0
        self.depth += 1
        parsers, worded = self.parsers, self.worded
        if self.depth > MAX_DEPTH:
            parsers = worded = (self.parsers[0], self.parsers[-1])
        self.closed = False
        size = len(self.text)
        while self.pos < size and not self.closed:
            for parser in worded if self.text[self.pos].isalnum() else parsers:
                if parser(self):
                    break
        closed, self.closed = self.closed, False
        self.depth -= 1
        if text is not None:
            self.text, self.pos = outer[1], outer[2]
        self.tree, self.waiting = outer[0], outer[3]
        return closed

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """``pattern`` at this place; doesn't move."""
        return pattern.match(self.text, self.pos)

    def line(self) -> str:
        """The rest of this line with its end; moves behind it."""
        end = self.text.find("\n", self.pos) + 1 or len(self.text)
        found, self.pos = self.text[self.pos : end], end
        return found

    def block(self, kind: str, value: str = "", raw: str = "") -> Node:
        """A new block, with the attribute list that waited for it."""
        node = Node(kind, value, raw=raw, ial=self.waiting, block=True)
        self.waiting = None
        return node

    def add(self, node: Node) -> bool:
        """Put a node behind what is there. Always True, for parsers that end with it."""
        self.tree.children.append(node)
        return True

    def last(self) -> Node | None:
        """The node that was added last; blocks have no text beside them."""
        child = self.tree.children[-1] if self.tree.children else None
        return child if isinstance(child, Node) else None

    def after_boundary(self) -> bool:
        """Whether a block may begin here that may not interrupt a paragraph."""
        last = self.last()
        return last is None or last.kind == "blank" or (last.kind == "eob" and not last.value) or bool(self.waiting)
