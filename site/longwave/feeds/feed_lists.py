"""The feeds of the site: a show's, the whole site's, a tag's and a guest's, each with all of its episodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from longwave.catalogue import Catalogue, guest_slugs, tag_slugs
from longwave.feeds.entries import absolute_enclosure, absolute_pictures, host_credits, image_url
from longwave.feeds.feed_data import Channel, Trailer
from longwave.feeds.guids import podcast_guid
from longwave.feeds.text import plain_title
from longwave.model import Block, Episode, Guest, Picture, Show, Site, Tag
from longwave.routes import path_for, url_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, independent of its format. ``path`` is its address on the site without ``.xml``: ``/podcast/feed``.

    ``limit`` is the number of episodes that the feed and each of its further pages hold; 0 means all.
    """

    path: str
    channel: Channel
    episodes: tuple[Episode, ...]
    limit: int = 0

    @property
    def pages(self) -> int:
        """Return the number of pages over which the episodes are distributed; at least 1."""
        return max(1, -(-len(self.episodes) // self.limit)) if self.limit else 1

    def page(self, number: int) -> tuple[Episode, ...]:
        """Return the episodes of page ``number``, counted from 1."""
        return self.episodes[(number - 1) * self.limit : number * self.limit] if self.limit else self.episodes


def feeds_of(catalogue: Catalogue, episodes: Iterable[Episode], base: str) -> Iterator[Feed]:
    """Yield the feeds of the site, of its shows, and of the tags and guests of ``episodes`` that are published.

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
    """Return the feed of one show, to which podcast apps subscribe."""
    episodes = catalogue.episodes_of_show(show.slug)
    path = _path("show_feed", show=show.slug)
    channel = Channel(
        title=show.title,
        link=url_for("show", show=show.slug, base=base),
        address=_address("show_feed", base, show=show.slug),
        description=show.description,
        language=show.language,
        author=show.author,
        owner=show.owner,
        image=image_url(base, show.image),
        categories=show.categories,
        explicit=show.explicit,
        type=show.type,
        copyright=show.copyright,
        guid=show.feed.guid or podcast_guid(catalogue.site, path),
        credits=host_credits(show.hosts, base),
        trailers=tuple(_trailers(episodes, base)),
        links=show.links,
        syndication=show.feed,
        pictures=absolute_pictures(base, show.feed.pictures),
    )
    return Feed(path, channel, episodes, show.feed.limit)


def site_feed(catalogue: Catalogue, base: str) -> Feed:
    """Return the feed of all shows together."""
    site = catalogue.site
    feed = _mixed_feed(catalogue, catalogue.episodes, base, "home", "site_feed")
    # Hubs are notified about the feed of all shows, but not about those of tags and guests.
    syndication = replace(feed.channel.syndication, hubs=site.feed.hubs)
    channel = replace(feed.channel, title=site.title, description=site.description, syndication=syndication)
    return replace(feed, channel=channel)


def tag_feed(catalogue: Catalogue, tag: Tag, base: str) -> Feed:
    """Return the feed of the episodes that carry a tag, whatever their show."""
    feed = _mixed_feed(catalogue, catalogue.episodes_with_tag(tag.slug), base, "tag", "tag_feed", tag=tag.slug)
    title = f"{catalogue.site.title}: {tag.label}"
    return replace(feed, channel=replace(feed.channel, title=title, description=tag.description))


def guest_feed(catalogue: Catalogue, guest: Guest, base: str) -> Feed:
    """Return the feed of the episodes in which a guest appears, whatever their show."""
    feed = _mixed_feed(
        catalogue, catalogue.episodes_with_guest(guest.slug), base, "guest", "guest_feed", guest=guest.slug
    )
    title = f"{catalogue.site.title}: {guest.name}"
    return replace(feed, channel=replace(feed.channel, title=title, description=guest.description))


def _mixed_feed(
    catalogue: Catalogue, episodes: tuple[Episode, ...], base: str, page: str, route: str, **values: str
) -> Feed:
    """Return a feed, without its title yet, of episodes that may belong to several shows.

    ``page`` and ``route`` are the names of the routes of its web page and of the feed, whose variables have these
    ``values``. A setting that the site lacks is taken from the shows. Settings of the site's ``Syndication`` that name
    or announce a single show are left out, as they are only defaults for shows.
    """
    site, path = catalogue.site, _path(route, **values)
    shows = [catalogue.shows[slug] for slug in dict.fromkeys(episode.show for episode in episodes)]
    channel = Channel(
        title="",
        link=url_for(page, **values, base=base),
        address=_address(route, base, **values),
        description="",
        language=site.language,
        author=site.author,
        owner=site.owner,
        image=image_url(base, site.image or next((show.image for show in shows if show.image), "")),
        categories=site.categories or _distinct(show.categories for show in shows),
        explicit=site.explicit or any(show.explicit for show in shows),
        copyright=site.copyright or "; ".join(_distinct((show.copyright,) for show in shows if show.copyright)),
        guid=podcast_guid(site, path),
        credits=host_credits(site.hosts, base),
        syndication=replace(
            site.feed,
            new_feed_url="",
            guid="",
            txt=(),
            schedule=None,
            podroll=(),
            hubs=(),
            publisher=None,
            remote_items=(),
            social=(),
            block=_block(site, shows),
        ),
        pictures=absolute_pictures(base, _pictures(site, shows)),
    )
    return Feed(path, channel, episodes, site.feed.limit)


def _block(site: Site, shows: Iterable[Show]) -> Block:
    """Return the block of a feed of several shows, which no service may list that may not list one of the shows."""
    blocks = (site.feed.block, *(show.feed.block for show in shows))
    services = _distinct(block.services for block in blocks)
    allowed = {name for name in site.feed.block.except_for if not any(block.hides_from(name) for block in blocks)}
    return Block(services, tuple(sorted(allowed)))


def _pictures(site: Site, shows: Iterable[Show]) -> tuple[Picture, ...]:
    return next((feed.pictures for feed in (site.feed, *(show.feed for show in shows)) if feed.pictures), ())


def _path(route: str, **values: str) -> str:
    return path_for(route, **values, form="xml").removesuffix(".xml")


def _address(route: str, base: str, **values: str) -> str:
    return url_for(route, **values, form="xml", base=base).removesuffix(".xml")


def _distinct(lists: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """Return the members of several lists in order, without duplicates."""
    return tuple(dict.fromkeys(member for members in lists for member in members))


def _trailers(episodes: tuple[Episode, ...], base: str) -> Iterator[Trailer]:
    for episode in episodes:
        if episode.episode_type == "trailer":
            enclosure = absolute_enclosure(episode.show, episode.enclosure, base)
            if enclosure:
                yield Trailer(plain_title(episode), episode.date, enclosure, episode.season)
