"""The published episodes and pages of a live site, from its folder's history or from its sitemap and feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from lxml import etree

from longwave.content.text.plain_text import slugify
from longwave.edition.past.history import FormerEpisode, History, Past
from longwave.errors import LongwaveError
from longwave.feeds.audit.audited_feed import MAX_BYTES, has_entities
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message, without_login
from longwave.moving.rss.feed_items import Item, read_items
from longwave.moving.rss.feed_source import OldFeed, read_source
from longwave.routes import ROUTES, path_for
from longwave.urls import site_address

_EPOCH = datetime.fromtimestamp(0, UTC)
#: The paths of the lists of tags and of guests, which must not be taken for shows: /tags looks like /podcast.
_LISTS = (path_for("tags"), path_for("guests"))


def live_past(typed: str) -> Past:
    """Return the history of the live site ``typed``, a folder or an address; empty if nothing was published there.

    Raises LongwaveError when there is no such site.
    """
    if typed.lower().startswith(("https://", "http://")):
        return _fetch_past(typed)
    folder = Path(typed)
    if not (folder / "content").is_dir():
        hint = "An address begins with https://."
        raise LongwaveError(f"{folder}: expected the folder of a live site, found no content in it.", hint)
    past = History(folder / "instance").read()
    return replace(past, live=str(folder)) if past else Past()


def live_feeds(typed: str) -> Mapping[str, OldFeed]:
    """Return the feeds of the live site at the address ``typed``, by show. Raises LongwaveError where there is none."""
    url, paths, fetcher = _reach(typed)
    feeds = _feeds(url, paths, fetcher)
    if not feeds:
        raise LongwaveError(f"{without_login(typed)}: expected a live site with a show, found none.")
    return feeds


def _fetch_past(typed: str) -> Past:
    url, paths, fetcher = _reach(typed)
    feeds = _feeds(url, paths, fetcher)
    episodes = [_with_first_path(one, url, fetcher) for feed in feeds.values() for one in _episodes(feed)]
    episode_paths = {f"/{episode.key}" for episode in episodes}
    return Past(
        episodes={str(number): episode for number, episode in enumerate(episodes)},
        pages={path: True for path in paths if path not in episode_paths},
        shows=dict(_podcast_guids(feeds)),
        last={"url": url},
        live=url,
    )


def _reach(typed: str) -> tuple[str, list[str], Fetcher]:
    """Return the address of a live site, the paths of its pages, and a fetcher for both. Raises LongwaveError."""
    try:
        url = site_address(typed)
        fetcher = Fetcher.for_typed("check of a live site", url)
        return url, _sitemap(fetcher.fetch(f"{url}/sitemap.xml", limit=MAX_BYTES).body), fetcher
    except FETCH_ERRORS as error:
        found = f"{without_login(typed)}: expected a live site with a sitemap, found: {error_message(error)}."
        raise LongwaveError(found) from None


def _feeds(url: str, paths: Sequence[str], fetcher: Fetcher) -> Mapping[str, OldFeed]:
    shows = (path for path in paths if path.endswith("/") and path.count("/") == 2 and path not in _LISTS)
    slugs = [path.strip("/") for path in shows]
    return {slug: read_source(url + path_for("show_feed", show=slug, form="xml"), fetcher) for slug in slugs}


def _sitemap(raw: bytes) -> list[str]:
    """Return the paths of a sitemap's pages, relative to its first page (the home page). Raises ValueError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise ValueError("no XML") from None
    if has_entities(root):
        raise ValueError("XML with entities of its own")
    paths = [unquote(urlsplit((loc.text or "").strip()).path) for loc in root.iterfind("{*}url/{*}loc")]
    if not paths:
        raise ValueError("a sitemap without pages")
    return [path.removeprefix(paths[0].rstrip("/")) for path in paths]


def _episodes(feed: OldFeed) -> Iterator[FormerEpisode]:
    base = feed.channel.first_text("link").rstrip("/").rpartition("/")[0]
    for item in read_items(feed.items, _EPOCH)[0]:
        path = unquote(item.link.removeprefix(base)) if "://" in base and item.link.startswith(base) else ""
        if path.count("/") == 2 and item.guid:
            url = item.enclosure.url if item.enclosure else ""
            file = unquote(url.removeprefix(base)) if url.startswith(base + ROUTES["audio"].prefix) else ""
            paths = (path, file) if file else (path,)
            yield FormerEpisode(path[1:], item.link, item.guid, item.date.astimezone(UTC), paths, _marks(item))


def _with_first_path(episode: FormerEpisode, url: str, fetcher: Fetcher) -> FormerEpisode:
    """Return ``episode`` with its guid's path added to ``paths``, if the site at ``url`` redirects that path to it.

    A guid contains the episode's first address, so the redirect shows that the episode was renamed since.
    """
    path = unquote(urlsplit(episode.guid).path) if episode.guid.startswith(("https://", "http://")) else ""
    if path.count("/") != 2 or path in episode.paths:
        return episode
    try:
        redirected = unquote(urlsplit(fetcher.fetch(url + quote(path), "HEAD").url).path)
    except FETCH_ERRORS:
        return episode  # the live site doesn't answer at the guid's path, so no redirect from there has to be kept
    return replace(episode, paths=(path, *episode.paths)) if redirected == f"/{episode.key}" else episode


def _marks(item: Item) -> tuple[str, ...]:
    """Return texts (audio's size and duration; date and title) that stay the same when an episode is renamed."""
    title = slugify(item.bare_title)
    audio = [f"sound {item.enclosure.bytes} {item.seconds}"] if item.enclosure and item.enclosure.bytes else []
    return (*audio, *([f"title {int(item.date.timestamp())} {title}"] if title else ()))


def _podcast_guids(feeds: Mapping[str, OldFeed]) -> Iterator[tuple[str, str]]:
    for slug, feed in feeds.items():
        if guid := feed.channel.first_text("podcast:guid"):
            yield slug, guid
