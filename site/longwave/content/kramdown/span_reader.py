"""Where the reading of spans stands: the text of one block, the place in it, and the node that is being filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from longwave.content.kramdown import typography
from longwave.content.kramdown.tree import Document, Node, joined

# Every alternative begins with a character of its own, which is what lets the search be fast.
_SPECIAL = re.compile(r"\*|_|`|<|\[|\]|\$|&|\\|\"|'|\n|~|>>|\{:|--|\.\.\.|!\[")
#: SpanReader within spans beyond this many are text.
MAX_DEPTH = 30

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class SpanParsers:
    """What may begin with a character, before smart quotes are tried and after. A parser moves on and adds to the tree,
    or returns False and leaves everything as it was."""

    first: Mapping[str, Callable[[SpanReader], bool]]
    last: Mapping[str, Callable[[SpanReader], bool]]


class SpanReader:
    """A scanner over the text of one block. All parsers of spans share it."""

    def __init__(self, document: Document, text: str, parsers: SpanParsers) -> None:
        self.document = document
        self.text = text
        self.parsers = parsers
        self.pos = 0
        self.tree = Node("spans")
        self.open: list[Node] = []

    def read(self) -> list[Node | str]:
        """All of the text as children of its block."""
        if _SPECIAL.search(self.text) is None:
            return [self.text]
        self.fill(self.tree, None)
        return self.tree.children

    def inside(self, text: str) -> list[Node | str]:
        """The spans of a text that is read apart from the rest."""
        return SpanReader(self.document, text, self.parsers).read()

    def fill(self, node: Node, stop: Stop | None) -> bool:
        """Read into ``node`` until ``stop`` holds where a span might begin; False if it never does."""
        outer, self.tree = self.tree, node
        self.open.append(outer)
        text, found = self.text, False
        while not found:
            if stop is not None and self.document.fuel < 0:
                break
            at = self._next()
            if at is None:
                if stop is None:
                    self.add(text[self.pos :])
                    self.pos = len(text)
                break
            self.add(text[self.pos : at])
            self.pos = at
            if stop is not None and stop():
                found = True
            else:
                self._span(text[at])
        self.open.pop()
        self.tree = outer
        if found or stop is None:
            node.children = joined(node.children)
        return found

    def _next(self) -> int | None:
        """Where the next span might begin: for a quote that's the character before it."""
        text, start = self.text, self.pos
        place = start
        while match := _SPECIAL.search(text, place):
            at = match.start()
            mark = text[at]
            if mark in "\"'":
                return at - 1 if at > start else at
            if mark == "\n":
                if at - 2 >= start and text[at - 2 : at] == "  ":
                    return at - 2
                if text[at + 1 : at + 2] not in ('"', "'") or at + 1 == len(text):
                    place = at + 1
                    continue
            if mark == ">" and at > start and text[at - 1] == " ":
                return at - 1
            return at
        return None

    def add(self, text: str) -> None:
        """Put text behind what is there; within a raw element its references are kept."""
        if text:
            self.tree.children.append(Node("markup", text) if self.tree.model == "raw" else text)

    def take(self, count: int = 1) -> None:
        """Take the next characters as text."""
        self.add(self.text[self.pos : self.pos + count])
        self.pos += count

    def _span(self, mark: str) -> None:
        """Read the span at this place, or one character of text. The order is kramdown's."""
        text, at = self.text, self.pos
        following = text[at + 1 : at + 2]
        first = self.parsers.first.get(mark)
        if first is not None and first(self):
            return
        if mark in "\"'" or (following in ('"', "'") and mark != "\\"):
            self.pos, found = typography.quote(text, at)
            self.add(found)
            return
        last = self.parsers.last.get(mark)
        if last is None or not last(self):
            self.take()

    def attempt(self, node: Node, stop: Stop) -> bool:
        """Like ``fill``; on failure back at this place, and the text that was read in vain is paid for."""
        start = self.pos
        if self.fill(node, stop):
            return True
        self.document.burn(len(self.text) - start)
        self.pos = start
        return False

    def skip(self, length: int) -> bool:
        """Move on. Always True, for parsers that end with it."""
        self.pos += length
        return True

    def line_break(self, length: int) -> bool:
        """Break the line here, for the characters that ask for it."""
        self.tree.children.append(Node("br"))
        return self.skip(length)
