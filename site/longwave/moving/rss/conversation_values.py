"""The tags of a channel or an item about conversation, AI, live broadcasts and other feeds, as keys of front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from longwave.authoring.literals import Value, without_empty
from longwave.content.fields.feed_field_types import Frequency, Podroll, Remarks, RemoteItem
from longwave.content.fields.live_types import Broadcast
from longwave.content.fields.salvage import TooManyError, salvage
from longwave.content.fields.social_types import LinkList, SocialPosts, plain_post
from longwave.content.fields.times import parse_date
from longwave.content.text.plain_text import one_line
from longwave.feeds.conversation import AI_CONTENT
from longwave.feeds.live_items import host_of, stream_type
from longwave.model import AiPart, Live
from longwave.moving.rss.feed_parser import LIVE_ITEM, Element
from longwave.moving.rss.feed_values import web_host

#: The most posts, texts, links and other feeds that are read of one channel or item.
_MAX_PARTS = 100
_AI_PARTS: tuple[AiPart, ...] = ("script", "voice", "transcript", "cover")
_FORMS: dict[str, TypeAdapter[Any]] = {
    "social": TypeAdapter(SocialPosts),
    "txt": TypeAdapter(Remarks),
    "discuss": TypeAdapter(LinkList),
    "podroll": TypeAdapter(Podroll),
    "remote_items": TypeAdapter(Podroll),
    "publisher": TypeAdapter(RemoteItem),
    "live": TypeAdapter(Broadcast),
    "update_frequency": TypeAdapter(Frequency),
}


def conversation_values(element: Element) -> Iterator[tuple[str, Value]]:
    """Yield the keys that a channel and an item both may have: ``social``, ``txt`` and ``ai``, with their values."""
    yield from _usable("social", [_post(each) for each in element.all("podcast:socialInteract")[:_MAX_PARTS]])
    texts = [(each, _ai_parts(each)) for each in element.all("podcast:txt")[:_MAX_PARTS]]
    plain = [each for each, parts in texts if not parts]
    yield from _usable("txt", [without_empty(text=one_line(each.text), purpose=each.get("purpose")) for each in plain])
    if ai := list(dict.fromkeys(part for _, parts in texts for part in parts)):
        yield "ai", ai


def discussion_values(element: Element) -> Iterator[tuple[str, Value]]:
    """Yield the keys ``comments_url`` and ``discuss`` of an item, with their values."""
    comments = element.first_text("comments")
    if web_host(comments):
        yield "comments_url", comments
    links = [link for link in element.all("atom:link") if link.get("rel") == "replies"][:_MAX_PARTS]
    yield from _usable(
        "discuss", [without_empty(label=one_line(link.get("title")), url=link.get("href")) for link in links]
    )


def feed_values(channel: Element) -> Iterator[tuple[str, Value]]:
    """Yield a channel's ``update_frequency``, and its keys that lead to other feeds, with their values."""
    for each in channel.all("podcast:updateFrequency")[:1]:
        schedule = without_empty(
            text=one_line(each.text) if each.text != each.get("rrule") else "",
            rrule=each.get("rrule"), start=each.get("dtstart"),
            complete=each.get("complete").lower() in ("true", "yes"),
        )  # fmt: skip
        yield from _usable("update_frequency", schedule)
    rolls = [each for roll in channel.all("podcast:podroll") for each in roll.all("podcast:remoteItem")]
    yield from _usable("podroll", [_remote(each) for each in rolls[:_MAX_PARTS]])
    for publisher in channel.all("podcast:publisher")[:1]:
        for other in publisher.all("podcast:remoteItem")[:1]:
            # The medium of a publisher's feed is what the key means.
            yield from _usable("publisher", {k: value for k, value in _remote(other).items() if value != "publisher"})
    yield from _usable("remote_items", [_remote(each) for each in channel.all("podcast:remoteItem")])


def live_value(element: Element, now: datetime | None = None) -> Iterator[tuple[str, Value]]:
    """Yield the key ``live`` of an item that is a live broadcast, with its value; nothing for another.

    The status is only kept if it isn't the one that the clock gives at ``now``.
    """
    start = _time(element.get("start")) if element.name == LIVE_ITEM else None
    if start is None:
        return
    end = _time(element.get("end"))
    live = Live(start, end if end and end > start else None)
    sound = next((each for each in element.all("enclosure") if web_host(each.get("url"))), Element("enclosure"))
    guessed = stream_type(replace(live, url=sound.get("url")))
    status, by_clock = element.get("status").lower(), live.status_at(now or datetime.now(UTC))
    links = [each for each in element.all("podcast:contentLink") if web_host(each.get("href"))][:_MAX_PARTS]
    yield from _usable(
        "live",
        without_empty(
            start=live.start.isoformat(sep=" "),
            end=live.end.isoformat(sep=" ") if live.end else "",
            url=sound.get("url"),
            type="" if guessed == sound.get("type") else sound.get("type").lower(),
            status="" if status == by_clock else status,
            links=[without_empty(label=_label(each), url=each.get("href")) for each in links],
            chat=_chat(element),
        ),
    )


def _usable(key: str, value: Value) -> Iterator[tuple[str, Value]]:
    """Yield ``key`` with its value, without the parts that can't be used; nothing if nothing is left."""

    def checked(data: Value) -> Value:
        _FORMS[key].validate_python(data)
        return data

    try:
        usable = salvage(checked, value, lambda _: None)
    except (ValidationError, TooManyError):
        return
    if usable:
        yield key, usable


def _post(element: Element) -> Mapping[str, Value]:
    uri, protocol = element.get("uri"), element.get("protocol").lower()
    if protocol == "disabled":
        return {"protocol": protocol}
    guess, priority = plain_post(uri), element.get("priority")
    account, address = element.get("accountId"), element.get("accountUrl")
    return without_empty(
        uri=uri,
        protocol="" if protocol == guess.protocol else protocol,
        account_id="" if account == guess.account_id else account,
        account_url="" if address == guess.account_url else address,
        priority=int(priority) if re.fullmatch(r"\d{1,9}", priority, re.ASCII) else 0,
    )


def _ai_parts(text: Element) -> list[AiPart]:
    """Return the parts that a text of the purpose ``ai-content`` names; empty if it has other words or purposes."""
    words = [word for word in re.split(r"[\s,;]+", text.text.lower()) if word]
    known = [part for part in _AI_PARTS if part in words]
    return known if text.get("purpose").lower() == AI_CONTENT and set(words) == set(known) else []


def _remote(element: Element) -> Mapping[str, Value]:
    return without_empty(
        url=element.get("feedUrl"),
        guid=element.get("feedGuid"),
        title=one_line(element.get("title")),
        item=element.get("itemGuid"),
        medium=element.get("medium"),
    )


def _label(link: Element) -> str:
    # A label that is only the address's host is what a link without a label gets.
    label = one_line(link.text)
    return "" if label == host_of(link.get("href")) else label


def _chat(element: Element) -> Mapping[str, Value]:
    chat = next(iter(element.all("podcast:chat")), Element("podcast:chat"))
    return without_empty(
        server=chat.get("server"),
        protocol=chat.get("protocol").lower(),
        account_id=chat.get("accountId"),
        space=chat.get("space"),
    )


def _time(text: str) -> datetime | None:
    try:
        return parse_date(text, UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
