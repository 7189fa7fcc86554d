"""The feed audit's rules for blocks, pictures, new addresses, times between requests (ttl) and contacts."""

from __future__ import annotations

import pytest

from longwave.feeds.audit.audited_feed import read_feed
from longwave.feeds.audit.findings import Rule, Subject
from longwave.feeds.audit.listing_rules import asking, blocks, moves, people, pictures

FEED = """<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>{}<item><title>Hello</title>{}</item></channel></rss>"""
IMAGE = '<podcast:image href="https://x.example/a.png" alt="A" aspect-ratio="16/9" width="1600" purpose="banner"/>'


def findings(one: Rule, channel: str = "", item: str = "") -> str:
    """Return the findings of a rule for a feed with this XML in its channel and its only item, as lines."""
    subject = Subject(read_feed(FEED.format(channel, item).encode()))
    return "\n".join(str(problem) for problem in one.problems(subject))


@pytest.mark.parametrize(
    ("checked", "channel", "item"),
    [
        (blocks, '<itunes:block>Yes</itunes:block><podcast:block id="spotify">no</podcast:block>', ""),
        (blocks, "<podcast:block>yes</podcast:block>", "<itunes:block>Yes</itunes:block>"),
        (pictures, IMAGE, IMAGE),
        (pictures, '<podcast:image href="https://x.example/a.png" purpose="artwork social"/>', ""),
        (moves, "<itunes:complete>Yes</itunes:complete>", ""),
        (moves, "<itunes:new-feed-url>https://x.example/feed.xml</itunes:new-feed-url>", ""),
        (asking, "<ttl>60</ttl>", ""),
        (people, '<webMaster>w@x.example (W)</webMaster><podcast:locked owner="a@x.example">no</podcast:locked>', ""),
    ],
)
def test_right_tags_break_no_rule(checked: Rule, channel: str, item: str) -> None:
    """Tags for directories (blocks, pictures, ttl and others) that follow their specifications break no rule."""
    assert findings(checked, channel, item) == ""


@pytest.mark.parametrize(
    ("checked", "channel", "item", "found"),
    [
        (blocks, "<itunes:block>true</itunes:block>", "", "warning: the channel has itunes:block 'true'"),
        (blocks, "", "<itunes:block>yes</itunes:block>", "“Hello” has itunes:block 'yes'"),
        (blocks, "", "<podcast:block>yes</podcast:block>", "“Hello” has podcast:block"),
        (blocks, '<podcast:block id="spotifi">yes</podcast:block>', "", "the nearest is spotify"),
        (blocks, "<podcast:block>maybe</podcast:block>", "", "podcast:block is 'maybe'"),
        (pictures, IMAGE.replace("https://x.example/", ""), "", "without an address in href"),
        (pictures, "", IMAGE.replace("16/9", "wide"), "“Hello” has the aspect-ratio 'wide'"),
        (pictures, IMAGE.replace("1600", "50%"), "", "a picture of the width '50%'"),
        (pictures, IMAGE.replace('alt="A"', ""), "", "warning: the channel has the picture 'a.png' without alt"),
        (pictures, IMAGE.replace("banner", "b" * 129), "", "a picture with a long purpose"),
        (pictures, '<podcast:images srcset="https://x.example/a.png 1500w"/>', "", "the channel has podcast:images"),
        (moves, "<itunes:complete>true</itunes:complete>", "", "itunes:complete is 'true'"),
        (moves, "<itunes:new-feed-url>soon</itunes:new-feed-url>", "", "itunes:new-feed-url is 'soon'"),
        (asking, "<ttl>an hour</ttl>", "", "ttl is 'an hour'"),
        (asking, "<ttl>10080</ttl>", "", "warning: ttl is 10080 minutes"),
        (people, "<webMaster>Ann</webMaster>", "", "warning: webMaster is 'Ann'"),
        (people, "<podcast:locked>true</podcast:locked>", "", "podcast:locked is 'true'"),
        (people, '<podcast:locked owner="Ann">yes</podcast:locked>', "", "podcast:locked has the owner 'Ann'"),
    ],
)
def test_a_wrong_tag_is_reported(checked: Rule, channel: str, item: str, found: str) -> None:
    """A tag for directories (block, image, ttl and others) with an invalid value is reported by the rule about it."""
    assert found in findings(checked, channel, item)
