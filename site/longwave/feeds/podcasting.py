"""The Podcasting 2.0 tags (https://podcastindex.org/namespace/1.0) of a channel and of an item."""

from __future__ import annotations

from collections.abc import Iterator

from longwave.feeds.feed_data import Channel, Credit, Entry, Trailer
from longwave.feeds.guids import feed_guid
from longwave.feeds.xml import Node, integer, node, rfc822
from longwave.model import Alternate, License, Location, Recommendation, Schedule


def of_channel(channel: Channel) -> Iterator[Node]:
    """Yield a channel's ``podcast:`` tags in the order of the namespace's documentation."""
    syndication = channel.syndication
    yield node("podcast:guid", channel.guid)
    yield node("podcast:locked", "yes" if syndication.locked else "no", owner=channel.owner.email)
    yield from (node("podcast:funding", link.label, url=link.url) for link in syndication.funding)
    yield from (_person(credit) for credit in channel.credits)
    yield _location(syndication.location)
    yield from (_trailer(trailer) for trailer in channel.trailers)
    yield _license(syndication.license)
    yield node("podcast:medium", syndication.medium)
    yield node("podcast:image", href=channel.image, alt=channel.title if channel.image else "")
    yield from (node("podcast:txt", remark.text, purpose=remark.purpose) for remark in syndication.txt)
    yield _frequency(syndication.schedule)
    yield node("podcast:podroll", *(_remote(other) for other in syndication.podroll))


def of_item(entry: Entry) -> Iterator[Node]:
    """Yield an item's ``podcast:`` tags.

    The hosts are among the persons of the item, as in apps these replace the persons of the channel.
    """
    episode, season = entry.episode, entry.episode.season
    yield from (_person(credit) for credit in entry.credits)
    yield node("podcast:season", integer(season), name=entry.show.feed.seasons.get(str(season), "") if season else "")
    yield node("podcast:episode", integer(episode.number))
    for link in entry.transcripts:
        yield node("podcast:transcript", url=link.url, type=link.type, language=link.language, rel=link.rel)
    yield node("podcast:chapters", url=entry.chapters, type="application/json+chapters" if entry.chapters else "")
    for bite in episode.soundbites if entry.enclosure else ():
        yield node("podcast:soundbite", bite.title, startTime=f"{bite.start}.0", duration=f"{bite.duration}.0")
    yield from (_alternate(alternate) for alternate in entry.alternates)
    yield _location(episode.location)
    yield _license(episode.license)


def _person(credit: Credit) -> Node:
    return node("podcast:person", credit.name, role=credit.role, img=credit.image, href=credit.link)


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


def _alternate(alternate: Alternate) -> Node:
    enclosure = alternate.enclosure
    return node(
        "podcast:alternateEnclosure",
        node("podcast:source", uri=enclosure.url, contentType=enclosure.type),
        type=enclosure.type,
        length=integer(enclosure.bytes),
        bitrate=integer(alternate.bitrate),
        title=alternate.title,
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
    guid = other.guid or feed_guid(other.url)
    return node("podcast:remoteItem", feedGuid=guid, feedUrl=other.url, title=other.title)
