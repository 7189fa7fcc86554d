"""What a feed says of itself becomes ``site.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from longwave.authoring.literals import Value, fits_site_toml, fitting_lines, quoted, toml_value
from longwave.content.site.categories import known, nearest, written
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.content.text.plain_text import one_line
from longwave.feeds.guids import feed_guid
from longwave.model import Category
from longwave.moving.import_report import Omission
from longwave.moving.rss.feed_parser import Document, Element
from longwave.moving.rss.feed_values import home_of, truth, web_host
from longwave.moving.rss.html_to_markdown import plain_text

#: What is read here, or means nothing once the feed is Longwave's own.
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
class Moved:
    """The text of ``site.toml``, and what of the channel isn't in it."""

    text: str
    omissions: tuple[Omission, ...]


def image_of(channel: Element) -> str:
    """The address of the show's cover."""
    inner = next((image.first_text("url") for image in channel.all("image")), "")
    return channel.attribute("itunes:image", "href") or inner or channel.attribute("googleplay:image", "href")


def hosts_of(document: Document) -> tuple[Element, ...]:
    """The channel's people; where it names none, whoever is a host in at least half of the episodes."""
    people = tuple(person for person in document.channel.all("podcast:person") if person.text)
    if people:
        return tuple(person for person in people if role(person) == "host")
    counted: dict[str, list[Element]] = {}
    for item in document.items:
        for person in item.all("podcast:person"):
            if person.text and role(person) == "host":
                counted.setdefault(one_line(person.text), []).append(person)
    return tuple(found[0] for found in counted.values() if len(found) * 2 >= len(document.items))


def role(person: Element) -> str:
    """What somebody is in the podcast; the namespace says that nothing means host."""
    return person.get("role").lower() or "host"


def site_file(
    document: Document, show: str, address: str, seasons: Mapping[int, str], pictures: Mapping[str, str]
) -> Moved:
    """``site.toml`` for the feed at ``address`` (empty: a file). ``pictures`` are files or addresses by address."""
    channel = document.channel
    omissions: list[Omission] = []
    site = list(_site_lines(document, pictures, omissions))
    table = list(_table_lines(channel, address, seasons))
    said, wrong = fitting_lines(((key, f"{key} = {toml_value(value)}") for key, value in site), fits_site_toml)
    also, amiss = fitting_lines(
        ((key, f"{key} = {toml_value(value)}") for key, value in table),
        lambda line: fits_site_toml(f"[shows.{show}]\n{line}"),
    )
    omissions += [Omission(key, "site.toml can't hold what the feed says there") for key in wrong + amiss]
    omissions += _unknown(channel)
    heard = {enclosure.get("url") for item in document.items for enclosure in item.all("enclosure")}
    trailers = (trailer for trailer in channel.all("podcast:trailer") if trailer.get("url") not in heard)
    omissions += [
        Omission(one_line(trailer.text), "a trailer is an episode, and there is none of it") for trailer in trailers
    ]
    text = _file(said, also, show)
    for path in _former_feeds(channel, address):
        text += f"{quoted(path)} = {quoted(f'/{show}/feed.xml')}\n"
    return Moved(text, tuple(omissions))


def _file(site: list[str], table: list[str], show: str) -> str:
    return "\n".join(
        (
            "# The site, as its feed on the old host described it. `flask check` tells what can't be used.",
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
    """The paths of the old feed, where its domain is the show's own and so comes along."""
    path = unquote(urlsplit(address).path).rstrip("/") if web_host(address) else ""
    known = path in ("", "/feed.xml") or home_of(address) != home_of(channel.first_text("link"))
    if not known and path == one_line(path) and not set("{}") & set(path):
        yield from (path, f"{path}/")


def _site_lines(
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
    single: dict[str, str] = {
        "title": title or "Podcast",
        "description": description,
        "language": channel.first_text("language", "dc:language").replace("_", "-"),
        "author": author,
        "copyright": plain_text(channel.first_text("copyright", "dc:rights")),
        "image": pictures.get(image, image),
    }
    yield from ((key, value) for key, value in single.items() if value)
    named = {
        "name": one_line(owner.first_text("itunes:name")) or author,
        "email": one_line(owner.first_text("itunes:email")),
    }
    if any(named.values()):
        yield "owner", {key: value for key, value in named.items() if value}
    hosts = [_host(person, pictures) for person in hosts_of(document)]
    if hosts:
        yield "hosts", hosts
    categories = _categories(channel, omissions)
    if categories:
        yield "categories", categories
    explicit = truth(channel.first_text("itunes:explicit", "googleplay:explicit"))
    if explicit is not None:
        yield "explicit", explicit


def _host(person: Element, pictures: Mapping[str, str]) -> Value:
    picture = person.get("img")
    told = {"name": one_line(person.text), "url": person.get("href"), "image": pictures.get(picture, picture)}
    return {key: value for key, value in told.items() if value}


def _categories(channel: Element, omissions: list[Omission]) -> list[str]:
    """Those of Apple that the feed names; the others are told with the nearest."""
    found: dict[str, None] = {}
    for outer in channel.all("itunes:category"):
        inner = [each.get("text") for each in outer.all("itunes:category") if each.get("text")]
        for sub in inner or [""]:
            category = Category(one_line(outer.get("text")).replace("&amp;", "&"), one_line(sub).replace("&amp;", "&"))
            if not category.name:
                continue
            apple = known(category)
            if apple is None:
                why = "Apple has no such category any more; the nearest one is"
                omissions.append(Omission(f"category {written(category)}", f"{why} {nearest(category)}"))
                apple = known(Category(category.name))
            if apple:
                found[written(apple)] = None
    return list(found)


def _table_lines(channel: Element, address: str, seasons: Mapping[int, str]) -> Iterator[tuple[str, Value]]:
    title = one_line(channel.first_text("title", "itunes:title"))
    yield "title", title or "Podcast"
    if channel.first_text("itunes:type").lower() in ("episodic", "serial"):
        yield "type", channel.first_text("itunes:type").lower()
    guid = channel.first_text("podcast:guid") or (feed_guid(address) if address else "")
    if guid:
        yield "podcast_guid", guid
    locked = truth(channel.first_text("podcast:locked"))
    if locked is not None:
        yield "locked", locked
    if channel.first_text("podcast:medium"):
        yield "medium", channel.first_text("podcast:medium")
    funding = [
        {"label": one_line(each.text) or "Support the show", "url": each.get("url")}
        for each in channel.all("podcast:funding")
        if each.get("url")
    ]
    if funding:
        yield "funding", funding
    yield from licensed_and_located(channel)
    txt = [_told(text=one_line(each.text), purpose=each.get("purpose")) for each in channel.all("podcast:txt")]
    if any(txt):
        yield "txt", [each for each in txt if each]
    podroll = [
        _told(url=each.get("feedUrl"), guid=each.get("feedGuid"), title=each.get("title"))
        for roll in channel.all("podcast:podroll")
        for each in roll.all("podcast:remoteItem")
    ]
    if any(podroll):
        yield "podroll", [each for each in podroll if each]
    for often in channel.all("podcast:updateFrequency")[:1]:
        told = _told(text=one_line(often.text), rrule=often.get("rrule"), start=often.get("dtstart"))
        yield "update_frequency", told | ({"complete": True} if often.get("complete") == "true" else {})
    if seasons:
        yield "seasons", {str(number): name for number, name in sorted(seasons.items())}


def licensed_and_located(element: Element) -> Iterator[tuple[str, Value]]:
    """``license`` and ``location`` of a channel or an item."""
    for each in element.all("podcast:license")[:1]:
        yield "license", _told(name=one_line(each.text), url=each.get("url"))
    for each in element.all("podcast:location")[:1]:
        yield "location", _told(name=one_line(each.text), geo=each.get("geo"), osm=each.get("osm"))


def _told(**values: str) -> dict[str, Value]:
    return {key: value for key, value in values.items() if value}


def _unknown(channel: Element) -> Iterator[Omission]:
    for name in dict.fromkeys(child.name for child in channel.children):
        if name not in _KNOWN:
            yield Omission(f"{name} of the channel", _NOTHING_LIKE)
    for person in channel.all("podcast:person"):
        if person.text and role(person) != "host":
            yield Omission(f"{one_line(person.text)}, {role(person)}", "a site names its hosts; others are in episodes")
    for link in channel.all("atom:link"):
        if link.get("rel") == "hub":
            yield Omission(link.get("href"), "that hub is told by the old host; name one of yours as hubs in site.toml")
    moved = channel.first_text("itunes:new-feed-url")
    if moved:
        yield Omission(moved, "the feed says that it moved there; if so, import that one")
    for name in ("itunes:summary", "itunes:subtitle"):
        text, description = plain_text(channel.first_text(name)), plain_text(channel.first_text("description"))
        if text and description and not description.startswith(re.sub(r"\s*(…|\.\.\.)$", "", text)):
            yield Omission(f"{name} of the channel", f"the description in {SITE_FILE} is the feed's description")
