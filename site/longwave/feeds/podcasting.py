"""The Podcasting 2.0 tags (https://podcastindex.org/namespace/1.0) of a channel and of an item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from email.utils import format_datetime

from longwave.feeds.feed_data import Alternative, Cast, Channel, Entry, Trailer
from longwave.feeds.text import whole
from longwave.feeds.xml import Node, node
from longwave.model import License, Location, Recommendation, Schedule

#: The forms in which every transcript is offered, by the suffix of its address.
TRANSCRIPTS = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "html": "text/html"}


def of_channel(channel: Channel) -> Iterator[Node]:
    """What the channel says, in the order of the namespace's documentation."""
    yield node("podcast:guid", channel.guid)
    yield node("podcast:locked", "yes" if channel.locked else "no", owner=channel.owner.email)
    yield from (node("podcast:funding", link.label, url=link.url) for link in channel.funding)
    yield from (_person(person) for person in channel.cast)
    yield _location(channel.location)
    yield from (_trailer(trailer) for trailer in channel.trailers)
    yield _license(channel.license)
    yield node("podcast:medium", channel.medium)
    yield node("podcast:image", href=channel.image, alt=channel.title if channel.image else "")
    yield from (node("podcast:txt", remark.text, purpose=remark.purpose) for remark in channel.txt)
    yield _frequency(channel.schedule)
    yield node("podcast:podroll", *(_remote(other) for other in channel.podroll))


def of_item(entry: Entry) -> Iterator[Node]:
    """What an item says. Its persons replace the channel's, so the hosts are among them."""
    yield from (_person(person) for person in entry.cast)
    yield node("podcast:season", whole(entry.season), name=entry.season_name if entry.season else "")
    yield node("podcast:episode", whole(entry.number))
    if entry.transcript:
        for suffix, kind in TRANSCRIPTS.items():
            yield node("podcast:transcript", url=f"{entry.transcript}.{suffix}", type=kind, language=entry.language)
    yield node("podcast:chapters", url=entry.chapters, type="application/json+chapters" if entry.chapters else "")
    for bite in entry.soundbites:
        yield node("podcast:soundbite", bite.title, startTime=f"{bite.start}.0", duration=f"{bite.duration}.0")
    yield from (_alternative(alternative) for alternative in entry.alternatives)
    yield _location(entry.location)
    yield _license(entry.license)


def _person(person: Cast) -> Node:
    return node("podcast:person", person.name, role=person.role, img=person.image, href=person.link)


def _trailer(trailer: Trailer) -> Node:
    return node(
        "podcast:trailer",
        trailer.title,
        pubdate=format_datetime(trailer.date.astimezone(UTC)),
        url=trailer.enclosure.url,
        length=whole(trailer.enclosure.bytes),
        type=trailer.enclosure.type,
        season=whole(trailer.season),
    )


def _alternative(alternative: Alternative) -> Node:
    sound = alternative.enclosure
    return node(
        "podcast:alternateEnclosure",
        node("podcast:source", uri=sound.url, contentType=sound.type),
        type=sound.type,
        length=whole(sound.bytes),
        bitrate=whole(alternative.bitrate),
        title=alternative.title,
    )


def _location(location: Location | None) -> Node:
    return None if location is None else node("podcast:location", location.name, geo=location.geo, osm=location.osm)


def _license(license_: License | None) -> Node:
    return None if license_ is None else node("podcast:license", license_.name, url=license_.url)


def _frequency(schedule: Schedule | None) -> Node:
    if schedule is None:
        return None
    return node(
        "podcast:updateFrequency",
        schedule.text or schedule.rrule,
        rrule=schedule.rrule.removeprefix("RRULE:"),
        dtstart=schedule.start,
        complete="true" if schedule.complete else "",
    )


def _remote(other: Recommendation) -> Node:
    return node("podcast:remoteItem", feedGuid=other.guid, feedUrl=other.url, title=other.title)
