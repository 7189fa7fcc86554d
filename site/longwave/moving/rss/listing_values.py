"""The tags by which services list, block and link a show or an episode, as keys of site.toml and front matter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from longwave.authoring.literals import Value, without_empty
from longwave.content.fields.listing_types import DAYS
from longwave.content.text.plain_text import one_line
from longwave.feeds.listing_tags import APPLE, PLACES
from longwave.model.listing import ALL_SERVICES
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import host_without_www, parse_number, parse_size, parse_yes_no, web_host
from longwave.moving.rss.html_to_markdown import MAX_NOTES_LENGTH, plain_text

#: The limit on further pictures, and on services, of a show or an episode.
MAX_PICTURES, _MAX_SERVICES = 12, 100
_LAST_HOUR = 23
#: The hosts by which the address of a link shows its place.
_PLACE_HOSTS = {
    "youtube.com": "youtube", "m.youtube.com": "youtube", "youtu.be": "youtube", "bsky.app": "bluesky",
    "vimeo.com": "video",
}  # fmt: skip


def channel_listing(channel: Element) -> Iterator[tuple[str, Value]]:
    """Yield the keys of a show that say how services list it, with their values, except for its pictures."""
    title, short = (one_line(channel.first_text(name)) for name in ("title", "itunes:title"))
    if title and short and short != title:
        yield "itunes_title", short
    yield from _subtitle(channel, (title, plain_text(channel.first_text("description"))))
    yield from _places(channel.all("atom:link"), "me")
    yield from _block(channel)
    if _is_yes(channel.first_text("itunes:complete")):
        yield "complete", True
    for key, name in (("managing_editor", "managingEditor"), ("webmaster", "webMaster")):
        if contact := one_line(channel.first_text(name)):
            yield key, contact
    if owner := _locked_owner(channel):
        yield "locked_owner", owner
    if ttl := parse_number(channel.first_text("ttl")):
        yield "ttl", ttl
    days = [day for day in DAYS if day.lower() in {text.lower() for text in _inner(channel, "skipDays", "day")}]
    if days:
        yield "skip_days", days
    hours = {parse_number(text) for text in _inner(channel, "skipHours", "hour")} - {None}
    # In the older RSS 0.92, midnight is the hour 24.
    skipped = sorted({hour % 24 for hour in hours if hour is not None and hour <= _LAST_HOUR + 1})
    if skipped:
        yield "skip_hours", skipped


def item_listing(item: Item) -> Iterator[tuple[str, Value]]:
    """Yield the keys of an episode that say how services list it, with their values, except for its pictures."""
    element = item.element
    if item.itunes_title:
        yield "itunes_title", item.itunes_title
    yield from _subtitle(element, (item.title, plain_text(item.notes[:MAX_NOTES_LENGTH])))
    yield from _places(element.all("atom:link"), "related")
    general = (each.text for each in element.all("podcast:block") if not each.get("id"))
    blocks = (element.first_text("itunes:block", "googleplay:block"), *general)
    if any(map(_is_yes, blocks)):
        yield "block", True


def cover_words(element: Element, cover: str, title: str) -> str:
    """Return the words for the picture at the address ``cover``; empty where there are none but the ``title``."""
    words = (one_line(each.get("alt")) for each in element.all("podcast:image") if each.get("href") == cover)
    return next((text for text in words if text and text != title), "")


def other_pictures(element: Element, cover: str) -> Iterator[Element]:
    """Yield the ``podcast:image`` elements of a channel or an item, without that of its ``cover`` and duplicates."""
    seen = {cover}
    for each in element.all("podcast:image"):
        if web_host(each.get("href")) and each.get("href") not in seen and len(seen) <= MAX_PICTURES:
            seen.add(each.get("href"))
            yield each


def picture_value(element: Element, file: str) -> dict[str, Value]:
    """Return a picture as an entry of the key ``images``; its size is left to the ``file`` if that is on this site."""
    values: dict[str, Value] = {
        "file": file,
        "alt": one_line(element.get("alt")),
        "purpose": one_line(element.get("purpose")).lower(),
    }
    if "://" in file:
        width, height = parse_size(element.get("width")), parse_size(element.get("height"))
        ratio = "" if width and height else one_line(element.get("aspect-ratio"))
        values |= {"width": width, "height": height, "type": element.get("type"), "aspect_ratio": ratio}
    return without_empty(**values)


def _subtitle(element: Element, known: Iterable[str]) -> Iterator[tuple[str, Value]]:
    """Yield the subtitle, unless one of the ``known`` texts begins with it, as hosts fill it from these texts."""
    text = one_line(plain_text(element.first_text("itunes:subtitle")))
    beginning = text.rstrip("….").rstrip()
    if beginning and not any(one_line(other).startswith(beginning) for other in known):
        yield "subtitle", text


def _places(links: Iterable[Element], rel: str) -> Iterator[tuple[str, Value]]:
    """Yield the address of each known place elsewhere, by its key, among the links of a kind: the first of each."""
    names = {title.lower(): field for field, title in PLACES.items()}
    found: dict[str, str] = {}
    for link in links:
        url = link.get("href")
        if link.get("rel") == rel and web_host(url):
            is_profile = urlsplit(url).path.startswith("/@")
            place = names.get(one_line(link.get("title")).lower()) or _PLACE_HOSTS.get(host_without_www(url))
            place = place or ("mastodon" if rel == "me" and is_profile else "")
            if place:
                found.setdefault(place, url)
    yield from found.items()


def _block(channel: Element) -> Iterator[tuple[str, Value]]:
    """Yield the key ``block`` for the services that may not list the show, and for those that may nevertheless."""
    services: dict[str, None] = {}
    allowed: dict[str, None] = {}
    for each in channel.all("podcast:block")[:_MAX_SERVICES]:
        slug = each.get("id").lower() or ALL_SERVICES
        if (yes := parse_yes_no(each.text)) is not None:
            (services if yes else allowed)[slug] = None
    if _is_yes(channel.first_text("itunes:block", "googleplay:block")) and APPLE not in services:
        # Other directories obey Apple's older tag, too; our feeds name Apple beside it if only Apple is meant.
        services[ALL_SERVICES] = None
    if allowed and ALL_SERVICES in services:
        yield "block", {"services": list(services), "except": [slug for slug in allowed if slug != ALL_SERVICES]}
    elif services:
        yield "block", True if list(services) == [ALL_SERVICES] else list(services)


def _locked_owner(channel: Element) -> str:
    """Return the email address of ``podcast:locked`` if it isn't the owner's."""
    email = one_line(channel.attribute("podcast:locked", "owner"))
    owners = (one_line(owner.first_text("itunes:email")) for owner in channel.all("itunes:owner"))
    return email if email not in owners else ""


def _inner(channel: Element, outer: str, inner: str) -> list[str]:
    return [one_line(each.text) for parent in channel.all(outer) for each in parent.all(inner)]


def _is_yes(text: str) -> bool:
    return parse_yes_no(text) is True
