"""The parsers of blocks that render as nothing: definitions, attribute lists and kramdown's extensions."""

from __future__ import annotations

import re

from longwave.content.kramdown import attributes, block_patterns
from longwave.content.kramdown.block_reader import BlockReader
from longwave.content.kramdown.tree import WHITE, Node

_FOOTNOTE = re.compile(rf" {{0,3}}\[\^({attributes.NAME})\]:(.*?\n)")
_LINK = re.compile(r" {0,3}\[([^\n\]]+)\]:[ \t]*(.*)\n")
_ADDRESS = re.compile(r"<([^\n>]*)>")
_TITLE = re.compile(r"""(["'])(.+)\1\Z""")
_ABBREVIATION = re.compile(r" {0,3}\*\[(.+?)\]:(.*?)\n")
_NAMED_LIST = re.compile(rf" {{0,3}}\{{:({attributes.NAME}):({attributes.INSIDE})\}}\s*?\n", re.ASCII)
_EXTENSION = re.compile(rf" {{0,3}}\{{::(\w+)(?:\s({attributes.INSIDE}?)|)(/)?\}}\s*?\n", re.ASCII)
#: The kinds of definitions that an attribute list can apply to.
_TAKING_ATTRIBUTES = frozenset({"link", "abbreviation", "footnote"})


def link_id(text: str) -> str:
    """Return a link's label as a key of ``Document.links``, in which case and the amount of spaces don't matter."""
    return re.sub(r"\s+", " ", text, flags=re.ASCII).lower()


def parse_footnote(reader: BlockReader) -> bool:
    """Parse the definition of a footnote, `[^name]: text`, with the indented lines below it."""
    match = reader.match(_FOOTNOTE)
    if match is None:
        return False
    more = block_patterns.CODE.match(reader.text, match.end())
    reader.pos = more.end() if more else match.end()
    text = match[2].lstrip(" \t") + (more[0] if more else "")
    note = Node("root")
    reader.parse(note, block_patterns.INDENT.sub("", text))
    reader.document.footnotes[match[1]] = note
    return reader.add(reader.block("eob", "footnote"))


def parse_link(reader: BlockReader) -> bool:
    """Parse the definition of a link, `[label]: address "title"`; the title may stand on the next line."""
    match = reader.match(_LINK)
    if match is None:
        return False
    end, rest = match.end(), match[2].strip(WHITE)
    enclosed = _ADDRESS.match(rest)
    if enclosed:
        address, rest = enclosed[1], rest[enclosed.end() :].strip(WHITE)
    else:
        address, _, rest = rest.partition(rest[_title_gap(rest)]) if _title_gap(rest) < len(rest) else (rest, "", "")
        rest = rest.strip(WHITE)
    title = _TITLE.match(rest)
    if (rest and title is None) or not (address or enclosed):
        return False
    if not rest:
        next_line = reader.text[end : reader.text.find("\n", end) + 1]
        title = _TITLE.match(next_line.strip(WHITE))
        end += len(next_line) if title else 0
    reader.pos = end
    definition = reader.block("eob", "link")
    reader.document.links[link_id(match[1])] = (address, title[2] if title else None, definition)
    return reader.add(definition)


def parse_abbreviation(reader: BlockReader) -> bool:
    """Parse the definition of an abbreviation, `*[HTML]: Hyper Text Markup Language`."""
    match = reader.match(_ABBREVIATION)
    if match is None:
        return False
    reader.pos = match.end()
    definition = reader.block("eob", "abbreviation")
    reader.document.abbreviations[match[1]] = (match[2].strip(WHITE), definition)
    return reader.add(definition)


def parse_extension(reader: BlockReader) -> bool:
    """Parse a named attribute list, an attribute list for a neighbouring block, a comment, raw HTML or options.

    An attribute list applies to the block directly before it, or if there is none, to the block after it.
    """
    match = reader.match(_NAMED_LIST)
    if match:
        reader.pos = match.end()
        attributes.read(match[2], reader.document.lists.setdefault(match[1], {}))
        return reader.add(reader.block("eob", "list"))
    match = reader.match(_EXTENSION)
    if match:
        return _extend(reader, match)
    match = reader.match(block_patterns.ATTRIBUTE_LIST)
    if match is None:
        return False
    reader.pos = match.end()
    last = reader.last()
    if last is not None and last.kind != "blank" and (last.kind != "eob" or last.value in _TAKING_ATTRIBUTES):
        last.ial = {} if last.ial is None else last.ial
        attributes.read(match[1], last.ial)
        if reader.match(block_patterns.ATTRIBUTE_LIST) is None:
            reader.add(reader.block("eob", "attributes"))
    else:
        reader.waiting = {} if reader.waiting is None else reader.waiting
        attributes.read(match[1], reader.waiting)
    return True


def _extend(reader: BlockReader, match: re.Match[str]) -> bool:
    name, _, closed = match.groups()
    end, body = match.end(), ""
    if name not in ("comment", "nomarkdown", "options"):
        return False
    if not closed and reader.document.fuel >= 0:
        stop = re.compile(rf"^ {{0,3}}\{{:/(?:{name})?\}}[ \t\r\f\v]*\n", re.MULTILINE).search(reader.text, end)
        if stop is None:
            reader.document.burn_search(len(reader.text) - reader.pos)
            return False
        end, body = stop.end(), reader.text[end : stop.start()].removesuffix("\n")
    reader.pos = end
    if name == "nomarkdown":
        return reader.add(Node("raw", body, block=True))
    if name == "comment" and body:
        return reader.add(Node("raw", f"<!-- {body} -->", block=True))
    return reader.add(reader.block("eob", "extension"))


def _title_gap(text: str) -> int:
    """Return the index of the first space or tab before the title in `address "title"`; the length without a title."""
    match = re.search(r"""[ \t](?=[ \t]{0,40}["'])""", text)
    return match.start() if match else len(text)
