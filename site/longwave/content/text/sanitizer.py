"""A sanitizer of rendered Markdown, for owners who publish texts by other people."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import nh3

from longwave.disk import source_digest

#: A version for the keys of cached HTML: it changes whenever the same HTML might be sanitized differently.
SANITIZER = f"nh3 {version('nh3')} rules {source_digest(Path(__file__))}"
_TAGS = {
    "a", "abbr", "audio", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "input", "ins", "kbd", "li", "mark", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "track", "u", "ul", "var", "video", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id", "title", "lang", "dir", "role"},
    "a": {"href", "hreflang", "rel", "target", "download", "data-seek"},
    "audio": {"src", "controls", "preload", "loop"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding"},
    "input": {"checked"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "srcset", "sizes", "type", "media"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"src", "poster", "controls", "preload", "loop", "width", "height", "playsinline"},
}
_TARGETS = ("_self", "_blank", "_parent", "_top")
#: The HTML elements that are removed with their content.
_DROPPED = {
    "script",
    "style",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
    "object",
    "button",
    "select",
    "textarea",
}


def _filter_attribute(_: str, name: str, value: str) -> str:
    """Return an attribute's value, without ``opener`` in ``rel``, and with ``_blank`` for a window's name."""
    if name == "rel":
        return " ".join(word for word in value.split() if word.lower() != "opener")
    # A page in a window with a name can access the page that opened the window.
    return "_blank" if name == "target" and value.lower() not in _TARGETS else value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_filter_attribute,
    # Only the disabled checkboxes of task lists are allowed, lest a text ask readers for input.
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": "disabled"}},
    clean_content_tags=_DROPPED,
    link_rel=None,
    url_schemes={"http", "https", "mailto", "tel", "geo", "feed", "podcast"},
)


def sanitize(html: str) -> str:
    """Return HTML without scripts, event handlers, styles, frames, forms, and addresses with dangerous schemes."""
    return _CLEANER.clean(html)
