"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), for feed readers that prefer JSON to XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from longwave.feeds import conversation, listing_tags, podcasting, support
from longwave.feeds.alternate_enclosures import alternate_extension
from longwave.feeds.feed_data import Channel, Credit, Entry, FeedPage, without_empty
from longwave.feeds.rss import page_address
from longwave.feeds.sidecar_formats import CHAPTERS_TYPE
from longwave.feeds.xml import rfc3339
from longwave.model import Enclosure


def json_feed(channel: Channel, entries: Iterable[Entry], part: FeedPage) -> bytes:
    """Return the feed of ``entries`` as JSON in UTF-8; its content is that of the RSS feed."""
    next_page = page_address(channel, part.number + 1, ".json") if part.number < part.count else ""
    feed = without_empty(
        version="https://jsonfeed.org/version/1.1",
        title=channel.title,
        home_page_url=channel.link,
        feed_url=page_address(channel, part.number, ".json"),
        next_url=next_page,
        description=channel.description,
        icon=channel.image,
        authors=_authors(channel.credits) or [{"name": channel.author}],
        language=channel.language,
        expired=channel.syndication.complete,
        _podcast=_channel_extension(channel),
    )
    text = json.dumps({**feed, "items": [json_item(entry) for entry in entries]}, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def json_item(entry: Entry) -> Mapping[str, Any]:
    """Return an entry as an object of the list ``items``, ready for JSON."""
    content = {"content_html": entry.html} if entry.html else {"content_text": entry.description or entry.title}
    return content | without_empty(
        id=entry.guid,
        url=entry.link,
        title=entry.title,
        summary=entry.description,
        image=entry.image,
        banner_image=listing_tags.banner_of(entry.pictures),
        date_published=rfc3339(entry.episode.date),
        date_modified=rfc3339(entry.episode.updated) if entry.episode.updated else "",
        authors=_authors(entry.credits) or [{"name": entry.author}],
        tags=list(entry.tags),
        language=entry.show.language,
        attachments=list(_attachments(entry)),
        _podcast=_item_extension(entry),
    )


def _channel_extension(channel: Channel) -> Mapping[str, Any]:
    """Return the values of a channel that only podcasts have, for the extension ``_podcast``."""
    return without_empty(
        **listing_tags.json_of_channel(channel),
        **podcasting.json_of_channel(channel),
        **support.json_of_channel(channel),
        **conversation.json_of_channel(channel.syndication),
    )


def _item_extension(entry: Entry) -> Mapping[str, Any]:
    """Return the values of an item that only podcasts have, for the extension ``_podcast``."""
    return without_empty(
        chapters={"url": entry.chapters, "type": CHAPTERS_TYPE} if entry.chapters else {},
        **listing_tags.json_of_item(entry),
        **podcasting.json_of_item(entry),
        **support.json_of_item(entry),
        **conversation.json_of_item(entry.episode),
        transcripts=[without_empty(**asdict(link)) for link in entry.transcripts],
    )


def _attachments(entry: Entry) -> Iterable[Mapping[str, Any]]:
    enclosures: list[tuple[Enclosure, str, Mapping[str, Any]]] = [(entry.enclosure, "", {})] if entry.enclosure else []
    enclosures += [(each.enclosure, each.title, alternate_extension(each)) for each in entry.alternates]
    for enclosure, title, extension in enclosures:
        yield without_empty(
            url=enclosure.url,
            mime_type=enclosure.type,
            title=title,
            size_in_bytes=enclosure.bytes,
            duration_in_seconds=enclosure.seconds,
            _podcast=extension,
        )


def _authors(people: tuple[Credit, ...]) -> list[Mapping[str, Any]]:
    return [without_empty(name=credit.name, url=credit.link, avatar=credit.image) for credit in people]
