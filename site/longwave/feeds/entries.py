"""The entries of feeds, made of episodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from typing import Protocol
from urllib.parse import quote

from longwave.catalogue import Catalogue
from longwave.content.episodes.taxonomy import DEFAULT_ROLE, group_in_taxonomy, hosting, role_in_taxonomy
from longwave.content.text.plain_text import slugify
from longwave.feeds.feed_data import Credit, Entry
from longwave.feeds.guids import guid
from longwave.feeds.outline import outline, untimed
from longwave.feeds.support import with_sponsors
from longwave.feeds.text import plain_title, shortened
from longwave.feeds.transcript_links import transcript_links
from longwave.model import Alternate, Appearance, Chapter, Enclosure, Episode, Notes, Person, Picture, Show
from longwave.routes import url_for


class Texts(Protocol):
    """A source of the texts that an Episode object doesn't hold; an edition is one."""

    def feed_html(self, episode: Episode, link: str) -> str:
        """Return the rendered notes, cleaned for feeds, with absolute URLs. ``link`` is the episode's page."""

    def notes(self, episode: Episode) -> Notes:
        """Return the plain text of the notes."""

    def has_transcript(self, episode: Episode) -> bool:
        """Return whether the episode has a transcript with words in it."""

    def chapters(self, episode: Episode) -> Sequence[Chapter]:
        """Return the chapters; empty where there are none."""


def entry(catalogue: Catalogue, texts: Texts, episode: Episode, base: str) -> Entry:
    """Return the entry of an episode, the same for every feed of the site at ``base``."""
    show = catalogue.shows[episode.show]
    link = url_for("episode", show=episode.show, slug=episode.slug, base=base)
    enclosure = absolute_enclosure(episode.show, episode.enclosure, base)
    chapters = texts.chapters(episode) if enclosure else ()
    lines = outline((int(chapter.start), chapter.title) for chapter in chapters if chapter.is_listed)
    return Entry(
        episode=episode,
        show=show,
        link=link,
        guid=guid(catalogue.site, show, episode),
        title=plain_title(episode),
        description=shortened(episode.description or _beginning(texts.notes(episode), without_times=bool(lines))),
        outline=lines,
        html=with_sponsors(texts.feed_html(episode, link), episode.sponsors),
        image=image_url(base, episode.image or show.image),
        pictures=absolute_pictures(base, episode.pictures),
        tags=tuple(tag.label for tag in catalogue.tags_of(episode)),
        credits=episode_credits(catalogue, show, episode, base),
        enclosure=enclosure,
        alternates=tuple(_alternates(episode, base)) if enclosure else (),
        transcripts=tuple(transcript_links(episode, base)) if texts.has_transcript(episode) else (),
        chapters=_chapters(episode, base) if chapters else "",
    )


def _beginning(notes: Notes, *, without_times: bool) -> str:
    """Return the text of the notes on one line; with ``without_times``, omit the lines that begin with a time."""
    lines = notes.text.split("\n")
    return untimed(lines) if without_times else " ".join(" ".join(lines).split())


def absolute_enclosure(show: str, enclosure: Enclosure | None, base: str) -> Enclosure | None:
    """Return an enclosure with an absolute ``url``.

    The result is None for a missing file that has neither a URL nor a known size, as nobody could download it.
    """
    if enclosure is None or not (enclosure.url or enclosure.here or enclosure.bytes):
        return None
    if enclosure.path and not enclosure.url:
        return replace(enclosure, url=f"{base}{quote(enclosure.path)}")
    return replace(enclosure, url=enclosure.url or url_for("audio", show=show, file=enclosure.file, base=base))


def image_url(base: str, image: str) -> str:
    """Return the absolute URL of an image in full size; ``image`` is a path below ``content/images``, or a URL."""
    if not image or image.startswith(("https://", "http://")):
        return image
    return url_for("image", size="full", name=image.lstrip("/"), base=base)


def absolute_pictures(base: str, pictures: Iterable[Picture]) -> tuple[Picture, ...]:
    """Return pictures with absolute URLs in place of their files' names."""
    return tuple(replace(picture, file=image_url(base, picture.file)) for picture in pictures)


def host_credits(hosts: Sequence[Person], base: str) -> tuple[Credit, ...]:
    """Return ``hosts`` (of a show or of the site) as credits of a feed, with absolute URLs of their images."""
    return tuple(
        _credit(host.name, host.role or DEFAULT_ROLE, host.group, image_url(base, host.image), host.url)
        for host in hosts
    )


def episode_credits(catalogue: Catalogue, show: Show, episode: Episode, base: str) -> tuple[Credit, ...]:
    """Return the credits of an episode: its own hosts, else those of its show, and its guests."""
    hosts = host_credits(hosting(show.hosts), base)
    if episode.hosts is not None:
        hosts = tuple(_host_credits(catalogue, show, episode.hosts, base))
    return (*hosts, *_guest_credits(catalogue, {host.name for host in hosts}, episode, base))


def _host_credits(catalogue: Catalogue, show: Show, hosts: Iterable[Appearance], base: str) -> Iterator[Credit]:
    """Yield the credit of each of ``hosts``; a missing picture or link is that of the show's host or guest so named."""
    known = {host.name: host for host in show.hosts}
    for host in hosts:
        slug = slugify(host.name)
        guest = catalogue.guests.get(catalogue.guest_slugs.get(slug, slug))
        regular = known.get(host.name)
        image = host.avatar or (regular.image if regular else "") or (guest.avatar if guest else "")
        links = [link.url for link in (*host.links, *(guest.links if guest and not regular else ()))]
        link = next(iter(links), regular.url if regular else "")
        yield _credit(host.name, host.role, host.group, image_url(base, image), link)


def _credit(name: str, role: str, group: str, image: str, link: str) -> Credit:
    return Credit(name, role_in_taxonomy(role), image, link, group_in_taxonomy(group, role))


def _guest_credits(catalogue: Catalogue, hosts: Set[str], episode: Episode, base: str) -> Iterator[Credit]:
    """Yield each guest's credit: the role in this episode, the current picture, and a link (else the guest's page).

    ``hosts`` are the names of the episode's hosts, who are no guests.
    """
    parts = {slugify(appearance.name): (appearance.role, appearance.group) for appearance in reversed(episode.guests)}
    for guest in catalogue.guests_of(episode):
        spellings = (guest.slug, *(slugify(name) for name in (guest.name, *guest.names)))
        role, group = next((parts[slug] for slug in spellings if slug in parts), ("guest", ""))
        if guest.name not in hosts:
            link = guest.links[0].url if guest.links else url_for("guest", guest=guest.slug, base=base)
            yield _credit(guest.name, role, group, image_url(base, guest.avatar), link)


def _alternates(episode: Episode, base: str) -> Iterator[Alternate]:
    for alternate in episode.alternates:
        enclosure = absolute_enclosure(episode.show, alternate.enclosure, base)
        others = (absolute_enclosure(episode.show, source, base) for source in alternate.sources)
        if enclosure:
            yield replace(alternate, enclosure=enclosure, sources=tuple(other for other in others if other))


def _chapters(episode: Episode, base: str) -> str:
    return url_for("chapters", show=episode.show, slug=episode.slug, base=base)
