"""The entries of feeds, made of episodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol
from urllib.parse import quote

from longwave.catalogue import Catalogue
from longwave.content.text.plain_text import slugify
from longwave.feeds.feed_data import Credit, Entry
from longwave.feeds.guids import guid
from longwave.feeds.sidecar_formats import TRANSCRIPT_TYPES
from longwave.feeds.text import plain_title, shortened
from longwave.model import Alternate, Enclosure, Episode, Moment, Notes, Person, Show
from longwave.routes import url_for


class Texts(Protocol):
    """A source of the texts that an Episode object doesn't hold; an edition is one."""

    def feed_html(self, episode: Episode, link: str) -> str:
        """Return the rendered notes, cleaned for feeds, with absolute URLs. ``link`` is the episode's page."""

    def notes(self, episode: Episode) -> Notes:
        """Return the plain text of the notes."""

    def has_transcript(self, episode: Episode) -> bool:
        """Return whether the episode has a transcript with words in it."""

    def chapters(self, episode: Episode) -> Sequence[Moment]:
        """Return the chapters; empty where there are none."""


def entry(catalogue: Catalogue, texts: Texts, episode: Episode, base: str) -> Entry:
    """Return the entry of an episode, the same for every feed of the site at ``base``."""
    show = catalogue.shows[episode.show]
    link = url_for("episode", show=episode.show, slug=episode.slug, base=base)
    enclosure = absolute_enclosure(episode.show, episode.enclosure, base)
    return Entry(
        episode=episode,
        show=show,
        link=link,
        guid=guid(catalogue.site, show, episode),
        title=plain_title(episode),
        description=shortened(episode.description or " ".join(texts.notes(episode).text.split())),
        html=texts.feed_html(episode, link),
        image=image_url(base, episode.image or show.image),
        tags=tuple(tag.label for tag in catalogue.tags_of(episode)),
        credits=(*host_credits(show.hosts, base), *_guest_credits(catalogue, show, episode, base)),
        enclosure=enclosure,
        alternates=tuple(_alternates(episode, base)) if enclosure else (),
        transcripts=_transcripts(episode, base) if texts.has_transcript(episode) else {},
        chapters=_chapters(episode, base) if enclosure and texts.chapters(episode) else "",
    )


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


def host_credits(hosts: Sequence[Person], base: str) -> tuple[Credit, ...]:
    """Return ``hosts`` (of a show or of the site) as credits of a feed, with absolute URLs of their images."""
    return tuple(Credit(host.name, "host", image_url(base, host.image), host.url) for host in hosts)


def _guest_credits(catalogue: Catalogue, show: Show, episode: Episode, base: str) -> Iterator[Credit]:
    """Yield each guest's credit: the role in this episode, the current picture, and a link (else the guest's page)."""
    roles = {slugify(appearance.name): appearance.role for appearance in reversed(episode.guests)}
    hosts = {host.name for host in show.hosts}
    for guest in catalogue.guests_of(episode):
        spellings = (guest.slug, *(slugify(name) for name in (guest.name, *guest.names)))
        role = next((roles[slug] for slug in spellings if slug in roles), "guest")
        if guest.name not in hosts:
            link = guest.links[0].url if guest.links else url_for("guest", guest=guest.slug, base=base)
            yield Credit(guest.name, role.lower(), image_url(base, guest.avatar), link)


def _alternates(episode: Episode, base: str) -> Iterator[Alternate]:
    for alternate in episode.alternates:
        enclosure = absolute_enclosure(episode.show, alternate.enclosure, base)
        if enclosure:
            yield replace(alternate, enclosure=enclosure)


def _transcripts(episode: Episode, base: str) -> dict[str, str]:
    parts = {"show": episode.show, "slug": episode.slug}
    return {
        media_type: url_for("transcript_page", **parts, base=base)
        if form == "html"
        else url_for("transcript", **parts, form=form, base=base)
        for form, media_type in TRANSCRIPT_TYPES.items()
    }


def _chapters(episode: Episode, base: str) -> str:
    return url_for("chapters", show=episode.show, slug=episode.slug, base=base)
