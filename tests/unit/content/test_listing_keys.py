"""The keys for directories and apps: pictures, blocks, profiles at other services, and how often to fetch a feed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.episodes.episode_file import ParsedEpisode, parse_episode
from longwave.content.fields.listing_types import bluesky_address, mastodon_address, youtube_address
from longwave.content.site.site_toml import parse_site
from longwave.model import Block, Episode, Picture, Syndication

SITE, _ = parse_site("[shows.podcast]\n")


def parsed(*lines: str) -> ParsedEpisode:
    """Return an episode whose front matter has these lines."""
    matter = "\n".join(lines)
    text = f"---\ntitle: First\n{matter}\n---\n"
    return parse_episode("content/podcast/2026-01-02-1-first.md", text, SITE, SITE.shows[0], 0)


def episode(*lines: str) -> Episode:
    """Return an episode whose front matter has these lines, all of which can be used."""
    result = parsed(*lines)
    assert result.problems == ()
    return result.episode


def show(*lines: str) -> Syndication:
    """Return the settings of a show whose table has these lines, all of which can be used."""
    site, problems = parse_site("\n".join(("[shows.podcast]", *lines)))
    assert problems == ()
    return site.shows[0].feed


@pytest.mark.parametrize(
    ("line", "block"),
    [
        ("true", Block(("all",))),
        ('"Yes"', Block(("all",))),
        ("false", Block()),
        ('"no"', Block()),
        ('["Spotify", "youtube"]', Block(("spotify", "youtube"))),
        ('"spotify, search"', Block(("spotify",), search=True)),
        ('["search"]', Block(search=True)),
        ('["all", "search"]', Block(("all",), search=True)),
        ('{all = true, except = ["podcastindex"]}', Block(("all",), ("podcastindex",))),
        ('{services = ["apple"], search = true}', Block(("apple",), search=True)),
    ],
)
def test_a_show_is_blocked_by_every_natural_spelling(line: str, block: Block) -> None:
    """The key `block` of a show takes true, words, a list of services, or a map with exceptions."""
    assert show(f"block = {line}").block == block


def test_a_block_says_from_whom_it_hides() -> None:
    """A block of all services hides from each but its exceptions, a block of some from those alone."""
    everybody = Block(("all",), ("podcastindex",))
    assert everybody.hides_from("apple")
    assert not everybody.hides_from("podcastindex")
    assert Block(("spotify",)).hides_from("spotify")
    assert not Block(("spotify",), search=True).hides_from("apple")


def test_a_service_that_is_no_slug_costs_itself_alone() -> None:
    """A word in a show's list `block` that can't be a service's name is reported; the other services stay blocked."""
    site, (problem,) = parse_site('[shows.podcast]\nblock = ["spotify!", "youtube", "search"]\n')
    assert site.shows[0].feed.block == Block(("youtube",), search=True)
    assert (problem.line, problem.found) == (2, "'spotify!'")


def test_an_episode_is_hidden_from_all_directories_or_from_none() -> None:
    """An episode's `block` takes true, apple and search; a feed can hide it from no other single directory."""
    assert episode("block: true").block == episode("block: [apple]").block == Block(("all",))
    assert episode("block: [search]").block == Block(search=True)
    assert episode("block: [all, search]").block == Block(("all",), search=True)
    result = parsed("block: [spotify]", "subtitle: Kept")
    assert (result.episode.block, result.episode.subtitle) == (Block(), "Kept")
    assert "expected true, or a list of all and search, found 'spotify'" in str(result.problems[0])


def test_pictures_are_named_as_feeds_and_generators_name_them() -> None:
    """An entry of `images` is a name or a map; file, path, url, href and src name the file, and a purpose may be a list."""
    lines = (
        'images: ["a.png", {href: "https://x.example/b.png", aspect-ratio: "9:16", purpose: [Canvas, social]},',
        "  {src: c.jpg, alt: ' A  cat ', width: 40, height: 20}]",
    )
    assert episode(*lines).images == (
        Picture("a.png"),
        Picture("https://x.example/b.png", purpose="canvas social", aspect_ratio="9/16"),
        Picture("c.jpg", "A cat", width=40, height=20),
    )
    assert episode("images: wide.jpg").images == (Picture("wide.jpg"),)


def test_a_wrong_part_of_a_picture_costs_that_part() -> None:
    """An entry of `images` with a wrong width or ratio keeps its file and alt text; one without a file is left out."""
    result = parsed("images: [{file: a.png, alt: A, aspect_ratio: wide}, {alt: B}, {file: c.png, width: broad}]")
    assert result.episode.images == (Picture("a.png", "A"), Picture("c.png"))
    assert len(result.problems) == 3


@pytest.mark.parametrize("line", ["image: {path: a.png, alt: A cat}", "image: a.png\nimage_alt: A cat"])
def test_the_words_for_a_picture_stand_in_it_or_beside_it(line: str) -> None:
    """The alt text of an episode's picture is `alt` in the map `image`, or the key `image_alt` beside it."""
    result = episode(line)
    assert (result.image, result.image_alt) == ("a.png", "A cat")


def test_the_words_for_the_sites_picture_are_not_for_another() -> None:
    """A show without a picture inherits the site's with its alt text; one with its own picture doesn't get the text."""
    text = 'image = {path = "a.png", alt = "A cat"}\n[shows.one]\n[shows.two]\nimage = "b.png"\n'
    site, problems = parse_site(text)
    assert problems == ()
    assert [(each.image, each.feed.image_alt) for each in site.shows] == [("a.png", "A cat"), ("b.png", "")]


@pytest.mark.parametrize(
    ("key", "value", "address"),
    [
        ("youtube", "dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
        ("youtube", "@pod", "https://www.youtube.com/@pod"),
        ("youtube", "youtu.be/dQw4w9WgXcQ?t=9", "https://youtu.be/dQw4w9WgXcQ?t=9"),
        ("youtube", "UC" + "x" * 22, f"https://www.youtube.com/channel/UC{'x' * 22}"),
        ("video", "vimeo.com/76979871", "https://vimeo.com/76979871"),
        ("mastodon", "@pod@Fosstodon.org", "https://fosstodon.org/@pod"),
        ("mastodon", "https://fosstodon.org/@pod/1", "https://fosstodon.org/@pod/1"),
        ("bluesky", "@pod.bsky.social", "https://bsky.app/profile/pod.bsky.social"),
        ("bluesky", "at://did:plc:abc/app.bsky.feed.post/3k", "https://bsky.app/profile/did:plc:abc/post/3k"),
    ],
)
def test_a_place_elsewhere_is_a_name_or_an_address(key: str, value: str, address: str) -> None:
    """An episode's or show's youtube, video, mastodon or bluesky may be a handle or id, which becomes a web address."""
    assert getattr(episode(f'{key}: "{value}"'), key) == address
    assert getattr(show(f'{key} = "{value}"'), key) == address


@pytest.mark.parametrize(
    "line", ["youtube: https://vimeo.com/1", "youtube: soon", "video: soon", "mastodon: me", "bluesky: me"]
)
def test_a_place_that_is_none_is_left_out(line: str) -> None:
    """An invalid youtube, video, mastodon or bluesky of an episode is left out with a warning."""
    result = parsed(line, "video: javascript:alert(1)" if not line.startswith("video") else "subtitle: x")
    assert (result.episode.youtube, result.episode.video, result.episode.mastodon, result.episode.bluesky) == ("",) * 4
    assert {problem.level for problem in result.problems} == {"warning"}


@given(st.text())
def test_any_text_is_an_address_or_a_mistake(text: str) -> None:
    """Any text as a YouTube, Mastodon or Bluesky address becomes a web address or raises ValueError."""
    for read in (youtube_address, mastodon_address, bluesky_address):
        with contextlib.suppress(ValueError):
            assert read(text).startswith(("https://", "http://"))


def test_programs_are_told_when_to_ask() -> None:
    """A show's `skip_days` may be shortened names, also in one text; invalid days and `skip_hours` are left out."""
    assert show('skip_days = "sat, Sundays"').skip_days == ("Saturday", "Sunday")
    feed = show("ttl = 60", "skip_hours = [0, 1, 1]", "complete = true", 'webmaster = "w@pod.example (W)"')
    assert (feed.ttl, feed.skip_hours, feed.complete, feed.webmaster) == (60, (0, 1), True, "w@pod.example (W)")
    site, problems = parse_site('skip_hours = [3, 25]\nskip_days = ["Someday", "monday"]\nlocked_owner = "ann"\n')
    assert (site.feed.skip_hours, site.feed.skip_days, site.feed.locked_owner) == ((3,), ("Monday",), "")
    assert sorted(problem.line for problem in problems) == [1, 2, 3]
