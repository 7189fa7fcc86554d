"""What a site that is live has published: from its folder's history, or from what it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from longwave.content.text.slugs import slugify
from longwave.edition.history import History, Known, Past
from longwave.errors import LongwaveError
from longwave.feeds.audit.audited_feed import MAX_BYTES, has_entities
from longwave.fetching import FETCH_ERRORS, Fetcher, said, without_login
from longwave.moving.rss.feed_items import Item, read_items
from longwave.moving.rss.feed_source import OldFeed, read_source
from longwave.urls import site_address

_EPOCH = datetime.fromtimestamp(0, UTC)
#: Pages that list others, and are no show.
_LISTS = ("tags", "guests")


def live_past(typed: str) -> Past:
    """Return what the live site that was ``typed``, a folder or an address, has published. Raises LongwaveError.

    A folder where nothing was published yet has no past.
    """
    if typed.lower().startswith(("https://", "http://")):
        return _answered(typed)
    folder = Path(typed)
    if not (folder / "content").is_dir():
        hint = "An address begins with https://."
        raise LongwaveError(f"{folder}: expected the folder of a live site, found no content in it.", hint)
    return History(folder / "instance").read() or Past()


def _answered(typed: str) -> Past:
    try:
        url = site_address(typed)
        fetcher = Fetcher.for_typed("check of a live site", url)
        paths = _sitemap(fetcher.ask(f"{url}/sitemap.xml", limit=MAX_BYTES).body)
    except FETCH_ERRORS as error:
        found = f"{without_login(typed)}: expected a live site with a sitemap, found: {said(error)}."
        raise LongwaveError(found) from None
    slugs = (path.strip("/") for path in paths if path.endswith("/") and path.count("/") == 2)
    feeds = {slug: read_source(f"{url}/{slug}/feed.xml", fetcher) for slug in slugs if slug not in _LISTS}
    known = [one for feed in feeds.values() for one in _episodes(feed)]
    out = {f"/{one.key}" for one in known}
    return Past(
        episodes={str(number): one for number, one in enumerate(known)},
        pages={path: True for path in paths if path not in out},
        shows=dict(_podcasts(feeds)),
        last={"url": url},
    )


def _sitemap(raw: bytes) -> list[str]:
    """Return the paths of the pages that a sitemap lists, the home page's first. Raises ValueError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise ValueError("no XML") from None
    if has_entities(root):
        raise ValueError("XML with entities of its own")
    paths = [unquote(urlsplit((found.text or "").strip()).path) for found in root.iterfind("{*}url/{*}loc")]
    if not paths:
        raise ValueError("a sitemap without pages")
    return [path.removeprefix(paths[0].rstrip("/")) for path in paths]


def _episodes(feed: OldFeed) -> Iterator[Known]:
    base = feed.channel.first_text("link").rstrip("/").rpartition("/")[0]
    for item in read_items(feed.items, _EPOCH)[0]:
        path = unquote(item.link.removeprefix(base)) if "://" in base and item.link.startswith(base) else ""
        if path.count("/") == 2 and item.guid:
            sound = item.enclosure.url if item.enclosure else ""
            file = unquote(sound.removeprefix(base)) if sound.startswith(f"{base}/audio/") else ""
            paths = (path, file) if file else (path,)
            yield Known(path[1:], item.link, item.guid, item.date.astimezone(UTC), paths, _marks(item))


def _marks(item: Item) -> tuple[str, ...]:
    """Return what an item is recognised by, as ``longwave.edition.identity`` has it."""
    title = slugify(item.bare_title)
    found = [f"sound {item.enclosure.bytes} {item.seconds}"] if item.enclosure and item.enclosure.bytes else []
    return (*found, *([f"title {int(item.date.timestamp())} {title}"] if title else ()))


def _podcasts(feeds: Mapping[str, OldFeed]) -> Iterator[tuple[str, str]]:
    for slug, feed in feeds.items():
        if told := feed.channel.first_text("podcast:guid"):
            yield slug, told
