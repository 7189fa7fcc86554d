"""The sanitizer of feeds: it turns rendered notes into plain HTML that works outside their page, in podcast apps."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import nh3
from lxml import etree, html

from longwave.disk import source_digest
from longwave.feeds.xml import clean

#: The version of this module under which cleaned notes are cached.
CLEANER = source_digest(Path(__file__))
_URL_ATTRIBUTES = ("href", "src", "cite")
_EMBEDDED = frozenset({"iframe", "audio", "video", "embed"})
_TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del",
    "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
    "var", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "hreflang", "title"},
    "abbr": {"title"},
    "bdo": {"dir"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_SILENT = {"script", "style", "template", "noscript", "svg", "math", "button", "select", "textarea", "title"}
#: The names of the elements that are kept or removed whole; of any other element, the tags go and the text stays.
_KNOWN = _TAGS | _SILENT
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags=_SILENT,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "geo"},
)


def cleaned(fragment: str, base: str) -> str:
    """Return a fragment of HTML without scripts, styles, classes, ids or frames, and with absolute URLs only.

    ``base`` is the URL of the fragment's page. A timestamp that seeks the page's player becomes plain text, in
    which podcast apps link times themselves; an embedded player becomes a link to its source.
    """
    if not fragment.strip():
        return ""
    # The dot keeps lxml from treating the fragment as a complete document; it is removed again below.
    root = html.fragment_fromstring(f".{clean(fragment)}", create_parent="div")
    root.text = (root.text or "").removeprefix(".")
    for element in list(root.iter(etree.Element)):
        if element.tag in _EMBEDDED:
            _replace_with_link(element, base)
        for name in _URL_ATTRIBUTES:
            if name in element.attrib:
                element.set(name, clean(_joined(base, element.attrib[name])))
        # An element without a parent was inside an embedded player, and was removed together with that player.
        if element.getparent() is not None and (element.tag not in _KNOWN or "data-seek" in element.attrib):
            element.drop_tag()
    absolute = str(html.tostring(root, encoding="unicode")).removeprefix("<div>").removesuffix("</div>")
    return _CLEANER.clean(absolute).strip()


def _replace_with_link(element: html.HtmlElement, base: str) -> None:
    """Replace an embedded player by a link to its source, or remove the player if it has no source."""
    source = element.get("src") or next((inner.get("src") for inner in element.iter("source") if inner.get("src")), "")
    title = element.get("title") or _joined(base, source)
    tail = element.tail
    element.clear()
    element.tag, element.tail = "a", tail
    if source:
        element.set("href", clean(source))
        element.text = clean(title)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link
