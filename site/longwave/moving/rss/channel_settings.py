"""The channel of a feed as ``site.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from longwave.authoring.literals import Value, fits_site_toml, fitting_lines, quoted, toml_value, without_empty
from longwave.content.episodes.taxonomy import DEFAULT_ROLE
from longwave.content.site.categories import category_text, find_category, nearest_category
from longwave.content.site.site_toml import SITE_FILE
from longwave.content.text.plain_text import one_line
from longwave.feeds.guids import feed_guid
from longwave.model import Category
from longwave.moving.import_report import Omission
from longwave.moving.rss.conversation_values import conversation_values, feed_values
from longwave.moving.rss.feed_parser import Document, Element
from longwave.moving.rss.feed_people import people_of, role_and_group
from longwave.moving.rss.feed_pictures import cover_of
from longwave.moving.rss.feed_values import host_without_www, parse_yes_no, web_host
from longwave.moving.rss.html_to_markdown import plain_text
from longwave.moving.rss.known_elements import CHANNEL, OLD_CHANNEL
from longwave.moving.rss.listing_values import channel_listing, cover_words, other_pictures, picture_value
from longwave.moving.rss.podcasting_values import shared_values
from longwave.routes import path_for

_NOTHING_LIKE = "Longwave has nothing like it"


@dataclass(frozen=True, slots=True)
class SiteToml:
    """The text of ``site.toml``, and the omissions of the channel."""

    text: str
    omissions: tuple[Omission, ...]


def image_of(channel: Element) -> str:
    """Return the address of the show's cover; empty if there is none."""
    return cover_of(channel)


def site_toml_from_feed(
    document: Document, show: str, address: str, seasons: Mapping[int, str], pictures: Mapping[str, str]
) -> SiteToml:
    """Return ``site.toml`` for the feed at ``address``, which is empty for a file.

    ``seasons`` are names by number. ``pictures`` maps an image's address to its file below content/images, or to the
    address itself where it couldn't be fetched.
    """
    channel = document.channel
    omissions: list[Omission] = []
    site = list(_site_values(document, pictures, omissions))
    table = list(_show_values(channel, address, seasons))
    images = [
        picture_value(each, pictures.get(each.get("href"), "")) for each in other_pictures(channel, image_of(channel))
    ]
    table += [("images", images)] if images else []
    site_lines, rejected = fitting_lines(((key, f"{key} = {toml_value(value)}") for key, value in site), fits_site_toml)
    show_lines, rejected_of_show = fitting_lines(
        ((key, f"{key} = {toml_value(value)}") for key, value in table),
        lambda line: fits_site_toml(f"[shows.{show}]\n{line}"),
    )
    omissions += [Omission(key, "site.toml can't hold what the feed says there") for key in rejected + rejected_of_show]
    omissions += _channel_omissions(channel)
    enclosures = {enclosure.get("url") for item in document.items for enclosure in item.all("enclosure")}
    trailers = (trailer for trailer in channel.all("podcast:trailer") if trailer.get("url") not in enclosures)
    omissions += [
        Omission(one_line(trailer.text), "a trailer is an episode, and there is none of it") for trailer in trailers
    ]
    text = _site_toml(site_lines, show_lines, show)
    feed = path_for("show_feed", show=show, form="xml")
    text += "".join(f"{quoted(path)} = {quoted(feed)}\n" for path in _former_feeds(channel, address, feed))
    return SiteToml(text, tuple(omissions))


def channel_values(
    document: Document, address: str, pictures: Mapping[str, str]
) -> tuple[Mapping[str, Value], Mapping[str, Value], tuple[Omission, ...]]:
    """Return the keys of the site, the keys of its show, and the omissions, that a channel at ``address`` states.

    ``pictures`` are as in ``site_toml_from_feed``.
    """
    omissions: list[Omission] = []
    site = dict(_site_values(document, pictures, omissions))
    show = dict(_show_values(document.channel, address, {}))
    return site, show, (*omissions, *_channel_omissions(document.channel))


def _site_toml(site: list[str], table: list[str], show: str) -> str:
    return "\n".join(
        (
            "# The site, as its feed on the old host described it. `longwave check` tells what can't be used.",
            "",
            "# Where people will find the site: write it before you publish.",
            '# url = "https://podcast.example.com"',
            "",
            *site,
            "",
            "# A table for the show, named like the folder of its episodes. That name is where their addresses begin.",
            f"[shows.{show}]",
            *table,
            "",
            "# Old addresses that lead to new ones, as soon as the domain does.",
            "[redirects]",
            "",
        )
    )


def _former_feeds(channel: Element, address: str, feed: str) -> Iterator[str]:
    """Yield the paths of the old feed that the new one, at ``feed``, doesn't have.

    There are none unless the old feed's domain is the show's own and can therefore move to the new site.
    """
    path = unquote(urlsplit(address).path).rstrip("/") if web_host(address) else ""
    needless = path in ("", feed, path_for("site_feed", form="xml")) or host_without_www(address) != host_without_www(
        channel.first_text("link")
    )
    if not needless and path == one_line(path) and not set("{}") & set(path):
        yield from (path, f"{path}/")


def _site_values(
    document: Document, pictures: Mapping[str, str], omissions: list[Omission]
) -> Iterator[tuple[str, Value]]:
    channel = document.channel
    title = one_line(channel.first_text("title", "itunes:title"))
    description = plain_text(
        channel.first_text("description", "itunes:summary", "googleplay:description", "itunes:subtitle")
    )
    author = one_line(channel.first_text("itunes:author", "googleplay:author", "dc:creator"))
    owner = next(iter(channel.all("itunes:owner")), Element("itunes:owner"))
    image = image_of(channel)
    texts: dict[str, str] = {
        "title": title or "Podcast",
        "description": description,
        "language": channel.first_text("language", "dc:language").replace("_", "-"),
        "author": author,
        "copyright": plain_text(channel.first_text("copyright", "dc:rights")),
        "image": pictures.get(image, image),
    }
    texts["image_alt"] = cover_words(channel, image, title) if image else ""
    yield from ((key, value) for key, value in texts.items() if value)
    contact: dict[str, Value] = {
        "name": one_line(owner.first_text("itunes:name")) or author,
        "email": one_line(owner.first_text("itunes:email") or channel.first_text("googleplay:email")),
    }
    if any(contact.values()):
        yield "owner", without_empty(**contact)
    hosts = [_host(person, pictures) for person in people_of(document)]
    if hosts:
        yield "hosts", hosts
    categories = _categories(channel, omissions)
    if categories:
        yield "categories", categories
    explicit = parse_yes_no(channel.first_text("itunes:explicit", "googleplay:explicit"))
    if explicit is not None:
        yield "explicit", explicit


def _host(person: Element, pictures: Mapping[str, str]) -> Value:
    picture = person.get("img")
    name, url = one_line(person.text), person.get("href") if web_host(person.get("href")) else ""
    image = pictures.get(picture, picture)
    return without_empty(name=name, url=url, image=image, **role_and_group(person, DEFAULT_ROLE))


def _categories(channel: Element, omissions: list[Omission]) -> list[str]:
    """Return those of the feed's categories that Apple has; the others become omissions that name the nearest one."""
    categories: dict[str, None] = {}
    stated = channel.all("itunes:category") or (
        *channel.all("googleplay:category"),
        *map(_named, channel.all("category")),
    )
    for outer in stated:
        inner = [entry.get("text") for entry in outer.all("itunes:category") if entry.get("text")]
        for sub in inner or [""]:
            category = Category(one_line(outer.get("text")).replace("&amp;", "&"), one_line(sub).replace("&amp;", "&"))
            if not category.name:
                continue
            apple = find_category(category)
            if apple is None:
                reason = f"Apple has no such category any more; the nearest one is {nearest_category(category)}"
                omissions.append(Omission(f"category {category_text(category)}", reason))
                apple = find_category(Category(category.name))
            if apple:
                categories[category_text(apple)] = None
    return list(categories)


def _named(category: Element) -> Element:
    """Return RSS's own category, such as ``Arts/Design``, in the form of Apple's."""
    name, *subs = (one_line(part) for part in re.split("[/:>]", category.text)[:2])
    children = tuple(Element("itunes:category", attributes={"text": sub}) for sub in subs)
    return Element("itunes:category", attributes={"text": name}, children=children)


def _show_values(channel: Element, address: str, seasons: Mapping[int, str]) -> Iterator[tuple[str, Value]]:
    title = one_line(channel.first_text("title", "itunes:title"))
    yield "title", title or "Podcast"
    if channel.first_text("itunes:type").lower() in ("episodic", "serial"):
        yield "type", channel.first_text("itunes:type").lower()
    guid = channel.first_text("podcast:guid") or (feed_guid(address) if address else "")
    if guid:
        yield "podcast_guid", guid
    locked = parse_yes_no(channel.first_text("podcast:locked"))
    if locked is not None:
        yield "locked", locked
    if channel.first_text("podcast:medium"):
        yield "medium", channel.first_text("podcast:medium")
    yield from shared_values(channel)
    yield from conversation_values(channel)
    yield from feed_values(channel)
    yield from channel_listing(channel)
    if seasons:
        yield "seasons", {str(number): name for number, name in sorted(seasons.items())}


def _channel_omissions(channel: Element) -> Iterator[Omission]:
    for name in dict.fromkeys(child.name for child in channel.children):
        if name not in CHANNEL | OLD_CHANNEL.keys():
            yield Omission(f"{name} of the channel", _NOTHING_LIKE)
    for link in channel.all("atom:link"):
        if link.get("rel") == "hub":
            yield Omission(link.get("href"), "that hub is told by the old host; name one of yours as hubs in site.toml")
    new_address = channel.first_text("itunes:new-feed-url")
    if new_address and all(new_address != link.get("href") for link in channel.all("atom:link")):
        yield Omission(new_address, "the feed says that it moved there; if so, import that one")
    text, description = (plain_text(channel.first_text(name)) for name in ("itunes:summary", "description"))
    if text and description and not description.startswith(re.sub(r"\s*(…|\.\.\.)$", "", text)):
        yield Omission("itunes:summary of the channel", f"the description in {SITE_FILE} is the feed's description")
    if channel.first_text("itunes:keywords"):
        yield Omission("itunes:keywords of the channel", "no directory reads them any more, and a show has no tags")
