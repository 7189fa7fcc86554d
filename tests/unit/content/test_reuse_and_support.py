"""The keys that say where a show is made, under which licence, and how it is paid for."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from longwave.content.episodes.episode_file import ParsedEpisode, parse_episode
from longwave.content.fields.licenses import Licensed, license_name, license_page, spdx_identifier
from longwave.content.fields.places import osm_page
from longwave.content.site.site_toml import parse_site
from longwave.model import License, Link, Location, Person, Recipient, Show, Site, Sponsor, TimeSplit, ValueBlock

ME = Person("Ada")
SITE = Site("Site", "", "", "en", "UTC", "Ada", ME)
SHOW = Show("podcast", "Podcast", "", "en", "Ada", ME)
NODE = "02" + "ab" * 32


def parse(matter: str) -> ParsedEpisode:
    """Return the episode parsed from a file with this front matter."""
    return parse_episode("content/podcast/2026-03-01-7-x.md", f"---\ntitle: A\n{matter}\n---\nHi\n", SITE, SHOW, 0)


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("cc-by-sa-4.0", "cc-by-sa-4.0"),
        ("CC BY-SA 4.0", "cc-by-sa-4.0"),
        ("CC0 1.0", "cc0-1.0"),
        ("CC 0 1.0", "cc0-1.0"),
        ("MIT", "mit"),
        ("https://creativecommons.org/licenses/by-nc-nd/3.0/", "cc-by-nc-nd-3.0"),
        ("http://www.creativecommons.org/licenses/by/4.0/deed.de", "cc-by-4.0"),
        ("https://creativecommons.org/licenses/by-sa/3.0/at/", "cc-by-sa-3.0-at"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/deed.en", "cc-pdm-1.0"),
        ("cc-by", ""),
        ("all rights reserved", ""),
        ("https://creativecommons.org/about", ""),
    ],
)
def test_a_licence_is_known_in_many_spellings(written: str, identifier: str) -> None:
    """An identifier of the SPDX list is found whatever its case and spaces, and by the address of its page."""
    assert spdx_identifier(written) == identifier


@pytest.mark.parametrize(
    ("licence", "name", "page"),
    [
        (License("cc-by-4.0"), "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        (License("cc-by-sa-3.0-at"), "CC-BY-SA-3.0-AT", "https://creativecommons.org/licenses/by-sa/3.0/at/"),
        (License("cc0-1.0"), "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        (License("mit"), "MIT", "https://spdx.org/licenses/MIT.html"),
        (License("Ours", "https://a.example/l"), "Ours", "https://a.example/l"),
        (License("Theirs"), "Theirs", ""),
    ],
)
def test_a_licence_has_a_name_and_a_page(licence: License, name: str, page: str) -> None:
    """A licence is named as in the SPDX list, and linked to its own address, else to Creative Commons or spdx.org."""
    assert (license_name(licence), license_page(licence)) == (name, page)


@pytest.mark.parametrize(
    ("written", "hint"), [("cc-by", "cc-by-4.0"), ("cc-by-nc-sa-4.1", "cc-by-nc-sa-4.0"), ("Own terms", "cc-by-4.0")]
)
def test_an_unknown_licence_needs_an_address(written: str, hint: str) -> None:
    """A licence that isn't in the list and has no address is left out, and the warning names a similar one."""
    parsed = parse(f"license: {written}")
    assert parsed.episode.license is None
    (problem,) = parsed.problems
    assert (problem.line, problem.level, problem.found) == (3, "warning", repr(written))
    assert f"such as {hint}," in problem.expected
    assert parse(f"license: {{name: {written}, url: 'https://a.example'}}").episode.license == License(
        written, "https://a.example"
    )
    with pytest.raises(ValidationError):
        TypeAdapter(Licensed).validate_python({"url": "https://a.example"})


def test_places_are_one_or_several() -> None:
    """A place is a name, or a map with coordinates in their usual spellings; a list holds several."""
    assert parse("location: Oslo").episode.locations == (Location("Oslo"),)
    assert parse(
        "location: [Oslo, {name: Bergen, geo: '60.39, 5.32', osm: 'https://www.openstreetmap.org/relation/412526#map=9/1/2',"
        " rel: Creator, country: no}, {name: Mir, geo: 'geo:1.5,-2,300;u=35', osm: way/7}]"
    ).episode.locations == (
        Location("Oslo"),
        Location("Bergen", "geo:60.39,5.32", "R412526", "creator", "NO"),
        Location("Mir", "geo:1.5,-2,300;u=35", "W7"),
    )


@pytest.mark.parametrize(
    ("part", "value", "expected"),
    [
        ("geo", "north", "geo:30"), ("geo", "'95,10'", "geo:30"), ("geo", "'10,190'", "geo:30"),
        ("osm", "Q7", "R113314"), ("rel", "near", "subject or creator"), ("country", "Norway", "two letters"),
    ],
)  # fmt: skip
def test_an_unusable_part_of_a_place_costs_itself(part: str, value: str, expected: str) -> None:
    """An invalid geo, osm, rel or country of a location is left out with a warning, and the location stays."""
    parsed = parse(f"location: [Oslo, {{name: Bergen, {part}: {value}}}]")
    assert parsed.episode.locations == (Location("Oslo"), Location("Bergen"))
    assert expected in str(parsed.problems[0])


def test_a_place_has_a_map() -> None:
    """A place is linked to its object on OpenStreetMap, else to its coordinates there."""
    assert osm_page(Location("A", "geo:1,2", "N5#3")) == "https://www.openstreetmap.org/node/5"
    assert osm_page(Location("A", "geo:1.5,-2;u=9")) == "https://www.openstreetmap.org/?mlat=1.5&mlon=-2"
    assert osm_page(Location("A")) == ""


@pytest.mark.parametrize(
    "written",
    [
        '{"Tip jar": "https://tips.example/a"}',
        '[{"Tip jar": "https://tips.example/a"}]',
        '[{text: Tip jar, url: "https://tips.example/a"}]',
        '{label: Tip jar, url: "https://tips.example/a"}',
        '[{title: Tip jar, href: "https://tips.example/a"}]',
    ],
)
def test_support_is_written_in_several_ways(written: str) -> None:
    """`funding` may be a map of texts to addresses, or entries with text, label or title and with url or href."""
    parsed = parse(f"funding: {written}")
    assert (parsed.episode.funding, parsed.problems) == ((Link("Tip jar", "https://tips.example/a"),), ())


def test_a_link_without_words_supports_the_show() -> None:
    """A `funding` link that is only an address gets the default label “Support the show”."""
    links = parse("funding: ['https://tips.example', 'https://shop.example']").episode.funding
    assert [(link.label, link.url) for link in links] == [
        ("Support the show", "https://tips.example"),
        ("Support the show", "https://shop.example"),
    ]


@pytest.mark.parametrize(
    "written", ['{A: "https://a.example", B: b}', '["https://a.example", b]', '[{A: "https://a.example"}, {text: B}]']
)
def test_an_unusable_link_costs_itself(written: str) -> None:
    """A link for support without an address is left out with a warning, and the others stay."""
    parsed = parse(f"funding: {written}")
    assert [link.url for link in parsed.episode.funding] == ["https://a.example"]
    assert "https://" in parsed.problems[0].expected


def test_sponsors_are_names_or_maps() -> None:
    """A sponsor is a name, an address, a map of both, or a map with name, url and text."""
    parsed = parse(
        "sponsors: [Acme, 'https://www.b.example/x', {C: 'https://c.example'}, {name: D, text: Good  <tea>}]"
    )
    assert parsed.problems == ()
    assert parsed.episode.sponsors == (
        Sponsor("Acme"),
        Sponsor("b.example", "https://www.b.example/x"),
        Sponsor("C", "https://c.example"),
        Sponsor("D", "", "Good <tea>"),
    )
    assert parse("sponsors: Acme").episode.sponsors == (Sponsor("Acme"),)
    bad = parse("sponsors: [{name: A, url: 'javascript:x'}, {text: only}]")
    assert bad.episode.sponsors == (Sponsor("A"),)
    assert len(bad.problems) == 2


def test_payments_are_carried_as_written() -> None:
    """A `value` block has recipients and time splits, under our keys or the attributes of the podcast namespace."""
    ours = parse(
        f"value: {{suggested: 0.00000015, recipients: [{{name: Ida, address: {NODE}, split: 95, custom_key: 7629169,"
        " custom_value: x1}, {address: fees@b.example, type: lnaddress, split: 5, fee: true}], time_splits: ["
        "{start: 60.5, duration: '1:30', recipients: [{address: c, split: 1}]},"
        " {start: '10:00', duration: 60, feed_guid: g, item_guid: i, remote_start: 5, percentage: 80}]}"
    )
    theirs = parse(
        f"value: [{{model: {{type: lightning, method: keysend, suggested: '0.00000015'}}, destinations: [{{name: Ida, address: {NODE},"
        " split: 95, customKey: '7629169', customValue: x1}, {address: fees@b.example, type: lnaddress, split: 5, fee: true}],"
        " valueTimeSplits: [{startTime: 60.5, duration: 90, valueRecipients: [{address: c, split: 1}]},"
        " {startTime: 600, duration: 60, remoteItem: {feedGuid: g, itemGuid: i}, remoteStartTime: 5, remotePercentage: 80}]}]"
    )
    assert ours.problems == theirs.problems == ()
    assert ours.episode.value == theirs.episode.value
    assert ours.episode.value == (
        ValueBlock(
            recipients=(
                Recipient(NODE, 95, "Ida", custom_key="7629169", custom_value="x1"),
                Recipient("fees@b.example", 5, type="lnaddress", fee=True),
            ),
            suggested="0.00000015",
            time_splits=(
                TimeSplit(60.5, 90, (Recipient("c", 1),)),
                TimeSplit(600, 60, feed_guid="g", item_guid="i", remote_start=5, percentage=80),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        ("[{address: a, split: 1}, {address: b, split: half}]", "a whole number from 0 as recipients.1.split"),
        ("[{address: a, split: -1}]", "a whole number from 0 as recipients.0.split"),
        ("[{address: a, split: 1.5}]", "a whole number from 0"),
        ("[{address: a, split: true}]", "a whole number from 0"),
        ("[{address: a}]", "a whole number from 0 as recipients.0.split"),
        ("[{split: 1}]", "an address as recipients.0.address"),
        ("[{address: a, split: 0}, {address: b, split: 0}]", "somebody with a split"),
        ("[{address: a, split: 5, fee: true}]", "somebody with a split"),
        ("[]", "somebody with a split"),
    ],
)
def test_a_mistake_in_payments_costs_the_block(recipients: str, expected: str) -> None:
    """A `value` block with an invalid recipient is left out whole, as the other recipients would get that share."""
    parsed = parse(f"license: mit\nvalue: {{recipients: {recipients}}}")
    assert (parsed.episode.value, parsed.episode.license) == ((), License("mit"))
    (problem,) = parsed.problems
    assert (problem.line, problem.level) == (4, "warning")
    assert expected in problem.expected


@pytest.mark.parametrize(
    "stretch",
    [
        "{start: 1, duration: 2}",
        "{start: soon, duration: 2, feed_guid: g}",
        "{start: 1, duration: 2, feed_guid: g, recipients: [{address: a, split: 1}]}",
        "{start: 1, duration: 2, feed_guid: g, percentage: 101}",
        "{start: nan, duration: 2, feed_guid: g}",
    ],
)
def test_a_stretch_of_time_pays_one_of_two(stretch: str) -> None:
    """A `value` block is left out unless each time split pays either recipients or another feed, at most 100 %."""
    parsed = parse(f"value: {{recipients: [{{address: a, split: 1}}], time_splits: [{stretch}]}}")
    assert parsed.episode.value == ()
    assert len(parsed.problems) == 1


def test_the_settings_of_a_show_have_them_too() -> None:
    """In site.toml, payments, support, places and a person's role are read, and a wrong one names its line."""
    site, problems = parse_site(
        'hosts = ["Ida", {name = "Per", role = "producer", group = "creative direction"}]\n'
        'location = ["Oslo", {name = "Rome", rel = "creator"}]\nfunding = "https://tips.example"\n'
        "[shows.a]\nvalue = {suggested = 0.00000015, recipients = [{address = 'a', split = 1}]}\n"
        "[shows.b]\nvalue = {recipients = [{address = 'a', split = 'x'}]}\n"
    )
    assert site.hosts == (Person("Ida"), Person("Per", role="producer", group="creative direction"))
    assert site.feed.locations == (Location("Oslo"), Location("Rome", rel="creator"))
    assert site.feed.funding == (Link("Support the show", "https://tips.example"),)
    first, second = site.shows
    assert first.feed.value == (ValueBlock((Recipient("a", 1),), suggested="0.00000015"),)
    assert (second.feed.value, second.feed.funding) == ((), site.feed.funding)
    assert [problem.line for problem in problems] == [7]


def test_a_host_is_linked_to_a_whole_address() -> None:
    """A host's url gets the scheme that it lacks; one that is no web address costs itself, and the host stays."""
    site, problems = parse_site(
        'hosts = [{name = "Ida", url = "ida.example"}, {name = "Per", url = "javascript:x"}, {name = "Siv", url = "/me"}]'
    )
    assert site.hosts == (Person("Ida", url="https://ida.example"), Person("Per"), Person("Siv"))
    assert len(problems) == 2
