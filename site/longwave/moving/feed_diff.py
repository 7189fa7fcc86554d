"""Whether those who subscribed to an old feed see an episode twice, or lose one, when Longwave's takes its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Literal

from longwave.config import Settings
from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.text.plain_text import one_line
from longwave.edition.site_check import feeds_now
from longwave.errors import LongwaveError
from longwave.fetching import Fetcher, without_login
from longwave.moving.rss.feed_items import Item, feed_base, item_of
from longwave.moving.rss.feed_parser import Element, read_document
from longwave.moving.rss.feed_source import OldFeed, read_source
from longwave.moving.rss.feed_values import date_of

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise in the new feed, of one episode or of the channel.

    An ``error`` is what subscribers would notice.
    """

    what: str
    expected: str
    found: str
    hint: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        """`"Hello": expected the guid 12, found 1-hello. Hint.` on one line."""
        note = "warning: " if self.level == "warning" else ""
        return " ".join(f"{self.what}: {note}expected {self.expected}, found {self.found}. {self.hint}".split())


@dataclass(frozen=True, slots=True)
class Compared:
    """How many episodes of the old feed are the same in the feed of ``show``, and what differs."""

    show: str
    episodes: int
    differences: tuple[Difference, ...]


def check_against(settings: Settings, typed: str, show: str = "") -> Compared:
    """Compare the folder's feed with the old one that was ``typed``, a file or an address.

    Of several shows it is the one with most of its guids, unless ``show`` names one. Raises LongwaveError.
    """
    old = read_source(typed, _fetcher(typed))
    feeds = {slug: _read(raw, slug) for slug, raw in feeds_now(settings).items()}
    if not feeds:
        raise LongwaveError(f"{settings.content}: expected a show, found none.")
    if show and show not in feeds:
        raise LongwaveError(f"--show: expected one of {', '.join(feeds)}, found {show!r}.")
    base = feed_base(old.channel, old.address)
    before = [_seen(element, base) for element in old.items]
    wanted = {each.guid for each in before}
    slug = show or max(feeds, key=lambda name: sum(each.guid in wanted for each in feeds[name][1]))
    channel, after = feeds[slug]
    differences = (*_of_channel(old, channel), *_of_episodes(before, after))
    return Compared(slug, len(before), differences)


def _fetcher(typed: str) -> Fetcher:
    # What lies on this machine may lead to this machine; a feed from outside may not.
    try:
        return Fetcher.for_typed("feed check", typed)
    except (OSError, ValueError):
        return Fetcher("feed check")


@dataclass(frozen=True, slots=True)
class _Seen:
    """An item as an app sees it. ``date`` is None where it has none that can be read."""

    item: Item
    date: datetime | None

    @property
    def guid(self) -> str:
        return self.item.guid

    @property
    def name(self) -> str:
        return f'"{self.item.title}"'


def _seen(element: Element, base: str = "") -> _Seen:
    date = date_of(element.said("pubDate", "dc:date"))
    return _Seen(item_of(element, date or datetime.fromtimestamp(0, UTC), base), date)


def _read(raw: bytes, slug: str) -> tuple[Element, list[_Seen]]:
    document = read_document(raw, slug)
    return document.channel, [_seen(element) for element in document.items]


def _of_channel(old: OldFeed, new: Element) -> Iterator[Difference]:
    before, after = old.channel.said("podcast:guid").lower(), new.said("podcast:guid").lower()
    if before and before != after:
        hint = "Write it as podcast_guid into the show's table in content/site.toml."
        yield Difference("channel", f"the podcast:guid {before}", after or "none", hint)
    for name in ("title", "language", "itunes:type"):
        was, now = one_line(old.channel.said(name)), one_line(new.said(name))
        if was and was.lower().replace("_", "-") != now.lower():
            yield Difference("channel", f"the {name} {was!r}", repr(now), level="warning")


def _of_episodes(before: Sequence[_Seen], after: Sequence[_Seen]) -> Iterator[Difference]:
    old, new = _by_guid(before), _by_guid(after)
    yield from _twice(before, "Apps show only one of them, in the old feed, too.", "warning")
    yield from _twice(after, "Apps show only one of them.", "error")
    renamed: set[str] = set()
    for guid, seen in old.items():
        if guid in new:
            yield from _of_episode(seen, new[guid])
            continue
        other = _same(seen, [each for each in after if each.guid not in old and each.guid not in renamed])
        if other is None:
            hint = "Is it a draft, dated ahead, or a file with a mistake?"
            yield Difference(seen.name, f"an episode with the guid {guid}", "none", hint)
        else:
            renamed.add(other.guid)
            hint = "Subscribers would see it twice. Write the old guid into its front matter."
            yield Difference(seen.name, f"the guid {guid}", other.guid, hint)
    yield from _order(old, new)
    newest = max((seen.date for seen in old.values() if seen.date), default=None)
    for guid, seen in new.items():
        if guid not in old and guid not in renamed:
            late = newest is not None and seen.date is not None and seen.date <= newest
            hint = "It is older than the newest one there." if late else "It is new, and subscribers get it."
            yield Difference(seen.name, "an episode of the old feed", "another one", hint, "warning")


def _by_guid(items: Sequence[_Seen]) -> dict[str, _Seen]:
    """The items by guid in their order; of two with one guid the first."""
    found: dict[str, _Seen] = {}
    for seen in items:
        found.setdefault(seen.guid, seen)
    return found


def _twice(items: Sequence[_Seen], hint: str, level: Level) -> Iterator[Difference]:
    for guid, count in Counter(seen.guid for seen in items).items():
        if count > 1:
            names = ", ".join(seen.name for seen in items if seen.guid == guid)
            yield Difference(names, "guids of their own", f"{guid} in {count} episodes", hint, level)


def _same(seen: _Seen, others: Sequence[_Seen]) -> _Seen | None:
    """The episode that is this one under another guid: by title and date, else by either alone."""
    title = seen.item.bare_title.lower()
    both = [each for each in others if each.date == seen.date and each.item.bare_title.lower() == title]
    one = [each for each in others if (seen.date and each.date == seen.date) or each.item.bare_title.lower() == title]
    return next(iter(both or one), None)


def _of_episode(old: _Seen, new: _Seen) -> Iterator[Difference]:
    was, now = old.item, new.item
    if old.date and old.date != new.date:
        found = f"{new.date.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if new.date else "none"
        yield Difference(old.name, f"the date {old.date.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC", found)
    if bool(was.sound) != bool(now.sound):
        if was.sound:
            hint = "Is its file in content/audio, or its size in the front matter?"
            yield Difference(old.name, f"an enclosure as {without_login(was.sound.url)}", "none", hint)
        else:
            yield Difference(old.name, "no enclosure", now.sound.url if now.sound else "none", level="warning")
    if was.sound and now.sound and was.seconds and abs(was.seconds - now.seconds) > DURATION_TOLERANCE_SECONDS:
        found = format_seconds(now.seconds) if now.seconds else "none"
        yield Difference(old.name, f"the duration {format_seconds(was.seconds)}", found, level="warning")
    told: Mapping[str, tuple[object, object]] = {
        "title": (was.bare_title, now.bare_title),
        "isPermaLink": (was.permalink, now.permalink),
        "season": (was.season or None, now.season or None),
        "number": (was.number or None, now.number or None),
        "episode type": (was.type, now.type),
    }
    for name, (before, after) in told.items():
        if before != after:
            yield Difference(old.name, f"the {name} {before!r}", repr(after), level="warning")


def _order(old: Mapping[str, _Seen], new: Mapping[str, _Seen]) -> Iterator[Difference]:
    """Who comes after somebody else than before. Apps sort by date, so only of one date the feed's own order counts."""
    both = [guid for guid in old if guid in new and old[guid].date]
    shown = sorted(both, key=lambda guid: _instant(old[guid]), reverse=True)
    known = set(both)
    now = [guid for guid in new if guid in known]
    if both != shown:
        yield Difference("channel", "a feed with the newest first", "another order in the old one", level="warning")
    places = {guid: place for place, guid in enumerate(now)}
    for first, second in pairwise(shown):
        if places[first] > places[second]:
            tied = old[first].date == old[second].date
            found = f"it after {old[second].name}"
            before = f"it before {old[second].name}"
            yield Difference(old[first].name, before, found, level="warning" if tied else "error")


def _instant(seen: _Seen) -> datetime:
    return seen.date or datetime.fromtimestamp(0, UTC)
