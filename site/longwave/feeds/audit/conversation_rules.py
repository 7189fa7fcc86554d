"""The rules of the Podcasting 2.0 namespace for conversation, texts, live broadcasts and other feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from longwave.content.fields.feed_field_types import MAX_REMARK, MAX_WORDS, is_medium, is_rrule
from longwave.feeds.audit.audited_feed import AuditedElement, Element, parts_of
from longwave.feeds.audit.findings import Finding, Subject, rule
from longwave.feeds.audit.item_rules import named

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")


@rule("conversation", "a discussion has an address and a protocol, and a text has 4,000 characters at most.")
def conversation(subject: Subject) -> Iterator[Finding]:
    places = [("the channel", subject.feed.channel)]
    places += [(named(item), item) for item in (*subject.feed.items, *subject.feed.live)]
    for place, element in places:
        for post in element.all("podcast:socialInteract"):
            protocol = post.attributes.get("protocol", "")
            if not protocol or not (protocol == "disabled" or post.attributes.get("uri")):
                hint = 'Such as protocol="activitypub" uri="https://…", or protocol="disabled" alone.'
                yield Finding(f"{place} has a podcast:socialInteract without its protocol or uri", hint)
        for text in element.all("podcast:txt"):
            if len(text.text) > MAX_REMARK or len(text.attributes.get("purpose", "")) > MAX_WORDS:
                hint = f"The text has {MAX_REMARK:,} characters at most, and its purpose {MAX_WORDS}."
                yield Finding(f"{place} has a podcast:txt of {len(text.text):,} characters", hint, "warning")


@rule("live", "each broadcast has a status, a start, a title, a guid, and something to play.")
def live(subject: Subject) -> Iterator[Finding]:
    stated = subject.feed.channel.all("podcast:liveItem")
    for item, attributes in zip(subject.feed.live, (each.attributes for each in stated), strict=False):
        status, start, end = (attributes.get(name, "") for name in ("status", "start", "end"))
        if status not in ("pending", "live", "ended"):
            yield Finding(f"{named(item)} has the status {status!r}", "It is pending, live or ended.")
        for name, time in (("start", start), ("end", end)):
            if not _ISO.fullmatch(time) and (time or name == "start"):
                hint = "Write it as 2026-12-05T20:00:00Z (ISO 8601)."
                yield Finding(f"{named(item)} has the {name} {time!r}", hint)
        for name in ("title", "guid"):
            if not item.text(name):
                yield Finding(f"{named(item)}, a broadcast, has no {name}", "Apps can't follow it without.")
        yield from _playable(item)


def _playable(item: AuditedElement) -> Iterator[Finding]:
    links = [link.attributes.get("href", "") for link in item.all("podcast:contentLink")]
    if not item.attribute("enclosure", "url"):
        hint = "Apps play nothing but the address of a stream, the url of live."
        yield Finding(f"{named(item)}, a broadcast, has no enclosure", hint, "warning")
    if any(parts_of(link).scheme not in ("http", "https") for link in links):
        yield Finding(f"{named(item)} has a podcast:contentLink without an address", "Give it an href.")


@rule("other-feeds", "podroll, publisher and lists name feeds by their guids, and medium and rhythm are known ones.")
def other_feeds(subject: Subject) -> Iterator[Finding]:
    channel = subject.feed.channel
    publishers = channel.all("podcast:publisher/podcast:remoteItem")
    for name in ("podcast:remoteItem", "podcast:podroll/podcast:remoteItem", "podcast:publisher/podcast:remoteItem"):
        for other in channel.all(name):
            if not _is_uuid(_guid(other)):
                yield Finding(
                    f"{name} has the feedGuid {_guid(other)!r}", "It is the other feed's podcast:guid, a UUID."
                )
    if any(other.attributes.get("medium") != "publisher" for other in publishers):
        yield Finding("podcast:publisher leads to no publisher's feed", 'Its remoteItem has medium="publisher".')
    medium = channel.text("podcast:medium")
    if medium and not is_medium(medium):
        yield Finding(
            f"the medium is {medium!r}", "Apps take it for a podcast; the namespace lists the media.", "warning"
        )
    elif medium.endswith("L") and not channel.all("podcast:remoteItem"):
        yield Finding(f"the medium is {medium}, and the list is empty", "List its content as remote_items.", "warning")
    for rhythm in channel.all("podcast:updateFrequency"):
        rrule = rhythm.attributes.get("rrule", "")
        if rrule and not is_rrule(rrule):
            yield Finding(f"podcast:updateFrequency has the rrule {rrule!r}", "Such as FREQ=WEEKLY;BYDAY=MO.")


def _guid(other: Element) -> str:
    return other.attributes.get("feedGuid", "")


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
