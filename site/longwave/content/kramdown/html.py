"""The parser of HTML blocks in a Markdown text, and the patterns and rules that also apply to HTML inside a line."""

from __future__ import annotations

import re

from longwave.content.kramdown.block_patterns import NAME, SPAN_ELEMENTS
from longwave.content.kramdown.block_reader import MAX_DEPTH, BlockReader
from longwave.content.kramdown.tree import Document, Node


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: The elements whose content is parsed as blocks (``_BLOCK_MODEL``) or spans (``_SPAN_MODEL``) if the attribute
#: `markdown` is "1"; the content of any other element is never parsed.
_BLOCK_MODEL = _names(
    "address applet article aside blockquote body dd details div dl fieldset figure figcaption footer "
    "form header hgroup iframe li main map menu nav noscript object section summary td"
)
_SPAN_MODEL = _names(
    "a abbr acronym b bdo big button cite caption del dfn dt em h1 h2 h3 h4 h5 h6 i ins label legend "
    "optgroup p q rb rbc rp rt rtc ruby select small span strong sub sup th tt"
)
#: The HTML elements that can't stand within a line.
BLOCK_ELEMENTS = _names(
    "address article aside applet body blockquote caption col colgroup dd div dl dt fieldset figcaption "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html head iframe legend menu li main map nav ol "
    "optgroup p pre section summary table tbody td th thead tfoot tr ul"
)
#: The HTML elements that have no end tag.
VOID_ELEMENTS = _names("area base br col command embed hr img input keygen link meta param source track wbr")
_RAW_MODEL = frozenset(["script", "style", "math", "option", "textarea", "pre", "code", "kbd", "samp", "var"])
_KNOWN = _BLOCK_MODEL | _SPAN_MODEL | _RAW_MODEL | SPAN_ELEMENTS | BLOCK_ELEMENTS | VOID_ELEMENTS

_S = r"[ \t\r\n\f\v]"
_VALUE = rf"""{_S}*={_S}*(?:\w+|"[^"]*"|'[^']*')"""
#: A start tag; its groups are the name, the attributes, and the slash of an empty element.
TAG = re.compile(rf"<((?>{NAME})){_S}*+((?>(?:(?<={_S}){_S}*+{NAME}(?:{_VALUE})?+{_S}*+)*))(/)?>")
END_TAG = re.compile(rf"</({NAME}){_S}*>")
_ATTRIBUTE = re.compile(rf"""({NAME})(?:{_S}*={_S}*(?:(\w+)|"([^"]*)"|'([^']*)'))?""")
_MODELS = {"0": "raw", "1": "", "span": "span", "block": "block"}
_LINE_END = re.compile(r"[ \t]*\n")
_MARKUP = re.compile(rf"<(?:{NAME}|/|!--|\?)")
_INDENT = re.compile(r" {0,3}")


def own_model(name: str) -> str:
    """Return how kramdown parses the content of an HTML element with `markdown="1"`: as "block", "span" or "raw"."""
    if name in _BLOCK_MODEL:
        return "block"
    return "span" if name in _SPAN_MODEL else "raw"


def start_tag(match: re.Match[str]) -> Node:
    """Return a node for a match of ``TAG``. Its model is that of the attribute `markdown`, else empty."""
    name = match[1]
    is_known = name.lower() in _KNOWN
    node = Node("html", name.lower() if is_known else name)
    for key, bare, double, single in _ATTRIBUTE.findall(match[2]):
        node.attr[key.lower() if is_known else key] = bare or double or single
    asked = node.attr.pop("markdown", None)
    if asked in _MODELS:
        node.model = _MODELS[asked] or own_model(node.value)
    return node


def comment_end(document: Document, text: str, pos: int) -> int:
    """Return the end of the comment or processing instruction that begins at ``pos``, or -1 if it never ends."""
    if document.fuel < 0:
        return -1
    stop = "-->" if text.startswith("<!--", pos) else "?>"
    end = text.find(stop, pos + 2)
    if end < 0:
        # The limit counts parsed characters; searching 64 characters for a fixed text takes as long as parsing one.
        document.burn((len(text) - pos) // 64)
        return -1
    return end + len(stop)


def parse_html(reader: BlockReader) -> bool:
    """Parse a block of HTML, or the end tag of the element whose content is being parsed.

    Markdown inside an element is parsed only if the element has the attribute `markdown`.
    """
    match = _INDENT.match(reader.text, reader.pos)
    at = match.end() if match else reader.pos
    if not reader.text.startswith("<", at):
        return False
    if at == reader.pos and reader.text.startswith("<!--", at):
        end = comment_end(reader.document, reader.text, at)
        if end > 0:
            reader.add(Node("raw", reader.text[at:end], block=True))
            reader.pos = end
            _skip_line_end(reader)
            return True
    tag = TAG.match(reader.text, at)
    if tag and tag[1].lower() not in SPAN_ELEMENTS:
        reader.pos = tag.end()
        node = start_tag(tag)
        node.ial, reader.waiting = reader.waiting, None
        reader.add(node)
        _fill(reader, node, bool(tag[3]), 0)
        return True
    tag = END_TAG.match(reader.text, at)
    if tag and reader.tree.kind == "html" and reader.tree.value == tag[1].lower():
        reader.pos = tag.end()
        reader.closed = True
        return True
    return False


def _fill(reader: BlockReader, node: Node, closed: bool, depth: int) -> None:
    """Parse an element's content and end tag, from behind its start tag; a ``closed`` element (`<br/>`) has neither."""
    parent_is_raw = reader.tree.kind == "html" and reader.tree.model == "raw"
    node.block = not parent_is_raw
    node.model = node.model or "raw"
    if node.model == "block":
        _skip_line_end(reader)
    if closed or node.value in VOID_ELEMENTS:
        return
    if node.value in ("script", "style"):
        text, reader.pos = _until_end(reader, node.value)
        node.children.append(Node("markup", text))
        return
    if node.model == "block":
        reader.parse(node)
    elif node.model == "span":
        node.raw, reader.pos = _until_end(reader, node.value)
    else:
        _read_raw(reader, node, depth)
    if not parent_is_raw:
        _skip_line_end(reader)


def _read_raw(reader: BlockReader, node: Node, depth: int) -> None:
    """Parse the content of an element as HTML without Markdown, up to its end tag or the end of the text."""
    outer, reader.tree = reader.tree, node
    text = reader.text
    add = node.children.append
    while reader.pos < len(text):
        match = _MARKUP.search(text, reader.pos)
        start = match.start() if match else len(text)
        if start > reader.pos:
            add(Node("markup", text[reader.pos : start]))
        reader.pos = start
        if match is None:
            break
        if text.startswith(("<!--", "<?"), start) and (end := comment_end(reader.document, text, start)) > 0:
            add(Node("raw", text[start:end]))
            reader.pos = end
        elif depth < MAX_DEPTH and (tag := TAG.match(text, start)):
            reader.pos = tag.end()
            child = start_tag(tag)
            add(child)
            _fill(reader, child, bool(tag[3]), depth + 1)
        elif (tag := END_TAG.match(text, start)) and tag[1].lower() == node.value.lower():
            reader.pos = tag.end()
            break
        else:
            add(Node("markup", text[start]))
            reader.pos = start + 1
    reader.tree = outer


def _until_end(reader: BlockReader, name: str) -> tuple[str, int]:
    """Return the text up to the end tag of the element ``name``, and the position behind the tag."""
    end = re.compile(rf"</{re.escape(name)}{_S}*>", re.IGNORECASE).search(reader.text, reader.pos)
    if end is None:
        return reader.text[reader.pos :], len(reader.text)
    return reader.text[reader.pos : end.start()], end.end()


def _skip_line_end(reader: BlockReader) -> None:
    match = reader.match(_LINE_END)
    reader.pos = match.end() if match else reader.pos
