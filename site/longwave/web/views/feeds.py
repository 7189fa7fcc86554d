"""The feeds of shows, of the whole site, of tags and of guests, as RSS and as JSON, and the list of shows as OPML."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response

from longwave.config import STATIC
from longwave.edition.store.records import digest
from longwave.feeds.discovery import opml
from longwave.feeds.entries import entry
from longwave.feeds.feed_data import Channel, FeedPage
from longwave.feeds.feed_lists import Feed, guest_feed, show_feed, site_feed, tag_feed
from longwave.feeds.jsonfeed import json_feed
from longwave.feeds.rss import page_address, rss
from longwave.routes import rule, url_for
from longwave.web.caching.page_cache import reads
from longwave.web.presenters import get_or_404, requested_page
from longwave.web.request_context import base, edition

blueprint = Blueprint("feeds", __name__)
#: The stylesheet has a version of its own, so that a feed's bytes change only when the feed does.
_STYLESHEET = url_for("asset", version=digest((STATIC / "feed.css").read_bytes())[:10], name="feed.css")


@blueprint.get(rule("site_feed"))
@reads("page")
def of_site(form: str) -> Response:
    """Return the feed of all shows."""
    return _answer(site_feed(edition().catalogue, base()), form)


@blueprint.get(rule("show_feed"))
@reads("page")
def of_show(show: str, form: str) -> Response:
    """Return the feed of a show, to which podcast apps subscribe."""
    catalogue = edition().catalogue
    return _answer(show_feed(catalogue, get_or_404(catalogue.shows, show), base()), form)


@blueprint.get(rule("tag_feed"))
@reads("page")
def of_tag(tag: str, form: str) -> Response:
    """Return the feed of a tag."""
    catalogue = edition().catalogue
    return _answer(tag_feed(catalogue, get_or_404(catalogue.tags, tag), base()), form)


@blueprint.get(rule("guest_feed"))
@reads("page")
def of_guest(guest: str, form: str) -> Response:
    """Return the feed of a guest."""
    catalogue = edition().catalogue
    return _answer(guest_feed(catalogue, get_or_404(catalogue.guests, guest), base()), form)


@blueprint.get(rule("shows_opml"))
def shows() -> Response:
    """Return the list of the shows' feeds as OPML, which podcast apps import."""
    catalogue = edition().catalogue
    feeds = [show_feed(catalogue, show, base()) for show in catalogue.shows.values()]
    response = Response(
        opml(catalogue.site, (feed.channel for feed in feeds)), content_type="text/x-opml; charset=utf-8"
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(feed: Feed, form: str) -> Response:
    current, number = edition(), requested_page(feed.pages)
    part = FeedPage(current.feed_changed(feed.path), number, feed.pages)
    entries = (entry(current.catalogue, current, episode, base()) for episode in feed.page(number))
    if form == "json":
        response = Response(json_feed(feed.channel, entries, part), content_type="application/feed+json; charset=utf-8")
    else:
        body = rss(feed.channel, entries, part, _STYLESHEET)
        response = Response(body, content_type="application/rss+xml; charset=utf-8")
    # The later of two changes within a second is dated to the next second, and Last-Modified must not lie in the future
    # (RFC 9110 8.8.2.1).
    if part.changed <= datetime.now(UTC):
        response.last_modified = part.changed
    # Players in other sites' pages read feeds with fetch, which needs CORS.
    response.headers["Access-Control-Allow-Origin"] = "*"
    for link in _links(feed.channel, number, form):
        response.headers.add("Link", link)
    return response


def _links(channel: Channel, number: int, form: str) -> list[str]:
    """Return the Link headers of a feed's page: WebSub hubs and its own address. Only the first RSS page has any."""
    if form != "xml" or number > 1:
        return []
    itself = page_address(channel, number)
    return [*(f'<{hub}>; rel="hub"' for hub in channel.hubs), f'<{itself}>; rel="self"'] if channel.hubs else []
