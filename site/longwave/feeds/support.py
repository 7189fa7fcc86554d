"""The support of a show in feeds: links for listeners, payments by apps, and the sponsors below the notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from longwave.feeds.feed_data import Channel, Entry
from longwave.feeds.xml import Node, boolean, clean, decimal, node
from longwave.model import Link, Recipient, Sponsor, TimeSplit, ValueBlock
from longwave.phrases import phrase


def funding(links: Iterable[Link]) -> Iterator[Node]:
    """Yield a ``podcast:funding`` for each link."""
    yield from (node("podcast:funding", link.label, url=link.url) for link in links)


def value(blocks: Iterable[ValueBlock]) -> Iterator[Node]:
    """Yield a ``podcast:value`` for each block, as its owner wrote it."""
    for block in blocks:
        yield node(
            "podcast:value",
            *map(_recipient, block.recipients),
            *map(_time_split, block.time_splits),
            type=block.type,
            method=block.method,
            suggested=block.suggested,
        )


def _recipient(recipient: Recipient) -> Node:
    return node(
        "podcast:valueRecipient",
        name=recipient.name,
        type=recipient.type,
        address=recipient.address,
        customKey=recipient.custom_key,
        customValue=recipient.custom_value,
        split=str(recipient.split),
        fee=boolean(True) if recipient.fee else "",
    )


def _time_split(stretch: TimeSplit) -> Node:
    remote = node(
        "podcast:remoteItem",
        feedGuid=stretch.feed_guid,
        feedUrl=stretch.feed_url,
        itemGuid=stretch.item_guid,
        medium=stretch.medium,
    )
    return node(
        "podcast:valueTimeSplit",
        *map(_recipient, stretch.recipients),
        remote,
        startTime=decimal(stretch.start) or "0",
        duration=decimal(stretch.duration) or "0",
        remoteStartTime=decimal(stretch.remote_start),
        remotePercentage="" if remote is None else str(stretch.percentage),
    )


def with_sponsors(html: str, sponsors: Iterable[Sponsor]) -> str:
    """Return notes in HTML with the list of an episode's sponsors below them."""
    items = [_sponsor(sponsor) for sponsor in sponsors]
    if not items:
        return html
    heading = Markup("<p>{}</p>").format(phrase("support.sponsors_in_feed", count=len(items)))
    return f"{html}\n{heading}\n<ul>{''.join(items)}</ul>".lstrip()


def _sponsor(sponsor: Sponsor) -> Markup:
    name = clean(sponsor.name)
    linked = Markup('<a href="{}" rel="sponsored">{}</a>').format(sponsor.url, name) if sponsor.url else name
    text = f": {clean(sponsor.text)}" if sponsor.text else ""
    return Markup("<li>{}{}</li>").format(linked, text)


def json_of_channel(channel: Channel) -> Mapping[str, Any]:
    """Return the values ``funding`` and ``value`` of a channel, ready for JSON."""
    return _as_json(channel.syndication.funding, channel.syndication.value)


def json_of_item(entry: Entry) -> Mapping[str, Any]:
    """Return the values ``funding`` and ``value`` of an item, ready for JSON."""
    return _as_json(entry.episode.funding, entry.episode.value)


def _as_json(links: Iterable[Link], blocks: Iterable[ValueBlock]) -> Mapping[str, Any]:
    return {
        "funding": [{"url": link.url, "text": link.label} for link in links],
        "value": [asdict(block, dict_factory=_named) for block in blocks],
    }


def _named(parts: Iterable[tuple[str, Any]]) -> Mapping[str, Any]:
    """Return the fields of a value block that aren't empty, with names in camel case as ``podcast:value`` has them."""
    return {
        re.sub(r"_(\w)", lambda match: match[1].upper(), name): part
        for name, part in parts
        if part not in ("", (), False)
    }
