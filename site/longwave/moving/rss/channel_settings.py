"""The channel of a feed as ``site.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from longwave.authoring.literals import Value, fits_site_toml, fitting_lines, quoted, toml_value
from longwave.content.site.categories import category_text, find_category, nearest_category
from longwave.content.site.site_toml import SITE_FILE
from longwave.content.text.plain_text import one_line
from longwave.feeds.guids import feed_guid
from longwave.model import Category
from longwave.moving.import_report import Omission
from longwave.moving.rss.feed_parser import Document, Element
from longwave.moving.rss.feed_values import host_without_www, parse_yes_no, web_host
from longwave.moving.rss.html_to_markdown import plain_text
from longwave.routes import path_for

#: The channel's elements that aren't reported as omitted: imported ones, and those that concern only the old feed.
_KNOWN = frozenset({
    "title", "link", "description", "language", "copyright", "image", "category", "generator", "docs", "pubDate",
    "lastBuildDate", "ttl", "managingEditor", "webMaster", "atom:link", "cloud", "itunes:author", "itunes:owner",
    "itunes:image", "itunes:category", "itunes:explicit", "itunes:type", "itunes:summary", "itunes:subtitle",
    "itunes:title", "itunes:new-feed-url", "podcast:guid", "podcast:locked", "podcast:funding", "podcast:person",
    "podcast:location", "podcast:license", "podcast:medium", "podcast:txt", "podcast:podroll",
    "podcast:updateFrequency", "podcast:season", "podcast:trailer", "podcast:image", "podcast:images",
    "podcast:generator", "sy:updatePeriod", "sy:updateFrequency", "dc:creator", "dc:language", "dc:rights",
    "googleplay:image", "googleplay:author", "googleplay:description", "googleplay:category", "googleplay:explicit",
    "googleplay:email", "xhtml:div",
})  # fmt: skip
_NOTHING_LIKE = "Longwave has nothing like it"


@dataclass(frozen=True, slots=True)
class SiteToml:
    """The text of ``site.toml``, and the omissions of the channel."""

    text: str
    omissions: tuple[Omission, ...]


def image_of(channel: Element) -> str:
    """Return the address of the show's cover; empty if there is none."""
    inner = next((image.first_text("url") for image in channel.all("image")), "")
    return channel.attribute("itunes:image", "href") or inner or channel.attribute("googleplay:image", "href")


def hosts_of(document: Document) -> tuple[Element, ...]:
    """Return the channel's hosts; where it names nobody, the hosts of at least half of the episodes."""
    people = tuple(person for person in document.channel.all("podcast:person") if person.text)
    if people:
        return tuple(person for person in people if role_of(person) == "host")
    counted: dict[str, list[Element]] = {}
    for item in document.items:
        for person in item.all("podcast:person"):
            if person.text and role_of(person) == "host":
                counted.setdefault(one_line(person.text), []).append(person)
    return tuple(people[0] for people in counted.values() if len(people) * 2 >= len(document.items))


def role_of(person: Element) -> str:
    """Return a ``podcast:person``'s role, which is host by the namespace's default."""
    return person.get("role").lower() or "host"


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
    for path in _former_feeds(channel, address):
        text += f"{quoted(path)} = {quoted(path_for('show_feed', show=show, form='xml'))}\n"
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


def _former_feeds(channel: Element, address: str) -> Iterator[str]:
    """Yield the paths of the old feed, if its domain is the show's own and can therefore move to the new site."""
    path = unquote(urlsplit(address).path).rstrip("/") if web_host(address) else ""
    needless = path in ("", path_for("site_feed", form="xml")) or host_without_www(address) != host_without_www(
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
    yield from ((key, value) for key, value in texts.items() if value)
    contact: dict[str, Value] = {
        "name": one_line(owner.first_text("itunes:name")) or author,
        "email": one_line(owner.first_text("itunes:email")),
    }
    if any(contact.values()):
        yield "owner", without_empty(**contact)
    hosts = [_host(person, pictures) for person in hosts_of(document)]
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
    name, url = one_line(person.text), person.get("href")
    return without_empty(name=name, url=url, image=pictures.get(picture, picture))


def _categories(channel: Element, omissions: list[Omission]) -> list[str]:
    """Return those of the feed's categories that Apple has; the others become omissions that name the nearest one."""
    categories: dict[str, None] = {}
    for outer in channel.all("itunes:category"):
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
    funding = [
        {"label": one_line(entry.text) or "Support the show", "url": entry.get("url")}
        for entry in channel.all("podcast:funding")
        if entry.get("url")
    ]
    if funding:
        yield "funding", funding
    yield from license_and_location(channel)
    txt = [
        without_empty(text=one_line(entry.text), purpose=entry.get("purpose")) for entry in channel.all("podcast:txt")
    ]
    if any(txt):
        yield "txt", [entry for entry in txt if entry]
    podroll = [
        without_empty(url=entry.get("feedUrl"), guid=entry.get("feedGuid"), title=entry.get("title"))
        for roll in channel.all("podcast:podroll")
        for entry in roll.all("podcast:remoteItem")
    ]
    if any(podroll):
        yield "podroll", [entry for entry in podroll if entry]
    for frequency in channel.all("podcast:updateFrequency")[:1]:
        text, start = one_line(frequency.text), frequency.get("dtstart")
        complete = frequency.get("complete") == "true"
        yield "update_frequency", without_empty(text=text, rrule=frequency.get("rrule"), start=start, complete=complete)
    if seasons:
        yield "seasons", {str(number): name for number, name in sorted(seasons.items())}


def license_and_location(element: Element) -> Iterator[tuple[str, Value]]:
    """Yield the keys ``license`` and ``location`` of a channel or an item, with their values."""
    for entry in element.all("podcast:license")[:1]:
        yield "license", without_empty(name=one_line(entry.text), url=entry.get("url"))
    for entry in element.all("podcast:location")[:1]:
        yield "location", without_empty(name=one_line(entry.text), geo=entry.get("geo"), osm=entry.get("osm"))


def without_empty(**values: Value) -> dict[str, Value]:
    """Return the keyword arguments as pairs without those whose value is empty, zero or False."""
    return {key: value for key, value in values.items() if value}


def _channel_omissions(channel: Element) -> Iterator[Omission]:
    for name in dict.fromkeys(child.name for child in channel.children):
        if name not in _KNOWN:
            yield Omission(f"{name} of the channel", _NOTHING_LIKE)
    for person in channel.all("podcast:person"):
        if person.text and role_of(person) != "host":
            yield Omission(
                f"{one_line(person.text)}, {role_of(person)}", "a site names its hosts; others are in episodes"
            )
    for link in channel.all("atom:link"):
        if link.get("rel") == "hub":
            yield Omission(link.get("href"), "that hub is told by the old host; name one of yours as hubs in site.toml")
    new_address = channel.first_text("itunes:new-feed-url")
    if new_address:
        yield Omission(new_address, "the feed says that it moved there; if so, import that one")
    for name in ("itunes:summary", "itunes:subtitle"):
        text, description = plain_text(channel.first_text(name)), plain_text(channel.first_text("description"))
        if text and description and not description.startswith(re.sub(r"\s*(…|\.\.\.)$", "", text)):
            yield Omission(f"{name} of the channel", f"the description in {SITE_FILE} is the feed's description")
