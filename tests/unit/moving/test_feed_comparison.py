"""The comparison of a host's feed with ours notices each fact that differs."""

from __future__ import annotations

import pytest
from feed_comparison import differences
from old_host import FEEDS

FEED = (FEEDS / "transistor.xml").read_bytes()


def fetch(address: str) -> bytes:
    """Return a body for each address, which tells the address."""
    name = address.rpartition("/")[2]
    if name == "chapters.json":
        return b'{"chapters": [{"startTime": 0, "title": "A"}]}'
    return b'{"segments": [{"speaker": "A", "body": "Hi"}]}' if name.endswith(".json") else name.encode()


@pytest.mark.parametrize(
    ("fact", "before", "after"),
    [
        ("title", "<title>Ten customers</title>", "<title>Two customers</title>"),
        ("date", "Thu, 15 Jan 2026 09:00:00 -0500</pubDate>\n      <author>", "Thu, 15 Jan 2026 09:00:01 -0500</pubDate><author>"),
        ("enclosure", 'length="33812400"', 'length="33812401"'),
        ("enclosure", 'length="33812400" type="audio/mpeg"', 'length="33812400" type="video/mp4"'),
        ("seconds", "<itunes:duration>2113", "<itunes:duration>2114"),
        ("people", 'role="Guest"', 'role="Editor"'),
        ("people", "img=\"{host}/bob.png\"", "img=\"{host}/ann.png\""),
        ("chapters", "podcast:chapters url", "podcast:chapter url"),
        ("picture", "episode.png", "cover.png"),
        ("kind", "<itunes:episodeType>trailer", "<itunes:episodeType>bonus"),
        ("number", "<itunes:episode>1", "<itunes:episode>2"),
        ("permalink", 'isPermaLink="false"', 'isPermaLink="true"'),
        ("transcripts", "transcript.json", "other.vtt"),
        ("only in one feed", "1f2e3d4c5b6a", "1f2e3d4c5b6b"),
    ],
)  # fmt: skip
def test_a_changed_fact_is_noticed(fact: str, before: str, after: str) -> None:
    """A difference in a fact is named, and without one there is none."""
    assert before.encode() in FEED
    assert differences(FEED, FEED, fetch) == []
    assert any(fact in line for line in differences(FEED, FEED.replace(before.encode(), after.encode()), fetch))
