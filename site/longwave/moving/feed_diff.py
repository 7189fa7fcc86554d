"""A comparison of a show's feed with the old feed whose place it takes, as subscribers and directories see both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from longwave.config import Settings
from longwave.edition.check.site_check import render_feeds
from longwave.errors import LongwaveError, Problem
from longwave.moving.comparison.channel_differences import compare_channels
from longwave.moving.comparison.compared_feeds import old_feeds
from longwave.moving.comparison.differences import CHANNEL, Difference
from longwave.moving.comparison.items import DatedItem, compare_items, shown_date
from longwave.moving.comparison.verdict import summary, verdict
from longwave.moving.rss.date_forms import parse_feed_date
from longwave.moving.rss.feed_items import feed_base, item_from_element
from longwave.moving.rss.feed_parser import Document, Element, read_document

_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class FeedDiff:
    """The comparison of an old feed of ``episodes`` items with the feed of ``show``."""

    show: str
    episodes: int
    found: tuple[Difference, ...]

    @property
    def differences(self) -> tuple[Problem, ...]:
        """Return the differences that someone would notice as problems; their ``file`` is a title, or ``channel``.

        A difference is an error if a subscriber would lose something or get an episode twice.
        """
        return tuple(one.problem() for one in self.found if one.level)

    @property
    def gains(self) -> tuple[Difference, ...]:
        """Return everything that the new feed has beyond the old one."""
        return tuple(one for one in self.found if one.effect == "gained")

    @property
    def summary(self) -> str:
        """Return the differences for people, grouped by kind, with the verdict at the end."""
        return summary(self.found)

    @property
    def verdict(self) -> str:
        """Return in sentences who will notice the differences, and which ones."""
        return verdict(self.found)


def compare_feeds(settings: Settings, typed: str, show: str = "") -> tuple[FeedDiff, ...]:
    """Return how the site folder's feeds differ from the old feed ``typed``, or from each feed of the live site there.

    ``typed`` is a file's name, an address, or the folder of another site of Longwave. Without ``show`` an old feed is
    compared with the feed of the show which shares the most guids with it. Raises LongwaveError when there is no old
    feed, or the folder has no such show.
    """
    old = old_feeds(typed)
    rendered = render_feeds(settings)
    if not rendered:
        raise LongwaveError(f"{settings.content}: expected a show, found none.")
    if show and show not in rendered:
        raise _no_such_show(show, rendered)
    wanted = {show: old[show]} if show in old else old
    return tuple(
        compare_with(rendered, feed.document, feed.address, show or (slug if slug in rendered else ""))
        for slug, feed in wanted.items()
    )


def compare_with(rendered: Mapping[str, bytes], old: Document, address: str, show: str = "") -> FeedDiff:
    """Return how one of the ``rendered`` feeds of a site, by show, differs from the old feed at ``address``.

    ``show`` is as in ``compare_feeds``. Raises LongwaveError when there is no such show.
    """
    if show and show not in rendered:
        raise _no_such_show(show, rendered)
    documents = {slug: read_document(raw, slug) for slug, raw in rendered.items() if show in ("", slug)}
    items = {slug: _dated(new) for slug, new in documents.items()}
    before = _dated(old, feed_base(old.channel, address))
    guids = {item.guid for item in before}
    slug = show or max(items, key=lambda name: sum(item.guid in guids for item in items[name]))
    found = (*compare_channels(old.channel, documents[slug].channel), *_compare_items(before, items[slug]))
    return FeedDiff(slug, len(before), found)


def _no_such_show(show: str, rendered: Mapping[str, bytes]) -> LongwaveError:
    return LongwaveError(f"--show: expected one of {', '.join(rendered)}, found {show!r}.")


def _dated(document: Document, base: str = "") -> list[DatedItem]:
    return [_dated_item(element, base, document.channel) for element in document.items]


def _dated_item(element: Element, base: str, channel: Element) -> DatedItem:
    date = parse_feed_date(element.first_text("pubDate", "dc:date"))
    return DatedItem(item_from_element(element, date or _EPOCH, base), date, channel)


def _compare_items(before: Sequence[DatedItem], after: Sequence[DatedItem]) -> Iterator[Difference]:
    old, new = _by_guid(before), _by_guid(after)
    yield from _duplicate_guids(before, after)
    renamed: set[str] = set()
    candidates = [item for guid, item in new.items() if guid not in old]
    for guid, item in old.items():
        if guid in new:
            yield from compare_items(item, new[guid])
            continue
        match = _under_another_guid(item, [other for other in candidates if other.guid not in renamed])
        if match is None:
            hint = "Is it a draft, dated ahead, or a file with a mistake?"
            yield Difference(item.name, "episode", "lost", f"with the guid {guid}", "", hint)
        else:
            renamed.add(match.guid)
            hint = "Subscribers would see it twice. Write the old guid into its front matter."
            yield Difference(item.name, "guid", "twice", guid, match.guid, hint)
            yield from compare_items(item, match)
    yield from _compare_order(old, new)
    yield from _additions(old, [item for item in candidates if item.guid not in renamed])


def _additions(old: Mapping[str, DatedItem], added: Sequence[DatedItem]) -> Iterator[Difference]:
    newest = max((item.date for item in old.values() if item.date), default=None)
    for item in added:
        if newest is not None and item.date is not None and item.date <= newest:
            hint = "Apps show it as new, though it is older than the newest one of the old feed."
            yield Difference(item.name, "added old episode", "changed", "", shown_date(item.date), hint)
        else:
            yield Difference(item.name, "episode", "gained", "", shown_date(item.date))


def _by_guid(items: Sequence[DatedItem]) -> dict[str, DatedItem]:
    """Return the items by guid, in their order; of items that share a guid, the first."""
    by_guid: dict[str, DatedItem] = {}
    for item in items:
        by_guid.setdefault(item.guid, item)
    return by_guid


def _duplicate_guids(before: Sequence[DatedItem], after: Sequence[DatedItem]) -> Iterator[Difference]:
    """Yield a loss for each guid of several new episodes, of which apps show only one, unless it was so before."""
    known = Counter(item.guid for item in before)
    for guid, count in Counter(item.guid for item in after).items():
        if count > max(1, known[guid]):
            names = ", ".join(item.name for item in after if item.guid == guid)
            hint = "Apps show only one of them."
            yield Difference(names, "guid of its own", "lost", f"{guid} in {count} episodes", "", hint)


def _under_another_guid(item: DatedItem, candidates: Sequence[DatedItem]) -> DatedItem | None:
    """Return the candidate that is the same episode: with its title and date, or else with either of them."""
    dated = [other for other in candidates if other.date == item.date]
    both = [other for other in dated if other.title == item.title]
    either = [other for other in candidates if (item.date and other in dated) or other.title == item.title]
    return next(iter(both or either), None)


def _compare_order(old: Mapping[str, DatedItem], new: Mapping[str, DatedItem]) -> Iterator[Difference]:
    """Yield a difference for each episode that changed places with its neighbour.

    Apps sort by date, so the feed's own order counts only among episodes of the same date. Live broadcasts stand apart
    from the items of a feed.
    """
    common = [guid for guid in old if guid in new and old[guid].date and not old[guid].is_live]
    by_date = sorted(common, key=lambda guid: old[guid].date or _EPOCH, reverse=True)
    if common != by_date:
        yield Difference(CHANNEL, "order", "changed", "another order", "the newest first")
    places = {guid: place for place, guid in enumerate(new)}
    for first, second in pairwise(by_date):
        if places[first] > places[second]:
            before, after = f"before {old[second].name}", f"after {old[second].name}"
            grave = old[first].date != old[second].date
            yield Difference(old[first].name, "place in the order", "changed", before, after, grave=grave)
