"""Rendered notes as podcast apps show them: plain HTML that works without the page it stood on."""

from __future__ import annotations

from urllib.parse import urljoin

import nh3
from lxml import etree, html

from longwave.feeds.xml import clean

#: Stands for this module where cleaned notes are kept; raised whenever it makes something else of the same.
CLEANER = "3"
_ADDRESSES = ("href", "src", "cite")
_PLAYED = frozenset({"iframe", "audio", "video", "embed"})
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
#: An element that is none of these leaves its words behind, even by a name such as ``int``, which MathML has too.
_KEPT = _TAGS | _SILENT
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags=_SILENT,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "geo"},
)


def cleaned(fragment: str, base: str) -> str:
    """A fragment of HTML without scripts, styles, classes, ids or frames, in which every address is absolute.

    ``base`` is the address of its page. A link that plays a second becomes the time alone, of which apps make a link of
    their own; what is played from elsewhere becomes a link to it.
    """
    if not fragment.strip():
        return ""
    # Behind text nothing is taken for a document of its own.
    root = html.fragment_fromstring(f".{clean(fragment)}", create_parent="div")
    root.text = (root.text or "").removeprefix(".")
    for element in list(root.iter(etree.Element)):
        if element.tag in _PLAYED:
            _link_to(element, base)
        for name in _ADDRESSES:
            if name in element.attrib:
                element.set(name, clean(_joined(base, element.attrib[name])))
        # What stood within something that is played went with it.
        if element.getparent() is not None and (element.tag not in _KEPT or "data-seek" in element.attrib):
            element.drop_tag()
    whole = str(html.tostring(root, encoding="unicode")).removeprefix("<div>").removesuffix("</div>")
    return _CLEANER.clean(whole).strip()


def _link_to(element: html.HtmlElement, base: str) -> None:
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
