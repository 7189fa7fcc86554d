"""The timestamps of show notes: times at the start of list items, lines, headings and rows of tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from longwave.content.fields.timestamp_text import TimedText, are_timestamps, is_other_use, timed_text
from longwave.content.kramdown.tree import Document, Node, inner
from longwave.content.text.node_text import inner_text, is_break, is_unread, node_text, tag

#: The HTML elements in which lines of text may stand directly, without a ``p`` around them.
_HOLDERS = frozenset({"div", "section", "article", "center", "blockquote", "td", "dd"})
_BLOCKS = frozenset({"ul", "ol", "table", "p", "div", "dl"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SPANS = frozenset({"p", "div", "em", "strong", "b", "i", "u", "span", "a", "td", "th", "small", "font"})
#: The parameters of links into other players, such as ``?t=81``.
_PLAYER_LINKS = ("t=", "start=", "time=")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a block, which begins at character ``offset`` of child number ``index`` of ``block``.

    ``soft`` is True if only a newline, which browsers show as a space, separates the line from the one above.
    """

    block: Node
    index: int
    offset: int
    text: str
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A time in show notes that becomes a link which plays the episode from that time.

    ``place`` is the position of the time's characters, and ``rest`` the text behind them.

    ``element`` is the list item, the table's row, the heading or the paragraph that begins with the time or, for
    paragraphs, has a line that does; ``line`` is that line.
    """

    seconds: int
    rest: str
    place: Place
    element: Node
    line: Line


@dataclass(frozen=True, slots=True)
class Place:
    """The characters ``start`` to ``end`` of a text: child number ``index`` of ``holder``, a string or markup.

    ``link`` is the link to another player that contains the text, if any.
    """

    holder: Node
    index: int
    start: int
    end: int
    link: Node | None = None


@dataclass(slots=True)
class _Run:
    """Neighbouring lines that begin with times, as they are collected."""

    found: list[tuple[TimedText, Timestamp]] = field(default_factory=list)

    def close(self, minimum: int) -> Iterator[Timestamp]:
        """Yield and forget the timestamps if at least ``minimum`` are there and they can be times of a recording."""
        found, self.found = self.found, []
        if len(found) >= minimum and are_timestamps([timed for timed, _ in found]):
            yield from (timestamp for _, timestamp in found)


def timestamps(document: Document) -> tuple[Timestamp, ...]:
    """Return the timestamps of parsed show notes in the order of the page.

    In a list, a single item that begins with a time suffices. Elsewhere at least two lines in a row must begin with
    one, since a line of running text may begin with a time of day.
    """
    top = roots(document)
    found = [timestamp for root in top for timestamp in (*_in_blocks(root), *_in_headings(root))]
    order = {id(node): number for number, node in enumerate(_all_nodes(top))}
    once = {(id(each.place.holder), each.place.index, each.place.start): each for each in found}.values()
    return tuple(sorted(once, key=lambda each: (order[id(each.element)], each.line.index, each.line.offset)))


def roots(document: Document) -> list[Node]:
    """Return the root node of the document, and those of the footnotes that it cites."""
    return [document.root, *(document.footnotes[name] for name in document.cited())]


def _all_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all_nodes(inner(node.children))


def _in_blocks(node: Node) -> Iterator[Timestamp]:
    """Yield the timestamps in a block and in the blocks inside it: of lists, tables and paragraphs, not of headings."""
    if node.kind == "codeblock" or is_unread(node) or not node.children:
        return
    name = tag(node)
    if name in ("ul", "ol"):
        yield from _in_list(node)
    elif name == "table":
        yield from _in_table(node)
    elif name != "li":
        yield from _in_paragraphs(node)
    for child in inner(node.children):
        yield from _in_blocks(child)


def _in_list(node: Node) -> Iterator[Timestamp]:
    """Yield the timestamps at which a list's items begin.

    A time with brackets or a dash counts at once, any other only if all times of the list can be those of a recording.
    """
    run = _Run()
    for item in inner(node.children):
        if tag(item) != "li":
            continue
        first = item.children[0] if item.children else None
        block = first if isinstance(first, Node) and tag(first) == "p" else item
        found = _at_start(_first_line(block), item)
        if found and found[0].rest:
            run.found.append(found)
    unmarked = [pair for pair in run.found if not pair[0].marked]
    fits = bool(unmarked) and are_timestamps([timed for timed, _ in run.found])
    for timed, timestamp in run.found:
        if timed.marked or (fits and not is_other_use(timed)):
            yield timestamp


def _in_paragraphs(node: Node) -> Iterator[Timestamp]:
    """Yield the timestamps of runs of lines in the paragraphs among a block's children."""
    run = _Run()
    lines = [(node, line) for line in block_lines(node)] if tag(node) in _HOLDERS else []
    for child in inner(node.children):
        if tag(child) == "p":
            lines += [(child, line) for line in block_lines(child)]
        elif child.kind not in ("blank", "eob") and child.block:
            yield from _run_of(lines, run)
            lines = []
    yield from _run_of(lines, run)


def _run_of(lines: Sequence[tuple[Node, Line]], run: _Run) -> Iterator[Timestamp]:
    """Yield the timestamps among the lines of neighbouring paragraphs.

    ``run`` collects consecutive lines that begin with times. A line without a time ends it, except in a paragraph in
    which the first of the times is 0:00, with which running text never begins.
    """
    for element, line in lines:
        found = _at_start(line, element)
        if found and found[0].rest:
            run.found.append(found)
        elif not (run.found and run.found[0][0].seconds == 0 and run.found[-1][1].element is element):
            yield from run.close(2)
    yield from run.close(2)


def _in_headings(root: Node) -> Iterator[Timestamp]:
    """Yield the timestamps of headings, of which at least two must begin with a time."""
    run = _Run()
    for node in _all_nodes([root]):
        if tag(node) in _HEADINGS:
            found = _at_start(_first_line(node), node)
            if found and found[0].rest:
                run.found.append(found)
    yield from run.close(2)


def _in_table(table: Node) -> Iterator[Timestamp]:
    """Yield the timestamps of runs of rows: times in their first cells, or in a later column that begins at 0:00."""
    run, column = _Run(), -1
    for row in _all_nodes([table]):
        if tag(row) != "tr":
            continue
        cells = [cell for cell in inner(row.children) if tag(cell) in ("td", "th")]
        found = _in_row(row, cells, column)
        if found is None:
            yield from run.close(2)
            column = -1
        else:
            column, timed, timestamp = found
            run.found.append((timed, timestamp))
    yield from run.close(2)


def _in_row(row: Node, cells: Sequence[Node], column: int) -> tuple[int, TimedText, Timestamp] | None:
    """Return the number of the cell in which a table's row has its time, the time, and the timestamp; None without one.

    ``column`` is the number of that cell in the row above, or -1.
    """
    for number, cell in enumerate(cells):
        found = _at_start(_first_line(cell), row) if column in (-1, number) else None
        if found is None or (column == -1 and number > 0 and found[0].seconds > 0):
            continue
        timed, timestamp = found
        others = (inner_text(other) for other in cells if other is not cell)
        rest = " ".join(" ".join((timed.rest, *others)).split())
        if rest:
            joined = Timestamp(timed.seconds, rest, timestamp.place, row, timestamp.line)
            whole = TimedText(timed.seconds, timed.start, timed.end, rest, timed.marked, timed.bracketed)
            return number, whole, joined
    return None


def _at_start(line: Line, element: Node) -> tuple[TimedText, Timestamp] | None:
    """Return the time at the start of a line, with the timestamp of ``element``; None if the line begins otherwise."""
    timed = timed_text(line.text)
    place = _place(line, line.text[timed.start : timed.end]) if timed else None
    return (timed, Timestamp(timed.seconds, timed.rest, place, element, line)) if timed and place else None


def _place(line: Line, time: str) -> Place | None:
    """Return the place of ``time``, with which a line begins; None if it is split by markup, in code or in a link.

    Links that ``_is_replaceable`` accepts don't count.
    """
    holder, index, offset = line.block, line.index, line.offset
    link: Node | None = None
    while index < len(holder.children):
        child = holder.children[index]
        text = child if isinstance(child, str) else child.value if child.kind == "markup" else None
        if text is not None:
            start = text.find(time, offset)
            if start >= 0 and not any(character.isalnum() for character in text[offset:start]):
                return Place(holder, index, start, start + len(time), link)
            if text[offset:].strip():
                return None
            index, offset = index + 1, 0
        elif isinstance(child, Node) and tag(child) in _SPANS:
            if tag(child) == "a":
                if not _is_replaceable(child, time):
                    return None
                link = child
            holder, index, offset = child, 0, 0
        else:
            return None
    return None


def _is_replaceable(link: Node, time: str) -> bool:
    """Return whether a link to a time in our player may replace ``link``.

    It may if ``time`` is the link's whole text, or if the link leads to some time in another player.
    """
    query = link.attr.get("href", "").partition("?")[2] or link.attr.get("href", "").partition("#")[2]
    only_time = inner_text(link).strip(" ()[]\u00a0") == time
    return only_time or any(part.startswith(_PLAYER_LINKS) for part in query.replace(";", "&").split("&"))


def _first_line(block: Node) -> Line:
    """Return the text of a block before the first block inside it as a single line, even if the source wraps it."""
    texts: list[str] = []
    for child in block.children:
        if _is_block(child):
            break
        texts.append(node_text(child))
    return Line(block, 0, 0, "".join(texts))


def block_lines(block: Node) -> Iterator[Line]:
    """Yield the lines of a block that aren't blank: its text between line breaks and between newlines."""
    texts: list[str] = []
    start, soft = (0, 0), False
    for index, child in enumerate(block.children):
        if _is_block(child):
            break
        parts = ["", ""] if is_break(child) else child.split("\n") if isinstance(child, str) else [node_text(child)]
        offset = len(parts[0]) + 1
        texts.append(parts[0])
        for part in parts[1:]:
            if "".join(texts).strip():
                yield Line(block, *start, "".join(texts), soft)
                soft = True
            start, soft = ((index + 1, 0), False) if is_break(child) else ((index, offset), soft)
            texts = [part]
            offset += len(part) + 1
    if "".join(texts).strip():
        yield Line(block, *start, "".join(texts), soft)


def _is_block(child: Node | str) -> bool:
    return not isinstance(child, str) and (child.block or tag(child) in _BLOCKS)
