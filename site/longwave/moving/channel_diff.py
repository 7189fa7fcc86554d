"""A comparison of the channels of two feeds: that which directories and apps show of a podcast itself."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.content.site.categories import category_text, find_category
from longwave.content.text.plain_text import one_line
from longwave.errors import FEED_DIFF, Level, Problem
from longwave.feeds.text import shortened
from longwave.model import Category
from longwave.moving.rss.channel_settings import image_of
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import parse_yes_no
from longwave.moving.rss.html_to_markdown import plain_text


def compare_descriptions_of_shows(old: Element, new: Element) -> Iterator[Problem]:
    """Yield a difference for each fact of an old channel that the new one lacks or states otherwise."""
    if image_of(old) and not image_of(new):
        hint = "Put it into content/images, and name it as image in content/site.toml."
        yield _difference(f"the cover {image_of(old)}", "none", "error", hint)
    lost = [category for category in _categories(old) if category not in _categories(new)]
    if lost:
        yield _difference(f"the category {', '.join(lost)}", ", ".join(_categories(new)) or "none")
    for name, before, after in (
        ("description", _description(old), _description(new)),
        ("author", _text(old, "itunes:author"), _text(new, "itunes:author")),
        ("owner's name", _owner(old, "itunes:name"), _owner(new, "itunes:name")),
        ("owner's e-mail address", _owner(old, "itunes:email"), _owner(new, "itunes:email")),
        ("copyright", _text(old, "copyright"), _text(new, "copyright")),
    ):
        if before and before != after:
            yield _difference(f"the {name} {shortened(before, 80)!r}", repr(shortened(after, 80)) if after else "none")
    before_explicit, after_explicit = (parse_yes_no(each.first_text("itunes:explicit")) for each in (old, new))
    if before_explicit is not None and before_explicit != after_explicit:
        yield _difference(f"explicit {str(before_explicit).lower()}", str(after_explicit).lower())


def _difference(expected: str, found: str, level: Level = "warning", hint: str = "") -> Problem:
    return Problem("channel", 0, expected, found, hint, level, FEED_DIFF)


def _description(channel: Element) -> str:
    return one_line(shortened(plain_text(channel.first_text("description", "itunes:summary", "itunes:subtitle"))))


def _text(channel: Element, name: str) -> str:
    return one_line(plain_text(channel.first_text(name)))


def _owner(channel: Element, name: str) -> str:
    return next((one_line(owner.first_text(name)) for owner in channel.all("itunes:owner")), "")


def _categories(channel: Element) -> list[str]:
    """Return the categories that Apple still has, as texts such as ``Arts > Books``: no feed can have the others."""
    found = []
    for outer in channel.all("itunes:category"):
        names = [sub.get("text") for sub in outer.all("itunes:category")] or [""]
        listed = (Category(_name(outer.get("text")), _name(name)) for name in names)
        found += [category_text(apple) for category in listed if (apple := find_category(category))]
    return found


def _name(text: str) -> str:
    return one_line(text).replace("&amp;", "&")
