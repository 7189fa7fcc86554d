"""A comparison of a show's feed with the old feed whose place it takes, as subscribers' apps would notice it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from longwave.config import Settings
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.text.plain_text import one_line
from longwave.edition.check.site_check import render_feeds
from longwave.errors import FEED_DIFF, Level, LongwaveError, Problem
from longwave.fetching import Fetcher, without_login
from longwave.moving.channel_diff import compare_descriptions_of_shows
from longwave.moving.rss.feed_dates import parse_feed_date
from longwave.moving.rss.feed_items import Item, feed_base, item_from_element
from longwave.moving.rss.feed_parser import Document, Element, read_document
from longwave.moving.rss.feed_source import read_source
from longwave.moving.rss.feed_values import parse_yes_no

#: The words for an episode that only the new feed has, which no subscriber loses.
ADDITION = "another one"
_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class FeedDiff:
    """The comparison of an old feed of ``episodes`` items with the feed of ``show``.

    A difference is an error where subscribers would notice it. Its ``file`` is the episode's title, or ``channel``.
    """

    show: str
    episodes: int
    differences: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _DatedItem:
    """An item as a podcast app reads it. ``date`` is None where the item has no readable date."""

    item: Item
    date: datetime | None

    @property
    def guid(self) -> str:
        return self.item.guid

    @property
    def name(self) -> str:
        return f'"{self.item.title}"'

    @property
    def title(self) -> str:
        return self.item.bare_title.lower()


def compare_feeds(settings: Settings, typed: str, show: str = "") -> FeedDiff:
    """Return how the site folder's feed differs from the old feed ``typed``, a file's name or an address.

    Without ``show`` the feed is that of the show which shares the most guids with the old feed. Raises LongwaveError
    when the old feed can't be read, or the folder has no such show.
    """
    old = read_source(typed, _fetcher(typed))
    rendered = render_feeds(settings)
    if not rendered:
        raise LongwaveError(f"{settings.content}: expected a show, found none.")
    return compare_with(rendered, old.document, old.address, show)


def compare_with(rendered: Mapping[str, bytes], old: Document, address: str, show: str = "") -> FeedDiff:
    """Return how one of the ``rendered`` feeds of a site, by show, differs from the old feed at ``address``.

    ``show`` is as in ``compare_feeds``. Raises LongwaveError when there is no such show.
    """
    feeds = {slug: _read(raw, slug) for slug, raw in rendered.items()}
    if show and show not in feeds:
        raise LongwaveError(f"--show: expected one of {', '.join(feeds)}, found {show!r}.")
    base = feed_base(old.channel, address)
    before = [_dated(element, base) for element in old.items]
    guids = {item.guid for item in before}
    slug = show or max(feeds, key=lambda name: sum(item.guid in guids for item in feeds[name][1]))
    channel, after = feeds[slug]
    differences = (*_compare_channels(old.channel, channel), *_compare_items(before, after))
    return FeedDiff(slug, len(before), differences)


def _fetcher(typed: str) -> Fetcher:
    # Only a feed on this machine may redirect to this machine: a feed elsewhere must not reach local services.
    try:
        return Fetcher.for_typed("feed check", typed)
    except (OSError, ValueError):
        return Fetcher("feed check")


def _dated(element: Element, base: str = "") -> _DatedItem:
    date = parse_feed_date(element.first_text("pubDate", "dc:date"))
    return _DatedItem(item_from_element(element, date or _EPOCH, base), date)


def _read(raw: bytes, slug: str) -> tuple[Element, list[_DatedItem]]:
    document = read_document(raw, slug)
    return document.channel, [_dated(element) for element in document.items]


def _difference(place: str, expected: str, found: str, hint: str = "", level: Level = "error") -> Problem:
    return Problem(place, 0, expected, found, hint, level, FEED_DIFF)


def _compare_channels(old: Element, new: Element) -> Iterator[Problem]:
    before, after = old.first_text("podcast:guid").lower(), new.first_text("podcast:guid").lower()
    if before and before != after:
        hint = "Write it as podcast_guid into the show's table in content/site.toml."
        yield _difference("channel", f"the podcast:guid {before}", after or "none", hint)
    if _is_blocked(old) and not _is_blocked(new):
        hint = "Directories would list the show. Write block = true into its table in content/site.toml."
        yield _difference("channel", "a show that no directory may list", "one for all of them", hint, "warning")
    for name in ("title", "language", "itunes:type"):
        before, after = one_line(old.first_text(name)), one_line(new.first_text(name))
        if before and before.lower().replace("_", "-") != after.lower():
            yield _difference("channel", f"the {name} {before!r}", repr(after), level="warning")
    yield from compare_descriptions_of_shows(old, new)


def _is_blocked(channel: Element) -> bool:
    return any(parse_yes_no(block.text) for name in ("itunes:block", "podcast:block") for block in channel.all(name))


def _compare_items(before: Sequence[_DatedItem], after: Sequence[_DatedItem]) -> Iterator[Problem]:
    old, new = _by_guid(before), _by_guid(after)
    yield from _duplicate_guids(before, "Apps show only one of them, in the old feed, too.", "warning")
    yield from _duplicate_guids(after, "Apps show only one of them.", "error")
    renamed: set[str] = set()
    for guid, item in old.items():
        if guid in new:
            yield from _compare_episodes(item, new[guid])
            continue
        candidates = [other for other in after if other.guid not in old and other.guid not in renamed]
        match = _under_another_guid(item, candidates)
        if match is None:
            hint = "Is it a draft, dated ahead, or a file with a mistake?"
            yield _difference(item.name, f"an episode with the guid {guid}", "none", hint)
        else:
            renamed.add(match.guid)
            hint = "Subscribers would see it twice. Write the old guid into its front matter."
            yield _difference(item.name, f"the guid {guid}", match.guid, hint)
    yield from _compare_order(old, new)
    yield from _additions(old, [item for guid, item in new.items() if guid not in old and guid not in renamed])


def _additions(old: Mapping[str, _DatedItem], added: Sequence[_DatedItem]) -> Iterator[Problem]:
    newest = max((item.date for item in old.values() if item.date), default=None)
    for item in added:
        late = newest is not None and item.date is not None and item.date <= newest
        hint = "It is older than the newest one there." if late else "It is new, and subscribers get it."
        yield _difference(item.name, "an episode of the old feed", ADDITION, hint, "warning")


def _by_guid(items: Sequence[_DatedItem]) -> dict[str, _DatedItem]:
    """Return the items by guid, in their order; of items that share a guid, the first."""
    by_guid: dict[str, _DatedItem] = {}
    for item in items:
        by_guid.setdefault(item.guid, item)
    return by_guid


def _duplicate_guids(items: Sequence[_DatedItem], hint: str, level: Level) -> Iterator[Problem]:
    for guid, count in Counter(item.guid for item in items).items():
        if count > 1:
            names = ", ".join(item.name for item in items if item.guid == guid)
            yield _difference(names, "guids of their own", f"{guid} in {count} episodes", hint, level)


def _under_another_guid(item: _DatedItem, candidates: Sequence[_DatedItem]) -> _DatedItem | None:
    """Return the candidate that is the same episode: with its title and date, or else with either of them."""
    dated = [other for other in candidates if other.date == item.date]
    both = [other for other in dated if other.title == item.title]
    either = [other for other in candidates if (item.date and other in dated) or other.title == item.title]
    return next(iter(both or either), None)


def _compare_episodes(old: _DatedItem, new: _DatedItem) -> Iterator[Problem]:
    before, after = old.item, new.item
    if old.date and old.date != new.date:
        found = f"{new.date.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if new.date else "none"
        yield _difference(old.name, f"the date {old.date.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", found)
    if before.enclosure and not after.enclosure:
        hint = "Is its file in content/audio, or its size in the front matter?"
        yield _difference(old.name, f"an enclosure as {without_login(before.enclosure.url)}", "none", hint)
    if after.enclosure and not before.enclosure:
        yield _difference(old.name, "no enclosure", after.enclosure.url, level="warning")
    apart = abs(before.seconds - after.seconds) > DURATION_TOLERANCE_SECONDS
    if before.enclosure and after.enclosure and before.seconds and apart:
        found = format_seconds(after.seconds) if after.seconds else "none"
        yield _difference(old.name, f"the duration {format_seconds(before.seconds)}", found, level="warning")
    fields: Mapping[str, tuple[object, object]] = {
        "title": (before.bare_title, after.bare_title),
        "isPermaLink": (before.permalink, after.permalink),
        "season": (before.season or None, after.season or None),
        "number": (before.number or None, after.number or None),
        "episode type": (before.type, after.type),
    }
    for name, (expected, actual) in fields.items():
        if expected != actual:
            yield _difference(old.name, f"the {name} {expected!r}", repr(actual), level="warning")


def _compare_order(old: Mapping[str, _DatedItem], new: Mapping[str, _DatedItem]) -> Iterator[Problem]:
    """Yield a difference for each episode that changed places with its neighbour.

    Apps sort by date, so the feed's own order counts only among episodes of the same date.
    """
    common = [guid for guid in old if guid in new and old[guid].date]
    by_date = sorted(common, key=lambda guid: old[guid].date or _EPOCH, reverse=True)
    if common != by_date:
        yield _difference("channel", "a feed with the newest first", "another order in the old one", level="warning")
    places = {guid: place for place, guid in enumerate(new)}
    for first, second in pairwise(by_date):
        if places[first] > places[second]:
            tied = old[first].date == old[second].date
            found = f"it after {old[second].name}"
            expected = f"it before {old[second].name}"
            yield _difference(old[first].name, expected, found, level="warning" if tied else "error")
