"""The references of a text: its links, pictures and embedded media, taken from its parsed Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import fragment_fromstring

from longwave.content.kramdown.table_of_contents import name_headings
from longwave.content.kramdown.tree import Document, Node

_LABEL = re.compile(r"(?<![\w\]\\])\[([^\[\]\n]+)\]\[([^\[\]\n]*[^\W\d][^\[\]\n]*)\]")
_LINKS = ("a", "area")
_EMBEDDED = frozenset({"audio", "video", "source", "track", "iframe", "embed", "object"})
_DECORATIVE = frozenset({"presentation", "none"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a text. The picture is accessible if it has an alternative text, or is marked as decorative."""

    address: str
    accessible: bool


@dataclass(slots=True)
class References:
    """The references of one text, each list in the order of the text, with addresses as the author wrote them.

    ``embedded`` are the addresses of sounds, films and frames, ``undefined`` the labels of links that the text doesn't
    define. ``ids`` are the fragments that links may lead to, without the ids of headings inside HTML, which only
    rendering determines.
    """

    links: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    undefined: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


def references(document: Document) -> References:
    """Return the references of a document and of its cited footnotes. Gives the document's headings their ids."""
    result = References()
    name_headings(document.root)
    for name in document.cited():
        result.ids |= {f"fn:{name}", f"fnref:{name}"}
    for root in (document.root, *(document.footnotes[name] for name in document.cited())):
        _walk(result, root)
    return result


def _walk(result: References, node: Node) -> None:
    for child in node.children:
        if isinstance(child, str):
            if "][" in child:
                result.undefined += [match[2] for match in _LABEL.finditer(child)]
            continue
        kind = child.value if child.kind == "html" else child.kind
        if "id" in child.attr:
            result.ids.add(child.attr["id"])
        if kind == "a" and "name" in child.attr:
            result.ids.add(child.attr["name"])
        if kind == "raw":
            _add_raw_html(result, child.value)
        elif kind == "img":
            # In HTML, an empty alt marks a picture as decorative; in Markdown, an empty text is an omission.
            accessible = "alt" in child.attr if child.kind == "html" else bool(child.attr.get("alt", "").strip())
            _add_picture(result, child.attr, accessible=accessible)
        elif kind in _LINKS and "href" in child.attr:
            result.links.append(html.unescape(child.attr["href"]))
        elif kind in _EMBEDDED and child.kind == "html":
            result.embedded += map(html.unescape, _sources(child.attr))
        _walk(result, child)


def _add_picture(result: References, attributes: dict[str, str], *, accessible: bool) -> None:
    decorative = attributes.get("role") in _DECORATIVE or attributes.get("aria-hidden") == "true"
    result.pictures += [Picture(html.unescape(name), accessible or decorative) for name in _sources(attributes)]


def _sources(attributes: dict[str, str]) -> Iterator[str]:
    for key in ("src", "poster", "data"):
        if attributes.get(key, "").strip():
            yield attributes[key].strip()
    for candidate in attributes.get("srcset", "").split(","):
        if candidate.strip():
            yield candidate.strip().partition(" ")[0]


def _add_raw_html(result: References, text: str) -> None:
    """Add the references in a piece of HTML that the parser has left unparsed."""
    if text.startswith("<!--") or "<" not in text:
        return
    try:
        root = fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError):
        return
    for element in root.iter(*_LINKS, "img", *_EMBEDDED):
        attributes = {str(key): str(value) for key, value in element.attrib.items()}
        if element.tag == "img":
            _add_picture(result, attributes, accessible="alt" in attributes)
        elif element.tag in _LINKS:
            result.links += [attributes["href"]] if "href" in attributes else []
        else:
            result.embedded += _sources(attributes)
