"""Date formats of feeds and headers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from longwave.feeds.discovery import sitemap
from longwave.feeds.feed_data import Channel, Entry, FeedPage
from longwave.feeds.jsonfeed import json_feed
from longwave.model import Episode, Person, Show

OLD = datetime(1920, 1, 2, tzinfo=timezone(timedelta(minutes=19, seconds=32)))


def test_old_local_times_are_valid_dates() -> None:
    """A date so old that its local offset has seconds is written in UTC."""
    channel = Channel("T", "https://x/", "https://x/feed", "", "en", "A", Person("A"))
    episode = Episode("s", "1", "s/1.md", "T", OLD, updated=OLD)
    show = Show("s", "S", "", "en", "A", Person("A"))
    entry = Entry(episode, show, "https://x/1", "g", "T")
    (item,) = json.loads(json_feed(channel, [entry], FeedPage(datetime.now(UTC))))["items"]
    assert item["date_published"] == item["date_modified"] == "1920-01-01T23:40:28+00:00"
    assert b"<lastmod>1920-01-01T23:40:28+00:00</lastmod>" in sitemap("https://x", [("/1", OLD)])
