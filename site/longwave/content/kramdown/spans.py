"""The parsers of spans within a line, and the table that says which characters begin which span.

As in kramdown, a span without an end becomes text. Unlike in kramdown, the characters that such failed attempts read
are limited in total (``Document.fuel``), so that parsing takes linear time.
"""

from __future__ import annotations

import re

from longwave.content.kramdown import attributes, html, typography
from longwave.content.kramdown.emphasis import parse_emphasis, parse_strike
from longwave.content.kramdown.links import ESCAPED, parse_footnote_or_link, parse_link_or_picture
from longwave.content.kramdown.span_reader import MAX_DEPTH, SpanParsers, SpanReader
from longwave.content.kramdown.tree import WHITE, Document, Node

_CODE = re.compile(r"`+")
_AUTOLINK = re.compile(r"<((?:(mailto|https?|ftps?):[^\n]+?)|[-\w.]+@[-\w.]+)>")
_SCHEME = re.compile(r"<(?:mailto|https?|ftps?):")
_ATTRIBUTE_LIST = re.compile(rf"\{{:({attributes.INSIDE})\}}")
_EXTENSION = re.compile(rf"\{{::(comment|nomarkdown|options)(?:\s({attributes.INSIDE}?)|)(/)?\}}", re.ASCII)


def read_spans(document: Document) -> None:
    """Parse the spans in all blocks of a document and its footnotes, and apply attribute lists to the blocks."""
    for root in (document.root, *document.footnotes.values()):
        _read_block(document, root)
    if document.abbreviations:
        names = sorted(document.abbreviations, key=len, reverse=True)
        pattern = re.compile(rf"(?<![A-Za-z0-9_])({'|'.join(map(re.escape, names))})(?![A-Za-z0-9_])")
        for root in (document.root, *document.footnotes.values()):
            _mark_abbreviations(document, root, pattern)


def _read_block(document: Document, node: Node) -> None:
    for child in node.children:
        if not isinstance(child, str):
            _read_block(document, child)
    if node.raw:
        node.children = SpanReader(document, node.raw, _PARSERS).read()
    if node.ial:
        attributes.apply(node.attr, node.ial, document.lists)


def _mark_abbreviations(document: Document, node: Node, pattern: re.Pattern[str]) -> None:
    """Replace each abbreviation that ``pattern`` finds in the text below ``node`` by an `abbr` element."""
    children: list[Node | str] = []
    for child in node.children:
        if isinstance(child, str):
            for index, part in enumerate(pattern.split(child)):
                children.append(_abbreviation(document, part) if index % 2 else part)
        else:
            _mark_abbreviations(document, child, pattern)
            children.append(child)
    node.children = children


def _abbreviation(document: Document, name: str) -> Node:
    title, definition = document.abbreviations[name]
    node = Node("abbr", attr=dict(definition.attr), children=[name])
    if title:
        node.attr["title"] = title
    return node


def parse_code(spans: SpanReader) -> bool:
    """Parse a code span, which begins and ends with the same number of backticks."""
    text, match = spans.text, _CODE.match(spans.text, spans.pos)
    if match is None:
        return False
    ticks, start = match[0], match.end()
    spaced = len(ticks) == 1 and text[start : start + 1] in WHITE and text[max(0, spans.pos - 1)] in WHITE + "`"
    end = -1 if spaced else text.find(ticks, start)
    if end < 0:
        spans.take(len(ticks))
        return True
    code = text[start:end]
    if len(ticks) > 1:
        code = code.removeprefix(" ").removesuffix(" ")
    spans.tree.children.append(Node("code", code))
    spans.pos = end + len(ticks)
    return True


def parse_autolink_or_html(spans: SpanReader) -> bool:
    """Parse an address such as `<https://…>` or `<somebody@example.com>`, an HTML element, or a comment."""
    text, at = spans.text, spans.pos
    match = _AUTOLINK.match(text, at) if spans.document.fuel >= 0 else None
    if match is not None:
        address = match[1]
        link = Node("a", attr={"href": address if match[2] else f"mailto:{address}"})
        link.children.append(address.removeprefix("mailto:"))
        spans.tree.children.append(link)
        spans.pos = match.end()
        return True
    if _SCHEME.match(text, at):
        # The failed search has read the rest of the text, which counts against the limit of failed attempts.
        spans.document.burn(len(text) - at)
    return _html(spans)


def _html(spans: SpanReader) -> bool:
    text, at = spans.text, spans.pos
    if text.startswith("<!--", at):
        end = html.comment_end(spans.document, text, at)
        if end > 0:
            spans.tree.children.append(Node("raw", text[at:end]))
            spans.pos = end
            return True
    match = html.END_TAG.match(text, at)
    if match is not None:
        spans.take(len(match[0]))
        return True
    match = html.TAG.match(text, at)
    if match is None:
        return False
    if match[1].lower() in html.BLOCK_ELEMENTS or len(spans.open) > MAX_DEPTH:
        spans.take(len(match[0]))
        return True
    return _element(spans, match)


def _element(spans: SpanReader, match: re.Match[str]) -> bool:
    node = html.start_tag(match)
    node.attr = {key: re.sub(r"\n+", " ", value) for key, value in node.attr.items()}
    inside_raw = spans.tree.kind == "html" and spans.tree.model == "raw"
    raw = html.own_model(node.value) == "raw" or inside_raw
    node.model = "raw" if node.model == "raw" or (raw and node.model != "span") else "span"
    spans.tree.children.append(node)
    spans.pos = match.end()
    if match[3] or node.value in html.VOID_ELEMENTS:
        return True
    closing = re.compile(rf"</{re.escape(node.value)}[ \t\r\n\f\v]*>", re.IGNORECASE)
    if node.model == "raw":
        _fill_raw(spans, node, closing)
    elif spans.fill(node, lambda: closing.match(spans.text, spans.pos) is not None):
        spans.pos = spans.text.index(">", spans.pos) + 1
    else:
        node.children.append(spans.text[spans.pos :])
        spans.pos = len(spans.text)
    return True


def _fill_raw(spans: SpanReader, node: Node, closing: re.Pattern[str]) -> None:
    """Parse the content of an element as HTML without Markdown, up to its end tag, which ``closing`` matches."""
    outer, spans.tree = spans.tree, node
    spans.open.append(outer)
    text, end = spans.text, None
    while end is None and spans.pos < len(text):
        at = text.find("<", spans.pos)
        spans.take((at if at >= 0 else len(text)) - spans.pos)
        end = closing.match(text, spans.pos)
        if end is None and not _html(spans):
            spans.take()
    if end is not None:
        spans.pos = end.end()
    spans.open.pop()
    spans.tree = outer


def parse_math(spans: SpanReader) -> bool:
    """Parse a formula between double dollar signs."""
    end = spans.text.find("$$", spans.pos + 2) if spans.text.startswith("$$", spans.pos) else -1
    if end < 0:
        return False
    spans.tree.children.append(Node("math", spans.text[spans.pos + 2 : end].strip(WHITE)))
    spans.pos = end + 2
    return True


def parse_extension(spans: SpanReader) -> bool:
    """Parse an attribute list for the preceding span, a comment, raw HTML or options."""
    match = _EXTENSION.match(spans.text, spans.pos)
    if match is not None:
        return _extend(spans, match)
    match = _ATTRIBUTE_LIST.match(spans.text, spans.pos)
    last = spans.tree.children[-1] if spans.tree.children else ""
    if match is None or isinstance(last, str) or last.kind == "br":
        return False
    given: dict[str, str] = {}
    attributes.read(match[1], given)
    attributes.apply(last.attr, given, spans.document.lists)
    spans.pos = match.end()
    return True


def _extend(spans: SpanReader, match: re.Match[str]) -> bool:
    end, body = match.end(), ""
    if not match[3]:
        stop = re.compile(rf"\{{:/(?:{match[1]})?\}}").search(spans.text, end) if spans.document.fuel >= 0 else None
        if stop is None:
            spans.document.burn(len(spans.text) - end)
            return False
        end, body = stop.end(), spans.text[end : stop.start()]
    spans.pos = end
    if match[1] != "options" and not match[3]:
        spans.tree.children.append(Node("raw", body if match[1] == "nomarkdown" else f"<!-- {body} -->"))
    return True


def parse_character(spans: SpanReader) -> bool:
    """Parse a character reference."""
    return _replace(spans, typography.character_reference(spans.text, spans.pos))


def parse_symbol(spans: SpanReader) -> bool:
    """Parse dashes, dots or guillemets, or a line break, which is written as two spaces at the end of a line."""
    if spans.text.startswith("  \n", spans.pos):
        return spans.line_break(2)
    return _replace(spans, typography.smart_symbol(spans.text, spans.pos))


def _replace(spans: SpanReader, replacement: tuple[int, str] | None) -> bool:
    """Add the text of ``replacement``, a pair of end position and text, and move to that end; return False for None."""
    if replacement is None:
        return False
    spans.pos, text = replacement
    spans.add(text)
    return True


def parse_escape(spans: SpanReader) -> bool:
    """Parse a backslash: one or two at the end of a line break it, and one before punctuation makes that plain text."""
    if spans.text.startswith("\\\\\n", spans.pos):
        return spans.line_break(2)
    if spans.text.startswith("\\\n", spans.pos):
        return spans.line_break(1) if spans.pos + 2 < len(spans.text) else spans.skip(1)
    if parse_symbol(spans):
        return True
    match = ESCAPED.match(spans.text, spans.pos)
    if match is None:
        return False
    spans.add(match[1])
    spans.pos = match.end()
    return True


#: The span parsers to try before the one of quotation marks, by the first character of the span.
_FIRST = {
    "*": parse_emphasis,
    "_": parse_emphasis,
    "`": parse_code,
    "<": parse_autolink_or_html,
    "[": parse_footnote_or_link,
    "!": parse_link_or_picture,
}
#: The span parsers to try after the one of quotation marks, by the first character of the span.
_LAST = {
    "$": parse_math,
    "{": parse_extension,
    "&": parse_character,
    "-": parse_symbol,
    ".": parse_symbol,
    "<": parse_symbol,
    ">": parse_symbol,
    " ": parse_symbol,
    "\\": parse_escape,
    "~": parse_strike,
}
_PARSERS = SpanParsers(_FIRST, _LAST)
