"""The date of each feed's last change, which stays from edition to edition until the feed's own content changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from longwave.catalogue import Catalogue
from longwave.feeds.entries import Texts, entry
from longwave.feeds.feed_lists import Feed
from longwave.feeds.jsonfeed import json_item
from longwave.feeds.rss import rss_item
from longwave.model import Episode


@dataclass(frozen=True, slots=True)
class Change:
    """The state of a feed: a digest of its content, and the time of its last change, in whole seconds."""

    digest: str
    since: datetime


def entry_digest(catalogue: Catalogue, texts: Texts, episode: Episode, base: str) -> str:
    """Return a digest of an episode's entry, in both of its forms: RSS and JSON.

    ``texts`` may return a digest of a text instead of the text, so that nothing has to be rendered.
    """
    made = entry(catalogue, texts, episode, base)
    item = rss_item(made)
    xml = "" if item is None else etree.tostring(item, encoding="unicode")
    return _digest(f"{xml}\n{json.dumps(json_item(made))}")


def feed_digests(feeds: Iterable[Feed], entries: Mapping[str, str], maker: str) -> Mapping[str, str]:
    """Return a digest of the content of each feed, by its path.

    ``entries`` are the digests of all entries by their episodes' keys; ``maker`` identifies the code that makes feeds,
    so that new code changes the digests, too.
    """
    digests = {}
    for feed in feeds:
        content = [repr((maker, feed.channel, feed.limit)), *(entries[episode.key] for episode in feed.episodes)]
        digests[feed.path] = _digest("\n".join(content))
    return digests


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def dated(digests: Mapping[str, str], previous: Mapping[str, Change], now: datetime) -> Mapping[str, Change]:
    """Return the state of each feed at ``now``, by its path; ``previous`` are the states in the previous edition."""
    second = now.replace(microsecond=0)
    return {path: _change(digest, previous.get(path), second) for path, digest in digests.items()}


def _change(digest: str, previous: Change | None, now: datetime) -> Change:
    if previous is None:
        return Change(digest, now)
    # HTTP dates have whole seconds, and two changes within one second must not have the same date.
    return previous if previous.digest == digest else Change(digest, max(now, previous.since + timedelta(seconds=1)))
