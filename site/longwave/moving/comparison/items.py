"""The differences between an item of an old feed and the same item of the new one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote

from longwave.content.fields.times import DURATION_TOLERANCE_SECONDS, format_seconds
from longwave.content.media.media_types import canonical, is_video
from longwave.moving.comparison.channel_differences import author_of, explicit_of, people
from longwave.moving.comparison.differences import Difference, difference
from longwave.moving.comparison.parts import compare_addresses, compare_parts, compare_sets, compare_texts
from longwave.moving.rss.channel_settings import image_of
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_parser import LIVE_ITEM, Element
from longwave.moving.rss.feed_values import web_host
from longwave.moving.rss.html_to_markdown import plain_text

#: The share of the old notes' words below which the notes are changed, and that below which they are lost.
_SAME, _LOST = 0.95, 0.5
#: A file of audio whose stated length differs by more than this share is probably another one.
_OTHER_FILE = 0.1
_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["'](https?://[^"'\s]+)""", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile(r"[*`\\]")


@dataclass(frozen=True, slots=True)
class DatedItem:
    """An item of the feed with this ``channel``, as a podcast app reads it; ``date`` is None if none is readable."""

    item: Item
    date: datetime | None
    channel: Element

    @property
    def guid(self) -> str:
        """Return the guid by which apps know the item."""
        return self.item.guid

    @property
    def name(self) -> str:
        """Return the item's title in quotation marks, as differences name it."""
        return f'"{self.item.title}"'

    @property
    def is_live(self) -> bool:
        """Return whether the item is a live broadcast, ``podcast:liveItem``."""
        return self.item.element.name == LIVE_ITEM

    @property
    def title(self) -> str:
        """Return the title as titles are compared: without its number and in lower case."""
        return self.item.bare_title.lower()

    @property
    def picture(self) -> str:
        """Return the address of the item's own picture; empty if that is the show's cover."""
        return "" if self.item.image == image_of(self.channel) else self.item.image


def compare_items(old: DatedItem, new: DatedItem) -> Iterator[Difference]:
    """Yield the differences between two items of one guid."""
    place, before, after = old.name, old.item, new.item
    yield from compare_texts(place, _texts(old), _texts(new))
    # An episode without an author has the show's.
    author = after.author or author_of(new.channel)
    if before.author and before.author != author:
        yield difference(place, "author", before.author, author)
    # A feed always has a description; only one that says more than the notes was stated by the owner.
    if before.description and before.description != after.description:
        yield difference(place, "description", before.description, after.description)
    yield from _compare_explicit(old, new)
    yield from _compare_sound(place, before, after)
    yield from _compare_notes(place, before, after)
    yield from compare_addresses(place, "picture", old.picture, new.picture)
    if before.link and after.link:
        yield from compare_addresses(place, "page", before.link, after.link)
    own = old.channel.first_text("language") or new.channel.first_text("language")
    yield from compare_sets(place, "transcript", _transcripts(before, own), _transcripts(after, own))
    yield from compare_sets(place, "person", _people(old), _people(new))
    chapters = tuple(bool(item.element.all("podcast:chapters") or item.element.all("psc:chapters"))
                     for item in (before, after))  # fmt: skip
    if chapters[0] != chapters[1]:
        yield Difference(place, "chapters", "lost" if chapters[0] else "gained")
    yield from compare_parts(place, before.element, after.element)


def shown_date(date: datetime | None) -> str:
    """Return a date in UTC to the second; empty if there is none."""
    return f"{date.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if date else ""


def _texts(dated: DatedItem) -> dict[str, str]:
    item = dated.item
    return {
        "title": item.bare_title,
        "date": shown_date(dated.date),
        "season": f"{item.season or ''}",
        "number": f"{item.number or ''}",
        "episode type": item.type,
        "isPermaLink": "yes" if item.permalink else "no",
    }


def _compare_explicit(old: DatedItem, new: DatedItem) -> Iterator[Difference]:
    """Yield a difference between the marks of two episodes, unless both have that of their show."""
    of_shows = [bool(explicit_of(dated.channel)) for dated in (old, new)]
    stated = [dated.item.explicit for dated in (old, new)]
    before, after = (show if own is None else own for own, show in zip(stated, of_shows, strict=True))
    if before != after and not (stated[0] is None and after == of_shows[1]):
        shown = ("yes", "no") if before else ("no", "yes")
        yield Difference(old.name, "explicit mark", "changed", *shown)


def _compare_sound(place: str, before: Item, after: Item) -> Iterator[Difference]:
    old, new = before.enclosure, after.enclosure
    hint = "Is its file in content/audio, or its size in the front matter?"
    yield from compare_addresses(place, "enclosure", old.url if old else "", new.url if new else "", hint)
    if old is None or new is None:
        return
    if canonical(old.type) != canonical(new.type):
        # One form of sound is as good as another, but who watched a film would only hear it.
        kind = "form of sound" if all(one.type.startswith("audio/") for one in (old, new)) else "media type"
        grave = is_video(old.type) and not is_video(new.type)
        yield Difference(place, kind, "changed", old.type, new.type, grave=grave)
    size, found = old.bytes, new.bytes
    if bool(size) != bool(found):
        yield difference(place, "length", f"{size or ''}", f"{found or ''}")
    elif abs(size - found) > _OTHER_FILE * size:
        yield difference(place, "length", f"{size:,} bytes", f"{found:,} bytes", "Is it the same recording?")
    if abs(before.seconds - after.seconds) > DURATION_TOLERANCE_SECONDS or bool(before.seconds) != bool(after.seconds):
        yield difference(place, "duration", _duration(before.seconds), _duration(after.seconds))


def _duration(seconds: int) -> str:
    return format_seconds(seconds) if seconds else ""


def _compare_notes(place: str, before: Item, after: Item) -> Iterator[Difference]:
    """Yield a difference where words or links of the old notes are missing; further ones do no harm."""
    if before.notes == after.notes:
        return
    old, new = (_words(_TAG.sub(" ", unescape(item.notes))) for item in (before, after))
    kept = _kept(old, new)
    if kept < _SAME:
        # The exact text, in which inline elements don't split words, takes longer to make.
        old, new = (_words(plain_text(item.notes)) for item in (before, after))
        kept = _kept(old, new)
    if kept < _LOST:
        yield Difference(place, "show notes", "lost", f"{kept:.0%} of {_count(old)} are left")
    elif kept < _SAME:
        yield Difference(place, "show notes", "changed", _count(old), f"{kept:.0%} of them, and others")
    elif new and not old:
        yield Difference(place, "show notes", "gained", "", _count(new))
    text = _as_address(after.notes)
    for link in dict.fromkeys(_LINK.findall(before.notes)):
        if _as_address(link).partition("://")[2] not in text:
            yield Difference(place, "link in the notes", "lost", unescape(link))


def _kept(old: Counter[str], new: Counter[str]) -> float:
    """Return the share of the old words that are among the new ones; 1 if there was none."""
    return (old & new).total() / old.total() if old else 1.0


def _words(text: str) -> Counter[str]:
    # The notes of our own feed are compared before they are rendered, so that Markdown's marks may be within words.
    return Counter(_WORD.findall(_MARKS.sub("", text).casefold()))


def _count(words: Counter[str]) -> str:
    return f"{words.total():,} word{'' if words.total() == 1 else 's'}"


def _as_address(text: str) -> str:
    """Return an address, or a text with addresses, in a form that its spellings in HTML and in Markdown share."""
    return unquote(unescape(text).replace("\\", "")).rstrip("/").casefold()


def _people(dated: DatedItem) -> Mapping[str, str]:
    """Return the people of an episode, which are those of the show if it names none."""
    return people(dated.item.element) or people(dated.channel)


def _transcripts(item: Item, own: str) -> dict[str, str]:
    """Return the languages in which there is a transcript, without their regions; ``own`` if none is stated."""
    offered = [each for each in item.element.all("podcast:transcript") if web_host(each.get("url"))]
    stated = [each.get("language") or own for each in offered]
    return {language.lower().replace("_", "-").partition("-")[0]: language for language in stated}
