"""A site with every key of front matter and of site.toml: its feed, imported and published, is the same feed."""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from every_key_site import ELSEWHERE, ELSEWHERE_OF_SITE, EPISODE, LIVE, SHOW, furnish
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from site_address import Address
from support import Site

from longwave.content.episodes.front_matter import READER
from longwave.content.fields.declared_keys import keys_of
from longwave.content.site.site_keys import SHOW_READER, SITE_READER

FEED = "/podcast/feed.xml"
#: The tags of Podcasting 2.0 by their specification, as no parser knows all of them.
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "podcast.rng"))


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """Yield an address under which sites are shown."""
    address = Address()
    yield address
    address.server.shutdown()


def test_every_key_has_a_sample() -> None:
    """Each declared key has a sample value, or a reason why no feed says it."""
    assert keys_of(READER).keys() <= EPISODE.keys() | LIVE.keys() | ELSEWHERE.keys()
    assert keys_of(SHOW_READER).keys() | keys_of(SITE_READER).keys() <= SHOW.keys() | ELSEWHERE_OF_SITE.keys()


def feeds_of(site: Site, address: Address, *folders: str) -> list[str]:
    """Return the feed of a site, and that of the site that is imported from it into each folder, one from the other."""
    feeds = []
    root = site.root.parent
    for name in (*folders, ""):
        with address.show(site.root) as client:
            feeds.append(re.sub(r"<lastBuildDate>.*?</lastBuildDate>", "", client.get(FEED).text))
            if name:
                options = ("--into", name, "--audio", "link", "--allow-private")
                done = Site(root).run("import", "rss", address.url + FEED, *options)
                assert done.returncode == 0, done.stdout + done.stderr
        site = Site(root / name)
    return feeds


def changes(before: str, after: str) -> str:
    """Return the lines by which two feeds differ."""
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))


@pytest.mark.parametrize("place", ["site", "show"])
def test_every_key_comes_back(tmp_path: Path, address: Address, place: str) -> None:
    """The feed of a site with every key is the same after its import and publication by Longwave."""
    site = furnish(tmp_path / "old", place)
    first, second, third = feeds_of(site, address, "new", "newer")
    assert "left out" not in site.run("check").stdout
    SCHEMA.assertValid(etree.fromstring(first.encode()))
    assert changes(first, second) == ""
    assert third == second


@pytest.mark.parametrize("wrong", ["attribute", "place", "value"])
def test_the_schema_notices_a_wrong_tag(tmp_path: Path, address: Address, wrong: str) -> None:
    """The schema refuses an unknown attribute, a tag in the wrong place, and a value of another kind."""
    [feed] = feeds_of(furnish(tmp_path / "old", "show"), address)
    root = etree.fromstring(feed.encode())
    names = {"podcast": "https://podcastindex.org/namespace/1.0"}
    [channel], person, soundbite = root, root.find(".//podcast:person", names), root.find(".//podcast:soundbite", names)
    assert person is not None
    assert soundbite is not None
    if wrong == "attribute":
        person.set("age", "30")
    elif wrong == "place":
        channel.append(soundbite)
    else:
        soundbite.set("duration", "long")
    assert not SCHEMA.validate(root)


#: The keys of which an episode is nothing without, or that name the files which the importer names alike.
ALWAYS = frozenset({"title", "guid", "number", "date", "audio", "mp3_bytes"})


def some(samples: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of any of these keys with their values."""
    keys = st.sets(st.sampled_from(sorted(samples.keys() - ALWAYS)))
    return keys.map(lambda chosen: {key: value for key, value in samples.items() if key in chosen | ALWAYS})


@given(st.sampled_from(("site", "show")), some(SHOW), some(EPISODE))
def test_any_combination_of_keys_comes_back(
    address: Address, place: str, show: Mapping[str, Any], episode: Mapping[str, Any]
) -> None:
    """Any combination of keys makes valid XML, which is the same after its import and publication by Longwave."""
    with tempfile.TemporaryDirectory() as name:
        first, second = feeds_of(furnish(Path(name) / "old", place, show, episode), address, "new")
    SCHEMA.assertValid(etree.fromstring(first.encode()))
    assert changes(first, second) == ""
