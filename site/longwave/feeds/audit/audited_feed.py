"""A feed in the form in which the rules examine it, parsed from untrusted bytes."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lxml import etree

from longwave.feeds.xml import NAMESPACES

#: The namespaces of podcast feeds; a feed must spell them exactly like this, as podcast apps compare them literally.
ITUNES, PODCAST, ATOM, CONTENT = (NAMESPACES[prefix] for prefix in ("itunes", "podcast", "atom", "content"))
#: The most bytes of a feed that are read; the largest feeds in the world have about twenty megabytes.
MAX_BYTES = 50_000_000


class NotAFeedError(Exception):
    """An error for bytes that are no RSS feed; the message says what they are instead."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its text without space around it, and its attributes."""

    text: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class AuditedElement:
    """A channel or an item: its own children by name, such as ``title``, ``itunes:image`` or ``atom:link``."""

    children: dict[str, tuple[Element, ...]]

    def all(self, name: str) -> tuple[Element, ...]:
        """Return every child element called ``name``, in document order."""
        return self.children.get(name, ())

    def text(self, name: str) -> str:
        """Return the text of the first child element called ``name``; empty when there is none."""
        matches = self.all(name)
        return matches[0].text if matches else ""

    def attribute(self, name: str, attribute: str) -> str:
        """Return an attribute's value in the first child element called ``name``; empty when there is none."""
        matches = self.all(name)
        return matches[0].attributes.get(attribute, "").strip() if matches else ""


@dataclass(frozen=True, slots=True)
class AuditedFeed:
    """An RSS feed: its size in bytes, its channel, its items in order, and its live broadcasts."""

    bytes: int
    channel: AuditedElement
    items: tuple[AuditedElement, ...]
    live: tuple[AuditedElement, ...] = ()


def parts_of(url: str) -> SplitResult:
    """Return the parts of a URL; they are all empty for a URL that can't be parsed."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def number_of(text: str) -> int:
    """Return a whole number of 15 digits at most; -1 for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


#: The elements whose children are read, too.
_NESTING = frozenset({"itunes:category", "itunes:owner", "podcast:podroll", "podcast:publisher", "podcast:value"})
_PREFIXES = {ITUNES: "itunes:", PODCAST: "podcast:", ATOM: "atom:", CONTENT: "content:"}


def read_feed(raw: bytes) -> AuditedFeed:
    """Return the feed in ``raw``. No entity is resolved and nothing is fetched. Raises NotAFeedError."""
    if len(raw) > MAX_BYTES:
        raise NotAFeedError(f"more than {MAX_BYTES // 1_000_000} MB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAFeedError(f"no XML: {' '.join(str(error).split())[:150]}") from None
    if has_entities(root):
        raise NotAFeedError("XML with entities of its own, which may be a bomb")
    channel = root.find("channel") if root.tag == "rss" else None
    if channel is None:
        raise NotAFeedError(f"no RSS channel but <{etree.QName(root).localname}>")
    items, live = channel.findall("item"), channel.findall(f"{{{PODCAST}}}liveItem")
    return AuditedFeed(len(raw), _part(channel), tuple(map(_part, items)), tuple(map(_part, live)))


def has_entities(root: etree._Element) -> bool:
    """Return whether a document declares entities of its own. A document type alone is harmless."""
    dtd = root.getroottree().docinfo.internalDTD
    return dtd is not None and any(True for _ in dtd.iterentities())  # type: ignore[attr-defined]  # not in the stubs


def _part(element: etree._Element) -> AuditedElement:
    children: dict[str, list[Element]] = {}
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child)
        prefix = "" if name.namespace is None else _PREFIXES.get(name.namespace, f"{{{name.namespace}}}")
        text = "".join(map(str, child.itertext())).strip()
        children.setdefault(prefix + name.localname, []).append(
            Element(text, {str(key): str(value) for key, value in child.attrib.items()})
        )
        if prefix + name.localname in _NESTING:
            _nested(child, prefix + name.localname, children)
    return AuditedElement({name: tuple(elements) for name, elements in children.items()})


def _nested(element: etree._Element, name: str, children: dict[str, list[Element]]) -> None:
    """Add the children of a category, an owner or the like under names such as ``itunes:category/itunes:category``."""
    outer = element.get("text", "")
    for child in element.iterchildren(etree.Element):
        inner = etree.QName(child)
        key = f"{name}/{_PREFIXES.get(inner.namespace or '', '')}{inner.localname}"
        attributes = {str(k): str(v) for k, v in child.attrib.items()}
        children.setdefault(key, []).append(Element((child.text or "").strip(), attributes | {"of": outer}))
