"""What uses the files of content/audio and content/images: those that only unpublished episodes use are withheld."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from longwave.edition.contents import Source
from longwave.edition.intake import pictures
from longwave.model import Episode, Guest, Site

#: What is shown to everybody, besides the episodes.
_SHOWN = ("site", "guest", "tag", "page", "theme")


def uses(episode: Episode, source: Source) -> set[str]:
    """What an episode uses, there or not, as ``audio/<show>/<file>`` and ``images/<path>``."""
    names = {episode.image, *(guest.avatar for guest in episode.guests), *source.pictures}
    files = {f"images/{name}" for name in names if name}
    for sound in (episode.enclosure, *(alternate.enclosure for alternate in episode.alternates)):
        if sound and sound.file:
            files.add(f"audio/{episode.show}/{sound.file}")
    return files


def pictures_of(site: Site) -> set[str]:
    """What site.toml names for the site, its shows and all hosts; empty where one of them has none."""
    hosts = (*site.hosts, *(host for show in site.shows for host in show.hosts))
    return {site.image, *(show.image for show in site.shows), *(host.image for host in hosts)}


def used_beside(site: Site, guests: Iterable[Guest], sources: Mapping[str, Source]) -> set[str]:
    """What all that isn't an episode uses, likewise."""
    names = pictures_of(site) | {guest.avatar for guest in guests}
    for source in sources.values():
        if source.kind in _SHOWN:
            names |= {*source.pictures, *pictures(source.record)}
    return {f"images/{name}" for name in names if name}
