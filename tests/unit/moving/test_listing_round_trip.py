"""Settings for directories and apps (pictures, blocks, profiles), written to a feed and read back from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from longwave.authoring.literals import toml_value, yaml_value
from longwave.content.episodes.episode_file import parse_episode
from longwave.content.fields.listing_types import DAYS
from longwave.content.site.site_toml import parse_site
from longwave.feeds.feed_data import Channel, Entry, FeedPage
from longwave.feeds.rss import rss
from longwave.model import Block, Enclosure, Episode, Person, Picture, Show, Syndication
from longwave.moving.rss.feed_items import read_items
from longwave.moving.rss.feed_parser import Document, read_document
from longwave.moving.rss.listing_values import channel_listing, item_listing, other_pictures, picture_value

NOW = datetime(2026, 1, 2, tzinfo=UTC)
#: Words as people write them: printable, on one line, without space at their ends, and with signs that XML escapes.
#: A < is left out, as the import of feeds would read it as the start of an HTML tag.
WORDS = st.text(st.sampled_from("abcXYZ &>\"'é漢😀"), max_size=20).map(lambda text: " ".join(text.split()))
SLUGS = st.sampled_from(("spotify", "youtube", "amazon", "podcastindex"))
URLS = st.sampled_from(("https://a.example/1", "https://b.example/x?y=1&z=2", ""))
SERVICES = st.lists(SLUGS, max_size=3, unique=True).map(tuple)
BLOCKS = st.one_of(
    st.builds(Block, services=SERVICES),
    st.builds(Block, services=st.just(("all",)), except_for=SERVICES),
)
PICTURES = st.lists(
    st.builds(
        Picture,
        file=st.sampled_from([f"https://a.example/{name}.png" for name in "abcd"]),
        alt=WORDS,
        purpose=st.sampled_from(("", "banner", "canvas social")),
        width=st.integers(1, 5000),
        height=st.integers(1, 5000),
        type=st.sampled_from(("", "image/png")),
    ),
    max_size=3,
    unique_by=lambda picture: picture.file,
).map(tuple)
PLACES = {
    "youtube": st.sampled_from(("", "https://www.youtube.com/@pod")),
    "video": URLS,
    "mastodon": URLS,
    "bluesky": URLS,
}
SETTINGS = st.builds(
    Syndication,
    block=BLOCKS,
    complete=st.booleans(),
    images=PICTURES,
    itunes_title=WORDS,
    subtitle=WORDS,
    locked_owner=st.sampled_from(("", "ann@a.example")),
    managing_editor=WORDS,
    webmaster=WORDS,
    ttl=st.integers(0, 10**6),
    skip_days=st.lists(st.sampled_from(DAYS), unique=True).map(lambda days: tuple(sorted(days, key=DAYS.index))),
    skip_hours=st.lists(st.integers(0, 23), unique=True).map(lambda hours: tuple(sorted(hours))),
    **PLACES,
)


def read_back(channel: Channel, *entries: Entry) -> Document:
    """Return the feed of these entries, parsed as the importer parses it."""
    return read_document(rss(channel, entries, FeedPage(NOW)), "feed.xml")


def channel_of(settings: Syndication) -> Channel:
    """Return a feed's channel with these settings of a show."""
    return Channel(
        "The title", "https://pod.example/", "https://pod.example/feed", "About it.", "en", "", Person(""),
        syndication=settings, pictures=settings.images,
    )  # fmt: skip


@given(SETTINGS)
def test_a_shows_settings_come_back(settings: Syndication) -> None:
    """Whatever a show's settings are, their tags in a feed are read back as the same settings."""
    channel = read_back(channel_of(settings)).channel
    values = dict(channel_listing(channel))
    images = [picture_value(each, each.get("href")) for each in other_pictures(channel, "")]
    lines = [f"{key} = {toml_value(value)}" for key, value in {**values, "images": images}.items()]
    site, problems = parse_site("\n".join(("[shows.podcast]", *lines)))
    assert problems == ()
    # The importer leaves out a subtitle with which the title or the description begins, as it adds nothing.
    subtitle = settings.subtitle if values.get("subtitle") else ""
    assert site.shows[0].feed == replace(settings, subtitle=subtitle)


@given(
    st.builds(Episode, show=st.just("podcast"), slug=st.just("1"), source=st.just(""), title=st.just("The title"),
              date=st.just(NOW), subtitle=WORDS, itunes_title=WORDS, images=PICTURES,
              block=st.sampled_from((Block(), Block(("all",)))), **PLACES),
)  # fmt: skip
def test_an_episodes_settings_come_back(episode: Episode) -> None:
    """Whatever an episode's settings are, their tags in a feed are read back as the same settings."""
    show = Show("podcast", "Pod", "", "en", "", Person(""))
    sound = Enclosure(url="https://a.example/1.mp3", bytes=1)
    entry = Entry(
        episode,
        show,
        "https://pod.example/1",
        "g",
        "The title",
        html="<p>Notes.</p>",
        enclosure=sound,
        pictures=episode.images,
    )
    document = read_back(channel_of(Syndication()), entry)
    ((item,), _) = read_items(document.items, NOW)
    values = dict(item_listing(item))
    images = [picture_value(each, each.get("href")) for each in other_pictures(item.element, "")]
    lines = (f"{key}: {yaml_value(value)}" for key, value in {**values, "images": images}.items())
    text = "\n".join(("---", 'title: "The title"', *lines, "---", ""))
    site, _ = parse_site("[shows.podcast]")
    parsed = parse_episode("content/podcast/2026-01-02-1.md", text, site, site.shows[0], 0)
    assert parsed.problems == ()
    names = ("itunes_title", "images", "block", "youtube", "video", "mastodon", "bluesky")
    assert {name: getattr(parsed.episode, name) for name in names} == {name: getattr(episode, name) for name in names}
    assert parsed.episode.subtitle in (episode.subtitle, "")
