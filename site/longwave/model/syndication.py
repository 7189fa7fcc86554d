"""Values that only feeds use: categories, licenses, places, and others of the Podcasting 2.0 namespace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from longwave.model.discussions import Ai, Social
from longwave.model.key import Key
from longwave.model.listing import ITUNES_TITLE, ChannelListing
from longwave.model.people import Link
from longwave.model.support_values import ValueBlock


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the podcast directories, such as Technology, or Society & Culture > Documentary."""

    name: str
    sub: str = ""


@dataclass(frozen=True, slots=True)
class License:
    """A license of a show or an episode: an SPDX identifier, or a name of its own with ``url``."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A place that a show or an episode is about, or with ``rel`` "creator" where it is made.

    ``geo`` is a ``geo:`` URI, ``osm`` an object of OpenStreetMap, ``country`` a code of two letters (ISO 3166).
    """

    name: str
    geo: str = ""
    osm: str = ""
    rel: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A free text for programs, published as the tag ``podcast:txt``. Its ``purpose`` may be empty."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule of publication, in words and as a recurrence rule (RFC 5545), such as ``FREQ=WEEKLY``."""

    text: str = ""
    rrule: str = ""
    start: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A podcast that a show recommends or lists. ``url`` is its feed's URL, from which a missing ``guid`` is computed.

    ``item`` is the guid of one of its episodes, if only that is meant, and ``medium`` the podcast's medium, if stated.
    """

    url: str = ""
    guid: str = ""
    title: str = ""
    item: str = ""
    medium: str = ""


@dataclass(frozen=True, slots=True)
class SharedSyndication(ChannelListing):
    """The settings of feeds that ``site.toml`` may have for all shows together and for each single show.

    ``hubs`` are WebSub hubs that are notified of new episodes. A feed holds at most ``limit`` episodes, and its further
    pages (RFC 5005) the others; 0 means no limit.
    """

    locked: Annotated[bool, Key("`false`: other hosts may import the show", appears_in="`podcast:locked`")] = True
    funding: Annotated[
        tuple[Link, ...],
        Key(
            '`{"Support the show" = "https://…"}`, an address, or a list of either',
            appears_in="pages, `podcast:funding`",
        ),
    ] = ()
    value: Annotated[
        tuple[ValueBlock, ...],
        Key(
            'payments by apps: `{type = "lightning", method = "keysend", suggested = "0.00000015", recipients = '
            '[{name = "Ann", address = "…", split = 90}]}`; of a recipient also `type`, `custom_key`, `custom_value`, '
            "`fee`; several: a list. Longwave carries them and pays nobody",
            appears_in="`podcast:value`",
        ),
    ] = ()
    license: Annotated[
        License | None,
        Key(
            "an [SPDX identifier](https://spdx.org/licenses/), or `{name = …, url = …}`",
            appears_in="page, `podcast:license`",
        ),
    ] = None
    medium: Annotated[
        str,
        Key(
            "`music`, `video`, `film`, `audiobook`, `newsletter`, `blog`, `publisher`, `course`, `mixed`; `musicL` and "
            "so on: a list",
            appears_in="`podcast:medium`",
        ),
    ] = "podcast"
    txt: Annotated[
        tuple[Remark, ...],
        Key('texts that a service asks for: `[{purpose = "verify", text = "…"}]`', appears_in="`podcast:txt`"),
    ] = ()
    locations: Annotated[
        tuple[Location, ...],
        Key(
            "`Austin, TX`, or `{name, geo, osm, country, rel}`, with `rel` `subject` (the show is about that place) or "
            "`creator` (the show is made there); several: a list",
            appears_in="page, `podcast:location`",
            name="location",
        ),
    ] = ()
    schedule: Annotated[
        Schedule | None,
        Key(
            "`every Monday`, or `{text, rrule, start, complete}`",
            "a text, or a table",
            appears_in="show's page, `podcast:updateFrequency`",
            name="update_frequency",
        ),
    ] = None
    podroll: Annotated[
        tuple[Recommendation, ...],
        Key(
            "podcasts that you recommend: addresses of feeds, or `{url, guid, title, item, medium}`",
            appears_in="show's page, `podcast:podroll`",
        ),
    ] = ()
    publisher: Annotated[
        Recommendation | None,
        Key(
            "the publisher's feed: its address, or `{url, guid, title}`",
            appears_in="show's page, `podcast:publisher`",
        ),
    ] = None
    remote_items: Annotated[
        tuple[Recommendation, ...],
        Key(
            'the content of a list (`medium = "musicL"`) or of a publisher\'s feed, as `podroll`',
            appears_in="show's page, `podcast:remoteItem`",
        ),
    ] = ()
    social: Social = ()
    ai: Ai = ()
    hubs: Annotated[
        tuple[str, ...],
        Key("addresses of WebSub hubs that are notified of new episodes", appears_in='`atom:link rel="hub"`'),
    ] = ()
    limit: Annotated[
        int,
        Key(
            "the number of episodes in a feed; its further pages hold the rest. 0: all",
            appears_in="length of feeds",
            name="feed_limit",
        ),
    ] = 0


@dataclass(frozen=True, slots=True)
class Syndication(SharedSyndication):
    """The settings of a show, or of the site, that are used in feeds only. ``seasons`` are names of seasons, by number.

    For the site, only the inherited fields have values; those declared in this class stay empty.
    """

    new_feed_url: Annotated[
        str, Key("the feed's new address, for a show that moves away", appears_in="`itunes:new-feed-url`")
    ] = ""
    guid: Annotated[
        str,
        Key(
            "a UUID, for a show that had one before",
            default="made from the feed's address",
            appears_in="`podcast:guid`",
            name="podcast_guid",
        ),
    ] = ""
    itunes_title: Annotated[str, ITUNES_TITLE] = ""
    complete: Annotated[
        bool, Key("`true`: no further episode will come", appears_in="page, `itunes:complete`, `expired`")
    ] = False
    seasons: Annotated[
        Mapping[str, str], Key('names of seasons: `{1 = "The Beginning"}`', "a table", appears_in="`podcast:season`")
    ] = field(default_factory=dict)
