"""Salvage of an episode whose file is broken."""

from __future__ import annotations

import pytest

from longwave.content.episodes.episode_file import salvage_episode
from longwave.content.site.site_toml import parse_site, with_shows

SITE = with_shows(parse_site('[shows.podcast]\naudio = "ep-{number}.mp3"\n')[0], ["podcast"])


@pytest.mark.parametrize(
    ("text", "slug", "sound"),
    [
        ("---\ntitle: A\nslug: b\nnumber: 7\n---\n", "b", "ep-7.mp3"),
        ("---\ntags: 7\nslug: b\nnumber: 7\n", "b", "ep-7.mp3"),
        ("slug: x\naudio: c.mp3\nslug: b", "b", "c.mp3"),
        ("number: two", "2-a", "ep-2.mp3"),
        ("", "2-a", "ep-2.mp3"),
    ],
)
def test_a_broken_file_still_has_an_address_and_a_sound(text: str, slug: str, sound: str) -> None:
    """A broken episode's slug and audio come from its front matter, else from single lines, else its file's name."""
    episode = salvage_episode("content/podcast/2-a.md", text, SITE, SITE.shows[0])
    assert episode is not None
    assert episode.enclosure is not None
    assert (episode.slug, episode.enclosure.file) == (slug, sound)
    assert salvage_episode("content/podcast/-.md", "", SITE, SITE.shows[0]) is None
