"""The feeds: of a show, of the whole site, of a tag and of a guest."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from longwave.feeds.channels import guest_feed, show_feed, site_feed, tag_feed
from longwave.model import Episode
from longwave.web.current import base, edition

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.xml")
def of_site() -> Response:
    """All shows in one feed."""
    now = edition()
    return _answer(site_feed(now.catalogue, base(), now.html), now.catalogue.episodes)


@blueprint.get("/<show>/feed.xml")
def of_show(show: str) -> Response:
    """A show's feed: what podcast apps subscribe to."""
    now = edition()
    found = now.catalogue.shows.get(show)
    if found is None:
        abort(404)
    return _answer(show_feed(now.catalogue, found, base(), now.html), now.catalogue.of_show(show))


@blueprint.get("/tags/<tag>/feed.xml")
def of_tag(tag: str) -> Response:
    """The episodes of a tag."""
    now = edition()
    found = now.catalogue.tags.get(tag)
    if found is None:
        abort(404)
    return _answer(tag_feed(now.catalogue, found, base(), now.html), now.catalogue.of_tag(tag))


@blueprint.get("/guests/<guest>/feed.xml")
def of_guest(guest: str) -> Response:
    """The episodes of a guest."""
    now = edition()
    found = now.catalogue.guests.get(guest)
    if found is None:
        abort(404)
    return _answer(guest_feed(now.catalogue, found, base(), now.html), now.catalogue.of_guest(guest))


def _answer(feed: bytes, episodes: tuple[Episode, ...]) -> Response:
    response = Response(feed, content_type="application/rss+xml; charset=utf-8")
    if episodes:
        response.last_modified = max(max(e.date, e.updated or e.date) for e in episodes)
    return response
