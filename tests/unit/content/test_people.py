"""The people of an episode: guests and hosts on one line, in lists and in maps, and the roles of the taxonomy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.episodes.episode_file import ParsedEpisode, parse_episode
from longwave.content.episodes.taxonomy import (
    ROLES,
    group_in_taxonomy,
    hosting,
    is_in_taxonomy,
    role_in_taxonomy,
)
from longwave.content.fields.names import split_names
from longwave.model import Appearance, Link, Person, Show, Site

ME = Person("Ada")
SITE = Site("Site", "", "", "en", "UTC", "Ada", ME)
SHOW = Show("podcast", "Podcast", "", "en", "Ada", ME)


def parse(matter: str) -> ParsedEpisode:
    """Return the episode parsed from a file with this front matter."""
    return parse_episode("content/podcast/2026-03-01-7-x.md", f"---\ntitle: A\n{matter}\n---\nHi\n", SITE, SHOW, 0)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ida Holm", ("Ida Holm",)),
        ("Ida Holm, Per Ek", ("Ida Holm", "Per Ek")),
        ("Ida Holm; Per Ek ;", ("Ida Holm", "Per Ek")),
        ("Ida Holm, Per Ek and Siv Lund", ("Ida Holm", "Per Ek", "Siv Lund")),
        ("Ida Holm, Per Ek, & Siv Lund", ("Ida Holm", "Per Ek", "Siv Lund")),
        ("Salt & Pepper", ("Salt & Pepper",)),
        ("Ida Holm and Per Ek", ("Ida Holm and Per Ek",)),
        ("Otto Beck, Jr., Ida Holm, PhD", ("Otto Beck, Jr.", "Ida Holm, PhD")),
        (" , ", ()),
    ],
)
def test_one_line_may_name_several_people(text: str, names: tuple[str, ...]) -> None:
    """A text is divided into names at commas and semicolons, but not before a suffix of a name such as Jr."""
    assert split_names(text) == names


@given(st.text(max_size=200))
def test_any_line_of_names_is_read(text: str) -> None:
    """Any text is split into names that are neither blank nor longer than a line."""
    assert all(name.strip() and "\n" not in name for name in split_names(text))


@pytest.mark.parametrize(
    "written",
    [
        "Ida Holm, Per Ek",
        "[Ida Holm, Per Ek]",
        "[{name: Ida Holm}, Per Ek]",
        "{Ida Holm: , Per Ek: }",
        "[{name: Ida Holm}, {name: Per Ek}]",
    ],
)
@pytest.mark.parametrize("key", ["guests", "hosts"])
def test_people_are_written_in_several_ways(key: str, written: str) -> None:
    """Guests and hosts may stand on one line, in a list of names or maps, or in a map with their names as keys."""
    parsed = parse(f"{key}: {written}")
    assert [person.name for person in getattr(parsed.episode, key)] == ["Ida Holm", "Per Ek"]
    assert parsed.problems == ()


def test_a_map_of_names_has_titles_or_maps() -> None:
    """In a map of people, a text is a person's title, and a map has the same keys as an entry of the list."""
    parsed = parse("guests: {Ida Holm: Baker, Per Ek: {role: Audio Editor, website: per.example}}")
    assert parsed.episode.guests == (
        Appearance("Ida Holm", title="Baker"),
        Appearance("Per Ek", "Audio Editor", links=(Link("per.example", "https://per.example"),)),
    )


def test_hosts_of_an_episode_are_hosts() -> None:
    """Hosts of an episode have the role of a host, unless another one is written."""
    assert parse("hosts: [Ida, {name: Per, role: Co-Host, group: cast}]").episode.hosts == (
        Appearance("Ida", "host"),
        Appearance("Per", "Co-Host", group="cast"),
    )


@pytest.mark.parametrize(("written", "hosts"), [("[]", ()), ("false", ()), ("", None), ("'  '", None)])
def test_an_episode_may_have_no_hosts(written: str, hosts: tuple[()] | None) -> None:
    """An empty list of hosts, or false, means nobody; an empty value means the show's hosts."""
    assert parse(f"hosts: {written}").episode.hosts == hosts


@pytest.mark.parametrize("written", ["5", "[5]", "{name: 5}", "[{title: x}]"])
def test_a_host_without_a_name_costs_itself(written: str) -> None:
    """An entry of hosts without a name is left out with a warning, and the show's hosts stay."""
    parsed = parse(f"hosts: {written}")
    assert parsed.episode.hosts is None
    assert [(problem.line, problem.level) for problem in parsed.problems] == [(3, "warning")]


@pytest.mark.parametrize(
    ("written", "author"),
    [("Ida", "Ida"), ("[Ida, Per]", "Ida, Per"), ("{name: Ida, uri: x}", "Ida"), ("[{name: Ida}, Per]", "Ida, Per")],
)
def test_an_episode_has_an_author(written: str, author: str) -> None:
    """The author is a text, a list of names, or a map with a name."""
    assert parse(f"author: {written}").episode.author == author


@pytest.mark.parametrize(
    ("number", "read"), [("1.5", 1.5), ("12", 12), ("012", 12), ("3.0", 3), ("'2.25'", 2.25), ("0", 0)]
)
def test_a_number_may_be_decimal(number: str, read: float) -> None:
    """An episode's number is whole or has three decimals at most."""
    parsed = parse(f"number: {number}")
    assert parsed.episode.number == read
    assert type(parsed.episode.number) is type(read)
    assert parsed.problems == ()


@pytest.mark.parametrize("number", ["1.2345", "-1", "1e3", ".5", "inf", "nan", "1.5.2", "[1.5]", "12345678901.5"])
def test_an_unusable_number_costs_itself(number: str) -> None:
    """An unusable number is left out with a warning, and that of the file's name is used."""
    parsed = parse(f"number: {number}")
    assert parsed.episode.number == 7
    assert "a number such as 7 or 1.5" in str(parsed.problems[0])


def test_roles_are_the_taxonomys() -> None:
    """A role is found whatever its case and hyphens, and its group follows from it unless another is stated."""
    assert role_in_taxonomy("Cohost") == "co-host"
    assert role_in_taxonomy("Sound  Designer") == "sound designer"
    assert role_in_taxonomy("Chief  Baker") == "chief baker"
    assert group_in_taxonomy("", "Editor") == "writing"
    assert group_in_taxonomy("Video Post Production", "Editor") == "video post-production"
    assert group_in_taxonomy("", "Chief Baker") == "cast"
    assert is_in_taxonomy("", "Foley Artist")
    assert not is_in_taxonomy("visuals", "host")
    assert all(is_in_taxonomy(group, role) for group, roles in ROLES.items() for role in roles)


def test_only_some_people_of_a_show_present_it() -> None:
    """Hosts and co-hosts of a show present its episodes; a producer doesn't."""
    people = (Person("A"), Person("B", role="Co-host"), Person("C", role="producer"))
    assert hosting(people) == people[:2]
