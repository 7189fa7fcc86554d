"""The tags of a channel and of an item by which services list, block and link them, and the same for JSON Feed.

They are RSS 2.0's, Apple's (https://help.apple.com/itc/podcasts_connect/), Atom's links, and those of Podcasting 2.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import gcd
from typing import Any

from longwave.feeds.feed_data import Channel, Entry, without_empty
from longwave.feeds.xml import Node, integer, node
from longwave.model import Block, Listing, Picture
from longwave.model.listing import ALL_SERVICES, COVER

#: The names of services that a show or an episode may link to, by the field of ``Listing`` with the link.
PLACES: Mapping[str, str] = {"youtube": "YouTube", "video": "Video", "mastodon": "Mastodon", "bluesky": "Bluesky"}
#: The slug that stands for Apple, whose directory has a tag of its own.
APPLE = "apple"


def of_channel(channel: Channel) -> Iterator[Node]:
    """Yield the channel's tags that say how directories and programs treat the feed."""
    settings = channel.syndication
    yield node("managingEditor", settings.managing_editor)
    yield node("webMaster", settings.webmaster)
    yield node("ttl", integer(settings.ttl))
    yield node("skipHours", *(node("hour", str(hour)) for hour in settings.skip_hours))
    yield node("skipDays", *(node("day", day) for day in settings.skip_days))
    yield from (node("atom:link", href=url, rel="me", title=title) for title, url in places_of(settings))
    yield node("itunes:title", settings.itunes_title)
    yield node("itunes:subtitle", settings.subtitle)
    yield _blocked_by_apple(settings.block)
    yield from _blocked(settings.block)
    yield node("itunes:complete", "Yes" if settings.complete else "")
    covers = channel.pictures or ((Picture(channel.image, purpose=COVER),) if channel.image else ())
    # A cover without a text alternative gets the show's title as one.
    yield from (
        _picture(replace(each, alt=each.alt or (channel.title if each.serves(COVER) else ""))) for each in covers
    )


def of_item(entry: Entry) -> Iterator[Node]:
    """Yield the item's tags that say how directories and apps treat the episode."""
    episode = entry.episode
    yield from (node("atom:link", href=url, rel="related", title=title) for title, url in places_of(episode))
    yield node("itunes:subtitle", episode.subtitle)
    yield _blocked_by_apple(episode.block)
    yield from map(_picture, entry.pictures)


def json_of_channel(channel: Channel) -> dict[str, Any]:
    """Return the values of the channel's tags, some of them empty, for the extension ``_podcast`` of a JSON Feed."""
    settings = channel.syndication
    return {
        **_json_of(settings, channel.pictures),
        "itunesTitle": settings.itunes_title,
        "block": _json_block(settings.block),
        "managingEditor": settings.managing_editor,
        "webMaster": settings.webmaster,
        "ttl": settings.ttl,
        "skipDays": list(settings.skip_days),
        "skipHours": list(settings.skip_hours),
    }


def json_of_item(entry: Entry) -> dict[str, Any]:
    """Return the values of the item's tags, some of them empty, for the extension ``_podcast`` of a JSON Feed."""
    episode = entry.episode
    return {
        **_json_of(episode, entry.pictures),
        "itunesTitle": episode.itunes_title,
        "block": _json_block(episode.block),
    }


def banner_of(pictures: Iterable[Picture]) -> str:
    """Return the address of the picture that is a banner; empty if there is none."""
    return next((picture.file for picture in pictures if picture.serves("banner")), "")


def places_of(listing: Listing) -> Iterator[tuple[str, str]]:
    """Yield the name of each service (see ``PLACES``) on which a show or an episode is, and its address there."""
    for field, title in PLACES.items():
        if url := getattr(listing, field):
            yield title, url


def aspect_ratio(picture: Picture) -> str:
    """Return the ratio of a picture's sides in lowest terms, such as ``16/9``; empty if unknown."""
    if not picture.width or not picture.height:
        return picture.aspect_ratio
    divisor = gcd(picture.width, picture.height)
    return f"{picture.width // divisor}/{picture.height // divisor}"


def _blocked_by_apple(block: Block) -> Node:
    return node("itunes:block", "Yes" if block.hides_from(APPLE) else "")


def _blocked(block: Block) -> Iterator[Node]:
    for service in block.services:
        yield node("podcast:block", "yes", id="" if service == ALL_SERVICES else service)
    yield from (node("podcast:block", "no", id=service) for service in block.except_for)


def _picture(picture: Picture) -> Node:
    return node("podcast:image", **_attributes(picture))


def _attributes(picture: Picture) -> dict[str, str]:
    return {
        "href": picture.file,
        "alt": picture.alt,
        "aspect-ratio": aspect_ratio(picture),
        "width": integer(picture.width),
        "height": integer(picture.height),
        "type": picture.type,
        "purpose": picture.purpose,
    }


def _json_of(listing: Listing, pictures: Iterable[Picture]) -> dict[str, Any]:
    attributes = ({**_attributes(each), "width": each.width, "height": each.height} for each in pictures)
    return {
        "subtitle": listing.subtitle,
        "image": [without_empty(**each) for each in attributes],
        "links": [{"title": title, "url": url} for title, url in places_of(listing)],
    }


def _json_block(block: Block) -> list[str] | bool | dict[str, Any]:
    """Return a block as the key ``block`` may have it: true, a list of services, or a map with exceptions."""
    if block.except_for:
        return {"services": list(block.services), "except": list(block.except_for)}
    return True if block.services == (ALL_SERVICES,) else list(block.services)
