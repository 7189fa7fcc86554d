"""Presenters of the people who make a show, the places that it is about, and its licence."""

from __future__ import annotations

from collections.abc import Iterable

from longwave.content.episodes.taxonomy import DEFAULT_ROLE, hosting, role_in_taxonomy
from longwave.content.fields.licenses import license_name, license_page
from longwave.content.fields.places import osm_page
from longwave.content.text.plain_text import slugify
from longwave.model import Appearance, Episode, License, Location, Person, Show
from longwave.routes import url_for
from longwave.web.presenters import page_links, picture_url
from longwave.web.request_context import edition
from longwave.web.view_models import PageLink, PersonCard, Place


def host_cards(show: Show, episode: Episode | None = None) -> tuple[PersonCard, ...]:
    """Return the cards of the people who make a show, or of the hosts of one of its episodes."""
    own = episode.hosts if episode else None
    if own is not None:
        return tuple(_host_card(show, host) for host in own)
    hosts = hosting(show.hosts) if episode else show.hosts
    return tuple(PersonCard(host.name, host.url, "", _role(host.role), picture_url(host.image, 128)) for host in hosts)


def _host_card(show: Show, host: Appearance) -> PersonCard:
    """Return the card of an episode's host; the show's host or the guest of that name fills in the picture and page."""
    catalogue = edition().catalogue
    slug = slugify(host.name)
    guest = catalogue.guests.get(catalogue.guest_slugs.get(slug, slug))
    regular = next((each for each in show.hosts if each.name == host.name), Person(host.name))
    page = url_for("guest", guest=guest.slug) if guest else ""
    return PersonCard(
        name=host.name,
        url=regular.url or page,
        title=host.title,
        role=_role(host.role),
        avatar=picture_url(host.avatar or regular.image or (guest.avatar if guest else ""), 128),
        links=page_links(host.links),
    )


def _role(role: str) -> str:
    """Return a host's role as pages show it; empty for the role ``host``, which goes without saying."""
    return "" if role_in_taxonomy(role) in ("", DEFAULT_ROLE) else role


def place_list(locations: Iterable[Location]) -> tuple[Place, ...]:
    """Return the view models of locations: name, page on OpenStreetMap, and whether the podcast is made there."""
    return tuple(Place(place.name, osm_page(place), place.rel == "creator") for place in locations)


def license_link(license_: License | None) -> PageLink | None:
    """Return the link to the text of a licence."""
    return PageLink(license_name(license_), license_page(license_)) if license_ else None
