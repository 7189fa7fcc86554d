"""The rules of the feed audit for people, places, licences, support, payments and numbers."""

from __future__ import annotations

import pytest

from longwave.feeds.audit.audited_feed import read_feed
from longwave.feeds.audit.findings import Subject
from longwave.feeds.audit.validator import audit

GOOD = """<rss xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>
<podcast:person>Ida</podcast:person><podcast:location rel="creator" geo="geo:60.39,5.32" osm="R412526">Bergen</podcast:location>
<podcast:license>CC-BY-4.0</podcast:license><podcast:funding url="https://tips.example">Tips</podcast:funding>
<podcast:value type="lightning" method="keysend"><podcast:valueRecipient type="node" address="{node}" split="100"/></podcast:value>
<item><title>One</title><podcast:person group="Visuals" role="Cover Art Designer" img="https://a.example/p.png">Per</podcast:person>
<podcast:license url="https://a.example/terms">Our terms</podcast:license><podcast:episode display="Ch. 3">3.5</podcast:episode>
</item></channel></rss>""".format(node="03" + "0f" * 32)


def broken(feed: str) -> list[str]:
    """Return the findings of the audit of a feed under the rules of this file's theme, as printed lines."""
    rules = {"person", "location", "license", "funding", "value", "episode"}
    verdicts = audit(Subject(read_feed(feed.encode())))
    return [str(problem) for verdict in verdicts if verdict.rule in rules for problem in verdict.problems]


def test_a_good_feed_keeps_the_rules() -> None:
    """People of the taxonomy, places with coordinates, known licences and payable recipients break no rule."""
    assert broken(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (">Ida<", "><", "feed/person: the channel has a podcast:person without a name"),
        (">Ida<", f">{'I' * 129}<", "feed/person: warning: the channel has a podcast:person of 129 characters"),
        ("Cover Art Designer", "Baker", "feed/person: warning: “One” has 'Per' with the role 'Baker'"),
        ("Visuals", "Cast", "feed/person: warning: “One” has 'Per' with the role 'Cover Art Designer'"),
        ("https://a.example/p.png", "p.png", "feed/person: “One” has 'Per' with img 'p.png'"),
        (">Bergen<", "><", "feed/location: the channel has a podcast:location without a name"),
        ("geo:60.39,5.32", "60.39,5.32", "feed/location: the channel has the geo '60.39,5.32'"),
        ("R412526", "412526", "feed/location: the channel has the osm '412526'"),
        ('rel="creator"', 'rel="near"', "feed/location: the channel has the rel 'near'"),
        ("CC-BY-4.0", "CC-BY-5.0", "feed/license: the channel has the licence 'CC-BY-5.0'"),
        (' url="https://a.example/terms"', "", "feed/license: “One” has the licence 'Our terms'"),
        ("https://tips.example", "tips", "feed/funding: the channel has podcast:funding with url 'tips'"),
        (">Tips<", "><", "feed/funding: warning: the channel has podcast:funding without a text"),
        ('method="keysend"', "", "feed/value: the channel has podcast:value without method"),
        ('split="100"', 'split="0"', "feed/value: the channel has podcast:value that pays nobody"),
        ('split="100"', 'split="half"', "feed/value: the channel has the split 'half'"),
        ('address="03', 'title="03', "feed/value: the channel has a recipient of podcast:value without an address"),
        ('address="03', 'address="0', "feed/value: warning: the channel has the node '0"),
        (">3.5<", ">three<", "feed/episode: “One” has podcast:episode 'three'"),
        ("Ch. 3", "C" * 33, "feed/episode: warning: “One” has a display of 33 characters"),
    ],
)  # fmt: skip
def test_each_rule_finds_its_fault(old: str, new: str, said: str) -> None:
    """A fault in an otherwise good feed is reported under the rule that it breaks, with a hint."""
    assert old in GOOD
    lines = broken(GOOD.replace(old, new))
    assert any(said in line and line.endswith(".") for line in lines), lines
