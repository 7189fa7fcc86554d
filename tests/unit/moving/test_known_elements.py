"""The elements of feeds that aren't reported as unknown: a sample of each shows that it is read, or needless."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from old_host import OldHost

from longwave.moving.rss.feed_parser import _PREFIXES
from longwave.moving.rss.known_elements import CHANNEL, ITEM, OLD_CHANNEL, OLD_ITEM
from longwave.moving.rss.rss_import import import_feed

#: A base for the samples: an item without the elements that have a more general one beside them.
BASE = {
    "guid": "<guid>g</guid>",
    "title": "<title>Harbours</title>",
    "pubDate": "<pubDate>Mon, 05 Jan 2026 06:00:00 GMT</pubDate>",
}
REMOTE = '<podcast:remoteItem feedGuid="917393e3-1b1e-5cef-ace4-edaa54e1f810" feedUrl="https://o.example/rss"/>'
MEDIUM = 'medium="publisher" feedGuid'
VALUE = (
    '<podcast:value type="lightning" method="keysend">'
    '<podcast:valueRecipient name="A" type="node" address="02" split="100"/></podcast:value>'
)
#: Samples by element. One in whose place the base has another sample stands for that one.
SAMPLES: Mapping[str, str] = {
    "title": "<title>Rivers</title>", "link": "<link>https://pod.example/old/1</link>", "guid": "<guid>other</guid>",
    "description": "<description>Of boats.</description>", "pubDate": "<pubDate>Tue, 06 Jan 2026 06:00:00 GMT</pubDate>",
    "content:encoded": "<content:encoded>&lt;p&gt;Of boats.&lt;/p&gt;</content:encoded>",
    "enclosure": '<enclosure url="https://pod.example/1.mp3" length="1" type="audio/mpeg"/>',
    "category": "<category>Arts/Design</category>", "author": "<author>ann@pod.example (Ann)</author>",
    "comments": "<comments>https://pod.example/1/comments</comments>", "dc:creator": "<dc:creator>Ann</dc:creator>",
    "dc:date": "<dc:date>2026-01-07T06:00:00Z</dc:date>",
    "media:content": '<media:content url="https://pod.example/1.mp3" fileSize="9" type="audio/mpeg"/>',
    "media:group": '<media:group><media:content url="https://pod.example/1.mp3" type="audio/mpeg"/></media:group>',
    "media:thumbnail": '<media:thumbnail url="{host}/bob.png"/>', "itunes:title": "<itunes:title>Ports</itunes:title>",
    "itunes:author": "<itunes:author>Ann</itunes:author>", "itunes:season": "<itunes:season>2</itunes:season>",
    "itunes:episode": "<itunes:episode>7</itunes:episode>", "itunes:image": '<itunes:image href="{host}/bob.png"/>',
    "itunes:episodeType": "<itunes:episodeType>bonus</itunes:episodeType>",
    "itunes:explicit": "<itunes:explicit>yes</itunes:explicit>",
    "itunes:subtitle": "<itunes:subtitle>And ships</itunes:subtitle>",
    "itunes:summary": "<itunes:summary>Of piers.</itunes:summary>",
    "itunes:keywords": "<itunes:keywords>sea</itunes:keywords>", "itunes:block": "<itunes:block>Yes</itunes:block>",
    "googleplay:description": "<googleplay:description>Of piers.</googleplay:description>",
    "googleplay:explicit": "<googleplay:explicit>yes</googleplay:explicit>",
    "googleplay:image": '<googleplay:image href="{host}/bob.png"/>',
    "googleplay:author": "<googleplay:author>Ann</googleplay:author>",
    "googleplay:block": "<googleplay:block>yes</googleplay:block>",
    "podcast:person": "<podcast:person>Ann</podcast:person>", "podcast:season": "<podcast:season>3</podcast:season>",
    "podcast:episode": "<podcast:episode>1.5</podcast:episode>",
    "podcast:transcript": '<podcast:transcript url="{host}/transcript.vtt" type="text/vtt"/>',
    "podcast:chapters": '<podcast:chapters url="{host}/chapters.json" type="application/json+chapters"/>',
    "podcast:soundbite": '<podcast:soundbite startTime="1" duration="9">A wave</podcast:soundbite>',
    "podcast:license": "<podcast:license>cc-by-4.0</podcast:license>",
    "podcast:location": "<podcast:location>Bergen</podcast:location>",
    "podcast:alternateEnclosure": '<podcast:alternateEnclosure type="audio/opus" length="5">'
    '<podcast:source uri="https://pod.example/1.opus"/></podcast:alternateEnclosure>',
    "podcast:image": '<podcast:image href="{host}/bob.png" purpose="artwork"/>',
    "podcast:images": '<podcast:images srcset="{host}/bob.png 300w"/>', "podcast:block": "<podcast:block>yes</podcast:block>",
    "podcast:funding": '<podcast:funding url="https://pod.example/give">Give</podcast:funding>', "podcast:value": VALUE,
    "podcast:socialInteract": '<podcast:socialInteract uri="https://so.example/1" protocol="activitypub"/>',
    "podcast:txt": "<podcast:txt>abc</podcast:txt>", "wp:post-id": '<post-id xmlns="com-wordpress:feed-additions:1">7</post-id>',
    "psc:chapters": '<psc:chapters><psc:chapter start="0:01" title="A"/><psc:chapter start="0:09" title="B"/></psc:chapters>',
    "slash:comments": "<slash:comments>3</slash:comments>",
    "wfw:commentRss": "<wfw:commentRss>https://pod.example/1/feed</wfw:commentRss>",
}  # fmt: skip
ITEM_SAMPLES = {
    **SAMPLES,
    "atom:link": '<atom:link rel="related" title="YouTube" href="https://www.youtube.com/watch?v=dQw4w9WgXcQ"/>',
    "itunes:duration": "<enclosure url='https://pod.example/1.mp3' type='audio/mpeg'/><itunes:duration>7:00</itunes:duration>",
    "podcast:contentLink": '<podcast:contentLink href="https://pod.example/live">Watch</podcast:contentLink>',
    "podcast:chat": '<podcast:chat server="irc.pod.example" protocol="irc"/>',
}  # fmt: skip
CHANNEL_SAMPLES = {
    **SAMPLES,
    "atom:link": '<atom:link rel="hub" href="https://hub.example/"/>', "language": "<language>de</language>",
    "copyright": "<copyright>Ann</copyright>", "image": "<image><url>{host}/ann.png</url></image>", "ttl": "<ttl>90</ttl>",
    "lastBuildDate": "<lastBuildDate>Tue, 06 Jan 2026 06:00:00 GMT</lastBuildDate>",
    "managingEditor": "<managingEditor>ann@pod.example</managingEditor>",
    "webMaster": "<webMaster>ann@pod.example</webMaster>", "skipDays": "<skipDays><day>Monday</day></skipDays>",
    "skipHours": "<skipHours><hour>3</hour></skipHours>", "dc:language": "<dc:language>de</dc:language>",
    "dc:rights": "<dc:rights>Ann</dc:rights>",
    "itunes:owner": "<itunes:owner><itunes:name>Ann</itunes:name></itunes:owner>",
    "itunes:category": '<itunes:category text="Arts"/>', "itunes:type": "<itunes:type>serial</itunes:type>",
    "itunes:new-feed-url": "<itunes:new-feed-url>https://pod.example/new</itunes:new-feed-url>",
    "itunes:complete": "<itunes:complete>Yes</itunes:complete>",
    "googleplay:category": '<googleplay:category text="Arts"/>',
    "googleplay:email": "<googleplay:email>ann@pod.example</googleplay:email>",
    "podcast:guid": "<podcast:guid>917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>",
    "podcast:locked": "<podcast:locked>no</podcast:locked>", "podcast:medium": "<podcast:medium>music</podcast:medium>",
    "podcast:podroll": f"<podcast:podroll>{REMOTE}</podcast:podroll>", "podcast:remoteItem": REMOTE,
    "podcast:publisher": f"<podcast:publisher>{REMOTE.replace('feedGuid', MEDIUM)}</podcast:publisher>",
    "podcast:updateFrequency": '<podcast:updateFrequency rrule="FREQ=DAILY">Daily</podcast:updateFrequency>',
    "podcast:trailer": '<podcast:trailer url="https://pod.example/t.mp3" pubdate="Mon, 05 Jan 2026 06:00:00 GMT">T</podcast:trailer>',
    "generator": "<generator>Program</generator>", "podcast:generator": "<podcast:generator>Program</podcast:generator>",
    "docs": "<docs>https://pod.example/rss</docs>", "cloud": '<cloud domain="pod.example"/>',
    "sy:updatePeriod": "<sy:updatePeriod>hourly</sy:updatePeriod>",
    "sy:updateFrequency": "<sy:updateFrequency>1</sy:updateFrequency>",
    "wp:site": '<site xmlns="com-wordpress:feed-additions:1">7</site>', "xhtml:div": "<xhtml:div>A feed</xhtml:div>",
}  # fmt: skip
#: Elements that matter beside one that stands first, and those of live broadcasts.
WITHOUT = {"dc:date": "pubDate", "pubDate": "pubDate", "lastBuildDate": "pubDate", "guid": "guid", "title": "title"}
_LIVE = frozenset({"podcast:contentLink", "podcast:chat"})


def outcome(
    root: Path, host: OldHost, *, channel: str = "", item: str = "", kind: str = "item", without: str = ""
) -> object:
    """Import a feed with a part of XML in its channel or its item, and return the site's files and the omissions."""
    base = "".join(sample for name, sample in BASE.items() if name != without)
    title = "" if "<title>" in channel else "<title>Old show</title>"
    spaces = " ".join(f'xmlns:{prefix[:-1]}="{name}"' for name, prefix in {v: k for k, v in _SPACES.items()}.items())
    about = ' status="live" start="2026-01-05T06:00:00Z"' if "live" in kind.lower() else ""
    text = f"<rss version='2.0' {spaces}><channel>{title}{channel}<{kind}{about}>{base}{item}</{kind}></channel></rss>"
    root.mkdir()
    (root / "feed.xml").write_text(text.replace("{host}", host.url), "utf-8")
    done = import_feed(str(root / "feed.xml"), root / "new", download=False, private=True, progress=lambda *_: None)
    files = {
        str(path.relative_to(root)): path.read_bytes() for path in (root / "new/content").rglob("*.*") if path.is_file()
    }
    return files, [(each.subject, each.reason) for each in done.report.omissions]


_SPACES = {prefix: name for name, prefix in _PREFIXES.items() if prefix != "wp:" and "github.com" not in name} | {
    "xhtml:": "http://www.w3.org/1999/xhtml",
    "itunes:": "http://www.itunes.com/dtds/podcast-1.0.dtd",
}


@pytest.mark.parametrize("name", sorted([*ITEM, *OLD_ITEM]))
def test_each_element_of_an_item(tmp_path: Path, host: OldHost, name: str) -> None:
    """An item's element changes the site or the report if it is among the read ones, and neither if it is needless."""
    kind, without = "podcast:liveItem" if name in _LIVE else "item", WITHOUT.get(name, "")
    link = "<link>https://pod.example/</link>"
    before = outcome(tmp_path / "before", host, channel=link, kind=kind, without="" if without == name else without)
    after = outcome(tmp_path / "after", host, channel=link, kind=kind, without=without, item=ITEM_SAMPLES[name])
    assert (after != before) is (name in ITEM)


@pytest.mark.parametrize("name", sorted([*CHANNEL, *OLD_CHANNEL]))
def test_each_element_of_a_channel(tmp_path: Path, host: OldHost, name: str) -> None:
    """A channel's element changes the site or the report if it is among the read ones, and neither if it is needless."""
    without = "pubDate" if name in ("pubDate", "lastBuildDate") else ""
    # A link of the channel tells which addresses of its items may lead to their pages here.
    item = SAMPLES["link"] if name == "link" else ""
    before = outcome(tmp_path / "before", host, item=item, without=without)
    after = outcome(tmp_path / "after", host, item=item, without=without, channel=CHANNEL_SAMPLES[name])
    assert (after != before) is (name in CHANNEL)


@pytest.mark.parametrize("part", ["item", "channel"])
def test_other_elements_are_reported(tmp_path: Path, host: OldHost, part: str) -> None:
    """An element that nobody knows is named by the report, with the prefix that the feed uses."""
    _, omissions = outcome(tmp_path / "new", host, **{part: '<x:mood xmlns:x="https://x.example/">calm</x:mood>'})  # type: ignore[arg-type,misc]
    assert any(subject.startswith("x:mood") for subject, _ in omissions)
