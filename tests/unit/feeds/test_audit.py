"""The rules of the feed audit: a good feed breaks none, and each kind of fault is reported under its own rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from longwave.feeds.audit.audited_feed import NotAFeedError, read_feed
from longwave.feeds.audit.findings import Picture, Sound, Subject
from longwave.feeds.audit.linked_files import Local, Remote
from longwave.feeds.audit.validator import RULES, audit

URL = "https://pod.example/feed.xml"
AUDIO = "https://pod.example/1.mp3"
GOOD = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>Show</title><link>https://pod.example/</link><description>About.</description><language>en-GB</language>
<copyright>Me</copyright><atom:link rel="self" href="{URL}"/>
<itunes:explicit>false</itunes:explicit><itunes:type>serial</itunes:type><itunes:author>Ann</itunes:author>
<itunes:owner><itunes:name>Ann</itunes:name><itunes:email>ann@pod.example</itunes:email></itunes:owner>
<itunes:image href="https://pod.example/cover.jpg"/>
<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>
<podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid><podcast:locked>yes</podcast:locked>
<item><title>Hello</title><guid isPermaLink="false">a</guid><pubDate>Mon, 18 Nov 2019 12:00:00 +0000</pubDate>
<enclosure url="{AUDIO}" length="1000" type="audio/mpeg"/><itunes:duration>61</itunes:duration>
<itunes:episode>1</itunes:episode><itunes:season>2</itunes:season><itunes:episodeType>full</itunes:episodeType>
<itunes:explicit>true</itunes:explicit><description>Words.</description><content:encoded>&lt;p&gt;Words.</content:encoded>
<podcast:transcript url="https://pod.example/1.vtt" type="text/vtt"/></item>
</channel></rss>"""
COVER, SOUND = Picture(3000, 3000, "JPEG", "RGB"), Sound(1000, "audio/mpeg")


def subject(feed: str = GOOD) -> Subject:
    """Return the subject of an audit: this feed, with a good cover and good audio."""
    return Subject(read_feed(feed.encode()), URL, COVER, {AUDIO: SOUND})


def broken(one: Subject) -> list[str]:
    """Return the findings of an audit, as printed lines."""
    return [str(problem) for verdict in audit(one) for problem in verdict.problems]


def test_a_good_feed_keeps_all_rules() -> None:
    """A complete feed breaks no rule, and every rule has a name of its own and a description."""
    verdicts = audit(subject())
    assert [problem for verdict in verdicts for problem in verdict.problems] == []
    assert len({verdict.rule for verdict in verdicts}) == len(RULES)
    assert all(verdict.wants for verdict in verdicts)


CUTS = [
    ("<title>Show</title>", "", "feed/channel: the channel has no title"),
    ("<description>About.</description>", "", "feed/channel: the channel has no description"),
    ('<itunes:image href="https://pod.example/cover.jpg"/>', "", "feed/channel: the channel has no itunes:image"),
    ('xmlns:itunes="http://www.itunes.com/dtds/', 'xmlns:itunes="http://www.iTunes.com/dtds/', "no itunes:explicit"),
    ("<copyright>Me</copyright>", "", "feed/recommended: warning: the channel has no copyright"),
    ("ann@pod.example", "ann", "feed/recommended: warning: the owner's email is 'ann'"),
    (">en-GB<", ">English<", "feed/values: the language is 'English'"),
    ("<itunes:explicit>false", "<itunes:explicit>clean", "feed/values: itunes:explicit is 'clean'"),
    (">serial<", ">daily<", "feed/values: itunes:type is 'daily'"),
    ("9b024349-ccf0", "9b024349", "feed/values: podcast:guid is"),
    ("About.", "é" * 2001, "feed/description-length: the channel's description has 4002 bytes"),
    ("Society &amp; Culture", "Society", "feed/categories: 'Society' is no category of Apple's"),
    ("Documentary", "Diary", "feed/categories: 'Diary' is no subcategory of 'Society & Culture'"),
    ('<atom:link rel="self"', '<atom:link rel="hub"', "feed/self-link: there is no atom:link rel=self"),
    (f'href="{URL}"', 'href="https://old.example/"', "feed/self-link: warning: rel=self is https://old.example/"),
    ("<title>Hello</title>", "", "feed/item: “a” has no title"),
    ('<guid isPermaLink="false">a</guid>', "", "feed/item: “Hello” has no guid"),
    ("<title>Hello", "<title>#12 Hello", "feed/item-title: warning: “#12 Hello” begins with its number"),
    ("<title>Hello", "<title>Episode 7: Hello", "feed/item-title: warning:"),
    ("<title>Hello", "<title>12 - Hello", "feed/item-title: warning:"),
    ('isPermaLink="false"', "", "feed/guid: “Hello” has a guid that is no address"),
    ("Mon, 18 Nov 2019 12:00:00 +0000", "2019-11-18", "feed/date: “Hello” is of '2019-11-18'"),
    ("18 Nov 2019", "18 Nov 2999", "feed/date: warning: “Hello” is of"),
    (">61<", ">1h<", "feed/duration: “Hello” has the duration '1h'"),
    (">61<", ">0<", "feed/duration: “Hello” has the duration '0'"),
    ("<itunes:episode>1", "<itunes:episode>0", "feed/number: “Hello” has itunes:episode '0'"),
    (">full<", ">teaser<", "feed/number: “Hello” has the type 'teaser'"),
    ("Words.</description>", f"{'x' * 4001}</description>", "feed/notes: warning: “Hello” has a description of 4001"),
    ("&lt;p&gt;", "&lt;iframe&gt;", "feed/notes: “Hello” has <iframe> in its notes"),
    ('length="1000"', 'length="0"', "feed/enclosure: warning: “Hello” has the length '0'"),
    ('length="1000"', 'length="1 MB"', "feed/enclosure: “Hello” has the length '1 MB'"),
    ('type="audio/mpeg"', 'type="audio/wav"', "feed/enclosure: warning: “Hello” calls mp3 audio/wav"),
    (
        '1.vtt" type="text/vtt"',
        '1.json" type="application/json"',
        "feed/transcripts: warning: “Hello” has transcripts, but none in WebVTT or SRT",
    ),
    (
        'type="text/vtt"',
        'type="text/vtt" language="Spanish!"',
        "feed/transcripts: warning: “Hello” has a transcript in the language 'Spanish!'",
    ),
    (
        'type="text/vtt"',
        'type="text/vtt" rel="next"',
        "feed/transcripts: warning: “Hello” has a transcript with rel 'next'",
    ),
    ("https://pod.example/1.vtt", "/1.vtt", "feed/podcasting-2.0: “Hello” has podcast:transcript with url '/1.vtt'"),
]


@pytest.mark.parametrize(("old", "new", "said"), CUTS, ids=[said[5:50] for _, _, said in CUTS])
def test_each_rule_finds_what_it_is_for(old: str, new: str, said: str) -> None:
    """A fault in an otherwise good feed is reported under the rule that it breaks, with a hint."""
    assert old in GOOD
    lines = broken(subject(GOOD.replace(old, new)))
    assert any(said in line and line.endswith(".") for line in lines), lines


def test_the_cover_is_measured() -> None:
    """A missing cover, or one of a wrong size, format or colour mode, is reported in one line."""
    line = "feed/artwork-size: cover.jpg is 900x900. Apple wants 1400-3000 px square."
    assert broken(replace(subject(), cover=replace(COVER, width=900, height=900))) == [line]
    assert "feed/artwork: cover.jpg is WEBP" in broken(replace(subject(), cover=replace(COVER, form="WEBP")))[0]
    assert "the colours CMYK" in broken(replace(subject(), cover=replace(COVER, mode="CMYK")))[0]
    assert "can't be used: no such file" in broken(replace(subject(), cover="no such file"))[0]


@pytest.mark.parametrize(
    ("sound", "said"),
    [
        (replace(SOUND, bytes=999), "feed/audio-length: “Hello” has 999 bytes, and the feed says 1000"),
        (replace(SOUND, type="text/html"), "feed/audio-type: warning: “Hello” is served as text/html"),
        (replace(SOUND, head=False), "feed/audio-head: “Hello” doesn't answer HEAD"),
        (replace(SOUND, ranges=False), "feed/audio-ranges: “Hello” can't be had in parts"),
        (Sound(problem="the status 404"), "feed/audio: “Hello” can't be had: the status 404"),
    ],
)
def test_audio_is_as_its_server_says(sound: Sound, said: str) -> None:
    """A server's answers for an audio file (status, size, type, HEAD, ranges) are compared with the feed."""
    (line,) = broken(replace(subject(), sounds={AUDIO: sound}))
    assert line.startswith(said)


def test_two_episodes_may_share_nothing() -> None:
    """Two items of a feed with the same guid or enclosure are reported, and so are file names beyond ASCII."""
    item = GOOD[GOOD.index("<item>") : GOOD.index("</channel>")]
    lines = broken(subject(GOOD.replace(item, item + item)))
    assert any(line.startswith("feed/guid: a is there 2 times") for line in lines)
    assert any(line.startswith("feed/enclosure: “Hello” has https://pod.example/1.mp3 like 1 more") for line in lines)
    assert any("feed/file-name" in line for line in broken(subject(GOOD.replace("/1.mp3", "/f%C3%BCnf.mp3"))))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("https://pod.example/cover.jpg", "http://[bad/cover.jpg", ""),
        (AUDIO, "https://[cdn/1.mp3", "feed/enclosure"),
        ('length="1000"', f'length="{"1" * 5000}"', "feed/enclosure"),
        ("<itunes:season>2", f"<itunes:season>{'1' * 5000}", "feed/number"),
    ],
)
def test_what_is_no_address_or_number_is_a_finding(old: str, new: str, rule: str) -> None:
    """An invalid address or an endless number in a feed is one finding, and the other rules are still checked."""
    assert old in GOOD
    verdicts = audit(replace(subject(GOOD.replace(old, new)), sounds={new: SOUND, AUDIO: SOUND}, cover="no picture"))
    assert rule in " ".join(str(problem) for verdict in verdicts for problem in verdict.problems)


def test_a_name_in_other_letters_is_told_once() -> None:
    """An enclosure whose file name isn't ASCII breaks one rule only."""
    feed = subject(GOOD.replace(AUDIO, "https://pod.example/%C3%A4.mp3"))
    lines = [line for line in broken(feed) if "ä.mp3" in line]
    assert len(lines) == 1
    assert lines[0].startswith("feed/file-name: warning:")
    verdict = next(each for each in audit(feed) if each.rule == "enclosure")
    assert verdict.problems == ()


def test_a_document_type_alone_is_no_bomb() -> None:
    """A feed with a DOCTYPE, as old generators write it, is read like any other."""
    assert (
        len(
            read_feed(
                GOOD.split("?>")[1].join(('<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "x.dtd">', "")).encode()
            ).items
        )
        == 1
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "no XML"),
        (b"<html><body>Not found</body></html>", "no RSS channel but <html>"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "no RSS channel but <feed>"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>', "entities of its own"),
        (b"<rss>" + b"<a>" * 5000, "no XML"),
        (b"\x00\xff", "no XML"),
    ],
)
def test_what_is_no_feed_is_said(raw: bytes, said: str) -> None:
    """A document that isn't an RSS feed is described in a few words, one with an entity bomb included."""
    with pytest.raises(NotAFeedError, match=said):
        read_feed(raw)


def test_a_remote_file_has_its_name_as_its_path() -> None:
    """For audio on another host the audit suggests a command with the file's name only, as its folder isn't known."""
    remote = Remote("http://127.0.0.1/feed.xml")
    assert remote.path("https://cdn.example/shows/a%20b.wav?x=1") == "a b.wav"
    assert remote.path("https://cdn.example/-b.wav") == "./-b.wav"
    assert remote.path("https://[x/b.wav") == ""


def test_a_file_of_the_site_has_a_path_for_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit's suggested command has a path relative to the current folder for a file inside it, else absolute."""
    local = Local(tmp_path / "content", "https://pod.example")
    url = "https://pod.example/audio/podcast/a%20b.wav"
    assert local.path(url) == str(tmp_path / "content/audio/podcast/a b.wav")
    monkeypatch.chdir(tmp_path)
    assert local.path(url) == "content/audio/podcast/a b.wav"


POST, TEXT = '<podcast:socialInteract uri="https://m.example/@a/1" {}/>', "<podcast:txt>{}</podcast:txt>"
LIVE = """<podcast:liveItem status="{status}" start="{start}" {end}><title>L</title><guid>l</guid>{more}</podcast:liveItem>"""
REMOTE = '<podcast:remoteItem feedGuid="9b024349-ccf0-5f69-a609-6b82873eab3c" medium="{}"/>'


def live_item(
    status: str = "live", start: str = "2026-12-05T20:00:00-05:00", end: str = "", more: str = "<enclosure url='u'/>"
) -> str:
    """Return a <podcast:liveItem> with this status, start, end attribute and content; the defaults are valid."""
    return LIVE.format(status=status, start=start, end=end, more=more)


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (POST.format('protocol="activitypub"'), ""),
        ('<podcast:socialInteract protocol="disabled"/>', ""),
        (POST.format(""), "feed/conversation: the channel has a podcast:socialInteract without its protocol or uri"),
        (TEXT.format("x" * 4001), "feed/conversation: warning: the channel has a podcast:txt of 4,001 characters"),
        (live_item(), ""),
        (live_item(end='end="2026-12-05T22:00:00Z"'), ""),
        (live_item(status="on"), "feed/live: “L” has the status 'on'"),
        (live_item(start="2026-12-05"), "feed/live: “L” has the start '2026-12-05'"),
        (live_item(end='end="late"'), "feed/live: “L” has the end 'late'"),
        (live_item(more=""), "feed/live: warning: “L”, a broadcast, has no enclosure"),
        (live_item(more="<enclosure url='u'/><podcast:contentLink/>"), "has a podcast:contentLink without an address"),
        (f"<podcast:publisher>{REMOTE.format('publisher')}</podcast:publisher>", ""),
        (f"<podcast:publisher>{REMOTE.format('music')}</podcast:publisher>", "podcast:publisher leads to no publisher"),
        (
            "<podcast:podroll><podcast:remoteItem/></podcast:podroll>",
            "podcast:podroll/podcast:remoteItem has the feedGuid",
        ),
        ("<podcast:medium>musicL</podcast:medium>", "the medium is musicL, and the list is empty"),
        (f"<podcast:medium>musicL</podcast:medium>{REMOTE.format('music')}", ""),
        ("<podcast:medium>opera</podcast:medium>", "feed/other-feeds: warning: the medium is 'opera'"),
        ('<podcast:updateFrequency rrule="weekly">w</podcast:updateFrequency>', "has the rrule 'weekly'"),
        ('<podcast:updateFrequency rrule="INTERVAL=2;FREQ=WEEKLY">w</podcast:updateFrequency>', ""),
    ],
)
def test_conversation_broadcasts_and_other_feeds_have_rules(added: str, words: str) -> None:
    """Each fault in podcast:socialInteract, txt, liveItem, medium, podroll or updateFrequency is reported once."""
    found = broken(subject(GOOD.replace("<item>", f"{added}<item>", 1)))
    assert len(found) == bool(words), found
    assert all(words in line for line in found), found
