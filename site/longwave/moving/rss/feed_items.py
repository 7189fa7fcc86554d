"""The items of a feed as podcast apps understand them, each with a guid and a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape

from longwave.content.media.media_types import HLS, canonical, is_document
from longwave.content.text.plain_text import one_line, slugify
from longwave.feeds.outline import untimed, without_outline
from longwave.feeds.text import shortened, without_number
from longwave.feeds.xml import clean
from longwave.moving.import_report import Omission
from longwave.moving.rss.date_forms import FeedDate, parse_feed_date, read_feed_date
from longwave.moving.rss.feed_enclosures import FeedEnclosure, enclosures_of, kind_of, media_seconds
from longwave.moving.rss.feed_parser import LIVE_ITEM, Element
from longwave.moving.rss.feed_pictures import cover_of
from longwave.moving.rss.feed_values import (
    name_of_contact,
    parse_decimal,
    parse_duration,
    parse_number,
    parse_yes_no,
    web_host,
)
from longwave.moving.rss.html_to_markdown import MAX_NOTES_LENGTH, plain_lines, plain_text
from longwave.moving.rss.known_elements import ITEM, OLD_ITEM

_MAX_TITLE_LENGTH = 1000
_MAX_TAGS = 100


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a feed.

    ``guid`` is the one by which apps know the item: its own, or else the address of its enclosure or page. ``notes``
    are HTML or plain text. ``enclosures`` are the episode's own and then those of other forms. ``seconds`` is the
    audio's duration, 0 if unknown. An item is ``spare`` if an earlier item has the same guid, as apps show only one of
    the two.
    """

    element: Element
    guid: str
    permalink: bool
    title: str
    date: datetime
    link: str
    description: str
    notes: str
    enclosures: tuple[FeedEnclosure, ...]
    seconds: int
    spare: bool = False

    @property
    def enclosure(self) -> FeedEnclosure | None:
        """Return the episode's own enclosure; None if the item has none. The others are alternate forms."""
        return next(iter(self.enclosures), None)

    @property
    def number(self) -> int | float | None:
        """Return the episode's number; None if it has none. Only ``podcast:episode`` may be decimal."""
        return parse_decimal(self.element.first_text("podcast:episode")) or parse_number(
            self.element.first_text("itunes:episode", "podcast:episode")
        )

    @property
    def author(self) -> str:
        """Return the author of the episode; empty if there is none of its own."""
        stated = one_line(self.element.first_text("itunes:author", "googleplay:author", "dc:creator"))
        return stated or name_of_contact(self.element.first_text("author"))

    @property
    def season(self) -> int | None:
        """Return the season's number; None if there is none."""
        return parse_number(self.element.first_text("itunes:season", "podcast:season"))

    @property
    def type(self) -> str:
        """Return ``full``, ``trailer``, ``bonus``, or any other type that the feed states."""
        return self.element.first_text("itunes:episodeType").lower() or "full"

    @property
    def bare_title(self) -> str:
        """Return the title without the episode's number, which apps show beside the title."""
        return without_number(self.title, self.number)

    @property
    def itunes_title(self) -> str:
        """Return the title for podcast apps, if it says more or less than the title without its number."""
        short, long = one_line(self.element.first_text("itunes:title")), one_line(self.element.first_text("title"))
        same = not long or without_number(short, self.number) == without_number(long, self.number)
        return "" if same else short

    @property
    def explicit(self) -> bool | None:
        """Return whether the episode is explicit; None if the item doesn't say so."""
        return parse_yes_no(self.element.first_text("itunes:explicit", "googleplay:explicit"))

    @property
    def image(self) -> str:
        """Return the address of the episode's image; empty if it has none of its own."""
        return cover_of(self.element)

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the item's keywords and categories without duplicates, 100 at most."""
        listed = [word for each in self.element.all("itunes:keywords") for word in each.text.split(",")]
        listed += [each.text for each in self.element.all("category")]
        named = {slugify(tag): tag for tag in reversed([one_line(word) for word in listed])}
        return tuple(dict.fromkeys(named[slug] for slug in map(slugify, map(one_line, listed)) if slug))[:_MAX_TAGS]


def read_items(
    elements: Sequence[Element], fallback: datetime, base: str = ""
) -> tuple[tuple[Item, ...], tuple[Omission, ...]]:
    """Return the items of these elements in their order, and the omissions.

    ``fallback`` is the date of the items if none has any. Relative addresses of an item without a link are resolved
    against ``base``.
    """
    dates, omissions = _dates(elements, fallback)
    items: list[Item] = []
    by_guid: dict[str, Item] = {}
    for element, date in zip(elements, dates, strict=True):
        item = item_from_element(element, date, base)
        if not item.guid:
            omissions.append(
                Omission(item.title, "the item has no guid, no sound and no link, so nothing can tell it apart")
            )
            continue
        first = by_guid.get(item.guid)
        if first is not None and item.enclosure is not None and first.enclosure is not None:
            if item.enclosure.url == first.enclosure.url or item.enclosure.url in by_guid:
                omissions.append(Omission(f"{item.title}, again", "the same item stands in the feed twice"))
                continue
            omissions.append(Omission(item.title, "another item has its guid, so apps never showed it; it is a draft"))
            item = replace(item, guid=item.enclosure.url, permalink=False, spare=True)
        elif first is not None:
            omissions.append(Omission(f"{item.title}, again", "another item has its guid, so apps never showed it"))
            continue
        by_guid[item.guid] = item
        items.append(item)
        omissions += _item_omissions(element, item)
    return tuple(items), (*omissions, *_unknown_elements(elements))


def item_from_element(element: Element, date: datetime, base: str = "") -> Item:
    """Return the item of an element with a known date; ``base`` resolves its relative addresses."""
    own = element.first_text("guid")
    link = one_line(element.first_text("link"))
    enclosures = enclosures_of(element, link if web_host(link) else base)
    notes = _notes(element)
    return Item(
        element=element,
        guid=own or (enclosures[0].url if enclosures else "") or link,
        permalink=bool(own) and _is_permalink(element),
        title=_title(element, date),
        date=date,
        link=link if web_host(link) else "",
        description=_description(element, notes),
        notes=notes,
        # The enclosure of a live broadcast isn't a recording.
        enclosures=() if element.name == LIVE_ITEM else enclosures,
        seconds=parse_duration(element.first_text("itunes:duration") or media_seconds(element)),
    )


def _is_permalink(element: Element) -> bool:
    """Return whether apps may open the guid as an address, which ``isPermaLink="false"`` denies."""
    attribute = element.all("guid")[0].get("isPermaLink").lower()
    return attribute != "false" and element.first_text("guid").startswith(("http://", "https://"))


def _title(element: Element, date: datetime) -> str:
    title = element.first_text("title", "itunes:title")
    # Titles are plain text by the specification, but in many feeds they contain HTML entities.
    plain = one_line(clean(unescape(title)))
    return plain[:_MAX_TITLE_LENGTH].rstrip() or f"{date:%Y-%m-%d}"


def _notes(element: Element) -> str:
    """Return the show notes from the element that usually has them in full length.

    If that is the description of an item that has chapters, an outline at its end is no part of the notes.
    """
    notes = element.first_text("content:encoded", "description", "itunes:summary", "googleplay:description")
    if element.first_text("content:encoded") == "" and element.all("podcast:chapters"):
        notes = without_outline(notes)
    return notes[: MAX_NOTES_LENGTH + 1]


def _description(element: Element, notes: str) -> str:
    """Return a short description that isn't the beginning of the notes; empty where the item has none."""
    lines = plain_lines(notes[:MAX_NOTES_LENGTH])
    beginnings = (" ".join(" ".join(lines).split()), untimed(lines))
    for name in ("description", "itunes:summary", "itunes:subtitle", "googleplay:description"):
        text = plain_text(without_outline(element.first_text(name))[:MAX_NOTES_LENGTH])
        if text and not any(beginning.startswith(text.rstrip("….").rstrip()) for beginning in beginnings):
            return shortened(text)
    return ""


def _dates(elements: Sequence[Element], fallback: datetime) -> tuple[list[datetime], list[Omission]]:
    """Return a date for each element, and an omission for each date that is missing or guessed.

    An undated item gets the date of the item below it in the feed plus one second. Items of one date differ by
    fractions of a second, so that they keep their order.
    """
    stated = [
        read_feed_date(element.first_text("pubDate", "dc:date")) or _announced(element, fallback)
        for element in elements
    ]
    omissions: list[Omission] = []
    for element, found in zip(elements, stated, strict=True):
        if found is None:
            reason = "it has no date that can be read; it is dated like the episode beside it"
            omissions.append(Omission(_title(element, fallback), reason))
        elif found.guess:
            subject = f"{_title(element, fallback)} ({element.first_text('pubDate', 'dc:date')[:60]}: {found.guess})"
            omissions.append(Omission(subject, "the date leaves something open, and was read as the brackets say"))
    following = next((found.date for found in reversed(stated) if found), fallback)
    count = next((place for place, found in enumerate(reversed(stated)) if found), len(stated))
    # The undated items below the last dated one must be older than that one.
    following -= timedelta(seconds=count + 1)
    dates: list[datetime] = []
    for found in reversed(stated):
        following = found.date if found else following + timedelta(seconds=1)
        dates.append(following)
    return _apart(dates[::-1]), omissions


def _apart(dates: list[datetime]) -> list[datetime]:
    """Return the dates with fractions of a second added to equal ones, so that their order in the feed is that in time.

    A feed whose first item is its oldest runs forwards, as some serial shows' do.
    """
    groups: dict[datetime, list[int]] = {}
    for place, date in enumerate(dates):
        groups.setdefault(date.astimezone(UTC), []).append(place)
    forwards = bool(dates) and dates[0] < dates[-1]
    apart = list(dates)
    for places in groups.values():
        oldest_first = places if forwards else places[::-1]
        step = timedelta(milliseconds=1) if len(places) < 1000 else timedelta(microseconds=1)
        for rank, place in enumerate(oldest_first):
            apart[place] = dates[place] + rank * step
    return apart


def _announced(element: Element, fallback: datetime) -> FeedDate | None:
    """Return the date for a live broadcast without one: its start, or ``fallback`` before that; None for an item."""
    start = parse_feed_date(element.get("start")) if element.name == LIVE_ITEM else None
    return FeedDate(min(start, fallback)) if start else None


def _item_omissions(element: Element, item: Item) -> Iterator[Omission]:
    if item.enclosure is None and element.name != LIVE_ITEM:
        yield Omission(item.title, "the item has no sound; it is an episode to be read")
    elif item.enclosure is not None and is_document(item.enclosure.type):
        stays = "; the stream stays where it is" if canonical(item.enclosure.type) == HLS else ""
        reason = f"its enclosure is of the type {item.enclosure.type}, to which its page links{stays}"
        yield Omission(item.title, reason)
    kinds = [kind_of(each) for each in item.enclosures[1:]]
    if kinds:
        yield Omission(item.title, f"the item has {len(kinds) + 1} enclosures; {', '.join(kinds)} are among alternates")
    stated = element.first_text("itunes:duration")
    if stated.strip("0:. ") and not item.seconds:
        yield Omission(
            f"{item.title} ({stated[:60]})", "its duration can't be read; the file's is taken once it is here"
        )
    if len(item.notes) > MAX_NOTES_LENGTH:
        yield Omission(item.title, f"its notes are longer than {MAX_NOTES_LENGTH:,} characters; the rest is missing")
    if item.date > datetime.now(UTC):
        yield Omission(item.title, "it is dated ahead, and comes out then")


def _unknown_elements(elements: Iterable[Element]) -> Iterator[Omission]:
    counted: dict[str, int] = {}
    for element in elements:
        for name in {child.name for child in element.children} - ITEM - OLD_ITEM.keys():
            counted[name] = counted.get(name, 0) + 1
    for name, count in sorted(counted.items()):
        yield Omission(f"{name} in {count:,} episode{'' if count == 1 else 's'}", "Longwave has nothing like it")


def feed_base(channel: Element, address: str) -> str:
    """Return the address against which a feed's relative addresses are resolved: the show's page, else ``address``."""
    link = one_line(channel.first_text("link"))
    return link if web_host(link) else address


def default_date(channel: Element) -> datetime:
    """Return the date given to items if no item of the feed has one: that of the channel, else the current time."""
    return parse_feed_date(channel.first_text("pubDate", "lastBuildDate")) or datetime.now(UTC).replace(microsecond=0)
