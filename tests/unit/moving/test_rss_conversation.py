"""Feed tags for social posts, AI, live broadcasts and other feeds, written and read back by the importer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import TypeAdapter

from longwave.content.fields.feed_field_types import Frequency, Podroll, Remarks
from longwave.content.fields.live_types import LiveKeys
from longwave.content.fields.social_types import AiParts, LinkList, SocialPosts
from longwave.feeds import conversation, podcasting
from longwave.feeds.live_items import live_item
from longwave.feeds.xml import document, node
from longwave.model import Chat, Episode, Link, Live, Recommendation, Remark, Schedule, SocialPost, Syndication
from longwave.moving.rss.conversation_values import conversation_values, discussion_values, feed_values, live_value
from longwave.moving.rss.feed_parser import Element, read_document

GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
#: Texts of all characters that XML can hold but control characters, which no text of a feed has a use for.
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
)
ADDRESSES = st.sampled_from([
    "https://m.example/@ann/110000000000000001", "https://bsky.app/profile/a.example/post/3k", "https://f.example/t?a=1&b=2",
    "https://www.ü.example/ä", "https://f.example/%20#x",
])  # fmt: skip
POSTS = st.lists(
    st.builds(
        SocialPost,
        ADDRESSES,
        st.sampled_from(["activitypub", "atproto", "odd+one"]),
        TEXTS,
        ADDRESSES,
        st.integers(0, 9),
    ),
    max_size=3,
)
LINKS = st.lists(st.builds(Link, TEXTS, ADDRESSES), max_size=3)
REMARKS = st.lists(st.builds(Remark, TEXTS, TEXTS), max_size=3)
OTHERS = st.lists(
    st.builds(Recommendation, ADDRESSES, st.just(GUID), TEXTS, TEXTS, st.sampled_from(["", "music"])), max_size=3
)
SCHEDULES = st.none() | st.builds(
    Schedule, TEXTS, st.sampled_from(["", "FREQ=WEEKLY"]), st.just("2026-01-05"), st.booleans()
)
AI = st.lists(st.sampled_from(["script", "voice", "transcript", "cover"]), unique=True)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)).map(
    lambda time: time.replace(microsecond=0)
)


def salvaged(form: Any, value: Any) -> Any:
    """Return the items of a list that the type ``form`` accepts, each as the type parses it."""
    kept = []
    for each in value:
        try:
            kept += TypeAdapter(form).validate_python([each])
        except ValueError:
            continue
    return tuple(kept)


def read_back(*tags: etree._Element | None) -> Element:
    """Write a feed whose channel has these tags, and return the channel as the importer reads it."""
    root = etree.Element("rss")
    channel = node("channel", node("title", "T"), *tags)
    assert channel is not None
    root.append(channel)
    return read_document(document(root), "feed").channel


def validated(form: Any, values: dict[str, Any], key: str) -> Any:
    """Return the value of ``key`` among imported values, parsed as the type ``form``; empty if the key is missing."""
    return TypeAdapter(form).validate_python(values[key]) if key in values else ()


@given(POSTS, REMARKS, AI, LINKS, ADDRESSES)
def test_conversation_comes_back(
    social: list[SocialPost], txt: list[Remark], ai: list[Any], discuss: list[Link], comments: str
) -> None:
    """Social posts, podcast:txt texts, AI-made parts, links and the comments' address are read back unchanged."""
    posts, remarks, links = salvaged(SocialPosts, social), salvaged(Remarks, txt), salvaged(LinkList, discuss)
    episode = Episode(
        "s", "e", "f", "T", datetime(2026, 1, 1, tzinfo=UTC),
        social=posts, txt=remarks, ai=tuple(ai), discuss=links, comments_url=comments,
    )  # fmt: skip
    element = read_back(*conversation.talk(episode), *conversation.replies(episode))
    values = dict(conversation_values(element)) | dict(discussion_values(element))
    assert validated(SocialPosts, values, "social") == posts
    assert validated(Remarks, values, "txt") == remarks
    assert validated(AiParts, values, "ai") == tuple(
        part for part in ("script", "voice", "transcript", "cover") if part in ai
    )
    assert validated(LinkList, values, "discuss") == links
    assert values["comments_url"] == comments


@given(OTHERS, OTHERS, SCHEDULES)
def test_other_feeds_and_schedules_come_back(
    podroll: list[Recommendation], remote: list[Recommendation], schedule: Schedule | None
) -> None:
    """Recommended feeds, a list's remote items and a publication schedule are read back from their tags unchanged."""
    rolled, listed = salvaged(Podroll, podroll), salvaged(Podroll, remote)
    (planned,) = salvaged(tuple[Frequency, ...], [schedule]) or (None,)
    syndication = Syndication(podroll=rolled, remote_items=listed, schedule=planned)
    values = dict(feed_values(read_back(*conversation.other_feeds(syndication), podcasting._frequency(planned))))
    assert validated(Podroll, values, "podroll") == rolled
    assert validated(Podroll, values, "remote_items") == listed
    assert (validated(Frequency, values, "update_frequency") or None) == planned


@given(
    TIMES, st.none() | st.timedeltas(timedelta(minutes=1), timedelta(days=9)), st.sampled_from(["", "pending", "live", "ended"]),
    ADDRESSES | st.just(""), LINKS, st.none() | st.builds(Chat, st.just(""), st.just("irc.example"), st.just("irc"), TEXTS, TEXTS),
    TIMES,
)  # fmt: skip
def test_broadcasts_come_back(  # noqa: PLR0917 - a broadcast has this many parts
    start: datetime,
    lasting: timedelta | None,
    stated: Any,
    url: str,
    links: list[Link],
    chat: Chat | None,
    now: datetime,
) -> None:
    """A live broadcast is read back from its tags unchanged; its status is kept only if it differs from the clock's."""
    end = (start + lasting).replace(microsecond=0) if lasting else None
    written = LiveKeys.model_validate({"url": url, "links": links, "chat": chat or Chat("https://c.example/")})
    live = Live(start, end, written.url, "", written.chat if chat else None, stated, links=written.links)
    item = live_item(Live(**{**{name: getattr(live, name) for name in Live.__slots__}, "status": live.status_at(now)}))
    element = _item(item)
    value = dict(live_value(element, now))["live"]
    keys = LiveKeys.model_validate(value)
    assert datetime.fromisoformat(keys.start) == start
    assert (datetime.fromisoformat(keys.end) if keys.end else None) == end
    assert keys.url == written.url
    assert (keys.status or Live(start, end).status_at(now)) == live.status_at(now)
    assert [link.url for link in keys.links] == [link.url for link in written.links]
    assert (keys.chat is None) == (chat is None)


def _item(item: etree._Element | None) -> Element:
    """Write a feed with this live broadcast alone, and return it as the importer reads it."""
    root = etree.Element("rss")
    channel = node("channel", node("title", "T"), item)
    assert channel is not None
    root.append(channel)
    (read,) = read_document(document(root), "feed").items
    return read


def test_an_unknown_word_about_ai_stays_a_text() -> None:
    """A podcast:txt about AI with words that the key `ai` doesn't know is imported as a plain text."""
    said = Element("podcast:txt", "script and music", {"purpose": "ai-content"})
    values = dict(conversation_values(Element("item", children=(said,))))
    assert values == {"txt": [{"text": "script and music", "purpose": "ai-content"}]}


@given(
    st.dictionaries(st.sampled_from(["start", "end", "status", "uri", "href", "protocol", "priority"]), st.text()),
    st.text(),
)
def test_odd_tags_are_read_without_an_error(attributes: dict[str, str], text: str) -> None:
    """Podcast tags for conversation and broadcasts with any attributes and text are read without an error."""
    names = ("socialInteract", "txt", "contentLink", "chat", "updateFrequency", "remoteItem", "podroll", "publisher")
    parts = tuple(
        Element(f"podcast:{name}", text, attributes, (Element("podcast:remoteItem", text, attributes),))
        for name in names
    )
    element = Element("podcast:liveItem", text, attributes, parts)
    for read in (conversation_values, discussion_values, feed_values, live_value):
        assert isinstance(dict(read(element)), dict)
