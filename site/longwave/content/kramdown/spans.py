"""What stands within a line: emphasis, links, code, HTML, quotes, references.

kramdown tries a span wherever one might begin and takes it for text when its end isn't found. So does this, as long as
the document has fuel.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from longwave.content.kramdown import attributes, html, typography
from longwave.content.kramdown.abbreviations import mark_abbreviations
from longwave.content.kramdown.definitions import link_id
from longwave.content.kramdown.tree import WHITE, Document, Node, inner, joined

# Every alternative begins with a character of its own, which is what lets the search be fast.
_SPECIAL = re.compile(r"\*|_|`|<|\[|\]|\$|&|\\|\"|'|\n|~|>>|\{:|--|\.\.\.|!\[")
_CODE = re.compile(r"`+")
_AUTOLINK = re.compile(r"<((?:(mailto|https?|ftps?):[^\n]+?)|[-\w.]+@[-\w.]+)>")
_SCHEME = re.compile(r"<(?:mailto|https?|ftps?):")
_STRIKE = re.compile(r"[^ \t\r\n\f\v~]~~")
_FOOTNOTE = re.compile(rf"\[\^({attributes.NAME})\]")
_REFERENCE = re.compile(r"[ \t\r\n\f\v]*\[([^\]]+)?\]")
_PAREN = re.compile(r"""(\()|(\))|[ \t\r\n\f\v](?=['"])""")
_TITLE = re.compile(r"""[ \t\r\n\f\v]*(?:"(.+?)"|'(.+?)')[ \t\r\n\f\v]*\)""", re.DOTALL)
_ESCAPED = re.compile(r"""\\([\\.*_+`<>()\[\]{}#!:|"'$=~-])""")
_MARK = re.compile(rf"\{{:({attributes.ANY})\}}")
_EXTENSION = re.compile(rf"\{{::(comment|nomarkdown|options)(?:\s({attributes.ANY}?)|)(/)?\}}", re.ASCII)
_DEEPEST = 30

_Stop = Callable[[], bool]


def read_spans(document: Document) -> None:
    """Read the spans of all blocks of a document, of its footnotes too, and give all blocks their attributes."""
    for root in (document.root, *document.footnotes.values()):
        _read_block(document, root)
    if document.abbreviations:
        for root in (document.root, *document.footnotes.values()):
            mark_abbreviations(document, root)


def _read_block(document: Document, node: Node) -> None:
    for child in inner(node.children):
        _read_block(document, child)
    if node.raw:
        node.children = joined(_Spans(document, node.raw).read())
    attributes.apply(node.attr, node.ial, document.lists)


class _Spans:
    """A scanner over the text of one block."""

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.text = text
        self.pos = 0
        self.tree = Node("spans")
        self.open: list[Node] = []

    def read(self) -> list[Node | str]:
        """All of the text as children of its block."""
        self.fill(self.tree, None)
        return self.tree.children

    def fill(self, node: Node, stop: _Stop | None) -> bool:
        """Read into ``node`` until ``stop`` holds where a span might begin; False if it never does."""
        outer, self.tree = self.tree, node
        self.open.append(outer)
        text, found = self.text, False
        while not found:
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
        """Put text behind what is there."""
        if text:
            self.tree.children.append(text)

    def take(self, count: int = 1) -> None:
        """Take the next characters as text."""
        self.add(self.text[self.pos : self.pos + count])
        self.pos += count

    def _span(self, mark: str) -> None:
        """Read the span at this place, or one character of text. The order is kramdown's."""
        text, at = self.text, self.pos
        following = text[at + 1 : at + 2]
        first = _FIRST.get(mark)
        if first is not None and first(self):
            return
        if mark in "\"'" or (following in ('"', "'") and mark != "\\"):
            self.pos, found = typography.quote(text, at)
            self.add(found)
            return
        last = _LAST.get(mark)
        if last is None or not last(self):
            self.take()

    def _try(self, node: Node, stop: _Stop) -> bool:
        """Like ``fill``; on failure back at this place, and the text that was read in vain is paid for."""
        start = self.pos
        if self.fill(node, stop):
            return True
        self.document.burn(len(self.text) - start)
        self.pos = start
        return False

    def emphasis(self) -> bool:
        """`*`, `**`, `_` and `__`."""
        text, start = self.text, self.pos
        mark = text[start]
        delimiter = mark * 2 if text.startswith(mark, start + 1) else mark
        kind = "strong" if len(delimiter) == 2 else "em"
        self.pos = start + len(delimiter)
        inside = mark == "_" and (
            text[start - 1 : start].isalpha() or (text[start - 1 : start] == "-" and text[max(0, start - 2)].isalpha())
        )
        nested = self.tree.kind == kind or any(node.kind == kind for node in self.open)
        if inside or nested or self.document.fuel < 0 or text[self.pos : self.pos + 1] in WHITE:
            self.pos = start
            self.take(len(delimiter))
            return True
        node = self._emphasised(kind, delimiter)
        if node is None and kind == "strong" and self.tree.kind != "em":
            self.pos = start + 1
            delimiter = mark
            node = self._emphasised("em", mark)
        if node is not None:
            self.pos += len(delimiter)
            self.tree.children.append(node)
        else:
            self.pos = start
            self.take(2 if kind == "strong" else 1)
        return True

    def _emphasised(self, kind: str, delimiter: str) -> Node | None:
        node, text, mark = Node(kind), self.text, delimiter[0]

        def ends() -> bool:
            if not text.startswith(delimiter, self.pos) or text[self.pos - 1] in WHITE or not node.children:
                return False
            double = text.startswith(mark * 2, self.pos) and not text.startswith(mark * 3, self.pos)
            if kind == "em" and double:
                return False
            behind = text[self.pos + len(delimiter) : self.pos + len(delimiter) + 1]
            return mark != "_" or not behind.isalnum()

        return node if self._try(node, ends) else None

    def code(self) -> bool:
        """A code span, which ends with as many backticks as it began with."""
        text, match = self.text, _CODE.match(self.text, self.pos)
        if match is None:
            return False
        ticks, start = match[0], match.end()
        spaced = len(ticks) == 1 and text[start : start + 1] in WHITE and text[max(0, self.pos - 1)] in WHITE + "`"
        end = -1 if spaced else text.find(ticks, start)
        if end < 0:
            self.take(len(ticks))
            return True
        code = text[start:end]
        if len(ticks) > 1:
            code = code.removeprefix(" ").removesuffix(" ")
        self.tree.children.append(Node("code", code))
        self.pos = end + len(ticks)
        return True

    def autolink_or_html(self) -> bool:
        """`<https://…>`, `<somebody@example.com>`, an element, a comment."""
        text, at = self.text, self.pos
        match = _AUTOLINK.match(text, at) if self.document.fuel >= 0 else None
        if match is not None:
            address = match[1]
            link = Node("a", attr={"href": address if match[2] else f"mailto:{address}"})
            link.children.append(address.removeprefix("mailto:"))
            self.tree.children.append(link)
            self.pos = match.end()
            return True
        if _SCHEME.match(text, at):
            # It was looked for to the end of the line.
            self.document.burn(len(text) - at)
        if text.startswith("<!--", at):
            end = html.comment_end(self.document, text, at)
            if end > 0:
                self.tree.children.append(Node("raw", text[at:end]))
                self.pos = end
                return True
        match = html.END_TAG.match(text, at)
        if match is not None:
            self.take(len(match[0]))
            return True
        match = html.TAG.match(text, at)
        if match is None:
            return False
        if match[1].lower() in html.BLOCK_ELEMENTS or len(self.open) > _DEEPEST:
            self.take(len(match[0]))
            return True
        return self._element(match)

    def _element(self, match: re.Match[str]) -> bool:
        node = html.start_tag(match)
        node.attr = {key: re.sub(r"\n+", " ", value) for key, value in node.attr.items()}
        inside_raw = self.tree.kind == "html" and self.tree.model == "raw"
        raw = html.own_model(node.value) == "raw" or inside_raw
        node.model = "raw" if node.model == "raw" or (raw and node.model != "span") else "span"
        self.tree.children.append(node)
        self.pos = match.end()
        if match[3] or node.value in html.VOID_ELEMENTS:
            return True
        closing = re.compile(rf"</{re.escape(node.value)}[ \t\r\n\f\v]*>", re.IGNORECASE)
        if node.model == "raw":
            end = closing.search(self.text, self.pos)
            stop = end.start() if end else len(self.text)
            node.children.append(Node("markup", self.text[self.pos : stop]))
            self.pos = end.end() if end else stop
        elif self.fill(node, lambda: closing.match(self.text, self.pos) is not None):
            self.pos = self.text.index(">", self.pos) + 1
        else:
            node.children.append(self.text[self.pos :])
            self.pos = len(self.text)
        return True

    def footnote_or_link(self) -> bool:
        """`[^name]`, `[text](address)`, `[text][label]`, `[label]`."""
        match = _FOOTNOTE.match(self.text, self.pos)
        if match is None:
            return self.link()
        if match[1] in self.document.footnotes:
            self.tree.children.append(Node("footnote", match[1]))
        else:
            self.add(match[0])
        self.pos = match.end()
        return True

    def link(self) -> bool:
        """A link, or a picture where an exclamation mark is before it."""
        text, start = self.text, self.pos
        kind = "img" if text[start] == "!" else "a"
        after = start + (2 if kind == "img" else 1)
        if not text.startswith("[", after - 1) or text[after : after + 1] in ("", "^"):
            return False
        self.pos = after
        nested = kind == "a" and (self.tree.kind in ("img", "a") or any(n.kind in ("img", "a") for n in self.open))
        node = Node(kind)
        possible = not nested and self.document.fuel >= 0 and len(self.open) < _DEEPEST
        if possible and self._try(node, self._closing_bracket(node)):
            label = _ESCAPED.sub(r"\1", text[after : self.pos])
            self.pos += 1
            if self._target(node, label):
                self.tree.children.append(node)
                return True
            self.document.burn(self.pos - start)
        self.pos = start
        self.take(after - start)
        return True

    def _closing_bracket(self, node: Node) -> _Stop:
        depth, seen, images = 1, 0, 0

        def ends() -> bool:
            nonlocal depth, seen, images
            if self.text.startswith("]", self.pos):
                depth -= 1
            elif self.text.startswith(("[", "!["), self.pos):
                depth += 1
            else:
                return False
            images += sum(child.kind == "img" for child in inner(node.children[seen:]))
            seen = len(node.children)
            return depth == images

        return ends

    def _target(self, node: Node, label: str) -> bool:
        """What follows the brackets: gives ``node`` its address and title."""
        match = _REFERENCE.match(self.text, self.pos)
        if match is not None or not self.text.startswith("(", self.pos):
            found = self.document.links.get(link_id((match and match[1]) or label))
            if found is None:
                return False
            self.pos = match.end() if match else self.pos
            ial = found[2].ial if found[2] is not None else None
            attributes.apply(node.attr, ial, self.document.lists)
            return _aim(node, found[0], found[1], label)
        address, complete = self._address()
        if address is None:
            return False
        if complete:
            return _aim(node, address, None, label)
        match = _TITLE.match(self.text, self.pos) if self.document.fuel >= 0 else None
        if match is None:
            return False
        self.pos = match.end()
        return _aim(node, address, match[1] or match[2], label)

    def _address(self) -> tuple[str | None, bool]:
        """The address in the parentheses at this place, and whether they end behind it (else a title is to follow)."""
        text, start = self.text, self.pos
        if text.startswith("(<", start):
            end, line = text.find(">", start + 2), text.find("\n", start + 2)
            if end >= 0 and (line < 0 or end < line):
                self.pos = end + 1
                complete = text.startswith(")", self.pos)
                self.pos += complete
                return text[start + 2 : end], complete
        depth = 0
        for match in _PAREN.finditer(text, start):
            self.pos = match.end()
            if match[2]:
                depth -= 1
                if depth == 0:
                    return text[start + 1 : self.pos - 1].strip(WHITE), True
            elif match[1]:
                depth += 1
            else:
                return text[start + 1 : self.pos - 1].strip(WHITE), False
        self.document.burn(len(text) - start)
        return None, False

    def math(self) -> bool:
        """A formula between double dollar signs."""
        end = self.text.find("$$", self.pos + 2) if self.text.startswith("$$", self.pos) else -1
        if end < 0:
            return False
        self.tree.children.append(Node("math", self.text[self.pos + 2 : end].strip(WHITE)))
        self.pos = end + 2
        return True

    def extension(self) -> bool:
        """An attribute list for the span before it, a comment, raw HTML."""
        match = _EXTENSION.match(self.text, self.pos)
        if match is not None:
            return self._extend(match)
        match = _MARK.match(self.text, self.pos)
        last = self.tree.children[-1] if self.tree.children else ""
        if match is None or isinstance(last, str) or last.kind == "br":
            return False
        given: dict[str, str] = {}
        attributes.read(match[1], given)
        attributes.apply(last.attr, given, self.document.lists)
        self.pos = match.end()
        return True

    def _extend(self, match: re.Match[str]) -> bool:
        end, body = match.end(), ""
        if not match[3]:
            stop = re.compile(rf"\{{:/(?:{match[1]})?\}}").search(self.text, end) if self.document.fuel >= 0 else None
            if stop is None:
                self.document.burn(len(self.text) - end)
                return False
            end, body = stop.end(), self.text[end : stop.start()]
        self.pos = end
        if match[1] != "options" and not match[3]:
            self.tree.children.append(Node("raw", body if match[1] == "nomarkdown" else f"<!-- {body} -->"))
        return True

    def character(self) -> bool:
        """A character reference."""
        found = typography.entity(self.text, self.pos)
        if found is None:
            return False
        self.pos = found[0]
        self.add(found[1])
        return True

    def symbol(self) -> bool:
        """A dash, dots, guillemets, or two blanks before the end of a line."""
        if self.text.startswith("  \n", self.pos):
            return self._break(2)
        found = typography.symbol(self.text, self.pos)
        if found is None:
            return False
        self.pos = found[0]
        self.add(found[1])
        return True

    def escape(self) -> bool:
        """A backslash: before the end of a line it breaks it, before punctuation it makes it plain."""
        if self.text.startswith("\\\\\n", self.pos):
            return self._break(2)
        if self.text.startswith("\\\n", self.pos):
            return self._break(1)
        if self.symbol():
            return True
        match = _ESCAPED.match(self.text, self.pos)
        if match is None:
            return False
        self.add(match[1])
        self.pos = match.end()
        return True

    def strike(self) -> bool:
        """`~~text~~`."""
        text, start = self.text, self.pos
        if not text.startswith("~~", start) or text[start + 2 : start + 3] in WHITE + "~" or self.document.fuel < 0:
            return False
        end = _STRIKE.search(text, start + 2)
        if end is None:
            self.document.burn(len(text) - start)
            return False
        node = Node("del")
        node.children = joined(_Spans(self.document, text[start + 2 : end.start() + 1]).read())
        self.tree.children.append(node)
        self.pos = end.end()
        return True

    def _break(self, length: int) -> bool:
        self.tree.children.append(Node("br"))
        self.pos += length
        return True


def _aim(node: Node, address: str, title: str | None, label: str) -> bool:
    if node.kind == "img":
        node.attr.update(src=address, alt=label)
        node.children.clear()
    else:
        node.attr["href"] = address
    if title is not None:
        node.attr["title"] = title
    return True


# What may begin with a character, before smart quotes are tried and after.
_FIRST: dict[str, Callable[[_Spans], bool]] = {
    "*": _Spans.emphasis,
    "_": _Spans.emphasis,
    "`": _Spans.code,
    "<": _Spans.autolink_or_html,
    "[": _Spans.footnote_or_link,
    "!": _Spans.link,
}
_LAST: dict[str, Callable[[_Spans], bool]] = {
    "$": _Spans.math,
    "{": _Spans.extension,
    "&": _Spans.character,
    "-": _Spans.symbol,
    ".": _Spans.symbol,
    "<": _Spans.symbol,
    ">": _Spans.symbol,
    " ": _Spans.symbol,
    "\\": _Spans.escape,
    "~": _Spans.strike,
}
