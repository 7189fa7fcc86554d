"""An episode becomes an entry of a feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from longwave.catalogue import Catalogue
from longwave.content.text.plain_text import slugify
from longwave.feeds.feed_data import Alternative, Cast, Entry
from longwave.feeds.guids import guid
from longwave.feeds.links import address, picture
from longwave.feeds.text import plain_title, shortened
from longwave.model import Enclosure, Episode, Moment, Notes, Person, Show


class Texts(Protocol):
    """Where entries find what isn't in the episode itself. An edition is one."""

    def feed_html(self, episode: Episode, link: str) -> str:
        """The rendered notes, cleaned for feeds, in which every address is absolute. ``link`` is the episode's page."""

    def notes(self, episode: Episode) -> Notes:
        """The plain text of the notes."""

    def has_transcript(self, episode: Episode) -> bool:
        """Whether there is something said in it to read."""

    def chapters(self, episode: Episode) -> Sequence[Moment]:
        """The chapters, if any."""


def entry(catalogue: Catalogue, texts: Texts, episode: Episode, base: str) -> Entry:
    """The entry of ``episode`` in any feed of the site at ``base``."""
    show = catalogue.shows[episode.show]
    link = address(base, episode.path)
    sound = enclosed(episode.show, episode.enclosure, base)
    return Entry(
        title=plain_title(episode),
        link=link,
        guid=guid(catalogue.site, show, episode),
        date=episode.date,
        updated=episode.updated,
        description=shortened(episode.description or " ".join(texts.notes(episode).text.split())),
        html=texts.feed_html(episode, link),
        author=show.author,
        language=show.language,
        enclosure=sound,
        alternatives=tuple(_alternatives(episode, base)) if sound else (),
        number=episode.number,
        season=episode.season,
        season_name=show.feed.seasons.get(str(episode.season), ""),
        type=episode.episode_type,
        explicit=show.explicit if episode.explicit is None else episode.explicit,
        image=picture(base, episode.image or show.image),
        tags=tuple(tag.label for tag in catalogue.tags_of(episode)),
        cast=(*hosts(show.hosts, base), *_guests(catalogue, show, episode, base)),
        transcript=f"{link}/transcript" if texts.has_transcript(episode) else "",
        chapters=f"{link}/chapters.json" if sound and texts.chapters(episode) else "",
        soundbites=episode.soundbites if sound else (),
        license=episode.license,
        location=episode.location,
        permalink=episode.guid_is_permalink and bool(episode.guid),
    )


def enclosed(show: str, sound: Enclosure | None, base: str) -> Enclosure | None:
    """The audio with its absolute address. A file that is neither here nor claimed to have a size isn't offered."""
    if sound is None or not (sound.url or sound.here or sound.bytes):
        return None
    return replace(sound, url=sound.url or address(base, f"/audio/{show}/{sound.file}"))


def hosts(people: Sequence[Person], base: str) -> tuple[Cast, ...]:
    """The hosts of a show or of the site."""
    return tuple(Cast(host.name, "host", picture(base, host.image), host.url) for host in people)


def _guests(catalogue: Catalogue, show: Show, episode: Episode, base: str) -> Iterator[Cast]:
    """The guests with their role in this episode, and their picture and link of today, else their page here."""
    roles = {slugify(seen.name): seen.role for seen in reversed(episode.guests)}
    for guest in catalogue.guests_of(episode):
        spellings = (guest.slug, *(slugify(name) for name in (guest.name, *guest.names)))
        role = next((roles[slug] for slug in spellings if slug in roles), "guest")
        if guest.name not in {host.name for host in show.hosts}:
            link = guest.links[0].url if guest.links else address(base, f"/guests/{guest.slug}")
            yield Cast(guest.name, role.lower(), picture(base, guest.avatar), link)


def _alternatives(episode: Episode, base: str) -> Iterator[Alternative]:
    for alternate in episode.alternates:
        sound = enclosed(episode.show, alternate.enclosure, base)
        if sound:
            yield Alternative(sound, alternate.title, alternate.bitrate)
