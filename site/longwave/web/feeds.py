"""The feeds: of a show, of the whole site, of a tag and of a guest."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from longwave.edition import Edition
from longwave.feeds.channels import guest_feed, show_feed, site_feed, tag_feed
from longwave.web.current import base, edition

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feed.xml")
def of_site() -> Response:
    """All shows in one feed."""
    now = edition()
    return _answer(now, site_feed(now.catalogue, base(), now.html))


@blueprint.get("/<show>/feed.xml")
def of_show(show: str) -> Response:
    """A show's feed: what podcast apps subscribe to."""
    now = edition()
    found = now.catalogue.shows.get(show)
    if found is None:
        abort(404)
    return _answer(now, show_feed(now.catalogue, found, base(), now.html))


@blueprint.get("/tags/<tag>/feed.xml")
def of_tag(tag: str) -> Response:
    """The episodes of a tag."""
    now = edition()
    found = now.catalogue.tags.get(tag)
    if found is None:
        abort(404)
    return _answer(now, tag_feed(now.catalogue, found, base(), now.html))


@blueprint.get("/guests/<guest>/feed.xml")
def of_guest(guest: str) -> Response:
    """The episodes of a guest."""
    now = edition()
    found = now.catalogue.guests.get(guest)
    if found is None:
        abort(404)
    return _answer(now, guest_feed(now.catalogue, found, base(), now.html))


def _answer(now: Edition, feed: bytes) -> Response:
    response = Response(feed, content_type="application/rss+xml; charset=utf-8")
    # Not the newest episode's date: a mended typo has to reach those who ask only for what changed since.
    response.last_modified = now.made
    return response
