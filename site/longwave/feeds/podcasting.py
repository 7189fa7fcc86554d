"""The Podcasting 2.0 tags (https://podcastindex.org/namespace/1.0) of a channel and of an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from longwave.content.episodes.taxonomy import DEFAULT_GROUP
from longwave.feeds import conversation, support
from longwave.feeds.alternate_enclosures import alternate_enclosure
from longwave.feeds.feed_data import Channel, Credit, Entry, Trailer, without_empty
from longwave.feeds.sidecar_formats import CHAPTERS_TYPE
from longwave.feeds.xml import Node, decimal, integer, node, rfc822
from longwave.model import License, Location, Schedule
from longwave.phrases import phrase


def of_channel(channel: Channel) -> Iterator[Node]:
    """Yield a channel's ``podcast:`` tags in the order of the namespace's documentation."""
    syndication = channel.syndication
    yield node("podcast:guid", channel.guid)
    yield node(
        "podcast:locked", "yes" if syndication.locked else "no", owner=syndication.locked_owner or channel.owner.email
    )
    yield from support.funding(syndication.funding)
    yield from (_person(credit) for credit in channel.credits)
    yield from map(location, syndication.locations)
    yield from (_trailer(trailer) for trailer in channel.trailers)
    yield license_of(syndication.license)
    yield from support.value(syndication.value)
    yield node("podcast:medium", syndication.medium)
    yield from conversation.talk(syndication)
    yield _frequency(syndication.schedule)
    yield from conversation.other_feeds(syndication)


def of_item(entry: Entry) -> Iterator[Node]:
    """Yield an item's ``podcast:`` tags.

    The hosts are among the persons of the item, as in apps these replace the persons of the channel.
    """
    episode, season = entry.episode, entry.episode.season
    yield from (_person(credit) for credit in entry.credits)
    yield node("podcast:season", integer(season), name=entry.show.feed.seasons.get(str(season), "") if season else "")
    yield node("podcast:episode", decimal(episode.number), display=episode.number_display if episode.number else "")
    for link in entry.transcripts:
        yield node("podcast:transcript", url=link.url, type=link.type, language=link.language, rel=link.rel)
    yield node("podcast:chapters", url=entry.chapters, type=CHAPTERS_TYPE if entry.chapters else "")
    for bite in episode.soundbites if entry.enclosure else ():
        yield node(
            "podcast:soundbite", bite.title, startTime=str(float(bite.start)), duration=str(float(bite.duration))
        )
    yield from (alternate_enclosure(alternate) for alternate in entry.alternates)
    yield from map(location, episode.locations)
    yield license_of(episode.license)
    yield from support.funding(episode.funding)
    yield from support.value(episode.value)
    yield from conversation.talk(episode)


def json_of_channel(channel: Channel) -> Mapping[str, Any]:
    """Return the values ``person``, ``location`` and ``license`` of a channel, ready for JSON."""
    syndication = channel.syndication
    return _as_json(channel.credits, syndication.locations, syndication.license)


def json_of_item(entry: Entry) -> Mapping[str, Any]:
    """Return the values of an item that JSON Feed has no fields for, under the names of their tags, ready for JSON."""
    episode, season = entry.episode, entry.episode.season
    return {
        "season": without_empty(number=season, name=entry.show.feed.seasons.get(str(season), "")) if season else {},
        "episode": without_empty(number=episode.number, display=episode.number_display) if episode.number else {},
        **_as_json(entry.credits, episode.locations, episode.license),
    }


def _as_json(people: Iterable[Credit], places: Iterable[Location], license_: License | None) -> Mapping[str, Any]:
    return {
        "person": [
            without_empty(name=each.name, role=each.role, group=each.group, img=each.image, href=each.link)
            for each in people
        ],
        "location": [without_empty(**asdict(place)) for place in places],
        "license": without_empty(**asdict(license_)) if license_ else {},
    }


def _person(credit: Credit) -> Node:
    group = "" if credit.group == DEFAULT_GROUP else credit.group
    return node("podcast:person", credit.name, role=credit.role, group=group, img=credit.image, href=credit.link)


def _trailer(trailer: Trailer) -> Node:
    return node(
        "podcast:trailer",
        trailer.title,
        pubdate=rfc822(trailer.date),
        url=trailer.enclosure.url,
        length=integer(trailer.enclosure.bytes),
        type=trailer.enclosure.type,
        season=integer(trailer.season),
    )


def location(place: Location) -> Node:
    """Return the ``podcast:location`` of a place."""
    parts = {"rel": place.rel, "geo": place.geo, "osm": place.osm, "country": place.country}
    return node("podcast:location", place.name, **parts)


def license_of(license_: License | None) -> Node:
    """Return the ``podcast:license`` of a licence; None where there is none."""
    return None if license_ is None else node("podcast:license", license_.name, url=license_.url)


def _frequency(schedule: Schedule | None) -> Node:
    if schedule is None:
        return None
    return node(
        "podcast:updateFrequency",
        conversation.schedule_words(schedule) or schedule.rrule or phrase("show.complete"),
        rrule=schedule.rrule.removeprefix("RRULE:"),
        dtstart=schedule.start,
        complete="true" if schedule.complete else "",
    )
