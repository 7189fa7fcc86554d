"""Functions that write XML as nested calls, so that the code has the shape of the document that it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

NAMESPACES: Mapping[str, str] = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
#: An element of a document, or None for an element that would be empty and is left out.
Node = etree._Element | None
# XML forbids these characters (https://www.w3.org/TR/xml/#charsets), and lone surrogates can't be encoded as UTF-8.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def node(tag: str, *children: Node | str, **attributes: str) -> Node:
    """Return an element such as ``title`` or ``itunes:image``; None, which parents ignore, for an empty element.

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
    """Append ``children`` to the element ``parent``, except those that are None."""
    parent.extend(child for child in children if child is not None)


def cdata(tag: str, text: str) -> Node:
    """Return an element with ``text``, usually HTML, in a CDATA section; None for an empty text."""
    if not text:
        return None
    element = _element(tag)
    # A CDATA section can't contain its own end; in HTML this spelling of it means the same.
    element.text = etree.CDATA(clean(text).replace("]]>", "]]&gt;"))
    return element


def integer(number: int | None) -> str:
    """Return a number as the text of an element or attribute; empty for None and for 0, which directories refuse."""
    return str(number) if number else ""


def decimal(number: float | None) -> str:
    """Return a number of up to nine digits with its fraction, if there is one; empty for None and for 0."""
    return str(number).removesuffix(".0") if number else ""


def boolean(value: bool) -> str:
    """Return ``true`` or ``false``, as the text of an element or attribute."""
    return "true" if value else "false"


def rfc822(date: datetime) -> str:
    """Return a date as RSS writes it (RFC 822): ``Mon, 18 Nov 2019 12:00:00 +0000``."""
    # The date is in UTC, because RFC 822 has no seconds in an offset, which old local times have.
    return format_datetime(date.astimezone(UTC))


def rfc3339(date: datetime) -> str:
    """Return a date and time for JSON and for live broadcasts, in UTC and whole seconds (RFC 3339, ISO 8601)."""
    # The date is in UTC, because RFC 3339 has no seconds in an offset, which old local times have.
    return date.astimezone(UTC).isoformat(timespec="seconds")


def document(root: etree._Element, stylesheet: str = "") -> bytes:
    """Return the document in UTF-8, with its XML declaration. ``stylesheet`` is the address of CSS for browsers."""
    if stylesheet:
        root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{stylesheet}"'))
        return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def clean(text: str) -> str:
    """Return ``text`` without the characters that no XML document may hold."""
    return _FORBIDDEN.sub("", text)


def _element(tag: str) -> etree._Element:
    prefix, _, name = tag.rpartition(":")
    if not prefix:
        return etree.Element(name)
    namespace = NAMESPACES[prefix]
    return etree.Element(f"{{{namespace}}}{name}", nsmap={prefix: namespace})
