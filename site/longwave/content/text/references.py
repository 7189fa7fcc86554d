"""What a text leads to and shows: its links and pictures, read from the tree that gives its page and its moments."""

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
_LEADING = ("a", "area")
_SOUNDS = frozenset({"audio", "video", "source", "track", "iframe", "embed", "object"})
_DECORATIVE = frozenset({"presentation", "none"})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a text. ``told``: it has words for those who don't see it, or says that it needs none."""

    address: str
    told: bool


@dataclass(slots=True)
class References:
    """What one text refers to, each in the order in which it stands. Addresses are as the author wrote them.

    ``embedded`` are sounds, films and frames, ``undefined`` labels of links that nothing in the text defines. ``ids``
    are what addresses may end with, but for the headings within HTML, whose ids only rendering tells.
    """

    links: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    undefined: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)


def references(document: Document) -> References:
    """The references of a document, its footnotes included as far as they are shown."""
    found = References()
    name_headings(document.root)
    for name in document.cited():
        found.ids |= {f"fn:{name}", f"fnref:{name}"}
    for root in (document.root, *(document.footnotes[name] for name in document.cited())):
        _walk(found, root)
    return found


def _walk(found: References, node: Node) -> None:
    for child in node.children:
        if isinstance(child, str):
            if "][" in child:
                found.undefined += [match[2] for match in _LABEL.finditer(child)]
            continue
        kind = child.value if child.kind == "html" else child.kind
        if "id" in child.attr:
            found.ids.add(child.attr["id"])
        if kind == "a" and "name" in child.attr:
            found.ids.add(child.attr["name"])
        if kind == "raw":
            _raw(found, child.value)
        elif kind == "img":
            # Markdown has no other way to leave the words out than to forget them; HTML has: alt="".
            told = "alt" in child.attr if child.kind == "html" else bool(child.attr.get("alt", "").strip())
            _picture(found, child.attr, told=told)
        elif kind in _LEADING and "href" in child.attr:
            found.links.append(html.unescape(child.attr["href"]))
        elif kind in _SOUNDS and child.kind == "html":
            found.embedded += map(html.unescape, _sources(child.attr))
        _walk(found, child)


def _picture(found: References, attributes: dict[str, str], *, told: bool) -> None:
    decorative = attributes.get("role") in _DECORATIVE or attributes.get("aria-hidden") == "true"
    found.pictures += [Picture(html.unescape(name), told or decorative) for name in _sources(attributes)]


def _sources(attributes: dict[str, str]) -> Iterator[str]:
    for key in ("src", "poster", "data"):
        if attributes.get(key, "").strip():
            yield attributes[key].strip()
    for candidate in attributes.get("srcset", "").split(","):
        if candidate.strip():
            yield candidate.strip().partition(" ")[0]


def _raw(found: References, text: str) -> None:
    """HTML that was kept from Markdown as a whole."""
    if text.startswith("<!--") or "<" not in text:
        return
    try:
        root = fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError):
        return
    for element in root.iter(*_LEADING, "img", *_SOUNDS):
        attributes = {str(key): str(value) for key, value in element.attrib.items()}
        if element.tag == "img":
            _picture(found, attributes, told="alt" in attributes)
        elif element.tag in _LEADING:
            found.links += [attributes["href"]] if "href" in attributes else []
        else:
            found.embedded += _sources(attributes)
