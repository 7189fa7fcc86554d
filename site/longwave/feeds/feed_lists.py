"""Which episodes make which feed: a show's, the whole site's, a tag's, a guest's. Each holds all of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from longwave.catalogue import Catalogue, guest_slugs, tag_slugs
from longwave.feeds.entries import enclosed, hosts
from longwave.feeds.feed_data import Channel, Trailer
from longwave.feeds.guids import feed_guid, podcast_guid
from longwave.feeds.links import address, picture
from longwave.feeds.text import plain_title
from longwave.model import Episode, Guest, Recommendation, Show, Tag

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed before it takes a form. ``path`` is its address on the site without ``.xml``: ``/podcast/feed``.

    ``limit`` is how many episodes the feed and each of its pages hold; 0: all.
    """

    path: str
    channel: Channel
    episodes: tuple[Episode, ...]
    limit: int = 0

    @property
    def pages(self) -> int:
        """How many documents hold all episodes; at least 1."""
        return max(1, -(-len(self.episodes) // self.limit)) if self.limit else 1

    def page(self, number: int) -> tuple[Episode, ...]:
        """The episodes of a page, from 1."""
        return self.episodes[(number - 1) * self.limit : number * self.limit] if self.limit else self.episodes


def feeds_of(catalogue: Catalogue, episodes: Iterable[Episode], base: str) -> Iterator[Feed]:
    """The feeds of the site, of its shows, and of these episodes' tags and guests, as far as they are published.

    ``base`` is the site's address without a slash at the end.
    """
    tags: dict[str, None] = {}
    guests: dict[str, None] = {}
    for episode in episodes:
        tags |= dict.fromkeys(tag_slugs(episode))
        guests |= dict.fromkeys(guest_slugs(episode, catalogue.guest_slugs))
    yield site_feed(catalogue, base)
    yield from (show_feed(catalogue, show, base) for show in catalogue.shows.values())
    yield from (tag_feed(catalogue, catalogue.tags[slug], base) for slug in tags if slug in catalogue.tags)
    yield from (guest_feed(catalogue, catalogue.guests[slug], base) for slug in guests if slug in catalogue.guests)


def show_feed(catalogue: Catalogue, show: Show, base: str) -> Feed:
    """The feed of one show, the one that podcast apps subscribe to."""
    path = f"/{show.slug}/feed"
    episodes = catalogue.episodes_of_show(show.slug)
    said = show.feed
    channel = Channel(
        title=show.title,
        link=address(base, f"/{show.slug}/"),
        address=address(base, path),
        description=show.description,
        language=show.language,
        author=show.author,
        owner=show.owner,
        image=picture(base, show.image),
        categories=show.categories,
        explicit=show.explicit,
        type=show.type,
        copyright=show.copyright,
        new_feed_url=said.new_feed_url,
        guid=said.guid or podcast_guid(catalogue.site, path),
        locked=said.locked,
        medium=said.medium,
        cast=hosts(show.hosts, base),
        funding=said.funding,
        license=said.license,
        location=said.location,
        txt=said.txt,
        schedule=said.schedule,
        podroll=tuple(_known(other) for other in said.podroll),
        trailers=tuple(_trailers(episodes, base)),
        hubs=said.hubs,
        links=show.links,
    )
    return Feed(path, channel, episodes, said.limit)


def site_feed(catalogue: Catalogue, base: str) -> Feed:
    """The feed of all shows together."""
    return _across(catalogue, catalogue.episodes, base, "/")


def tag_feed(catalogue: Catalogue, tag: Tag, base: str) -> Feed:
    """The feed of the episodes that carry a tag, whatever their show."""
    of = tag.label, tag.description
    return _across(catalogue, catalogue.episodes_with_tag(tag.slug), base, f"/tags/{tag.slug}", of)


def guest_feed(catalogue: Catalogue, guest: Guest, base: str) -> Feed:
    """The feed of the episodes in which a guest appears, whatever their show."""
    of = guest.name, guest.description
    return _across(catalogue, catalogue.episodes_with_guest(guest.slug), base, f"/guests/{guest.slug}", of)


def _across(
    catalogue: Catalogue, episodes: tuple[Episode, ...], base: str, page: str, of: tuple[str, str] | None = None
) -> Feed:
    """The feed of a page whose episodes may come from several shows: the site's own, and what these shows say.

    ``of`` names and describes what the page is of.
    """
    site = catalogue.site
    shows = [catalogue.shows[slug] for slug in dict.fromkeys(episode.show for episode in episodes)]
    path = f"{page.rstrip('/')}/feed"
    channel = Channel(
        title=f"{site.title}: {of[0]}" if of else site.title,
        link=address(base, page),
        address=address(base, path),
        description=of[1] if of else site.description,
        language=site.language,
        author=site.author,
        owner=site.owner,
        image=picture(base, site.image or next((show.image for show in shows if show.image), "")),
        categories=site.categories or _each(show.categories for show in shows),
        explicit=site.explicit or any(show.explicit for show in shows),
        copyright=site.copyright or "; ".join(_each((show.copyright,) for show in shows if show.copyright)),
        guid=podcast_guid(site, path),
        locked=site.feed.locked,
        medium=site.feed.medium,
        cast=hosts(site.hosts, base),
        funding=site.feed.funding,
        license=site.feed.license,
        location=site.feed.location,
        # They are told of the feed of all shows, not of each tag's and each guest's.
        hubs=() if of else site.feed.hubs,
    )
    return Feed(path, channel, episodes, site.feed.limit)


def _each(many: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """All of several lists, each member once."""
    return tuple(dict.fromkeys(one for some in many for one in some))


def _trailers(episodes: tuple[Episode, ...], base: str) -> Iterator[Trailer]:
    for episode in episodes:
        sound = enclosed(episode.show, episode.enclosure, base) if episode.episode_type == "trailer" else None
        if sound:
            yield Trailer(plain_title(episode), episode.date, sound, episode.season)


def _known(other: Recommendation) -> Recommendation:
    return other if other.guid else replace(other, guid=feed_guid(other.url))
