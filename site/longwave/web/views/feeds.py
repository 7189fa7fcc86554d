"""The feeds: of a show, of the whole site, of a tag and of a guest, as RSS and as JSON; and the list of all shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

from flask import Blueprint, Response, abort

from longwave.config import STATIC
from longwave.edition.records import digest
from longwave.feeds.entries import entry
from longwave.feeds.feed_data import Channel, Part
from longwave.feeds.feed_lists import Feed, guest_feed, show_feed, site_feed, tag_feed
from longwave.feeds.jsonfeed import json_feed
from longwave.feeds.opml import opml
from longwave.feeds.rss import page_address, rss
from longwave.routes import rule, url_for
from longwave.web.cache_policy import reads
from longwave.web.presenters import page_asked
from longwave.web.request_context import base, edition

blueprint = Blueprint("feeds", __name__)
T = TypeVar("T")
#: Under its own version instead of that of all files, so that a feed's bytes change only when the feed does.
_STYLESHEET = url_for("asset", version=digest((STATIC / "feed.css").read_bytes())[:10], name="feed.css")


@blueprint.get(rule("site_feed"))
@reads("page")
def of_site(form: str) -> Response:
    """All shows in one feed."""
    return _answer(site_feed(edition().catalogue, base()), form)


@blueprint.get(rule("show_feed"))
@reads("page")
def of_show(show: str, form: str) -> Response:
    """A show's feed: what podcast apps subscribe to."""
    catalogue = edition().catalogue
    return _answer(show_feed(catalogue, _found(catalogue.shows, show), base()), form)


@blueprint.get(rule("tag_feed"))
@reads("page")
def of_tag(tag: str, form: str) -> Response:
    """The episodes of a tag."""
    catalogue = edition().catalogue
    return _answer(tag_feed(catalogue, _found(catalogue.tags, tag), base()), form)


@blueprint.get(rule("guest_feed"))
@reads("page")
def of_guest(guest: str, form: str) -> Response:
    """The episodes of a guest."""
    catalogue = edition().catalogue
    return _answer(guest_feed(catalogue, _found(catalogue.guests, guest), base()), form)


@blueprint.get(rule("shows_opml"))
def shows() -> Response:
    """The feeds of all shows, for apps that import such a list."""
    catalogue = edition().catalogue
    feeds = [show_feed(catalogue, show, base()) for show in catalogue.shows.values()]
    response = Response(
        opml(catalogue.site, (feed.channel for feed in feeds)), content_type="text/x-opml; charset=utf-8"
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _found(things: Mapping[str, T], slug: str) -> T:
    if slug not in things:
        abort(404)
    return things[slug]


def _answer(feed: Feed, form: str) -> Response:
    now, number = edition(), page_asked(feed.pages)
    part = Part(now.feed_changed(feed.path), number, feed.pages)
    entries = (entry(now.catalogue, now, episode, base()) for episode in feed.page(number))
    if form == "json":
        response = Response(json_feed(feed.channel, entries, part), content_type="application/feed+json; charset=utf-8")
    else:
        made = rss(feed.channel, entries, part, _STYLESHEET)
        response = Response(made, content_type="application/rss+xml; charset=utf-8")
    # Of two changes within a second the second one counts as the next second's, which nobody may say before it is there
    # (RFC 9110 8.8.2.1).
    if part.changed <= datetime.now(UTC):
        response.last_modified = part.changed
    # Players in other sites' pages read feeds too.
    response.headers["Access-Control-Allow-Origin"] = "*"
    for link in _links(feed.channel, number, form):
        response.headers.add("Link", link)
    return response


def _links(channel: Channel, number: int, form: str) -> list[str]:
    """How WebSub's subscribers find the hub, which is told of RSS and its first page, without reading the feed."""
    if form != "xml" or number > 1:
        return []
    itself = page_address(channel, number)
    return [*(f'<{hub}>; rel="hub"' for hub in channel.hubs), f'<{itself}>; rel="self"'] if channel.hubs else []
