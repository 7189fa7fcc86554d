"""The parsers of all blocks except lists, tables and HTML, and the order in which parsers are tried, as in kramdown."""

from __future__ import annotations

import re

from longwave.content.kramdown import block_patterns
from longwave.content.kramdown.block_patterns import NAME
from longwave.content.kramdown.block_reader import BlockReader
from longwave.content.kramdown.definitions import parse_abbreviation, parse_extension, parse_footnote, parse_link
from longwave.content.kramdown.html import parse_html
from longwave.content.kramdown.lists import parse_definitions, parse_list
from longwave.content.kramdown.spans import read_spans
from longwave.content.kramdown.tables import parse_table
from longwave.content.kramdown.tree import WHITE, Document, Node

_ATX = re.compile(r"(#{1,6})[\t ]+(.*)\n")
_SETEXT = re.compile(r" {0,3}([^ \t].*)\n([-=])[-=]*[ \t\r\f\v]*\n")
_ID = re.compile(rf"[\t ]\{{#({NAME})\}}\Z")
_QUOTE = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^ \t\r\n\f\v]*)[ \t\r\f\v]*\n")
_MATH = re.compile(r" {0,3}\$\$")


def parse_document(text: str) -> Document:
    """Return the document that a Markdown text describes. Raises nothing, and takes linear time."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\2", "").replace("\3", "").removesuffix("\n") + "\n"
    document = Document(Node("root"), fuel=200_000 + len(text))
    BlockReader(document, _PARSERS, _WORD_PARSERS).parse(document.root, text)
    read_spans(document)
    return document


def parse_blank(reader: BlockReader) -> bool:
    """Parse blank lines into one node, whose value is their text, as definition lists depend on their number."""
    match = reader.match(block_patterns.BLANK)
    if match is None:
        return False
    reader.pos = match.end()
    last = reader.last()
    if last is not None and last.kind == "blank":
        last.value += match[0]
        return True
    return reader.add(reader.block("blank", match[0]))


def parse_codeblock(reader: BlockReader) -> bool:
    """Parse code that is indented by four spaces or a tab; an unindented line directly below continues the code."""
    if not reader.text.startswith(("    ", "\t"), reader.pos):
        return False
    match = reader.match(block_patterns.CODE)
    if match is None or match.end() == reader.pos:
        return False
    reader.pos = match.end()
    code = re.sub(r"\n( {0,3}[^ \t\r\n\f\v])", r" \1", match[0])
    return reader.add(reader.block("codeblock", block_patterns.INDENT.sub("", code)))


def parse_fenced(reader: BlockReader) -> bool:
    """Parse code between lines of three or more backticks or tildes; the first line may name a language."""
    match = reader.match(_FENCE)
    if match is None or reader.document.fuel < 0:
        return False
    fence, language = match.groups()
    closing = re.compile(rf"^ {{0,3}}{fence}{re.escape(fence[0])}*[ \t\r\f\v]*\n", re.MULTILINE)
    end = closing.search(reader.text, match.end())
    if end is None:
        reader.document.burn_search(len(reader.text) - reader.pos)
        return False
    node = reader.block("codeblock", reader.text[match.end() : end.start()])
    if language:
        node.attr["class"] = f"language-{language.partition('?')[0]}"
    reader.pos = end.end()
    return reader.add(node)


def parse_quote(reader: BlockReader) -> bool:
    """Parse a block quote: lines that begin with `>`, and the lines after them up to the next blank line."""
    if reader.match(_QUOTE) is None:
        return False
    lines = [reader.line()]
    while reader.match(block_patterns.LAZY_END) is None:
        lines.append(reader.line())
    quote = reader.block("blockquote")
    reader.parse(quote, _QUOTE.sub("", "".join(lines)))
    return reader.add(quote)


def parse_atx(reader: BlockReader) -> bool:
    """Parse a heading that begins with number signs (kramdown: ATX)."""
    match = reader.match(_ATX)
    if match is None:
        return False
    text, identity = _split_id(match[2])
    text = re.sub(r"[\t ]#+\Z", "", text).rstrip(WHITE) if text.endswith("#") else text
    return _add_heading(reader, match, len(match[1]), text, identity)


def parse_setext(reader: BlockReader) -> bool:
    """Parse a heading that is underlined with `=` or `-` (kramdown: setext)."""
    match = reader.match(_SETEXT) if reader.after_boundary() else None
    if match is None:
        return False
    text, identity = _split_id(match[1])
    return _add_heading(reader, match, 1 if match[2] == "=" else 2, text, identity)


def parse_rule(reader: BlockReader) -> bool:
    """Parse a thematic break."""
    return _parse_line(reader, block_patterns.RULE, "hr")


def parse_math(reader: BlockReader) -> bool:
    """Parse a formula between double dollar signs that is a block of its own."""
    match = reader.match(_MATH) if reader.after_boundary() and reader.document.fuel >= 0 else None
    if match is None:
        return False
    end = reader.text.find("$$", match.end())
    if end < 0:
        reader.document.burn_search(len(reader.text) - reader.pos)
        return False
    behind = re.compile(r"[ \t\r\n\f\v]*?\n").match(reader.text, end + 2)
    start, reader.pos = reader.pos, behind.end() if behind else end + 2
    if reader.match(block_patterns.BOUNDARY) is None:
        reader.pos = start
        reader.document.burn_search(end - start)
        return False
    return reader.add(reader.block("math", reader.text[match.end() : end].strip(WHITE)))


def parse_end(reader: BlockReader) -> bool:
    """Parse a lone caret, which prints nothing and ends the block before it."""
    return _parse_line(reader, block_patterns.END, "eob")


def parse_paragraph(reader: BlockReader) -> bool:
    """Parse a paragraph. This parser succeeds at any position, so it must be tried last."""
    start = reader.pos
    lines = [reader.line()]
    text = reader.text
    while reader.pos < len(text) and not (
        text[reader.pos] in block_patterns.MAY_END and reader.match(block_patterns.PARAGRAPH_END)
    ):
        lines.append(reader.line())
    paragraph = "".join(lines).rstrip(WHITE)
    last = reader.last()
    if last is not None and last.kind == "p":
        breaks = text[max(0, start - 3) : start] == "  \n"
        last.raw += ("  \n" if breaks else "\n") + paragraph
        return True
    return reader.add(reader.block("p", raw=paragraph.lstrip(WHITE)))


def _parse_line(reader: BlockReader, pattern: re.Pattern[str], kind: str) -> bool:
    match = reader.match(pattern)
    if match is None:
        return False
    reader.pos = match.end()
    return reader.add(reader.block(kind))


def _split_id(text: str) -> tuple[str, str]:
    """Return the text of a heading without a trailing `{#id}`, and that id, or an empty one."""
    text = text.rstrip(WHITE)
    match = _ID.search(text)
    return (text, "") if match is None else (text[: match.start()].rstrip(WHITE), match[1])


def _add_heading(reader: BlockReader, match: re.Match[str], level: int, text: str, identity: str) -> bool:
    if not text:
        return False
    reader.pos = match.end()
    heading = reader.block(f"h{level}", raw=text)
    if identity:
        heading.attr["id"] = identity
    return reader.add(heading)


_PARSERS = (
    parse_blank,
    parse_codeblock,
    parse_fenced,
    parse_quote,
    parse_atx,
    parse_rule,
    parse_list,
    parse_definitions,
    parse_html,
    parse_setext,
    parse_math,
    parse_table,
    parse_footnote,
    parse_link,
    parse_abbreviation,
    parse_extension,
    parse_end,
    parse_paragraph,
)
#: The parsers of blocks that may begin with a letter or a digit.
_WORD_PARSERS = (parse_list, parse_setext, parse_table, parse_paragraph)
