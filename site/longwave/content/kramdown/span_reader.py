"""The reader that all span parsers share: the text of a block, a position in it, and the node being filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from longwave.content.kramdown import typography
from longwave.content.kramdown.tree import Document, Node, join_texts

# Every alternative begins with a literal character, because ``re`` searches those faster than sets or groups.
_SPECIAL = re.compile(r"\*|_|`|<|\[|\]|\$|&|\\|\"|'|\n|~|>>|\{:|--|\.\.\.|!\[")
#: The most levels of spans within spans; deeper spans become text.
MAX_DEPTH = 30

#: A function that returns whether the span that is being parsed ends at the reader's position.
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class SpanParsers:
    """The parsers of spans, by the first character of their spans: those tried before smart quotes, and those after.

    A parser adds a span to the tree, moves the reader behind the span and returns True; or it changes nothing and
    returns False.
    """

    first: Mapping[str, Callable[[SpanReader], bool]]
    last: Mapping[str, Callable[[SpanReader], bool]]


class SpanReader:
    """A reader of the text of one block. ``tree`` is the node to which spans are added, ``open`` its ancestors."""

    def __init__(self, document: Document, text: str, parsers: SpanParsers) -> None:
        self.document = document
        self.text = text
        self.parsers = parsers
        self.pos = 0
        self.tree = Node("spans")
        self.open: list[Node] = []

    def read(self) -> list[Node | str]:
        """Parse the complete text, and return its spans and strings."""
        if _SPECIAL.search(self.text) is None:
            return [self.text]
        self.fill(self.tree, None)
        return self.tree.children

    def inside(self, text: str) -> list[Node | str]:
        """Parse another text separately, and return its spans and strings."""
        return SpanReader(self.document, text, self.parsers).read()

    def fill(self, node: Node, stop: Stop | None) -> bool:
        """Parse spans into ``node`` up to the position at which ``stop`` returns True; return False if there is none.

        Without ``stop``, parse to the end of the text, and return False. Once failed attempts have used up their limit
        (``Document.fuel``), calls with ``stop`` return False at once.
        """
        outer, self.tree = self.tree, node
        self.open.append(outer)
        text, ended = self.text, False
        while not ended:
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
                ended = True
            else:
                self._span(text[at])
        self.open.pop()
        self.tree = outer
        if ended or stop is None:
            node.children = join_texts(node.children)
        return ended

    def _next(self) -> int | None:
        """Return the next position where a span may begin, or None; for a quotation mark, the position before it."""
        text, start = self.text, self.pos
        position = start
        while match := _SPECIAL.search(text, position):
            at = match.start()
            mark = text[at]
            if mark in "\"'":
                return at - 1 if at > start else at
            if mark == "\n":
                if at - 2 >= start and text[at - 2 : at] == "  ":
                    return at - 2
                if text[at + 1 : at + 2] not in ('"', "'") or at + 1 == len(text):
                    position = at + 1
                    continue
            if mark == ">" and at > start and text[at - 1] == " ":
                return at - 1
            return at
        return None

    def add(self, text: str) -> None:
        """Append text to the tree; inside a raw HTML element, character references in the text stay as written."""
        if text:
            self.tree.children.append(Node("markup", text) if self.tree.model == "raw" else text)

    def take(self, count: int = 1) -> None:
        """Append the next ``count`` characters to the tree as text, and move behind these characters."""
        self.add(self.text[self.pos : self.pos + count])
        self.pos += count

    def _span(self, mark: str) -> None:
        """Parse the span at the reader's position, or take one character as text. The order is kramdown's."""
        text, at = self.text, self.pos
        following = text[at + 1 : at + 2]
        first = self.parsers.first.get(mark)
        if first is not None and first(self):
            return
        if mark in "\"'" or (following in ('"', "'") and mark != "\\"):
            self.pos, quote = typography.smart_quote(text, at)
            self.add(quote)
            return
        last = self.parsers.last.get(mark)
        if last is None or not last(self):
            self.take()

    def attempt(self, node: Node, stop: Stop) -> bool:
        """Parse as ``fill`` does; on failure, move back, and subtract the characters read from ``Document.fuel``."""
        start = self.pos
        if self.fill(node, stop):
            return True
        self.document.burn(len(self.text) - start)
        self.pos = start
        return False

    def skip(self, length: int) -> bool:
        """Move on by ``length`` characters. Returns True, so that a parser can return the result."""
        self.pos += length
        return True

    def line_break(self, length: int) -> bool:
        """Add a line break in place of the next ``length`` characters. Returns True, so that a parser can return it."""
        self.tree.children.append(Node("br"))
        return self.skip(length)
