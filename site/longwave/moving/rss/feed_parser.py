"""A tolerant parser of podcast feeds: any encoding, and broken XML is repaired and reported."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.entities import name2codepoint

from lxml import etree
from lxml.html import fromstring as read_html

from longwave.errors import LongwaveError
from longwave.feeds.audit.audited_feed import ATOM, CONTENT, ITUNES, MAX_BYTES, PODCAST, has_entities
from longwave.fetching import first_bytes, gunzip
from longwave.moving.import_report import Omission

#: The limit on items of a feed, which is more than the largest known feeds have.
MAX_ITEMS = 20_000
#: The usual prefixes of namespaces, whose names are compared in lower case as old generators mix it.
_PREFIXES = {
    ITUNES: "itunes:",
    PODCAST: "podcast:",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast:",
    ATOM.lower(): "atom:",
    CONTENT: "content:",
    "http://podlove.org/simple-chapters": "psc:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://www.google.com/schemas/play-podcasts/1.0": "googleplay:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.rssboard.org/media-rss": "media:",
    "com-wordpress:feed-additions:1": "wp:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://wellformedweb.org/commentapi/": "wfw:",
    "http://www.rawvoice.com/rawvoicerssmodule/": "rawvoice:",
    "https://www.spotify.com/ns/rss": "spotify:",
}
#: The namespaces of feeds by the usual prefix, without its colon.
NAMESPACES = {prefix[:-1]: namespace for namespace, prefix in reversed(_PREFIXES.items())}
#: The element of a live broadcast, which otherwise has the form of an item.
LIVE_ITEM = "podcast:liveItem"
_MAX_LIVE_ITEMS = 1000
#: Elements whose children, if they have any, are HTML that should have been escaped.
_HTML = frozenset({"description", "content:encoded", "itunes:summary", "itunes:subtitle"})
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
#: A byte that isn't valid UTF-8, as Python's error handler ``surrogateescape`` writes such bytes.
_LONE_BYTE = re.compile("[\udc80-\udcff]")
#: A document type without entities or other declarations of its own; it makes HTML's entities valid, as in RSS 0.91.
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^<>\[]*>", re.IGNORECASE)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: A regex for CDATA sections and comments, which the repairs of broken XML leave unchanged.
_VERBATIM = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_AMPERSAND = re.compile(rf"(?s){_VERBATIM}|&(?:(#\d{{1,8}}|#[xX][0-9a-fA-F]{{1,7}}|\w{{1,32}});)?")
_ITEM = re.compile(rf"(?s){_VERBATIM}|<(item)[\s>]")
_BEFORE_ROOT = re.compile(r"(?s)<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!doctype[^>\[]*>", re.IGNORECASE)
_TAG = re.compile(r"<(?:[a-z][\w.-]*:)?([a-z][\w.-]*)")
_BOMB = "XML with entities of its own, which may be a bomb"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Element:
    """An XML element: its name, its text (or inner HTML) without surrounding space, its attributes and children.

    Names have the prefixes of the namespaces' specifications, such as ``itunes:``, whatever prefixes the feed uses.
    """

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Element, ...] = ()

    def all(self, name: str) -> tuple[Element, ...]:
        """Return all children of a name, in order."""
        return tuple(child for child in self.children if child.name == name)

    def first_text(self, *names: str) -> str:
        """Return the text of the first child with text, tried name by name; empty where there is none."""
        return next((child.text for name in names for child in self.all(name) if child.text), "")

    def attribute(self, name: str, attribute: str) -> str:
        """Return an attribute from the first child of that name with such an attribute; empty where there is none."""
        return next((child.get(attribute) for child in self.all(name) if child.get(attribute)), "")

    def get(self, attribute: str) -> str:
        """Return an attribute without surrounding space; empty where there is none."""
        return self.attributes.get(attribute, "").strip()


@dataclass(frozen=True, slots=True)
class Document:
    """A page of a feed: its channel without the items, the items in their order, and the repairs as omissions."""

    channel: Element
    items: tuple[Element, ...]
    omissions: tuple[Omission, ...] = ()

    def links(self, rel: str) -> tuple[str, ...]:
        """Return the addresses of the channel's ``atom:link`` elements of a kind, such as ``self`` or ``next``."""
        return tuple(
            link.get("href") for link in self.channel.all("atom:link") if link.get("rel") == rel and link.get("href")
        )


def read_document(raw: bytes, source: str) -> Document:
    """Return the page of a feed whose bytes are ``raw``; ``source`` is its name in messages.

    No entity is resolved and nothing is fetched. Raises LongwaveError for anything but RSS 2.0, and for a feed that
    defines entities or has too many items.
    """
    raw = _unzip(raw, source)
    text, decoding = _decode(raw)
    _refuse_other_formats(text, raw, source)
    root, repairs = _parse_or_repair(text, source)
    # The check is repeated on the parsed document, because a comment before the root can fool the textual one.
    if has_entities(root):
        raise _not_a_feed(source, _BOMB)
    name = _split(str(root.tag))[1]
    channel = root.find("{*}channel") if name.lower() == "rss" else None
    if channel is None:
        raise _not_a_feed(source, "RSS without a channel" if name.lower() == "rss" else f"<{name[:80]}>")
    items = [child for child in channel.iterchildren(etree.Element) if _name(child) == "item"]
    if len(items) > MAX_ITEMS:
        raise LongwaveError(f"{source}: expected at most {MAX_ITEMS:,} episodes, found {len(items):,}.")
    declared = sum(1 for match in _ITEM.finditer(text) if match[1])
    if declared > len(items):
        lost = f"{declared - len(items)} of {declared} items"
        repairs.append(Omission(lost, "the feed's XML is broken there; mend the feed, or write them by hand"))
    # Live broadcasts come last, so that of an item and a broadcast with one guid the item, a recording, is taken.
    live = [child for child in channel.iterchildren(etree.Element) if _name(child) == LIVE_ITEM]
    elements = tuple(_element(item) for item in (*items, *live[:_MAX_LIVE_ITEMS]))
    return Document(_element(channel, skip=("item", LIVE_ITEM)), elements, tuple(decoding + repairs))


def _unzip(raw: bytes, source: str) -> bytes:
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = first_bytes(MAX_BYTES + 1, gunzip([raw]))
        except ValueError as error:
            raise _not_a_feed(source, str(error)) from None
    if len(raw) > MAX_BYTES:
        raise _not_a_feed(source, f"more than {MAX_BYTES // 1_000_000} MB")
    if not raw.strip():
        raise _not_a_feed(source, "nothing")
    return raw


def _decode(raw: bytes) -> tuple[str, list[Omission]]:
    """Return the text in its actual encoding, and an omission where the feed declares another one or has bad bytes."""
    bom = next((codec for mark, codec in _BOMS if raw.startswith(mark)), "")
    match = _DECLARED.match(raw[:1000])
    declared = match[1].decode() if match else "utf-8"
    if not bom and (mended := _mend_utf8(raw)):
        return mended
    # UTF-8 is tried first, as text in another encoding is hardly ever valid UTF-8.
    for codec in dict.fromkeys((bom or "utf-8", declared, "cp1252")):
        try:
            text = raw.decode(codec)
        except (UnicodeError, LookupError, ValueError):
            continue
        if "\0" not in text:
            is_declared = declared.lower().replace("_", "-") in (codec, "utf-8" if bom else codec) or text.isascii()
            return text, [] if is_declared else [
                Omission(f"the encoding {declared}", f"the feed is in {codec} in fact")
            ]
    return raw.decode("utf-8", "replace"), [Omission("letters in no encoding", "they are shown as \ufffd")]


def _mend_utf8(raw: bytes) -> tuple[str, list[Omission]] | None:
    """Return a text in UTF-8 whose few other bytes are read as Windows-1252; None for valid or hardly any UTF-8."""
    text = raw.decode("utf-8", "surrogateescape")
    bad = _LONE_BYTE.findall(text)
    letters = sum(1 for character in text if character > "\x7f") - len(bad)
    if not bad or letters < len(bad):
        return None
    reason = "bytes that aren't UTF-8, as the rest of the feed is; they were read as Windows-1252"
    count = f"{len(bad):,} byte{'' if len(bad) == 1 else 's'}"
    return _LONE_BYTE.sub(_windows_character, text), [Omission(count, reason)]


def _windows_character(match: re.Match[str]) -> str:
    return match[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _refuse_other_formats(text: str, raw: bytes, source: str) -> None:
    """Raise LongwaveError, with a hint, for JSON, HTML, Atom and RSS 1.0, and for XML that defines entities."""
    start = text.lstrip("\ufeff \t\r\n")[:3000]
    first = _TAG.search(_BEFORE_ROOT.sub("", start.lower()))
    root = first[1] if first else ""
    if start.startswith(("{", "[")):
        kind = "a JSON Feed" if "jsonfeed.org" in start else "JSON"
        raise _not_a_feed(source, kind, "Most hosts have the same as RSS.")
    if root in ("html", "head", "body"):
        named = _alternates(raw)
        hint = f"Its feed is {named}" if named else "It names no feed; your host says where yours is."
        raise _not_a_feed(source, "a web page", hint)
    if root in ("feed", "rdf"):
        kind = "an Atom feed" if root == "feed" else "RSS 1.0"
        raise _not_a_feed(source, kind, "Most hosts have the same as RSS 2.0.")
    if "<" not in start:
        raise _not_a_feed(source, "something that is no XML")
    begins = re.search(r"<rss[\s>]", text, re.IGNORECASE)
    if "<!ENTITY" in (text[: begins.start()] if begins else text).upper():
        raise _not_a_feed(source, _BOMB)


def _alternates(page: bytes) -> str:
    """Return the addresses of up to three feeds that an HTML page names."""
    try:
        links = read_html(page[:2_000_000]).findall(".//link[@rel='alternate'][@href]")
    except (etree.LxmlError, ValueError):
        return ""
    feeds = [link.get("href", "")[:300] for link in links if "rss" in link.get("type", "")]
    return ", ".join(feeds[:3])


def _not_a_feed(source: str, found: str, hint: str = "") -> LongwaveError:
    return LongwaveError(f"{source}: expected a podcast's RSS feed, found {found}.", hint)


def _parse_or_repair(text: str, source: str) -> tuple[etree._Element, list[Omission]]:
    """Return the root element, if need be after repairs or as far as the XML can be recovered, and the repairs."""
    text = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
    begins = re.search(r"<rss[\s>]", text, re.IGNORECASE)
    doctype = _DOCTYPE.search(text, 0, begins.start() if begins else len(text))
    if doctype:
        # lxml leaves out entities that a document type may define elsewhere, so they are replaced before.
        text = _AMPERSAND.sub(_repair_reference, text[: doctype.start()] + text[doctype.end() :])
    try:
        return _parse(text), []
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error).split())[:150]
    repaired = _AMPERSAND.sub(_repair_reference, _FORBIDDEN.sub("", text))
    try:
        return _parse(repaired), [Omission(f"{source}: {reason}", "the feed's XML is broken; it was mended")]
    except etree.XMLSyntaxError:
        pass
    try:
        root = _parse(repaired, recover=True)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise _not_a_feed(source, f"no XML: {reason}")
    return root, [Omission(f"{source}: {reason}", "the feed's XML is broken; what could be read of it was taken")]


def _parse(text: str, *, recover: bool = False) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover, encoding="utf-8"
    )
    return etree.fromstring(text.encode("utf-8", "replace"), parser)


def _repair_reference(match: re.Match[str]) -> str:
    """Return a character reference that XML knows: as it is, as the character of HTML, or as an escaped ``&``."""
    text, name = match[0], match[1]
    if not text.startswith("&"):
        return text
    if not name:
        return "&amp;"
    if name in ("amp", "lt", "gt", "quot", "apos"):
        return text
    if name.startswith("#"):
        return "" if _FORBIDDEN.search(html.unescape(text)) else text
    return chr(name2codepoint[name]) if name in name2codepoint else f"&amp;{name};"


def _name(element: etree._Element) -> str:
    """Return an element's name with the usual prefix of its namespace."""
    namespace, name = _split(str(element.tag))
    if not namespace:
        return name
    prefix = _PREFIXES.get(namespace) or _PREFIXES.get(namespace.rstrip("/"))
    if prefix is None and re.search("rss/2|backend.userland", namespace):
        prefix = ""
    return f"{prefix}{name}" if prefix is not None else f"{element.prefix or 'other'}:{name}"


def _split(tag: str) -> tuple[str, str]:
    """Return the namespace (in lower case, may be empty) and the name of lxml's ``{namespace}name``."""
    if not tag.startswith("{"):
        return "", tag
    namespace, _, name = tag[1:].partition("}")
    return namespace.lower(), name


def _element(element: etree._Element, skip: tuple[str, ...] = ()) -> Element:
    name = _name(element)
    inner = list(element.iterchildren(etree.Element))
    if name in _HTML and inner:
        return Element(name, _markup(element), _attributes(element))
    children = tuple(_element(child) for child in inner if not skip or _name(child) not in skip)
    return Element(name, "".join(_texts(element)).strip(), _attributes(element), children)


def _texts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag is etree.Entity:
            yield html.unescape(child.text or "")
        # Text behind a comment, an entity or a child still belongs to this element; text within a child doesn't.
        yield child.tail or ""


def _markup(element: etree._Element) -> str:
    """Return the inner HTML of an element."""
    parts = [html.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode") for child in element.iterchildren(etree.Element)]
    return "".join(parts).strip()


def _attributes(element: etree._Element) -> dict[str, str]:
    return {_split(str(key))[1]: str(value) for key, value in element.attrib.items()}
