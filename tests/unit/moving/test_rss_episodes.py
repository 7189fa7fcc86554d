"""The content files that an RSS import writes for any feed are read back with the feed's values."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.episodes.episode_file import parse_episode
from longwave.content.site.site_toml import parse_site, with_shows
from longwave.content.text.plain_text import one_line
from longwave.moving.rss.channel_settings import site_toml_from_feed
from longwave.moving.rss.feed_items import Item, read_items
from longwave.moving.rss.feed_parser import Document, Element
from longwave.moving.rss.html_to_markdown import notes_to_markdown
from longwave.moving.rss.item_files import Attachments, Destination, episode_text, slug_of

SITE = with_shows(parse_site("")[0], ("podcast",))
PLACE = Destination(SITE, SITE.shows[0], "old.example")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
# Text of the characters that XML allows.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=40
)
HOSTILE = st.one_of(
    TEXT, st.sampled_from(["---", "a\n---\nb", "../../x", "a/b\\c", "{% raw %}", "]]>", "null", "1:02:33", "#x"])
)


def element(name: str, text: str = "", /, **attributes: str) -> Element:
    """Return a feed's element without children."""
    return Element(name, text.strip(), attributes)


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_any_words_make_an_episode(title: str, guid: str, other: str, link: str) -> None:
    """An imported episode's title and guid are read back whatever they contain; its file is in the show's folder."""
    children = (
        element("title", title), element("guid", guid), element("enclosure", url="https://old.example/a.mp3"),
        element("description", other), element("link", f"https://old.example/{link}"),
        element("itunes:keywords", other), element("podcast:person", other, role=other, href=link, img=link),
        element("podcast:license", other, url=link), element("podcast:location", other, geo=link),
        element("podcast:soundbite", other, startTime="1", duration="2"), element("itunes:episodeType", other),
    )  # fmt: skip
    (item,), _ = read_items((Element("item", children=children),), NOW)
    slug = slug_of(item, set())
    name = f"content/podcast/2026-01-01-{slug}.md"
    assert Path(name).parts == ("content", "podcast", f"2026-01-01-{slug}.md")
    assert len(f"2026-01-01-{slug}.md".encode()) < 200
    text, _ = episode_text(item, name, notes_to_markdown(other, ""), Attachments(audio="a.mp3"), PLACE)
    episode = parse_episode(name, text, SITE, SITE.shows[0], 0).episode
    assert episode.guid == (guid.strip() or "https://old.example/a.mp3")
    assert episode.title == item.title
    assert episode.number is None
    assert episode.slug == slug


@given(HOSTILE, HOSTILE)
def test_any_channel_makes_a_site(one: str, other: str) -> None:
    """``site.toml`` as written from any feed's channel is free of problems."""
    names = (
        "title", "description", "language", "copyright", "itunes:author", "itunes:type", "podcast:guid", "podcast:medium",
        "podcast:locked", "itunes:explicit", "link",
    )  # fmt: skip
    children = (
        *(element(name, one) for name in names),
        element("podcast:funding", other, url=one), element("podcast:person", one, img=other, href=other),
        element("podcast:txt", one, purpose=other), element("itunes:category", text=one),
        element("podcast:location", one, geo=other), element("podcast:license", one, url=other),
        element("podcast:updateFrequency", one, rrule=other, dtstart=one),
        Element("podcast:podroll", children=(element("podcast:remoteItem", feedUrl=one, feedGuid=other),)),
    )  # fmt: skip
    moved = site_toml_from_feed(
        Document(Element("channel", children=children), ()), "podcast", f"https://x/{other}", {1: one}, {}
    )
    site, problems = parse_site(moved.text)
    assert problems == ()
    assert site.title == (one_line(one) or "Podcast")


def only(*children: Element, base: str = "") -> Item:
    """Return the item of a feed whose only <item> has these elements."""
    (item,), _ = read_items((Element("item", children=children),), NOW, base)
    return item


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("How <script> loads & what it costs", "How <script> loads & what it costs"),
        ("P&L: the <title> tag explained", "P&L: the <title> tag explained"),
        ("Q&amp;A: vector<int> and so on", "Q&A: vector<int> and so on"),
        ("Caf&eacute; &#8211; <b>", "Café – <b>"),
    ],
)
def test_titles_are_plain_text(said: str, title: str) -> None:
    """Angle brackets in an item's title are part of it; HTML's entities are decoded."""
    assert only(element("title", said), element("guid", "g")).title == title


def test_sound_may_be_at_a_relative_address() -> None:
    """A relative enclosure address is resolved against the item's page, else against the feed's address."""
    home, link = "https://old.example/show/", element("link", "http://p.example/1/")
    items = (
        only(element("enclosure", url="//cdn.example/2.mp3"), base=home),
        only(element("enclosure", url="a.mp3"), link, base=home),
        only(element("enclosure", url="http://[bad/1.mp3"), element("guid", "g"), base=home),
        only(element("enclosure"), element("guid", "g"), base=home),
    )
    assert [item.enclosure and item.enclosure.url for item in items] == [
        "https://cdn.example/2.mp3", "http://p.example/1/a.mp3", None, None,
    ]  # fmt: skip


def test_www_is_the_same_home() -> None:
    """Old addresses of episodes count as the show's, with or without www. in the show's or the feed's address."""
    channel = Element("channel", children=(element("title", "T"), element("link", "https://show.example.com")))
    moved = site_toml_from_feed(Document(channel, ()), "podcast", "https://www.show.example.com/feed/podcast", {}, {})
    assert '"/feed/podcast" = "/podcast/feed.xml"' in moved.text
    item = only(element("title", "T"), element("link", "https://www.old.example/episodes/t"))
    text, _ = episode_text(item, "content/podcast/2026-01-01-t.md", notes_to_markdown("", ""), Attachments(), PLACE)
    assert 'aliases: ["/episodes/t"]' in text


def test_numbers_are_those_of_the_feed() -> None:
    """Digits at a title's start aren't taken for the episode's number, and its number isn't repeated in the title."""

    def slug(title: str, *more: Element) -> str:
        children = (element("title", title), element("guid", "g"), *more)
        (item,), _ = read_items((Element("item", children=children),), NOW)
        return slug_of(item, {"taken"})

    assert slug("2001: A Book") == "episode-2001-a-book"
    assert slug("#12: Shelves", element("itunes:episode", "12")) == "12-shelves"
    assert slug("Shelves", element("itunes:episode", "12")) == "12-shelves"
    assert slug("Taken") == "taken-2"
    assert slug("🎉") == "episode"
    assert len(slug("日本語 " * 100).encode()) <= 120
