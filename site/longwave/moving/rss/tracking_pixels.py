"""Tracking pixels in show notes: invisible pictures by which another host counts readers."""

from __future__ import annotations

import re

from lxml.html import HtmlElement, fragment_fromstring, tostring

from longwave.feeds.audit.audited_feed import parts_of
from longwave.feeds.xml import clean

#: The side in CSS pixels up to which nobody sees a picture.
_INVISIBLE = 2
_SIDE = re.compile(
    r"(?:^|;)\s*(?:max-)?(width|height)\s*:\s*(\d+(?:\.\d+)?)(?:px)?\s*(?:!important)?\s*(?=;|$)", re.IGNORECASE
)
_HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?)\s*(?:!\w+\s*)?(?=;|$)",
    re.IGNORECASE,
)
#: Hosts that serve nothing but counting pictures, and paths of such pictures on hosts that serve others, too.
_COUNTERS = re.compile(
    r"^(?:pixel|pixels|stats|analytics|tracking|tracker|counter|beacon|metrics)\.[\w.-]+/"
    r"|^(?:pixel\.wp\.com|b\.scorecardresearch\.com|www\.google-analytics\.com|secure\.gravatar\.com/blavatar"
    r"|feeds\.feedburner\.com/~r|feeds\.feedburner\.com/~ff|feedproxy\.google\.com/~r|feeds\.wordpress\.com/1\.0"
    r"|[\w.-]*doubleclick\.net|www\.facebook\.com/tr\b|px\.ads\.linkedin\.com)"
    r"|/(?:pixel|beacon|tracking[-_]?pixel|1x1|spacer|blank|clear|transparent)\.(?:gif|png)$",
    re.IGNORECASE,
)


def without_trackers(html: str) -> tuple[str, tuple[str, ...]]:
    """Return HTML without the pictures that only count readers, and the addresses of those pictures without queries."""
    if "<img" not in html.lower():
        return html, ()
    # The dot keeps lxml from treating the fragment as a complete document; it is removed again below.
    root = fragment_fromstring(f".{clean(html)}", create_parent="div")
    root.text = (root.text or "").removeprefix(".")
    found = [image for image in root.iter("img") if _counts_readers(image)]
    if not found:
        return html, ()
    for image in found:
        link = image.getparent()
        image.drop_tree()
        if link is not None and link.tag == "a" and not len(link) and not (link.text or "").strip():
            link.drop_tag()
    rest = str(tostring(root, encoding="unicode")).removeprefix("<div>").removesuffix("</div>")
    return rest, tuple(dict.fromkeys(image.get("src", "").partition("?")[0] for image in found))


def _counts_readers(image: HtmlElement) -> bool:
    style = image.get("style") or ""
    styled = {name.lower(): value for name, value in _SIDE.findall(style)}
    sides = [_pixels(image.get(name) or styled.get(name, "")) for name in ("width", "height")]
    if any(side is not None and side <= _INVISIBLE for side in sides) or _HIDDEN.search(style):
        return True
    parts = parts_of((image.get("src") or "").strip())
    return _COUNTERS.search(f"{parts.hostname or ''}{parts.path}") is not None


def _pixels(text: str) -> float | None:
    try:
        return float(text.strip().lower().removesuffix("px"))
    except ValueError:
        return None
