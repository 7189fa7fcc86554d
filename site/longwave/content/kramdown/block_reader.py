"""The reader that all block parsers share: a text, a position in the text, and the node to which blocks are added."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from longwave.content.kramdown.tree import Document, Node

#: The most levels of blocks within blocks; deeper blocks are parsed as paragraphs.
MAX_DEPTH = 30

#: A parser of one kind of block. It adds a block to the tree, moves the reader behind the block and returns True; or it
#: changes nothing and returns False.
BlockParser = Callable[["BlockReader"], bool]


class BlockReader:
    """A reader of a text, initially the complete text, later that of a block inside which blocks may be nested.

    At each position, ``parsers`` are tried in order: the first must parse blank lines, the last paragraphs. To save
    time, only ``word_parsers`` are tried for a block that begins with a letter or a digit.
    """

    def __init__(self, document: Document, parsers: Sequence[BlockParser], word_parsers: Sequence[BlockParser]) -> None:
        self.document = document
        self.parsers = parsers
        self.word_parsers = word_parsers
        self.text = ""
        self.pos = 0
        self.tree = document.root
        #: The attributes of a line such as `{: .class}`, which the next block gets; None without such a line.
        self.waiting: dict[str, str] | None = None
        self.depth = 0
        #: Whether the HTML parser has found the end tag of the element that is being parsed.
        self.closed = False

    def parse(self, tree: Node, text: str | None = None) -> bool:
        """Parse blocks into ``tree``, and return whether its end tag was found.

        The blocks are those of ``text``, or if it is None, those from the reader's position to the end tag of ``tree``.
        With ``text``, the reader's position stays the same.
        """
        outer = (self.tree, self.text, self.pos, self.waiting)
        self.tree, self.waiting = tree, None
        if text is not None:
            self.text, self.pos = text, 0
        self.depth += 1
        parsers, word_parsers = self.parsers, self.word_parsers
        if self.depth > MAX_DEPTH:
            parsers = word_parsers = (self.parsers[0], self.parsers[-1])
        self.closed = False
        size = len(self.text)
        while self.pos < size and not self.closed:
            for parser in word_parsers if self.text[self.pos].isalnum() else parsers:
                if parser(self):
                    break
        closed, self.closed = self.closed, False
        self.depth -= 1
        if text is not None:
            self.text, self.pos = outer[1], outer[2]
        self.tree, self.waiting = outer[0], outer[3]
        return closed

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return the match of ``pattern`` at the reader's position, without moving the reader."""
        return pattern.match(self.text, self.pos)

    def line(self) -> str:
        """Return the rest of the current line with its line feed, and move the reader behind the line."""
        end = self.text.find("\n", self.pos) + 1 or len(self.text)
        line, self.pos = self.text[self.pos : end], end
        return line

    def block(self, kind: str, value: str = "", raw: str = "") -> Node:
        """Return a new block, with the attribute list that was read for the next block. The tree stays unchanged."""
        node = Node(kind, value, raw=raw, ial=self.waiting, block=True)
        self.waiting = None
        return node

    def add(self, node: Node) -> bool:
        """Append a node to the tree. Returns True, so that a parser can return the result."""
        self.tree.children.append(node)
        return True

    def last(self) -> Node | None:
        """Return the last node of the tree; None where the tree is empty or ends with text."""
        child = self.tree.children[-1] if self.tree.children else None
        return child if isinstance(child, Node) else None

    def after_boundary(self) -> bool:
        """Return whether a block that can't interrupt a paragraph may begin at the reader's position."""
        last = self.last()
        return last is None or last.kind == "blank" or (last.kind == "eob" and not last.value) or bool(self.waiting)
