"""Elements written as nested calls, so that the code which makes a document has the document's own shape."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

NAMESPACES: Mapping[str, str] = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
#: What a call makes: an element, or None where it would say nothing.
Node = etree._Element | None
# https://www.w3.org/TR/xml/#charsets; a lone surrogate can't be encoded either.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def node(tag: str, *children: Node | str, **attributes: str) -> Node:
    """An element such as ``title`` or ``itunes:image``; None, which a parent passes over, if it would say nothing.

    Attributes without a value are left out, and so are characters that XML forbids.
    """
    element = _element(tag)
    for name, value in attributes.items():
        if value:
            element.set(name, clean(value))
    for child in children:
        if isinstance(child, str):
            element.text = clean(child)
        else:
            adopt(element, child)
    return element if len(element) or element.text or element.attrib else None


def adopt(parent: etree._Element, *children: Node) -> None:
    """Append the children that there are."""
    parent.extend(child for child in children if child is not None)


def cdata(tag: str, text: str) -> Node:
    """An element whose text, usually HTML, stands in a CDATA section. None if there is no text."""
    if not text:
        return None
    element = _element(tag)
    # The end of the section inside of it: in HTML this spelling means the same.
    element.text = etree.CDATA(clean(text).replace("]]>", "]]&gt;"))
    return element


def document(root: etree._Element, stylesheet: str = "") -> bytes:
    """The finished document, UTF-8, with its XML declaration. ``stylesheet`` is the path of the CSS for browsers."""
    if stylesheet:
        root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{stylesheet}"'))
        return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def clean(text: str) -> str:
    """``text`` without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


def _element(tag: str) -> etree._Element:
    prefix, _, name = tag.rpartition(":")
    if not prefix:
        return etree.Element(name)
    namespace = NAMESPACES[prefix]
    return etree.Element(f"{{{namespace}}}{name}", nsmap={prefix: namespace})
