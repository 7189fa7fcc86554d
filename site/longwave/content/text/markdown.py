"""Markdown rendered as HTML, as Jekyll's kramdown renders it.

Python-Markdown's grammar differs from kramdown's, so its block parser is replaced by the package ``content/kramdown``;
its tree, its serializer and its stash for raw HTML are still used. The output intentionally differs from kramdown's in
four ways: timestamps are links that seek the player; links to other hosts open a new tab; columns are aligned by a
class, because a strict content security policy forbids styles in attributes; and footnotes have today's DPUB-ARIA
roles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from inspect import getfile
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

import markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension

from longwave.content.episodes.timestamps import Timestamp, timestamps
from longwave.content.fields.times import format_seconds
from longwave.content.fields.timestamp_text import timed_text
from longwave.content.kramdown.blocks import parse_document
from longwave.content.kramdown.table_of_contents import LEVELS, fill_contents, heading_text, name_headings
from longwave.content.kramdown.tree import Document, Node, inner
from longwave.disk import source_digest

# Each path is derived from an object that the module defines, so that moving a module can't make a path wrong.
_SOURCES = (
    Path(__file__),
    Path(getfile(timestamps)),
    Path(getfile(format_seconds)),
    Path(getfile(timed_text)),
    Path(getfile(parse_document)).parent,
)
#: A version for the keys of cached HTML: it changes whenever the same text might be rendered differently.
RENDERER = f"markdown {markdown.__version__} kramdown {source_digest(*_SOURCES)}"

_HOST = re.compile(r"\s*(?:https?:)?//(?:[^/?#@]*@)?([^/?#]*)", re.IGNORECASE)
_LANGUAGE = re.compile(r"\blanguage-(\S+)")


def render(text: str, own_host: str = "", parsed: Document | None = None) -> str:
    """Return the HTML of a Markdown text. ``own_host`` is the site's host, whose links open no new tab.

    ``parsed`` is the text as a document, if the caller has parsed it already; rendering changes the document. Raises
    nothing, and takes linear time.
    """
    return markdown.Markdown(extensions=[_Kramdown(own_host, parsed)], output_format="html").convert(text)


class _Kramdown(Extension):
    """An extension of Python-Markdown that replaces Python-Markdown's grammar by kramdown's."""

    def __init__(self, own_host: str, parsed: Document | None) -> None:
        super().__init__()
        self.own_host, self.parsed = own_host.lower(), parsed

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 -- the name is Python-Markdown's
        """Replace the block parser, and remove the processors that would parse the same text a second time."""
        md.parser = _Parser(md, self.own_host, self.parsed)
        for registry, names in (
            (md.preprocessors, ("normalize_whitespace", "html_block")),
            (md.treeprocessors, ("inline", "prettify", "unescape")),
        ):
            for name in names:
                registry.deregister(name)


class _Parser(BlockParser):
    def __init__(self, md: markdown.Markdown, own_host: str, parsed: Document | None) -> None:
        super().__init__(md)
        self.own_host, self.parsed = own_host, parsed

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:  # noqa: N802 -- the name is Python-Markdown's
        """Return the tree of elements that Python-Markdown serializes."""
        document = self.parsed or parse_document("\n".join(lines))
        _link_times(document)
        return ElementTree(_Builder(document, self.md, self.own_host).build(self.md.doc_tag))


def _link_times(document: Document) -> None:
    """Turn each timestamp into a link that seeks the player, and begin a new line on the page before each."""
    # The last timestamp comes first, so that the positions of those before it stay right.
    for timestamp in reversed(timestamps(document)):
        _link_time(timestamp)
        if timestamp.line.soft:
            _break_line(timestamp)


def _link_time(timestamp: Timestamp) -> None:
    place = timestamp.place
    attr = {
        "class": "seek",
        "href": f"#t={format_seconds(timestamp.seconds)}",
        "data-seek": str(timestamp.seconds),
    }
    if place.link is not None:
        place.link.attr = attr
        return
    child = place.holder.children[place.index]
    text = child if isinstance(child, str) else child.value
    before, time, after = text[: place.start], text[place.start : place.end], text[place.end :]
    link = Node("a", attr=attr, children=[_like(child, time)])
    pieces = (_like(child, before) if before else None, link, _like(child, after) if after else None)
    place.holder.children[place.index : place.index + 1] = [piece for piece in pieces if piece is not None]


def _like(child: Node | str, text: str) -> Node | str:
    """Return ``text`` in the form of ``child``: a string, or a node "markup", whose character references stay."""
    return text if isinstance(child, str) else Node("markup", value=text)


def _break_line(timestamp: Timestamp) -> None:
    """Insert a line break before a timestamp whose line only a newline separates from the one above."""
    line = timestamp.line
    child = line.block.children[line.index]
    if not isinstance(child, str):
        line.block.children.insert(line.index, Node("br"))
    else:
        pieces: list[Node | str] = [child[: line.offset].rstrip("\n"), Node("br"), f"\n{child[line.offset :]}"]
        line.block.children[line.index : line.index + 1] = pieces


class _Builder:
    """A builder that makes HTML elements from the nodes of one document."""

    def __init__(self, document: Document, md: markdown.Markdown, own_host: str) -> None:
        self.document = document
        self.md = md
        self.own_host = own_host
        self.cited = document.cited()
        #: The number of references to each footnote so far, by the footnote's name.
        self.references: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()

    def build(self, tag: str) -> Element:
        """Return an element ``tag`` that contains the document, with its footnotes at the end."""
        root = Element(tag)
        name_headings(self.document.root)
        fill_contents(self.document.root)
        self._fill(root, self.document.root)
        if self.cited:
            self._add_footnotes(root)
        return root

    def _fill(self, parent: Element, node: Node) -> None:
        for child in node.children:
            if isinstance(child, str):
                _add_text(parent, child.replace("&", "&amp;"))
                continue
            self._add(parent, child)
            if child.block and not (child.transparent and child is node.children[-1]):
                _add_text(parent, "\n")

    def _add(self, parent: Element, node: Node) -> None:
        special = _SPECIAL.get(node.kind)
        if special is not None:
            special(self, parent, node)
        elif node.transparent:
            self._fill(parent, node)
        else:
            self._element(parent, node.kind, node)

    def _element(self, parent: Element, tag: str, node: Node) -> None:
        element = SubElement(parent, tag, node.attr)
        if tag in LEVELS and "id" not in element.attrib and node.kind != "html":
            element.set("id", self._plain_id(node))
        if not element.get("id", "x").strip():
            del element.attrib["id"]
        if tag == "a":
            self._guard(element)
        if any(child.block for child in inner(node.children[:1])) and not _is_tight(node):
            _add_text(element, "\n")
        self._fill(element, node)

    def _plain_id(self, node: Node) -> str:
        """Return a new ASCII id for a Markdown heading inside an HTML element: ``name_headings`` gives it none."""
        name = re.sub(r"^[^a-zA-Z]+", "", heading_text(node))
        name = re.sub(r"[^a-zA-Z0-9 -]", "", name).replace(" ", "-").lower() or "section"
        self.ids[name] += 1
        return name if self.ids[name] == 1 else f"{name}-{self.ids[name] - 1}"

    def _guard(self, link: Element) -> None:
        """Make a link to another host open a new tab that can't access this one, unless the author set its `rel`."""
        match = _HOST.match(link.get("href", ""))
        if match is None or "rel" in link.attrib:
            return
        host = match[1].lower()
        if self.own_host and self.own_host in (host, host.partition(":")[0]):
            return
        link.set("rel", "noopener")
        link.set("target", link.get("target", "_blank"))

    def _html(self, parent: Element, node: Node) -> None:
        self._element(parent, node.value, node)

    def _codeblock(self, parent: Element, node: Node) -> None:
        attr = dict(node.attr)
        language = _LANGUAGE.search(attr.get("class", ""))
        rest = _LANGUAGE.sub("", attr.pop("class", "")).strip()
        pre = SubElement(parent, "pre", attr | ({"class": rest} if rest else {}))
        code = SubElement(pre, "code", {"class": language[0]} if language else {})
        code.text = node.value.removesuffix("\n").replace("&", "&amp;") + "\n"

    def _code(self, parent: Element, node: Node) -> None:
        SubElement(parent, "code", node.attr).text = node.value.replace("&", "&amp;")

    def _cell(self, parent: Element, node: Node) -> None:
        attr = dict(node.attr)
        if node.value:
            attr["class"] = f"{attr.get('class', '')} align-{node.value}".strip()
        cell = SubElement(parent, node.kind, attr)
        if node.children:
            self._fill(cell, node)
        else:
            cell.text = "\u00a0"

    def _markup(self, parent: Element, node: Node) -> None:
        _add_text(parent, node.value)

    def _raw(self, parent: Element, node: Node) -> None:
        _add_text(parent, self.md.htmlStash.store(node.value))

    def _math(self, parent: Element, node: Node) -> None:
        value = node.value.replace("&", "&amp;")
        text = f"\\[{value}\\]" if node.block else f"\\({value}\\)"
        if node.attr:
            parent = SubElement(parent, "div" if node.block else "span", node.attr)
            text = text if node.block else f"${value}$"
        _add_text(parent, text)

    def _nothing(self, parent: Element, node: Node) -> None:
        pass

    def _footnote_reference(self, parent: Element, node: Node) -> None:
        name = node.value
        suffix = f":{self.references[name]}" if self.references[name] else ""
        self.references[name] += 1
        superscript = SubElement(parent, "sup", {"id": f"fnref:{name}{suffix}"})
        attr = {"href": f"#fn:{name}", "class": "footnote", "rel": "footnote", "role": "doc-noteref"}
        link = SubElement(superscript, "a", attr)
        link.text = str(self.cited.index(name) + 1)

    def _add_footnotes(self, root: Element) -> None:
        """Add the cited footnotes, each with links back to all references to it in its last paragraph."""
        block = SubElement(root, "div", {"class": "footnotes", "role": "doc-endnotes"})
        entries = SubElement(block, "ol")
        for name in self.cited:
            note = self.document.footnotes[name]
            entry = SubElement(entries, "li", {"id": f"fn:{name}"})
            entry.tail = "\n"
            self._fill(entry, note)
            last = next((child for child in reversed(list(inner(note.children))) if child.kind != "blank"), None)
            paragraph = entry[-1] if last is not None and last.kind == "p" and len(entry) else SubElement(entry, "p")
            space = "\u00a0" if len(paragraph) or paragraph.text else ""
            for index in range(self.references[name]):
                suffix = f":{index}" if index else ""
                _add_text(paragraph, space)
                attr = {"href": f"#fnref:{name}{suffix}", "class": "reversefootnote", "role": "doc-backlink"}
                link = SubElement(paragraph, "a", attr)
                link.text, space = "↩", "\u00a0"
                if index:
                    SubElement(link, "sup").text = str(index + 1)


#: The methods that build nodes of certain kinds; a node of any other kind becomes an element of the same name.
_SPECIAL = {
    "html": _Builder._html,
    "codeblock": _Builder._codeblock,
    "code": _Builder._code,
    "td": _Builder._cell,
    "th": _Builder._cell,
    "markup": _Builder._markup,
    "raw": _Builder._raw,
    "math": _Builder._math,
    "footnote": _Builder._footnote_reference,
    "blank": _Builder._nothing,
    "eob": _Builder._nothing,
}


def _is_tight(node: Node) -> bool:
    first = node.children[0]
    return isinstance(first, Node) and first.transparent


def _add_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
