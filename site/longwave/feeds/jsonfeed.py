"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), for readers that would rather not parse XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from longwave.feeds.feed_data import Cast, Channel, Entry, Part
from longwave.feeds.rss import page_address


def json_feed(channel: Channel, entries: Iterable[Entry], part: Part) -> bytes:
    """The same feed as the RSS one, as JSON in UTF-8."""
    following = page_address(channel, part.number + 1, ".json") if part.number < part.count else ""
    feed = _said(
        version="https://jsonfeed.org/version/1.1",
        title=channel.title,
        home_page_url=channel.link,
        feed_url=page_address(channel, part.number, ".json"),
        next_url=following,
        description=channel.description,
        icon=channel.image,
        authors=_authors(channel.cast) or [{"name": channel.author}],
        language=channel.language,
    )
    return json.dumps({**feed, "items": [_item(entry) for entry in entries]}, ensure_ascii=False).encode(
        "utf-8", "replace"
    )


def _item(entry: Entry) -> Mapping[str, Any]:
    content = {"content_html": entry.html} if entry.html else {"content_text": entry.description or entry.title}
    return content | _said(
        id=entry.guid,
        url=entry.link,
        title=entry.title,
        summary=entry.description,
        image=entry.image,
        date_published=_date(entry.date),
        date_modified=_date(entry.updated) if entry.updated else "",
        authors=_authors(entry.cast) or [{"name": entry.author}],
        tags=list(entry.tags),
        language=entry.language,
        attachments=list(_attachments(entry)),
    )


def _attachments(entry: Entry) -> Iterable[Mapping[str, Any]]:
    sounds = [(entry.enclosure, "")] if entry.enclosure else []
    sounds += [(alternative.enclosure, alternative.title) for alternative in entry.alternatives]
    for sound, title in sounds:
        yield _said(
            url=sound.url,
            mime_type=sound.type,
            title=title,
            size_in_bytes=sound.bytes,
            duration_in_seconds=sound.seconds,
        )


def _authors(cast: tuple[Cast, ...]) -> list[Mapping[str, Any]]:
    return [_said(name=person.name, url=person.link, avatar=person.image) for person in cast]


def _date(date: datetime) -> str:
    # In UTC, because RFC 3339 has no seconds in an offset, which old local times do.
    return date.astimezone(UTC).isoformat(timespec="seconds")


def _said(**values: Any) -> dict[str, Any]:
    """An object without what is empty."""
    return {name: value for name, value in values.items() if value}
