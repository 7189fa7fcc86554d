"""The facts that can be salvaged from a broken episode file."""

from __future__ import annotations

import pytest

from longwave.content.episodes.salvaged_episode import told
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
def test_what_can_be_read_tells_where_it_is(text: str, slug: str, sound: str) -> None:
    """Address and audio come from the whole file, else from the readable lines, else from the file's name."""
    found = told("content/podcast/2-a.md", text, SITE, SITE.shows[0])
    assert found is not None
    assert found.enclosure is not None
    assert (found.slug, found.enclosure.file) == (slug, sound)
    assert told("content/podcast/-.md", "", SITE, SITE.shows[0]) is None
