"""What podcasts are known by."""

from __future__ import annotations

import pytest

from longwave.content.sitefile import parse_site
from longwave.feeds.guids import feed_guid, podcast_guid


@pytest.mark.parametrize("url", ["podnews.net/rss", "https://podnews.net/rss", "http://podnews.net/rss/"])
def test_a_feed_has_the_guid_that_all_make_of_it(url: str) -> None:
    """Scheme and slashes at the end don't count: the namespace's own example."""
    assert feed_guid(url) == "9b024349-ccf0-5f69-a609-6b82873eab3c"


def test_a_guid_is_made_of_the_sites_own_address() -> None:
    """Without ``url`` in site.toml there is none, as it would be another on each machine."""
    site = parse_site('url = "https://pod.example/"')[0]
    assert podcast_guid(site, "/podcast/feed") == feed_guid("pod.example/podcast/feed.xml")
    assert podcast_guid(parse_site("")[0], "/podcast/feed") == ""
