"""The spellings of the keys for social posts, chats, AI-made parts, live broadcasts and recommended feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from longwave.content.fields.feed_field_types import Frequency, Podroll
from longwave.content.fields.live_types import Broadcast, chat_at
from longwave.content.fields.social_types import AiParts, LinkList, SocialPosts
from longwave.model import Chat, Link, Live

POSTS, LINKS, AI = TypeAdapter[Any](SocialPosts), TypeAdapter[Any](LinkList), TypeAdapter[Any](AiParts)


@pytest.mark.parametrize(
    ("uri", "protocol", "account"),
    [
        ("https://mastodon.example/@ann/110000000000000001", "activitypub", "@ann"),
        ("https://mastodon.example/@ann@far.example/110000000000000001", "activitypub", "@ann@far.example"),
        ("https://mastodon.example/web/@ann/110000000000000001", "activitypub", "@ann"),
        ("https://old.example/users/ann/statuses/110000000000000001", "activitypub", ""),
        ("https://pleroma.example/notice/AbCdEf", "activitypub", ""),
        ("https://misskey.example/notes/9abcdef", "activitypub", ""),
        ("https://castopod.example/@radio/posts/1", "activitypub", ""),
        ("https://tube.example/w/aBcDeF123", "activitypub", ""),
        ("https://bsky.app/profile/ann.example/post/3kabc", "atproto", "@ann.example"),
        ("https://bsky.app/profile/did:plc:abc/post/3kabc", "atproto", ""),
        ("at://did:plc:abc/app.bsky.feed.post/3kabc", "atproto", ""),
        ("https://twitter.com/ann/status/123456", "twitter", "@ann"),
        ("https://x.com/ann/status/123456", "twitter", "@ann"),
        ("nostr:nevent1abc", "nostr", ""),
        ("https://matrix.to/#/#room:example.org", "matrix", ""),
    ],
)
def test_an_address_tells_the_protocol_and_the_account(uri: str, protocol: str, account: str) -> None:
    """The address of a post alone tells its protocol and, where its form names the author, the account."""
    (post,) = POSTS.validate_python(uri)
    assert (post.uri, post.protocol, post.account_id) == (uri, protocol, account)


@pytest.mark.parametrize(
    ("value", "protocols"),
    [
        ("disabled", ["disabled"]),
        (False, ["disabled"]),
        ({"protocol": "none"}, ["disabled"]),
        (["https://x.com/a/status/1", "disabled"], ["disabled"]),
        ({"mastodon": "https://m.example/some/path", "bluesky": "https://b.example/x"}, ["activitypub", "atproto"]),
        ([{"url": "https://f.example/t", "protocol": "Mastodon", "accountId": "@f"}], ["activitypub"]),
        ([{"uri": "lightning:abc", "protocol": "lightning"}], ["lightning"]),
        ([], []),
    ],
)
def test_posts_have_several_spellings(value: object, protocols: list[str]) -> None:
    """Social posts may be a text, a list, a map by network, or maps; one `disabled` among them disables all of them."""
    assert [post.protocol for post in POSTS.validate_python(value)] == protocols


@pytest.mark.parametrize(
    "value", ["https://forum.example/t/1", "javascript:x", 5, [{}], [{"uri": "x", "protocol": "!"}]]
)
def test_what_is_no_post_is_refused(value: object) -> None:
    """A social post whose address has no known form or a wrong scheme, or that is no text or map, is refused."""
    with pytest.raises(ValidationError):
        POSTS.validate_python(value)


def test_links_may_lack_labels() -> None:
    """A list of links may have bare addresses, a map of labels to addresses, or maps with text and href."""
    two = (Link("", "https://a.example/"), Link("B", "https://b.example/"))
    assert LINKS.validate_python(["https://a.example/", {"text": "B", "href": "https://b.example/"}]) == two
    assert LINKS.validate_python({"": "https://a.example/", "B": "https://b.example/"}) == two
    assert LINKS.validate_python("https://a.example/") == two[:1]


@pytest.mark.parametrize(
    ("value", "parts"),
    [("voice", ("voice",)), ("Voices, script", ("voice", "script")), (["artwork", "cover"], ("cover",)), ("none", ()),
     (False, ())],
)  # fmt: skip
def test_parts_by_ai_have_several_spellings(value: object, parts: tuple[str, ...]) -> None:
    """The parts of an episode that AI made may be words in a text, a list, or none; repeated words count once."""
    assert AI.validate_python(value) == parts


@pytest.mark.parametrize(
    ("url", "chat"),
    [
        ("https://discord.gg/abc", Chat(url="https://discord.gg/abc")),
        ("ircs://irc.example.com/pod", Chat(server="irc.example.com", protocol="irc", space="#pod")),
        ("xmpp:pod@rooms.example.com?join", Chat(server="rooms.example.com", protocol="xmpp", space="pod@rooms.example.com")),
        ("https://matrix.to/#/#pod:example.com", Chat(server="example.com", protocol="matrix", space="#pod:example.com")),
    ],
)  # fmt: skip
def test_an_address_names_the_chat(url: str, chat: Chat) -> None:
    """The address of a chat names its server, its protocol and its room, where apps know the protocol."""
    assert chat_at(url) == chat


def test_broadcasts_have_the_names_of_the_namespace() -> None:
    """A broadcast may be a time alone, and its keys may be spelt like the attributes of the namespace."""
    form = TypeAdapter[Any](Broadcast)
    assert form.validate_python("2026-12-05 20:00").start == "2026-12-05 20:00"
    keys = form.validate_python({"startTime": "2026-12-05", "content-link": "https://a.example", "status": "On Air"})
    assert (keys.start, keys.links, keys.status) == ("2026-12-05", (Link("", "https://a.example"),), "live")


def test_the_status_changes_twice() -> None:
    """A broadcast is pending, on air and over by the clock, and the next change is known; a stated status stands."""
    start = datetime(2026, 12, 5, 20, tzinfo=UTC)
    live, hour = Live(start, start + timedelta(hours=1)), timedelta(hours=1)
    times = (start - hour, start, start + hour)
    assert [live.status_at(time) for time in times] == ["pending", "live", "ended"]
    assert [live.next_change(time) for time in times] == [start, start + hour, None]
    assert Live(start).status_at(start + hour) == "live"
    assert Live(start).status_at(start + 2 * hour) == "ended"
    stated = Live(start, stated="live")
    assert (stated.status_at(start - hour), stated.next_change(start - hour)) == ("live", None)


def test_other_feeds_and_schedules_have_the_names_of_the_namespace() -> None:
    """A recommended feed and a schedule may use the podcast namespace's names, and an rrule's parts any order."""
    guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    (other,) = TypeAdapter[Any](Podroll).validate_python({"feedGuid": guid, "itemGuid": "a", "medium": "MusicL"})
    assert (other.guid, other.item, other.medium) == (guid, "a", "musicL")
    schedule = TypeAdapter[Any](Frequency).validate_python({"rrule": "interval=2;freq=weekly", "dtstart": "2026-01-05"})
    assert (schedule.rrule, schedule.start) == ("INTERVAL=2;FREQ=WEEKLY", "2026-01-05")
    with pytest.raises(ValidationError):
        TypeAdapter[Any](Frequency).validate_python({"rrule": "weekly"})
