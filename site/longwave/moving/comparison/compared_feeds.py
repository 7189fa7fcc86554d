"""The old feeds with which a site is compared: a feed, or all feeds of a live site."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from longwave.config import read_settings
from longwave.edition.check.site_check import render_feeds
from longwave.errors import LongwaveError
from longwave.fetching import Fetcher
from longwave.moving.live_site import live_feeds
from longwave.moving.rss.feed_parser import read_document
from longwave.moving.rss.feed_source import OldFeed, read_source
from longwave.urls import site_address


def old_feeds(typed: str) -> Mapping[str, OldFeed]:
    """Return the feeds at ``typed``: those of a live site by show, or else the one feed there, by an empty name.

    ``typed`` is the name of a feed's file or of a site's folder, or an address. Raises LongwaveError when there is no
    feed.
    """
    if not typed.lower().startswith(("https://", "http://")):
        folder = Path(typed)
        return _feeds_of_folder(folder) if (folder / "content").is_dir() else {"": read_source(typed, _fetcher(typed))}
    try:
        return {"": read_source(typed, _fetcher(typed))}
    except LongwaveError:
        # The root of a host may be a live site, whose pages name its feeds.
        try:
            url = site_address(typed)
        except ValueError:
            url = ""
        if not url:
            raise
    return live_feeds(url)


def _feeds_of_folder(folder: Path) -> Mapping[str, OldFeed]:
    rendered = render_feeds(read_settings({}, folder.resolve()))
    if not rendered:
        raise LongwaveError(f"{folder}: expected a site with a show, found none.")
    return {slug: OldFeed(str(folder), "", read_document(raw, slug)) for slug, raw in rendered.items()}


def _fetcher(typed: str) -> Fetcher:
    # Only a feed on this machine may redirect to this machine: a feed elsewhere must not reach local services.
    try:
        return Fetcher.for_typed("feed check", typed)
    except (OSError, ValueError):
        return Fetcher("feed check")
