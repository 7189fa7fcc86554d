"""The facts of a channel that directories and apps show, and the differences between two channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from longwave.content.site.categories import category_text, find_category
from longwave.content.text.plain_text import one_line
from longwave.feeds.text import shortened
from longwave.model import Category
from longwave.moving.comparison.differences import CHANNEL, Difference, difference
from longwave.moving.comparison.parts import compare_addresses, compare_parts, compare_sets, compare_texts
from longwave.moving.rss.channel_settings import image_of
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import parse_yes_no, web_host
from longwave.moving.rss.html_to_markdown import plain_text

_HINTS: Mapping[str, str] = {
    "podcast:guid": "Write it as podcast_guid into the show's table in content/site.toml.",
    "cover": "Put it into content/images, and name it as image in content/site.toml.",
    "block": "Write block = true into the show's table in content/site.toml.",
    "owner's e-mail address": "Write it as owner.email into content/site.toml; directories send their mail there.",
}
_BLOCKS = ("itunes:block", "podcast:block", "googleplay:block")


def compare_channels(old: Element, new: Element) -> Iterator[Difference]:
    """Yield the differences between the channels of an old feed and of the new one."""
    before, after = _texts(old), _texts(new)
    if not before["podcast:guid"]:
        after["podcast:guid"] = ""  # An app learns of the first one without anybody's noticing.
    yield from compare_texts(CHANNEL, before, after, _HINTS)
    for kind, listed in (("category", _categories), ("funding link", _funding), ("person", people)):
        yield from compare_sets(CHANNEL, kind, listed(old), listed(new))
    yield from _compare_marks(old, new)
    yield from compare_addresses(CHANNEL, "cover", image_of(old), image_of(new), _HINTS["cover"])
    yield from compare_addresses(CHANNEL, "website", _website(old), _website(new))
    yield from compare_parts(CHANNEL, old, new)
    yield from _compare_moves(old, new)


def author_of(channel: Element) -> str:
    """Return the author of a show; empty if there is none."""
    return one_line(channel.first_text("itunes:author", "googleplay:author", "dc:creator"))


def explicit_of(element: Element) -> bool | None:
    """Return whether a show or an episode is explicit; None if the element doesn't say so."""
    return parse_yes_no(element.first_text("itunes:explicit", "googleplay:explicit"))


def people(element: Element) -> dict[str, str]:
    """Return the names of an element's people, by the same in lower case."""
    names = (one_line(person.text) for person in element.all("podcast:person"))
    return {name.casefold(): name for name in names if name}


def _texts(channel: Element) -> dict[str, str]:
    title = one_line(channel.first_text("title", "itunes:title"))
    description = channel.first_text("description", "itunes:summary", "googleplay:description", "itunes:subtitle")
    plain = one_line(shortened(plain_text(description)))
    owner = next(iter(channel.all("itunes:owner")), Element("itunes:owner"))
    return {
        "show's title": title,
        # A feed must have a description; one that is the title stands for none.
        "show's description": "" if plain == title else plain,
        "author": author_of(channel),
        "owner's name": one_line(owner.first_text("itunes:name")),
        "owner's e-mail address": one_line(owner.first_text("itunes:email")),
        "language": channel.first_text("language", "dc:language").replace("_", "-").lower(),
        "show's type": channel.first_text("itunes:type").lower() or "episodic",
        "copyright": one_line(plain_text(channel.first_text("copyright", "dc:rights"))),
        "podcast:guid": channel.first_text("podcast:guid").lower(),
    }


def _compare_marks(old: Element, new: Element) -> Iterator[Difference]:
    """Yield the differences between marks that say yes or no: a yes may be lost, a no is the usual case."""
    before, after = bool(explicit_of(old)), bool(explicit_of(new))
    if before != after:
        yield difference(CHANNEL, "explicit mark", _yes(before), _yes(after))
    if _says_yes(old, "podcast:locked") and not _says_yes(new, "podcast:locked"):
        yield difference(CHANNEL, "lock", "yes", "")
    for kind, names in (("block", _BLOCKS), ("end of the show", ("itunes:complete",))):
        stated, kept = (_says_yes(channel, *names) for channel in (old, new))
        if stated and not kept:
            yield difference(CHANNEL, kind, "yes", "", _HINTS.get(kind, ""))
        elif kept and not stated:
            # Nobody gains anything if apps look for no new episodes, or directories list the show no more.
            yield Difference(CHANNEL, kind, "changed", "no", "yes")


def _compare_moves(old: Element, new: Element) -> Iterator[Difference]:
    """Yield the difference between the addresses to which the feeds send their subscribers."""
    before, after = old.first_text("itunes:new-feed-url"), new.first_text("itunes:new-feed-url")
    # Many hosts write a feed's own address there, which sends nobody anywhere.
    own = {link.get("href") for channel in (old, new) for link in channel.all("atom:link") if link.get("rel") == "self"}
    if after and after != before and after not in own:
        yield Difference(CHANNEL, "new-feed-url", "changed", before, after, "Apps leave this feed for that address.")
    elif before and not after and before not in own:
        yield difference(CHANNEL, "new-feed-url", before, "", "Subscribers of the old feed are sent there.")


def _says_yes(channel: Element, *names: str) -> bool:
    return any(parse_yes_no(each.text) is True for name in names for each in channel.all(name))


def _yes(mark: bool) -> str:
    return "yes" if mark else "no"


def _website(channel: Element) -> str:
    link = one_line(channel.first_text("link"))
    return link if web_host(link) else ""


def _funding(channel: Element) -> dict[str, str]:
    urls = (one_line(each.get("url")) for each in channel.all("podcast:funding"))
    return {url: url for url in urls if url}


def _categories(channel: Element) -> dict[str, str]:
    """Return the categories that Apple still has, such as ``Arts > Books``, as no new feed can have the others."""
    found: dict[str, None] = {}
    for outer in channel.all("itunes:category"):
        for inner in outer.all("itunes:category") or (Element("itunes:category"),):
            name = _category(outer)
            apple = find_category(Category(name, _category(inner))) or find_category(Category(name))
            found |= {category_text(apple): None} if apple else {}
    return {category: category for category in found}


def _category(element: Element) -> str:
    return one_line(element.get("text")).replace("&amp;", "&")
