"""The chapters that an item of a feed offers: files of chapters, and Podlove Simple Chapters within the item."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from longwave.content.episodes.chapter_entries import chapters_of_notes
from longwave.content.episodes.chapter_files import parse_chapters
from longwave.content.fields.content_file import decode
from longwave.feeds.sidecar_formats import chapters_json
from longwave.model import Chapter, Moment
from longwave.moving.rss.feed_items import Item
from longwave.moving.rss.feed_values import absolute_url, web_host

#: The most files of chapters that are tried for one episode, and the most pictures that are fetched.
_MAX_OFFERS, _MAX_PICTURES = 8, 200
_PSC_ATTRIBUTES = ("start", "title", "href", "image")


@dataclass(frozen=True, slots=True)
class Offer:
    """A text with chapters, its name for reports, and the address against which its addresses are resolved."""

    name: str
    base: str
    body: bytes

    def read(self) -> tuple[Chapter, ...]:
        """Return the chapters, with absolute addresses of pictures. Raises ContentError."""
        chapters, _ = parse_chapters(self.name, decode(self.name, self.body))
        return tuple(replace(chapter, image=self._absolute(chapter.image)) for chapter in chapters)

    def _absolute(self, image: str) -> str:
        address = absolute_url(self.base, image) if image else ""
        return address if web_host(address) else ""


def offered_chapters(item: Item, fetch: Callable[[str], bytes | None]) -> Iterator[Offer]:
    """Yield each text with chapters that an item offers; ``fetch`` returns the body at an address, None for none."""
    for element in item.element.all("podcast:chapters")[:_MAX_OFFERS]:
        url = element.get("url")
        body = fetch(url)
        if body is not None:
            yield Offer(url, url, body)
    for simple in item.element.all("psc:chapters")[:_MAX_OFFERS]:
        chapters = [{name: each.get(name) for name in _PSC_ATTRIBUTES} for each in simple.all("psc:chapter")]
        if chapters:
            yield Offer("psc:chapters", item.link, json.dumps(chapters).encode())


def chapters_file(
    chapters: Sequence[Chapter], moments: Sequence[Moment], picture: Callable[[str, int], str]
) -> bytes | None:
    """Return the file of an episode's chapters; None if its notes have the same ones, its ``moments``.

    ``picture`` returns the name of the fetched picture for an address and a chapter's number, from 1.
    """
    if tuple(chapters) == chapters_of_notes(moments):
        return None
    kept = list(chapters)
    for number, chapter in enumerate(chapters[:_MAX_PICTURES]):
        if chapter.image:
            kept[number] = replace(chapter, image=picture(chapter.image, number + 1))
    return f"{chapters_json(kept, indent=1)}\n".encode()
