"""When each feed last changed: carried from edition to edition, moved only by what the feed itself says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from longwave.catalogue import Catalogue
from longwave.feeds.entries import Texts, entry
from longwave.feeds.feed_lists import Feed
from longwave.model import Episode


@dataclass(frozen=True, slots=True)
class Change:
    """The state of one feed: what stands for all that it says, and since when it says that, in whole seconds."""

    digest: str
    since: datetime


def entry_digest(catalogue: Catalogue, texts: Texts, episode: Episode, base: str) -> str:
    """What stands for all that the entry of an episode says.

    ``texts`` may give what stands for a text instead of the text.
    """
    return _digest(repr(entry(catalogue, texts, episode, base)))


def feed_digests(feeds: Iterable[Feed], entries: Mapping[str, str], maker: str) -> Mapping[str, str]:
    """What stands for all that each feed says, by its path.

    ``entries`` are the digests of all entries by their episodes' keys; ``maker`` stands for the code that makes feeds.
    """
    found = {}
    for feed in feeds:
        said = [repr((maker, feed.channel, feed.limit)), *(entries[episode.key] for episode in feed.episodes)]
        found[feed.path] = _digest("\n".join(said))
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def dated(digests: Mapping[str, str], known: Mapping[str, Change], now: datetime) -> Mapping[str, Change]:
    """The state of these feeds at ``now`` by their paths; ``known`` is how all were before."""
    second = now.replace(microsecond=0)
    return {path: _change(digest, known.get(path), second) for path, digest in digests.items()}


def _change(digest: str, known: Change | None, now: datetime) -> Change:
    if known is None:
        return Change(digest, now)
    # HTTP counts in seconds: two changes within one must not look like one and the same.
    return known if known.digest == digest else Change(digest, max(now, known.since + timedelta(seconds=1)))
