"""Tags about conversation, AI and other feeds, of a channel and of an item, and the same for JSON Feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from longwave.feeds.feed_data import without_empty
from longwave.feeds.guids import feed_guid
from longwave.feeds.live_items import json_of_live
from longwave.feeds.xml import Node, integer, node
from longwave.model import Episode, Recommendation, Remark, Schedule, SocialPost, Syndication
from longwave.phrases import phrase

#: The attribute ``purpose`` of the ``podcast:txt`` that lists what AI made, such as the voice or the cover.
AI_CONTENT = "ai-content"
#: The names of phrases such as "every week", by FREQ and INTERVAL of a schedule's recurrence rule (RFC 5545).
_RHYTHMS = {
    ("DAILY", "1"): "rhythm.daily", ("WEEKLY", "1"): "rhythm.weekly", ("WEEKLY", "2"): "rhythm.fortnightly",
    ("MONTHLY", "1"): "rhythm.monthly", ("MONTHLY", "2"): "rhythm.every_two_months", ("YEARLY", "1"): "rhythm.yearly",
}  # fmt: skip


def talk(syndication: Syndication | Episode) -> Iterator[Node]:
    """Yield the tags ``podcast:socialInteract`` and ``podcast:txt`` of a channel or an item."""
    yield from (_social(post) for post in syndication.social)
    yield from (_text(remark) for remark in syndication.txt)
    yield node("podcast:txt", ", ".join(syndication.ai), purpose=AI_CONTENT) if syndication.ai else None


def other_feeds(syndication: Syndication) -> Iterator[Node]:
    """Yield a channel's tags that lead to other feeds: recommendations, the publisher, and the content of a list."""
    yield node("podcast:podroll", *(_remote(other) for other in syndication.podroll))
    if syndication.publisher:
        yield node("podcast:publisher", _remote(syndication.publisher, "publisher"))
    yield from (_remote(other) for other in syndication.remote_items)


def replies(episode: Episode) -> Iterator[Node]:
    """Yield an item's links to pages on which the episode is discussed (RSS 2.0 and RFC 4685)."""
    yield node("comments", episode.comments_url)
    for link in episode.discuss:
        yield node("atom:link", href=link.url, rel="replies", title=link.label, type="text/html")


def schedule_words(schedule: Schedule) -> str:
    """Return a schedule in words: the owner's, or else those for its recurrence rule; empty for an unusual rule."""
    if schedule.text:
        return schedule.text
    rule = dict(part.partition("=")[::2] for part in schedule.rrule.removeprefix("RRULE:").split(";"))
    name = _RHYTHMS.get((rule.get("FREQ", ""), rule.get("INTERVAL", "1")))
    return phrase(name) if name else ""


def json_of_channel(syndication: Syndication) -> dict[str, Any]:
    """Return the conversation, AI and other feeds of a channel for JSON Feed's extension ``_podcast``."""
    schedule = syndication.schedule
    return without_empty(
        social=[_post(post) for post in syndication.social],
        txt=_texts(syndication.txt),
        ai=list(syndication.ai),
        update_frequency=schedule
        and without_empty(text=schedule.text, rrule=schedule.rrule, start=schedule.start, complete=schedule.complete),
        podroll=_others(syndication.podroll),
        publisher=_other(syndication.publisher) if syndication.publisher else None,
        remote_items=_others(syndication.remote_items),
        medium="" if syndication.medium == "podcast" else syndication.medium,
    )


def json_of_item(episode: Episode) -> dict[str, Any]:
    """Return the conversation, AI and live broadcast of an episode for JSON Feed's extension ``_podcast``."""
    live = episode.broadcast
    return without_empty(
        social=[_post(post) for post in episode.social],
        comments_url=episode.comments_url,
        discuss=[without_empty(label=link.label, url=link.url) for link in episode.discuss],
        txt=_texts(episode.txt),
        ai=list(episode.ai),
        live=json_of_live(live) if live else None,
    )


def _social(post: SocialPost) -> Node:
    return node(
        "podcast:socialInteract",
        uri=post.uri,
        protocol=post.protocol,
        accountId=post.account_id,
        accountUrl=post.account_url,
        priority=integer(post.priority),
    )


def _text(remark: Remark) -> Node:
    return node("podcast:txt", remark.text, purpose=remark.purpose)


def _remote(other: Recommendation, medium: str = "") -> Node:
    return node(
        "podcast:remoteItem",
        feedGuid=other.guid or feed_guid(other.url),
        feedUrl=other.url,
        itemGuid=other.item,
        medium=other.medium or medium,
        title=other.title,
    )


def _post(post: SocialPost) -> Mapping[str, Any]:
    return without_empty(
        uri=post.uri,
        protocol=post.protocol,
        account_id=post.account_id,
        account_url=post.account_url,
        priority=post.priority,
    )


def _texts(remarks: Iterable[Remark]) -> list[Mapping[str, Any]]:
    return [without_empty(text=remark.text, purpose=remark.purpose) for remark in remarks]


def _others(others: Iterable[Recommendation]) -> list[Mapping[str, Any]]:
    return [_other(other) for other in others]


def _other(other: Recommendation) -> Mapping[str, Any]:
    guid = other.guid or feed_guid(other.url)
    return without_empty(url=other.url, guid=guid, title=other.title, item=other.item, medium=other.medium)
