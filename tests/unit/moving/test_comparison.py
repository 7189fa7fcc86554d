"""The comparison of two feeds: each kind of difference, its effect, those who notice it, and the verdict."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from longwave.moving.feed_diff import FeedDiff, compare_with
from longwave.moving.rss.feed_parser import read_document

GUID = "9b024349-ccf0-5f69-a609-6b82873eab3c"
ITEM = """<item><title>Tide {n}</title><link>https://old.example/{n}</link><guid isPermaLink="false">g-{n}</guid>
<pubDate>{n:02} Jan 2024 05:00:00 +0000</pubDate>
<enclosure url="https://old.example/{n}.mp3" length="100000" type="audio/mpeg"/>
<itunes:duration>62</itunes:duration><itunes:season>1</itunes:season><itunes:episode>{n}</itunes:episode>
<itunes:episodeType>full</itunes:episodeType><itunes:explicit>no</itunes:explicit>
<itunes:image href="https://old.example/{n}.png"/><itunes:author>Pilot {n}</itunes:author>
<itunes:subtitle>A walk along the quay, number {n}.</itunes:subtitle>
<content:encoded><![CDATA[<p>We count cranes and gulls and ropes on pier {n}, then ask the pilot about
<a href="https://sea.example/{n}?a=1&amp;b=2">her charts</a>, her radio and her tea.</p>]]></content:encoded>
<podcast:transcript url="https://old.example/{n}.vtt" type="text/vtt" language="en"/>
<podcast:chapters url="https://old.example/{n}.json" type="application/json+chapters"/>
<podcast:person role="guest">Guest {n}</podcast:person>
<podcast:soundbite startTime="1" duration="9">Gulls</podcast:soundbite></item>
"""
CHANNEL = f"""<title>Harbour talk</title><link>https://old.example/</link><description>Talks at the quay.</description>
<language>en</language><copyright>2024 Mira</copyright><itunes:author>Mira</itunes:author>
<itunes:owner><itunes:name>Mira Lund</itunes:name><itunes:email>mira@old.example</itunes:email></itunes:owner>
<itunes:image href="https://old.example/cover.png"/><itunes:category text="Arts"><itunes:category text="Books"/>
</itunes:category><itunes:category text="Science"/><itunes:explicit>no</itunes:explicit><itunes:type>episodic</itunes:type>
<podcast:guid>{GUID}</podcast:guid><podcast:locked>yes</podcast:locked><itunes:block>yes</itunes:block>
<itunes:complete>yes</itunes:complete><podcast:funding url="https://old.example/give">Give</podcast:funding>
<podcast:person role="host">Mira Lund</podcast:person>
"""
FEED = f"""<?xml version="1.0"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel>{CHANNEL}{"".join(ITEM.format(n=n) for n in (4, 3, 2, 1))}</channel></rss>"""
Change = Callable[[str], str]


def swap(old: str, new: str) -> Change:
    """Return a change that puts ``new`` into the place of ``old``."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def drop(pattern: str) -> Change:
    """Return a change that deletes the first match of ``pattern``."""

    def change(text: str) -> str:
        assert re.search(pattern, text, re.DOTALL)
        return re.sub(pattern, "", text, count=1, flags=re.DOTALL)

    return change


def element(name: str) -> Change:
    """Return a change that deletes the first element of this name."""
    return drop(rf"<{name}\b[^>]*?(?:/>|>.*?</{name}>)")


#: Changes of a channel: the kind and the effect of the difference, and its level.
OF_CHANNEL: dict[tuple[str, str, str | None], Change] = {
    ("show's title", "changed", "warning"): swap("Harbour talk", "Harbour talks"),
    ("show's description", "lost", "warning"): swap("Talks at the quay.", ""),
    ("show's description", "changed", "warning"): swap("Talks at the quay.", "Silence."),
    ("language", "changed", "warning"): swap("<language>en", "<language>de"),
    ("copyright", "lost", "warning"): element("copyright"),
    ("author", "changed", "warning"): swap("<itunes:author>Mira<", "<itunes:author>Ann<"),
    ("owner's name", "lost", "warning"): element("itunes:name"),
    ("owner's e-mail address", "lost", "warning"): element("itunes:email"),
    ("cover", "lost", "error"): element("itunes:image"),
    ("cover's address", "changed", None): swap("old.example/cover.png", "new.example/cover.png"),
    ("category", "lost", "warning"): swap('<itunes:category text="Science"/>', ""),
    ("category", "gained", None): swap('<itunes:category text="Science"/>', '<itunes:category text="Science"/><itunes:category text="News"/>'),
    ("explicit mark", "changed", "warning"): swap("<itunes:explicit>no", "<itunes:explicit>yes"),
    ("show's type", "changed", "warning"): swap("<itunes:type>episodic", "<itunes:type>serial"),
    ("podcast:guid", "changed", "error"): swap(GUID, "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
    ("podcast:guid", "lost", "error"): element("podcast:guid"),
    ("lock", "lost", "warning"): element("podcast:locked"),
    ("block", "lost", "warning"): element("itunes:block"),
    ("end of the show", "lost", "warning"): element("itunes:complete"),
    ("funding link", "lost", "warning"): element("podcast:funding"),
    ("website", "lost", "error"): drop("<link>https://old.example/</link>"),
    ("website's address", "changed", None): swap("<link>https://old.example/<", "<link>https://new.example/<"),
    ("new-feed-url", "changed", "warning"): swap("<language>", "<itunes:new-feed-url>https://x.example/</itunes:new-feed-url><language>"),
    ("person", "lost", "error"): element("podcast:person"),
}  # fmt: skip
#: Changes of the newest item.
OF_ITEM: dict[tuple[str, str, str | None], Change] = {
    ("guid", "twice", "error"): swap("g-4", "h-4"),
    ("episode", "lost", "error"): element("item"),
    ("title", "changed", "warning"): swap("Tide 4", "Ebb 4"),
    ("date", "changed", "error"): swap("04 Jan 2024 05", "04 Jan 2024 06"),
    ("enclosure", "lost", "error"): element("enclosure"),
    ("enclosure's address", "changed", None): swap("old.example/4.mp3", "new.example/4.mp3"),
    ("media type", "changed", "warning"): swap("audio/mpeg", "video/mp4"),
    ("form of sound", "changed", None): swap("audio/mpeg", "audio/ogg"),
    ("length", "lost", "warning"): swap('length="100000"', 'length="0"'),
    ("length", "changed", "warning"): swap('length="100000"', 'length="1000"'),
    ("duration", "lost", "error"): element("itunes:duration"),
    ("duration", "changed", "warning"): swap("<itunes:duration>62", "<itunes:duration>600"),
    ("season", "lost", "error"): element("itunes:season"),
    ("number", "lost", "error"): element("itunes:episode"),
    ("number", "changed", "warning"): swap("<itunes:episode>4", "<itunes:episode>5"),
    ("episode type", "changed", "warning"): swap("<itunes:episodeType>full", "<itunes:episodeType>bonus"),
    ("explicit mark", "changed", "warning"): swap("<itunes:explicit>no", "<itunes:explicit>yes"),
    ("picture", "lost", "error"): element("itunes:image"),
    ("picture's address", "changed", None): swap("old.example/4.png", "new.example/4.png"),
    ("author", "changed", "warning"): swap("Pilot 4", "Nobody"),
    ("description", "changed", "warning"): swap("A walk along the quay, number 4", "A run to the crane"),
    ("show notes", "changed", "warning"): swap("cranes and gulls and ropes", ""),
    ("link in the notes", "lost", "error"): swap("sea.example/4", "sea.example/five"),
    ("transcript", "lost", "error"): element("podcast:transcript"),
    ("transcript", "gained", None): swap("<podcast:transcript", '<podcast:transcript url="https://x.example/a" language="de"/><podcast:transcript'),
    ("chapters", "lost", "error"): element("podcast:chapters"),
    ("person", "gained", None): swap("<podcast:person", "<podcast:person>Ann</podcast:person><podcast:person"),
    ("soundbite", "lost", "error"): element("podcast:soundbite"),
    ("page's address", "changed", None): swap("<link>https://old.example/4", "<link>https://new.example/4"),
    ("isPermaLink", "changed", None): swap('isPermaLink="false">g-4', 'isPermaLink="true">https://g.example/4'),
}  # fmt: skip


def compared(new: str, old: str = FEED) -> FeedDiff:
    """Return the comparison of two feeds."""
    return compare_with({"podcast": new.encode()}, read_document(old.encode(), "old"), "https://old.example/feed")


def with_item(change: Change, text: str = FEED) -> str:
    """Return a feed whose newest item is changed."""
    begin, end = text.index("<item>"), text.index("</item>") + len("</item>")
    return text[:begin] + change(text[begin:end]) + text[end:]


def found(diff: FeedDiff) -> set[tuple[str, str, str | None]]:
    """Return the kind, the effect and the level of each difference."""
    return {(one.kind, one.effect, one.level) for one in diff.found}


def test_the_same_feed_has_no_difference() -> None:
    """A feed compared with itself has no difference, and nobody will notice the move."""
    diff = compared(FEED)
    assert diff.found == ()
    assert diff.verdict == "Nobody will notice the move."


@pytest.mark.parametrize("expected", OF_CHANNEL)
def test_a_change_of_the_channel_is_named_alone(expected: tuple[str, str, str | None]) -> None:
    """A change of one fact of a channel is found as that kind of difference and as no other."""
    assert found(compared(OF_CHANNEL[expected](FEED))) == {expected}


@pytest.mark.parametrize("expected", [key for key in OF_ITEM if key[0] != "isPermaLink"])
def test_a_change_of_an_item_is_named_alone(expected: tuple[str, str, str | None]) -> None:
    """A change of one fact of an item is found as that kind of difference, at that item, and as no other."""
    diff = compared(with_item(OF_ITEM[expected]))
    assert found(diff) == {expected}
    assert {one.place for one in diff.found} == {'"Tide 4"'}


def test_a_permalink_is_noticed_by_nobody() -> None:
    """A guid that apps may now open as an address is a change that nobody notices."""
    old = FEED.replace(">g-4<", ">https://g.example/4<")
    new = old.replace('"false">https://g.example/4<', '"true">https://g.example/4<')
    assert found(compared(new, old)) == {("isPermaLink", "changed", None)}


#: The facts that are found only beside another one, or that change each other; one of a group is changed at a time.
GROUPS = ({"enclosure", "media type", "length", "form of sound", "duration"}, {"person"}, {"explicit mark"})
#: The changes that are tried in tests of their own, as they take an item out of the comparison of items.
ALONE = {"isPermaLink", "date", "guid", "episode"}


def picked(chance: random.Random, count: int) -> dict[tuple[str, str, str | None], tuple[bool, Change]]:
    """Return random changes, of the channel (True) or of an item, of which none touches another."""
    changes = [(key, True, change) for key, change in OF_CHANNEL.items()]
    changes += [(key, False, change) for key, change in OF_ITEM.items() if key[0] not in ALONE]
    chosen: dict[str, tuple[tuple[str, str, str | None], bool, Change]] = {}
    for key, of_channel, change in chance.sample(changes, count):
        name = key[0].partition("'s address")[0]
        group = next((str(index) for index, group in enumerate(GROUPS) if name in group), name)
        chosen.setdefault(group, (key, of_channel, change))
    return {key: (of_channel, change) for key, of_channel, change in chosen.values()}


@pytest.mark.parametrize("seed", range(80))
def test_random_changes_are_all_named(seed: int) -> None:
    """The comparison finds exactly the changed kinds after random changes of a channel and of several items."""
    chance = random.Random(seed)
    changes = picked(chance, chance.randint(0, 9))
    text, expected = FEED, set(changes)
    for of_channel, change in changes.values():
        text = change(text) if of_channel else with_item(change, text)
    if chance.random() < 0.5:
        text = text.replace(ITEM.format(n=2), "")
        expected.add(("episode", "lost", "error"))
    if chance.random() < 0.5:
        text = text.replace(">g-1<", ">h-1<")
        expected.add(("guid", "twice", "error"))
    diff = compared(text)
    assert found(diff) == expected
    levels = {problem.level for problem in diff.differences}
    assert levels == {level for _, _, level in expected if level}


def test_groups_have_a_count_and_an_example() -> None:
    """Differences of one kind are one line with a level, a count, one whole example and the other episodes' names."""
    text = FEED.replace("<itunes:duration>62", "<itunes:duration>600")
    lines = compared(text).summary.splitlines()
    assert lines[:2] == [
        "Changed:",
        '  warning: 4 durations: "Tide 4" (1:02 became 10:00), "Tide 3", "Tide 2", "Tide 1".',
    ]
    assert lines[-1] == "Verdict: Subscribers will notice: they find 4 durations changed."


def test_the_verdict_says_who_loses() -> None:
    """The verdict says what subscribers and directories lose, get twice, find changed and get."""
    text = with_item(element("item")).replace(">g-1<", ">h-1<").replace('<itunes:category text="Science"/>', "")
    text = text.replace(ITEM.format(n=3), ITEM.format(n=3) + ITEM.format(n=9))
    assert compared(text).verdict == (
        "Subscribers will notice: they lose 1 episode, get 1 episode twice and get 1 episode. "
        "Directories will notice: they lose the category."
    )


def test_a_gain_is_no_problem() -> None:
    """Facts that only the new feed has are gains: nobody loses anything, and no problem is reported."""
    diff = compared(FEED, with_item(element("podcast:transcript")))
    assert diff.differences == ()
    assert diff.verdict == "Nobody loses anything. Subscribers get 1 transcript."
    assert '1 transcript: "Tide 4" (en)' in diff.summary
    assert "None" not in diff.summary


def test_an_old_episode_that_is_added_is_a_warning() -> None:
    """An episode that the old feed lacks is a gain if it is the newest one, else a warning, as apps show it as new."""
    without = FEED.replace(ITEM.format(n=2), "")
    assert found(compared(FEED, without)) == {("added old episode", "changed", "warning")}
    assert found(compared(FEED, FEED.replace(ITEM.format(n=4), ""))) == {("episode", "gained", None)}


def test_secrets_of_addresses_are_never_shown() -> None:
    """No text of a comparison has the password or the token of a private feed's address."""
    old = FEED.replace("old.example/", "ann:pw12345@old.example/").replace(".mp3", ".mp3?token=abcdefgh")
    text = FEED.replace("g-4", "https://x.example/4?auth=geheim99")
    for diff in (compared(re.sub(r"<enclosure[^>]*>", "", text), old), compared(FEED, text)):
        shown = diff.summary + "".join(map(str, diff.differences))
        assert not re.search("pw12345|abcdefgh|geheim99", shown)


def test_notes_in_markdown_are_the_same_notes() -> None:
    """Notes whose words and links are those of the old ones are the same, whatever markup has them."""
    markdown = (
        "We count *cranes* and gulls and **ro**pes on pier 4, then ask the pilot about "
        "[her charts](https://sea.example/4?a=1&b=2), her radio and her tea."
    )
    assert found(compared(with_item(lambda item: re.sub(r"<p>.*?</p>", markdown, item, flags=re.DOTALL)))) == set()


def test_a_category_that_apple_gave_up_is_no_loss() -> None:
    """A category that Apple no longer has can't be lost; the one around it can."""
    old = FEED.replace('text="Books"', 'text="Literature"')
    assert found(compared(old.replace('<itunes:category text="Literature"/>', ""), old)) == set()


def test_items_of_a_changed_order_are_named() -> None:
    """Episodes of one date whose order changed are a warning; the newest one in the wrong place can't be."""
    old = FEED.replace("03 Jan 2024", "02 Jan 2024")
    three, two = (ITEM.format(n=n).replace("03 Jan", "02 Jan") for n in (3, 2))
    new = old.replace(three + two, two + three)
    assert new != old
    assert found(compared(new, old)) == {("place in the order", "changed", "warning")}
