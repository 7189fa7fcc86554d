"""The parsers of lists and definition lists.

An item continues as long as lines are indented at least as far as the text of its first line; up to the first blank
line, lines with less indentation belong to the item, too. The rules for nested lists and tight items are kramdown's.
"""

from __future__ import annotations

import re
from functools import lru_cache

from longwave.content.kramdown import attributes, block_patterns
from longwave.content.kramdown.block_reader import BlockReader
from longwave.content.kramdown.tree import WHITE, Node, inner

_ITEM_ATTRIBUTES = re.compile(
    rf"[ \t\r\n\f\v]*\{{:(?!(?:{attributes.NAME})?:|/)({attributes.INSIDE})\}}[ \t\r\n\f\v]*", re.ASCII
)
_ONLY_ATTRIBUTES = re.compile(rf"(?:{_ITEM_ATTRIBUTES.pattern})?[ \t\r\n\f\v]*\n", re.ASCII)
_TASK = re.compile(r"\A[ \t\r\n\f\v]*\[([ xX])\][ \t\r\n\f\v]+")
_BOX = '<input type="checkbox" class="task-list-item-checkbox" disabled="disabled"{} />'
_MARKERS = {"ul": "[+*-]", "ol": r"[0-9]+\.", "dl": ":"}


class _Item:
    """A list item whose lines are being collected.

    ``texts`` are lists of lines, which are parsed one after the other into the same node. ``content`` matches a line
    with the item's indentation, ``lazy`` any line that may continue the item before a blank line.
    """

    def __init__(self, kind: str, marker: str, first: str) -> None:
        self.node = Node(kind, block=True)
        text, self.indentation = _first_line(len(marker), first)
        self.content, self.lazy, self.indent = _line_patterns(self.indentation)
        match = _ITEM_ATTRIBUTES.match(text)
        if match:
            self.node.ial = {}
            attributes.read(match[1], self.node.ial)
            text = text[match.end() :]
        self.texts: list[list[str]] = [[text]]

    def line(self, reader: BlockReader, after_blank: bool) -> str | None:
        """Read and return the next line, leading tabs as spaces, if it belongs to this item; else return None."""
        match = reader.match(self.content) or (None if after_blank else reader.match(self.lazy))
        if match is None:
            return None
        reader.pos = match.end()
        tabs = len(match[0]) - len(match[0].lstrip("\t"))
        return "    " * tabs + match[0][tabs:]


def parse_list(reader: BlockReader) -> bool:
    """Parse a bulleted or numbered list."""
    if reader.match(block_patterns.LIST) is None:
        return False
    kind = "ul" if reader.match(block_patterns.UL) else "ol"
    node = reader.block(kind)
    items, ended = _gather_items(reader, kind)
    reader.add(node)
    for item in items:
        for text in item.texts:
            reader.parse(item.node, "".join(text))
        node.children.append(item.node)
    last = _settle_items([item.node for item in items], ended)
    if last is not None and not ended:
        reader.add(last)
    _mark_tasks(node)
    return True


def _gather_items(reader: BlockReader, kind: str) -> tuple[list[_Item], bool]:
    """Return the items of a list with their lines, and whether a line with only a caret ended the list."""
    start = block_patterns.UL if kind == "ul" else block_patterns.OL
    items: list[_Item] = []
    nested = after_blank = False
    while reader.pos < len(reader.text):
        if after_blank and reader.match(block_patterns.RULE):
            break
        if match := reader.match(block_patterns.END):
            reader.pos = match.end()
            return items, True
        if match := reader.match(start):
            reader.pos = match.end()
            item = _Item("li", match[1], match[2])
            items.append(item)
            start = _next_start(kind, item.indentation)
            nested, after_blank = block_patterns.LIST.match(item.texts[0][0]) is not None, False
        elif (line := item.line(reader, after_blank)) is not None:
            nested = _add_line(item, line, nested)
            after_blank = False
        elif match := reader.match(block_patterns.BLANK):
            reader.pos = match.end()
            nested = after_blank = True
            item.texts[-1].append(match[0])
        else:
            break
    return items, False


def _add_line(item: _Item, line: str, nested: bool) -> bool:
    """Add a line to an item.

    ``nested`` says whether a nested list may have begun in the item before this line; the result says the same for the
    next line.
    """
    indented = line.startswith(item.indent)
    line = line[len(item.indent) :] if indented else line
    if nested != indented and block_patterns.LIST.match(line):
        if indented:
            item.texts.append([])
            nested = True
        else:
            line = " " * (item.indentation + 4) + line
    item.texts[-1].append(line)
    return nested


def _settle_items(items: list[Node], ended: bool) -> Node | None:
    """Mark items whose text needs no `p` element (tight items), and remove the blank lines at the end of each item.

    Returns the node of blank lines that was removed from the last item, or None.
    """
    last = None
    for item in items:
        children = list(inner(item.children))
        if not children:
            continue
        first = children[0]
        if first.kind == "p" and len(children) > 1 and children[1].kind == "eob" and first.ial:
            del children[1]
        if first.kind == "p" and _is_tight(item, children, items, ended):
            first.transparent = True
            first.raw += "\n" if len(children) > 1 and children[1].kind != "blank" else ""
        last = children.pop() if children[-1].kind == "blank" else None
        item.children[:] = children
    return last


def _is_tight(item: Node, children: list[Node], items: list[Node], ended: bool) -> bool:
    is_last = item is items[-1]
    alone = len(children) < 2 or children[1].kind != "blank"
    if not alone and not (is_last and len(children) == 2 and not ended):
        return False
    if not is_last or len(items) == 1:
        return True
    # The last item is loose if all other items are.
    for other in items[:-1]:
        first = other.children[0] if other.children else None
        if not isinstance(first, Node) or first.kind != "p" or first.transparent:
            return True
    return False


def _mark_tasks(node: Node) -> None:
    """Turn `[ ]` and `[x]` at the start of items into checkboxes."""
    is_task_list = False
    for item in inner(node.children):
        first = item.children[0] if item.children else None
        if not isinstance(first, Node) or first.kind != "p":
            continue
        match = _TASK.match(first.raw)
        if match:
            is_task_list = True
            box = _BOX.format("" if match[1] == " " else ' checked="checked"')
            first.raw = box + first.raw[match.end() :]
        if is_task_list:
            item.attr["class"] = "task-list-item"
    if is_task_list:
        node.attr["class"] = "task-list"


def parse_definitions(reader: BlockReader) -> bool:
    """Parse a definition list: each line of the paragraph before is a term, and a definition begins with a colon."""
    if reader.match(block_patterns.DL) is None:
        return False
    siblings = reader.tree.children
    spaced = len(siblings) > 1 and reader.last() is not None and (reader.last() or Node("")).kind == "blank"
    terms = siblings[-2] if spaced else reader.last()
    if not isinstance(terms, Node) or terms.kind != "p":
        return False
    if spaced and (reader.last() or Node("")).value != "\n":
        return False
    del siblings[-2 if spaced else -1 :]
    node = reader.block("dl")
    node.ial = terms.ial
    for term in terms.raw.split("\n"):
        node.children.append(_term(term))
    definitions = _gather_definitions(reader, loose=spaced)
    last = None
    for definition in definitions:
        reader.parse(definition.node, "".join(definition.texts[0]))
        last = _settle_definition(definition.node)
        node.children.append(definition.node)
    _add_definitions(reader, node)
    if last is not None:
        reader.add(last)
    return True


def _gather_definitions(reader: BlockReader, loose: bool) -> list[_Item]:
    items: list[_Item] = []
    start, after_blank = block_patterns.DL, False
    while reader.pos < len(reader.text):
        if match := reader.match(start):
            reader.pos = match.end()
            item = _Item("dd", match[1], match[2])
            item.node.loose = loose
            items.append(item)
            start = _next_start("dl", item.indentation)
            loose = after_blank = False
        elif reader.match(block_patterns.END):
            break
        elif (line := item.line(reader, after_blank)) is not None:
            item.texts[0].append(line.removeprefix(item.indent))
            loose = after_blank = False
        elif match := reader.match(block_patterns.BLANK):
            reader.pos = match.end()
            item.texts[0].append(match[0])
            loose = after_blank = True
        else:
            break
    return items


def _settle_definition(node: Node) -> Node | None:
    children = list(inner(node.children))
    last = children.pop() if children and children[-1].kind == "blank" else None
    node.children[:] = children
    if children and children[0].kind == "p" and not node.loose:
        children[0].transparent = True
        children[0].raw += "\n" if len(children) > 1 else ""
    return last


def _add_definitions(reader: BlockReader, node: Node) -> None:
    """Add a definition list to the tree, or merge it into a definition list directly before it."""
    siblings = list(inner(reader.tree.children[-2:]))
    if siblings and siblings[-1].kind == "dl":
        siblings[-1].children.extend(node.children)
    elif len(siblings) == 2 and siblings[1].kind == "blank" and siblings[0].kind == "dl":
        reader.tree.children.pop()
        siblings[0].children.extend(node.children)
    else:
        reader.add(node)


def _term(text: str) -> Node:
    node = Node("dt", block=True)
    match = _ITEM_ATTRIBUTES.match(text)
    if match:
        node.ial = {}
        attributes.read(match[1], node.ial)
        text = text[match.end() :]
    node.raw = text
    return node


def _first_line(indentation: int, text: str) -> tuple[str, int]:
    """Return an item's first line without leading white space, and the indentation of the lines that continue the item.

    ``indentation`` is the width of the item's marker; ``text`` is the line after the marker.
    """
    if _ONLY_ATTRIBUTES.fullmatch(text):
        return text.lstrip(WHITE), 4
    while tabs := re.match(r"( *)(\t+)", text):
        stop = 4 - (len(tabs[1]) + indentation) % 4
        text = tabs[1] + " " * (stop + (len(tabs[2]) - 1) * 4) + text[tabs.end() :]
    blanks = len(text) - len(text.lstrip(" "))
    return text.lstrip(WHITE), indentation + blanks


@lru_cache(maxsize=64)
def _line_patterns(indentation: int) -> tuple[re.Pattern[str], re.Pattern[str], str]:
    """Return regexes for an indented line of an item and for a less indented one, and the indentation as spaces."""
    fours, rest = divmod(indentation, 4)
    fours = min(fours, 100)
    tab = r"(?:\t| {4})"
    content = rf"(?:{tab}{{{fours}}} {{{rest}}}|{tab}{{{fours + 1}}}).*[^ \t\r\n\f\v].*\n"
    lazy = rf"(?! {{0,{min(indentation, 3)}}}(?:{attributes.BLOCK}|{block_patterns.HTML_STOP})).*[^ \t\r\n\f\v].*\n"
    return re.compile(content), re.compile(lazy), " " * indentation


@lru_cache(maxsize=16)
def _next_start(kind: str, indentation: int) -> re.Pattern[str]:
    """Return the pattern of the first line of a list's next item, in a list of this kind with this indentation."""
    blanks = indentation - 1 if indentation < 4 else 3
    return re.compile(rf"( {{0,{blanks}}}{_MARKERS[kind]})([\t| ].*?\n)")
