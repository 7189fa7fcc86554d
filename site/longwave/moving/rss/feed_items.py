"""The items of a feed as episodes: each with a guid and a date, as podcast apps understand them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from longwave.content.media.audio_facts import TYPES
from longwave.content.text.plain_text import one_line
from longwave.content.text.slugs import slugify
from longwave.feeds.text import shortened, without_number
from longwave.feeds.xml import clean
from longwave.moving.import_report import Omission
from longwave.moving.rss.feed_parser import Element
from longwave.moving.rss.feed_values import date_of, joined, number, seconds, size, truth, web_host
from longwave.moving.rss.html_to_markdown import MAX_LETTERS, plain_text

#: What is read here or beside, or means nothing once the feed is Longwave's own.
_KNOWN = frozenset({
    "title", "link", "description", "content:encoded", "guid", "pubDate", "enclosure", "category", "author", "comments",
    "source", "dc:creator", "dc:date", "slash:comments", "wfw:commentRss", "atom:link", "wp:post-id", "media:content",
    "itunes:title", "itunes:author", "itunes:duration", "itunes:season", "itunes:episode", "itunes:episodeType",
    "itunes:explicit", "itunes:image", "itunes:order", "itunes:subtitle", "itunes:summary", "itunes:keywords",
    "podcast:person", "podcast:season", "podcast:episode", "podcast:transcript", "podcast:chapters",
    "podcast:soundbite", "podcast:license", "podcast:location", "podcast:alternateEnclosure", "podcast:image",
    "podcast:images", "psc:chapters", "media:thumbnail", "googleplay:description", "googleplay:explicit",
    "googleplay:image", "googleplay:author",
})  # fmt: skip
_MAX_TITLE = 1000
_MOST_TAGS = 100
#: Types by which some servers call any file.
_NAMELESS = frozenset({"application/octet-stream", "application/ogg", "binary/octet-stream"})
_SUFFIXES = {
    "audio/mpeg": ".mp3", "audio/mp3": ".mp3", "audio/x-mp3": ".mp3", "audio/mpeg3": ".mp3", "audio/x-m4a": ".m4a",
    "audio/m4a": ".m4a", "audio/mp4": ".m4a", "audio/x-m4b": ".m4b", "audio/aac": ".aac", "audio/aacp": ".aac",
    "audio/ogg": ".ogg", "audio/vorbis": ".ogg", "audio/opus": ".opus", "audio/flac": ".flac",
    "audio/x-flac": ".flac", "audio/wav": ".wav", "audio/x-wav": ".wav", "audio/wave": ".wav",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedEnclosure:
    """An enclosure as the feed has it: its address, the bytes that it claims, its media type in lower case."""

    url: str
    bytes: int
    type: str

    @property
    def suffix(self) -> str:
        """The end that a file of it has here, such as ``.mp3``."""
        own = PurePosixPath(urlsplit(self.url).path).suffix.lower()
        return _SUFFIXES.get(self.type.partition(";")[0].strip()) or (own if own in TYPES else ".mp3")

    @property
    def is_film(self) -> bool:
        """Whether there are pictures in it."""
        return self.type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a feed. ``guid`` is what apps know it by, an address where the item has none of its own.

    ``notes`` are HTML or plain text. A ``spare`` has the guid of another item: apps show only one of the two.
    """

    element: Element
    guid: str
    permalink: bool
    title: str
    date: datetime
    link: str
    description: str
    notes: str
    enclosure: FeedEnclosure | None
    seconds: int
    spare: bool = False

    @property
    def number(self) -> int | None:
        """The episode's number, if it has one."""
        return number(self.element.first_text("itunes:episode", "podcast:episode"))

    @property
    def season(self) -> int | None:
        """The season's number, if it has one."""
        return number(self.element.first_text("itunes:season", "podcast:season"))

    @property
    def type(self) -> str:
        """``full``, ``trailer``, ``bonus``, or whatever else the feed says."""
        return self.element.first_text("itunes:episodeType").lower() or "full"

    @property
    def bare_title(self) -> str:
        """The title without the episode's number, which apps show beside it."""
        return without_number(self.title, self.number)

    @property
    def explicit(self) -> bool | None:
        """What the item says of that; None: as the show."""
        return truth(self.element.first_text("itunes:explicit", "googleplay:explicit"))

    @property
    def image(self) -> str:
        """The address of its own picture."""
        return self.element.attribute("itunes:image", "href") or self.element.attribute("googleplay:image", "href")

    @property
    def tags(self) -> tuple[str, ...]:
        """Its keywords and categories, each once."""
        listed = [word for each in self.element.all("itunes:keywords") for word in each.text.split(",")]
        listed += [each.text for each in self.element.all("category")]
        named = {slugify(tag): tag for tag in reversed([one_line(word) for word in listed])}
        return tuple(dict.fromkeys(named[slug] for slug in map(slugify, map(one_line, listed)) if slug))[:_MOST_TAGS]


def read_items(
    elements: Sequence[Element], fallback: datetime, base: str = ""
) -> tuple[tuple[Item, ...], tuple[Omission, ...]]:
    """The items in their order, and what of them isn't as it was.

    ``fallback`` dates a feed without any date. An address in an item without a link may be below ``base``.
    """
    dates, omissions = _dates(elements, fallback)
    items: list[Item] = []
    known: dict[str, Item] = {}
    for element, date in zip(elements, dates, strict=True):
        item = item_of(element, date, base)
        if not item.guid:
            omissions.append(
                Omission(item.title, "the item has no guid, no sound and no link, so nothing can tell it apart")
            )
            continue
        first = known.get(item.guid)
        if first is not None and item.enclosure is not None and first.enclosure is not None:
            if item.enclosure.url == first.enclosure.url or item.enclosure.url in known:
                omissions.append(Omission(f"{item.title}, again", "the same item stands in the feed twice"))
                continue
            omissions.append(Omission(item.title, "another item has its guid, so apps never showed it; it is a draft"))
            item = replace(item, guid=item.enclosure.url, permalink=False, spare=True)
        elif first is not None:
            omissions.append(Omission(f"{item.title}, again", "another item has its guid, so apps never showed it"))
            continue
        known[item.guid] = item
        items.append(item)
        omissions += _remarks(element, item)
    return tuple(items), (*omissions, *_unknown(elements))


def item_of(element: Element, date: datetime, base: str = "") -> Item:
    """The item of an element, whose date is known; ``base`` is as in ``read_items``."""
    own = element.first_text("guid")
    link = one_line(element.first_text("link"))
    enclosure = _enclosure(element, link if web_host(link) else base)
    notes = _notes(element)
    return Item(
        element=element,
        guid=own or (enclosure.url if enclosure else "") or link,
        permalink=bool(own) and _is_permalink(element),
        title=_title(element, date),
        date=date,
        link=link if web_host(link) else "",
        description=_description(element, notes),
        notes=notes,
        enclosure=enclosure,
        seconds=seconds(element.first_text("itunes:duration")),
    )


def _is_permalink(element: Element) -> bool:
    """Whether apps may open the guid: yes, unless the feed says no."""
    said = element.all("guid")[0].get("isPermaLink").lower()
    return said != "false" and element.first_text("guid").startswith(("http://", "https://"))


def _title(element: Element, date: datetime) -> str:
    title = element.first_text("title", "itunes:title")
    # Titles are plain text, but many feeds have HTML's entities in them.
    plain = one_line(clean(unescape(title)))
    return plain[:_MAX_TITLE].rstrip() or f"{date:%Y-%m-%d}"


def _enclosure(element: Element, base: str) -> FeedEnclosure | None:
    for each in element.all("enclosure"):
        kind, url = each.get("type").lower(), joined(base, each.get("url"))
        heard = kind.split("/")[0] in ("audio", "video", "") or kind in _NAMELESS
        if heard and each.get("url") and web_host(url):
            return FeedEnclosure(url, size(each.get("length")), kind)
    return None


def _notes(element: Element) -> str:
    """The longest form of the notes: what ``content:encoded`` is for; else whatever there is."""
    return element.first_text("content:encoded", "description", "itunes:summary", "googleplay:description")[
        : MAX_LETTERS + 1
    ]


def _description(element: Element, notes: str) -> str:
    """One text beside the notes; empty where all that the item says is the notes, or their beginning."""
    whole = plain_text(notes[:MAX_LETTERS])
    for name in ("description", "itunes:summary", "itunes:subtitle", "googleplay:description"):
        text = plain_text(element.first_text(name)[:MAX_LETTERS])
        if text and not whole.startswith(text.rstrip("….").rstrip()):
            return shortened(text)
    return ""


def _dates(elements: Sequence[Element], fallback: datetime) -> tuple[list[datetime], list[Omission]]:
    """A date for each item; one without is a second younger than the item after it, as the feed has them."""
    said = [date_of(element.first_text("pubDate", "dc:date")) for element in elements]
    omissions = [
        Omission(_title(element, fallback), "it has no date that can be read; it is dated like the episode beside it")
        for element, date in zip(elements, said, strict=True)
        if date is None
    ]
    following = next((date for date in reversed(said) if date), fallback)
    count = next((place for place, date in enumerate(reversed(said)) if date), len(said))
    # What stands behind the last item with a date is older than it.
    following -= timedelta(seconds=count + 1)
    dates: list[datetime] = []
    for date in reversed(said):
        following = date or following + timedelta(seconds=1)
        dates.append(following)
    return dates[::-1], omissions


def _remarks(element: Element, item: Item) -> Iterator[Omission]:
    if item.enclosure is None:
        yield Omission(item.title, "the item has no sound; it is an episode to be read")
    elif item.enclosure.is_film:
        yield Omission(item.title, "it is a film, of which pages play the sound")
    if len(element.all("enclosure")) > 1:
        yield Omission(item.title, "the item has several enclosures; the first with sound was taken")
    if len(item.notes) > MAX_LETTERS:
        yield Omission(item.title, f"its notes are longer than {MAX_LETTERS:,} characters; the rest is missing")
    short, long = one_line(element.first_text("itunes:title")), one_line(element.first_text("title"))
    if short and long and without_number(short, item.number) != without_number(long, item.number):
        yield Omission(f"{long} ({short})", "an episode has one title; the itunes:title in brackets isn't it")
    if item.date > datetime.now(UTC):
        yield Omission(item.title, "it is dated ahead, and comes out then")


def _unknown(elements: Iterable[Element]) -> Iterator[Omission]:
    counted: dict[str, int] = {}
    for element in elements:
        for name in {child.name for child in element.children} - _KNOWN:
            counted[name] = counted.get(name, 0) + 1
    for name, count in sorted(counted.items()):
        yield Omission(f"{name} in {count:,} episode{'' if count == 1 else 's'}", "Longwave has nothing like it")


def feed_base(channel: Element, address: str) -> str:
    """Below which address the relative ones of a feed are: its show's page, else ``address``, its own."""
    link = one_line(channel.first_text("link"))
    return link if web_host(link) else address


def default_date(channel: Element) -> datetime:
    """The date of a feed none of whose items has one."""
    return date_of(channel.first_text("pubDate", "lastBuildDate")) or datetime.now(UTC).replace(microsecond=0)
