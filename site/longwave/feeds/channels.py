"""Which episodes make which feed: a show's, the whole site's, a tag's, a guest's. Each holds all of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from longwave.catalogue import Catalogue
from longwave.feeds.guids import guid
from longwave.feeds.links import address, picture
from longwave.feeds.rss import Channel, Entry, rss
from longwave.model import Enclosure, Episode, Guest, Show, Tag

#: The rendered notes of an episode; their addresses may be relative to its page.
Render = Callable[[Episode], str]


def show_feed(catalogue: Catalogue, show: Show, base: str, html: Render) -> bytes:
    """The feed of one show, the one that podcast apps subscribe to. ``base`` is the site's address, without a slash."""
    link = address(base, f"/{show.slug}/")
    channel = Channel(
        title=show.title,
        link=link,
        feed=f"{link}feed.xml",
        description=show.description,
        language=show.language,
        author=show.author,
        owner=show.owner,
        image=picture(base, show.image),
        categories=show.categories,
        explicit=show.explicit,
        type=show.type,
        copyright=show.copyright,
    )
    return rss(channel, (_entry(catalogue, e, base, html) for e in catalogue.of_show(show.slug)))


def site_feed(catalogue: Catalogue, base: str, html: Render) -> bytes:
    """The feed of all shows together."""
    channel = _across(catalogue, catalogue.episodes, base, "/")
    return rss(channel, (_entry(catalogue, episode, base, html) for episode in catalogue.episodes))


def tag_feed(catalogue: Catalogue, tag: Tag, base: str, html: Render) -> bytes:
    """The feed of the episodes that carry a tag, whatever their show."""
    episodes = catalogue.of_tag(tag.slug)
    channel = _across(catalogue, episodes, base, f"/tags/{tag.slug}")
    channel = replace(channel, title=f"{channel.title}: {tag.label}", description=tag.description)
    return rss(channel, (_entry(catalogue, episode, base, html) for episode in episodes))


def guest_feed(catalogue: Catalogue, guest: Guest, base: str, html: Render) -> bytes:
    """The feed of the episodes in which a guest appears, whatever their show."""
    episodes = catalogue.of_guest(guest.slug)
    channel = _across(catalogue, episodes, base, f"/guests/{guest.slug}")
    channel = replace(channel, title=f"{channel.title}: {guest.name}", description=guest.description)
    return rss(channel, (_entry(catalogue, episode, base, html) for episode in episodes))


def _across(catalogue: Catalogue, episodes: Iterable[Episode], base: str, path: str) -> Channel:
    """The channel of a page whose episodes may come from several shows: the site's own, and what these shows say."""
    site = catalogue.site
    shows = [catalogue.shows[slug] for slug in dict.fromkeys(episode.show for episode in episodes)]
    link = address(base, path)
    return Channel(
        title=site.title,
        link=link,
        feed=f"{link.rstrip('/')}/feed.xml",
        description=site.description,
        language=site.language,
        author=site.author,
        owner=site.owner,
        image=picture(base, site.image or next((show.image for show in shows if show.image), "")),
        categories=tuple(dict.fromkeys(category for show in shows for category in show.categories)),
        explicit=any(show.explicit for show in shows),
        copyright="; ".join(dict.fromkeys(show.copyright for show in shows if show.copyright)),
    )


def _entry(catalogue: Catalogue, episode: Episode, base: str, html: Render) -> Entry:
    show = catalogue.shows[episode.show]
    return Entry(
        title=episode.title,
        link=address(base, episode.path),
        guid=guid(catalogue.site, show, episode),
        date=episode.date,
        updated=episode.updated,
        description=episode.description,
        html=html(episode),
        author=show.author,
        enclosure=_enclosure(episode, base),
        number=episode.number,
        season=episode.season,
        type=episode.episode_type,
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        image=picture(base, episode.image or show.image),
    )


def _enclosure(episode: Episode, base: str) -> Enclosure | None:
    """The audio with its absolute address. A file that is neither here nor claimed to have a size isn't offered."""
    audio = episode.enclosure
    if audio is None or not (audio.url or audio.here or audio.bytes):
        return None
    return replace(audio, url=audio.url or address(base, f"/audio/{episode.show}/{audio.file}"))
