"""The cover of a show or an episode, wherever a feed names it."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import web_host


def cover_of(element: Element) -> str:
    """Return the address of the picture of a channel or an item; empty if there is none."""
    return next(filter(None, _covers(element)), "")


def _covers(element: Element) -> Iterator[str]:
    """Yield the addresses of the pictures that may be the cover, those that directories read first."""
    yield element.attribute("itunes:image", "href")
    yield from (image.first_text("url") for image in element.all("image"))
    yield element.attribute("googleplay:image", "href")
    yield from (each.get("href") for each in element.all("podcast:image") if "artwork" in each.get("purpose").split())
    yield from map(_largest, element.all("podcast:images"))
    groups = (element, *element.all("media:group"))
    pictures = (each for group in groups for each in group.all("media:content") if _is_picture(each))
    yield from (each.get("url") for each in pictures if web_host(each.get("url")))
    yield from (each.get("url") for group in groups for each in group.all("media:thumbnail"))


def _is_picture(content: Element) -> bool:
    return content.get("medium").lower() == "image" or content.get("type").lower().startswith("image/")


def _largest(images: Element) -> str:
    """Return the widest picture of a ``srcset``, in which each address has its width or density behind it."""
    sizes: dict[str, float] = {}
    for part in images.get("srcset").split(",")[:20]:
        url, _, size = part.strip().partition(" ")
        if web_host(url):
            digits = size.strip()[:-1]
            sizes[url] = float(digits) if digits.replace(".", "", 1).isascii() and digits.isdigit() else 1.0
    return max(sizes, key=lambda url: sizes[url], default="")
