"""Locations, licences, funding, payments and sponsors, written to a feed and read back by the importer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import TypeAdapter

from longwave.content.fields.licenses import Licensed
from longwave.content.fields.places import Places
from longwave.content.fields.support_links import Funding, Sponsors
from longwave.content.fields.value_blocks import ValueBlocks
from longwave.feeds import podcasting, support
from longwave.feeds.cleaning import cleaned
from longwave.feeds.xml import NAMESPACES, adopt
from longwave.model import License, Link, Location, Recipient, SharedSyndication, Sponsor, TimeSplit, ValueBlock
from longwave.moving.rss.feed_parser import Element, read_document
from longwave.moving.rss.feed_people import ItemPeople
from longwave.moving.rss.podcasting_values import shared_values, split_sponsors

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
ADDRESSES = st.sampled_from(["https://a.example/?x=1&y=2", "http://b.example/%C3%A9", "https://c.example/'(d)'"])
SECONDS = st.integers(0, 9_000_000).map(lambda number: number / 100)
SHARES = st.integers(0, 10**9 - 1)
RECIPIENTS = st.lists(
    st.builds(
        Recipient, WORDS, SHARES, WORDS | st.just(""), WORDS, WORDS | st.just(""), WORDS | st.just(""), st.booleans()
    ),
    max_size=3,
).map(lambda recipients: (Recipient("somebody", 1), *recipients))
STRETCHES = st.builds(TimeSplit, SECONDS, SECONDS, RECIPIENTS) | st.builds(
    TimeSplit, SECONDS, SECONDS, st.just(()), WORDS, ADDRESSES | st.just(""), WORDS | st.just(""), WORDS | st.just(""),
    SECONDS, st.integers(0, 100),
)  # fmt: skip
BLOCKS = st.builds(
    ValueBlock,
    RECIPIENTS,
    WORDS,
    WORDS,
    st.sampled_from(["", "0.00000015", "12"]),
    st.lists(STRETCHES, max_size=3).map(tuple),
)
PLACES = st.builds(
    Location, WORDS, st.sampled_from(["", "geo:1.5,-2", "geo:89,179.25;u=9"]), st.sampled_from(["", "N5", "R113314#4"]),
    st.sampled_from(["", "subject", "creator"]), st.sampled_from(["", "NO", "US"]),
)  # fmt: skip
LICENCES = st.sampled_from([None, License("cc-by-4.0"), License("mit", "https://a.example")]) | st.builds(
    License, st.just("Our own & terms"), ADDRESSES
)


def item_with(*nodes: etree._Element | None) -> Element:
    """Write a feed whose only item has these elements, and return the item as the importer reads it."""
    root = etree.Element("rss", nsmap=dict(NAMESPACES))
    item = etree.SubElement(etree.SubElement(root, "channel"), "item")
    adopt(item, *nodes)
    return read_document(etree.tostring(root), "feed.xml").items[0]


def read(form: Any, values: dict[str, Any], key: str) -> Any:
    """Return the value of ``key`` among imported values, parsed as the type ``form``; empty if the key is missing."""
    return TypeAdapter(form).validate_python(values.get(key, []))


@given(st.lists(BLOCKS, max_size=2), st.lists(st.builds(Link, WORDS, ADDRESSES), max_size=3))
def test_payments_and_links_come_back(blocks: list[ValueBlock], links: list[Link]) -> None:
    """Value blocks and funding links with any text are imported from our own feeds unchanged."""
    values = dict(shared_values(item_with(*support.value(blocks), *support.funding(links))))
    assert read(ValueBlocks, values, "value") == tuple(blocks)
    assert read(Funding, values, "funding") == tuple(links)


@given(st.lists(PLACES, max_size=3), LICENCES)
def test_places_and_licences_come_back(places: list[Location], licence: License | None) -> None:
    """Locations and a licence with any text are imported from our own feeds unchanged."""
    syndication = SharedSyndication(locations=tuple(places), license=licence)
    nodes = [*map(podcasting.location, syndication.locations), podcasting.license_of(syndication.license)]
    values = dict(shared_values(item_with(*nodes)))
    assert read(Places, values, "location") == tuple(places)
    assert (TypeAdapter(Licensed).validate_python(values["license"]) if licence else None) == licence


SPONSORS = st.builds(Sponsor, WORDS.filter(lambda name: ":" not in name), ADDRESSES | st.just(""), WORDS | st.just(""))


@given(
    st.lists(SPONSORS, max_size=4),
    st.sampled_from(["", "<p>Notes &amp; more</p>", "plain", "<p>The sponsors of this episode:</p>"]),
)
def test_sponsors_come_back(sponsors: list[Sponsor], notes: str) -> None:
    """Sponsors that our feeds list below the notes are imported as sponsors, and the notes without that list."""
    rest, values = split_sponsors(support.with_sponsors(notes, sponsors))
    assert (rest, read(Sponsors, {"sponsors": values}, "sponsors")) == (notes, tuple(sponsors))


def test_a_list_of_others_stays_in_the_notes() -> None:
    """A list in imported notes counts as sponsors only below the line that our feeds write, at the end of the notes."""
    for notes in (
        "<p>Sponsors</p><ul><li><a href='https://a.example' rel='sponsored'>A</a></li></ul>",
        "<p>The sponsor of this episode:</p><ul><li>A</li></ul><p>Bye</p>",
        "<p>The sponsor of this episode:</p><p>A</p>",
        "<p>The sponsor of this episode:</p>",
    ):
        assert split_sponsors(notes) == (notes, [])


def test_sponsors_names_are_escaped() -> None:
    """Names and texts of sponsors are no HTML in a feed, and their links are marked as sponsored."""
    html = support.with_sponsors("", [Sponsor("<b>A</b>", 'https://a.example/"><x', "<script>x</script>")])
    assert "<b>" not in html
    assert "<script>" not in html
    assert "<x" not in html
    assert 'rel="sponsored"' in html
    assert "A" in cleaned(html, "https://a.example")


FEED = """<rss xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>P</title>
<podcast:person href="https://ida.example">Ida</podcast:person><podcast:person role="producer">Per</podcast:person>
{items}</channel></rss>"""


@pytest.mark.parametrize(
    ("people", "hosts", "guests"),
    [
        ("", None, []),
        ("<podcast:person role='Host'>Ida</podcast:person>", None, []),
        ("<podcast:person>Siv</podcast:person>", ["Siv"], []),
        ("<podcast:person>Ida</podcast:person><podcast:person role='co-host'>Siv</podcast:person>",
         ["Ida", {"name": "Siv", "role": "co-host"}], []),
        ("<podcast:person role='guest' href='https://ole.example'>Ole</podcast:person>", False,
         [{"name": "Ole", "website": "https://ole.example"}]),
        ("<podcast:person>Ida</podcast:person><podcast:person role='editor' group='video post-production'>Per</podcast:person>",
         None, [{"name": "Per", "role": "editor", "group": "video post-production"}]),
        ("<podcast:person role='guest'>Ida</podcast:person><podcast:person role='guest'>Ida</podcast:person>", False, [{"name": "Ida"}]),
    ],
)  # fmt: skip
def test_people_of_an_item_are_hosts_or_guests(people: str, hosts: object, guests: list[object]) -> None:
    """An imported item's hosts are kept if they differ from the show's, and all other people become its guests."""
    others = "<item><podcast:person>Ida</podcast:person></item>"
    document = read_document(FEED.format(items=f"<item>{people}</item>{others}").encode(), "feed.xml")
    read_people = ItemPeople(document, lambda _name, _url: "")
    assert read_people.hosts(document.items[0]) == hosts
    assert list(read_people.guests(document.items[0])) == guests


def test_a_feed_whose_items_name_guests_alone_leaves_hosts_to_the_channel() -> None:
    """If no item of a feed names a host, an item with a guest has the hosts of the show."""
    item = "<item><podcast:person role='guest'>Ole</podcast:person></item>"
    document = read_document(FEED.format(items=item).encode(), "feed.xml")
    assert ItemPeople(document, lambda _name, _url: "").hosts(document.items[0]) is None


def test_what_nobody_can_read_is_left_out() -> None:
    """Coordinates that no map understands, and links without an address, are left out; the rest stays."""
    document = read_document(
        FEED.format(
            items="<item><podcast:location geo='here' osm='R1'>Oslo</podcast:location><podcast:location/>"
            "<podcast:funding url='mailto:x'>Mail</podcast:funding><podcast:license>cc-by-4.0</podcast:license></item>"
        ).encode(),
        "feed.xml",
    )
    assert dict(shared_values(document.items[0])) == {"location": {"name": "Oslo", "osm": "R1"}, "license": "cc-by-4.0"}
