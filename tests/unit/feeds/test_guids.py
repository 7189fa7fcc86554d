"""The guids of podcasts and episodes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from longwave.content.site.site_toml import parse_site
from longwave.feeds.guids import feed_guid, guid, podcast_guid
from longwave.model import Episode, Person, Show, Site


@pytest.mark.parametrize("url", ["podnews.net/rss", "https://podnews.net/rss", "http://podnews.net/rss/"])
def test_a_feed_has_the_guid_that_all_make_of_it(url: str) -> None:
    """A podcast's guid ignores its feed address's scheme and trailing slashes, as the podcast namespace prescribes."""
    assert feed_guid(url) == "9b024349-ccf0-5f69-a609-6b82873eab3c"


def test_a_guid_is_made_of_the_sites_own_address() -> None:
    """A site without ``url`` in site.toml has no podcast guid, as it would differ on each machine."""
    site = parse_site('url = "https://pod.example/"')[0]
    assert podcast_guid(site, "/podcast/feed") == feed_guid("pod.example/podcast/feed.xml")
    assert podcast_guid(parse_site("")[0], "/podcast/feed") == ""


SITE = Site("Site", "", "https://pod.example", "en", "UTC", "Ann", Person("Ann"))
SHOW = Show("podcast", "Podcast", "", "en", "Ann", Person("Ann"))
EPISODE = Episode("podcast", "2-new", "content/podcast/2-new.md", "New", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("aliases", "path"),
    [
        ((), "/podcast/2-new"),
        (("/podcast/2-old", "/podcast/2-older"), "/podcast/2-old"),
        (("/podcast/2-old.html",), "/podcast/2-old"),
        (("/2019/11/old", "/podcast/"), "/podcast/2-new"),
        (("/podcast/a/b", "/letters/2-old"), "/podcast/2-new"),
    ],
)
def test_the_first_address_stays_the_guid(aliases: tuple[str, ...], path: str) -> None:
    """An episode's guid is its first alias below its show's address, if it has one, as this was its first address."""
    assert guid(SITE, SHOW, replace(EPISODE, aliases=aliases)) == f"https://pod.example{path}"


def test_a_guid_of_its_own_wins() -> None:
    """An episode's guid in the front matter, or by the show's guid pattern, outranks aliases."""
    renamed = replace(EPISODE, aliases=("/podcast/2-old",))
    assert guid(SITE, SHOW, replace(renamed, guid="x")) == "x"
    assert guid(SITE, replace(SHOW, guid="tag:{slug}"), renamed) == "tag:2-new"


def test_a_show_may_list_guids() -> None:
    """The guid in an episode's front matter outranks the show's list of guids, which outranks the show's guid pattern."""
    show = replace(SHOW, guid="x:{slug}", guids={"2-new": "known"})
    assert guid(SITE, show, EPISODE) == "known"
    assert guid(SITE, show, replace(EPISODE, guid="own")) == "own"
    assert guid(SITE, show, replace(EPISODE, slug="3-other")) == "x:3-other"


def test_a_pattern_of_numbers_says_nothing_of_what_has_none() -> None:
    """A show's pattern with a number, for guids or audio addresses, isn't used for episodes without one."""
    show = replace(SHOW, guid="show-{number}", audio_url="https://cdn.example/ep{number}.mp3")
    assert guid(SITE, show, replace(EPISODE, number=7)) == "show-7"
    assert guid(SITE, show, EPISODE) == "https://pod.example/podcast/2-new"
