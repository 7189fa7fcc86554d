"""Addresses that still lead somewhere when the page they stood on is gone."""

from __future__ import annotations

from urllib.parse import quote, urljoin

from lxml import etree, html

from longwave.feeds.xml import clean

_ATTRIBUTES = ("href", "src", "poster", "cite", "data")


def address(base: str, path: str) -> str:
    """The absolute address of ``path``, a path without a query, on the site at ``base``."""
    return base + quote(path, errors="replace")


def picture(base: str, image: str) -> str:
    """The absolute address of a picture in full size: a path below ``content/images``, or a URL, which stays."""
    if not image or image.startswith(("https://", "http://")):
        return image
    return address(base, f"/images/full/{image.lstrip('/')}")


def absolute(fragment: str, base: str) -> str:
    """A fragment of HTML in which every address is absolute; ``#t=1:21`` is a moment of the page ``base``."""
    if not fragment.strip():
        return ""
    root = html.fragment_fromstring(clean(fragment), create_parent="div")
    for element in root.iter(etree.Element):
        # Apps choose no size: `src` says the same with one address.
        element.attrib.pop("srcset", None)
        for name in _ATTRIBUTES:
            if name in element.attrib:
                element.set(name, _joined(base, element.attrib[name]))
    return str(html.tostring(root, encoding="unicode")).removeprefix("<div>").removesuffix("</div>")


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link
