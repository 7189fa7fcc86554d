"""Parsing of ``site.toml``."""

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.site.site_toml import parse_site, with_shows
from longwave.errors import ContentError
from longwave.model import Category, License, Link, Location, Person, Site, Theme


def test_an_empty_file_works() -> None:
    """An empty site.toml gives a site with defaults: a title, English, UTC."""
    site, problems = parse_site("")
    assert (site.title, site.language, site.timezone, site.url, problems) == ("Podcast", "en", "UTC", "", ())


def test_a_language_is_a_language_tag() -> None:
    """The language ``pt_BR``, as some systems write it, is read as the tag ``pt-BR`` (RFC 5646)."""
    assert parse_site('language = "pt_BR"')[0].language == "pt-BR"


def test_a_folder_without_a_table_is_a_show() -> None:
    """A show without a table in site.toml has a title from its folder's name, and the site's values."""
    site = with_shows(parse_site('author = "Ann"\nimage = "cover.png"')[0], ["running-in-production"])
    show = site.shows[0]
    assert (show.title, show.author, show.image, show.declared) == ("Running In Production", "Ann", "cover.png", False)


def test_a_show_says_what_differs() -> None:
    """A show's table overrides the site's keys; links may be a table or a list, a category a text or a list."""
    site, problems = parse_site(
        'title = "S"\nurl = "https://s.example/"\nowner = "Ann"\ncategories = ["Technology"]\n'
        '[shows.a]\ntitle = "A"\nlinks = {Apple = "https://a.example"}\ncategories = ["society & culture > Documentary"]\n'
        '[shows.b]\nhosts = [{name = "Bo"}]\nlinks = [{label = "RSS", url = "/b/feed.xml"}]\n'
    )
    a, b = site.shows
    assert problems == ()
    assert (site.url, a.title, a.links) == ("https://s.example", "A", (Link("Apple", "https://a.example"),))
    assert a.categories == (Category("Society & Culture", "Documentary"),)
    assert (b.categories, b.author, b.owner) == ((Category("Technology"),), "Bo", Person("Ann"))


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('url = "example.com"', 1, "https://"),
        ('title = "A"\ntimezone = "Mars/Base"', 2, "Europe/Berlin"),
        ("\nper_page = 0", 2, "greater than or equal to 1"),
        ('[shows.podcast]\ntype = "odd"', 2, "episodic"),
        ('[shows.tags]\ntitle = "Tags"', 1, "another name"),
        ('[redirects]\n"old" = "/new"', 2, "pattern"),
        ('title = "A"\naccent = "greenish"', 2, "a colour such as"),
        ('font = "Inter; x"', 1, "families"),
        ("radius = true", 1, "a text in quotes"),
        ('\nper_page = "x"', 2, "a whole number"),
        ('explicit = "perhaps"', 1, "true or false"),
        ("categories = 7", 1, "a list"),
        ("redirects = 7", 1, "a table"),
        ("[shows]\npodcast = 7", 2, "a table"),
        ('\nradius = "big"', 2, "a length such as"),
        ('[security]\nallow = ["https://a.example/path"]', 2, "an origin such as"),
        ('security = "none"', 1, "as security"),
        ('hubs = ["hub.example"]', 1, "begins with https://"),
        ('[shows.podcast]\npodcast_guid = "7"', 2, "a UUID such as"),
        ('\nnew_feed_url = "x"\n[shows.podcast]\nnew_feed_url = "x"', 4, "begins with https://"),
        ('funding = {"" = "https://a.example"}', 1, "a label"),
        ('medium = "tv"', 1, "one of podcast, music"),
        ('location = {name = "Here", geo = "here"}', 1, "a geo such as"),
        ('location = {name = "Here", osm = "X1"}', 1, "an osm such as"),
        ('update_frequency = {rrule = "sometimes"}', 1, "an rrule such as"),
        ('podroll = [{title = "No address"}]', 1, "the url or the guid"),
        ('license = {url = "https://a.example"}', 1, "name"),
        ("feed_limit = -1", 1, "greater than or equal to 0"),
        ('[shows.podcast.seasons]\n0 = "Nothing"', 2, "pattern"),
        ('[shows.shows]\ntitle = "Shows"', 1, "another name"),
    ],
)
def test_a_bad_key_costs_only_itself(text: str, line: int, expected: str) -> None:
    """An invalid value in site.toml is reported with its line and left out; the rest of the file applies."""
    site, problems = parse_site(f'{text}\n[shows.other]\ntitle = "Other"\n')
    assert [show.title for show in site.shows if show.slug == "other"] == ["Other"]
    assert (problems[0].line, expected in problems[0].expected) == (line, True)


def test_feeds_keys_come_from_the_site() -> None:
    """A show inherits the site's keys for feeds; an empty value in its table overrides one."""
    site, problems = parse_site(
        'hubs = ["https://h.example", "https://h.example"]\nfunding = {"Tip" = "https://t.example"}\nfeed_limit = 9\n'
        'license = "cc0-1.0"\ncategories = ["History"]\nexplicit = true\ncopyright = "Me"\n'
        '[shows.a]\nfunding = []\nhubs = []\nfeed_limit = 0\nlocked = false\nseasons = {1 = "One"}\n'
    )
    a, b = with_shows(site, ["b"]).shows
    assert problems == ()
    assert (site.hubs, a.hubs, b.hubs) == (("https://h.example",), (), ("https://h.example",))
    assert (a.feed.funding, a.feed.limit, a.feed.locked, a.feed.seasons) == ((), 0, False, {"1": "One"})
    assert (b.feed.funding, b.feed.limit, b.feed.locked) == ((Link("Tip", "https://t.example"),), 9, True)
    assert a.feed.license == b.feed.license == License("cc0-1.0")
    assert (b.categories, b.explicit, b.copyright) == ((Category("History"),), True, "Me")


def test_the_theme_is_checked_and_made_plain() -> None:
    """Theme keys are checked: a colour becomes hexadecimal, a number a length in px, and empty values are ignored."""
    site, problems = parse_site('accent = "hsl(0, 100%, 50%)"\nfont = "Open Sans, serif"\nradius = 0.5\n')
    assert (site.theme, problems) == (Theme("#ff0000", '"Open Sans", serif', "0.5px"), ())
    assert parse_site('accent = ""\nfont = ""\nradius = ""')[0].theme == Theme()


def test_audio_on_another_host() -> None:
    """A show inherits the site's audio_url unless it has another or an empty one; an invalid one is left out."""
    site, problems = parse_site(
        'audio_url = "https://cdn.example"\n[shows.a]\n[shows.b]\naudio_url = ""\n[shows.c]\naudio_url = "https://c.example/{file}"\n'
    )
    assert {show.slug: show.audio_url for show in site.shows} == {
        "a": "https://cdn.example/{show}/{file}", "b": "", "c": "https://c.example/{file}",
    }  # fmt: skip
    assert problems == ()
    site, problems = parse_site('audio_url = "cdn"\n[shows.a]\naudio_url = "https://c.example/{show}"\n')
    assert [show.audio_url for show in site.shows] == [""]
    assert [problem.line for problem in problems] == [1, 3]


def test_a_bad_origin_costs_only_itself() -> None:
    """The valid origins of a list with an invalid one are allowed, each once."""
    site, problems = parse_site(
        '[security]\nallow = ["https://a.example", "https://b.example; script-src *", "https://*.C.example", "https://a.example"]'
    )
    assert site.allow == ("https://a.example", "https://*.c.example")
    assert [problem.line for problem in problems] == [2]


def test_unknown_keys_of_a_person_are_passed_over() -> None:
    """Unknown keys in the table of a show's host are ignored."""
    site, problems = parse_site('hosts = [{name = "Ann", shoes = "red"}]')
    assert (site.hosts, problems) == ((Person("Ann"),), ())


def test_unknown_keys_are_kept_for_liquid() -> None:
    """Unknown keys of site.toml are kept unchanged for Liquid."""
    assert parse_site('mood = "sunny"\n[more]\na = 2026-01-01')[0].extra == {
        "mood": "sunny",
        "more": {"a": "2026-01-01"},
    }


def test_what_is_not_toml_is_one_problem() -> None:
    """A syntax error in site.toml is one problem, with the error's line."""
    with pytest.raises(ContentError) as raised:
        parse_site('title = "A"\nurl = \n')
    assert raised.value.problem.line == 2


@given(st.text(alphabet="abshow.[]{}=\"'\n ,1#", max_size=80))
def test_no_text_raises_anything_else(text: str) -> None:
    """Any text as site.toml gives a site or ContentError."""
    with contextlib.suppress(ContentError):
        parse_site(text)


VALUES = st.recursive(
    st.sampled_from(['"x"', "3", "true", '"https://a.example"', '""']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda some: f"[{', '.join(some)}]")
        | st.lists(inner, max_size=2).map(lambda some: "{" + ", ".join(f"k{n} = {v}" for n, v in enumerate(some)) + "}")
    ),
    max_leaves=4,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "title",
                "url",
                "owner",
                "hosts",
                "links",
                "navigation",
                "categories",
                "redirects",
                "shows",
                "accent",
                "font",
                "radius",
                "security",
                "audio_url",
                "funding",
                "license",
                "location",
                "medium",
                "txt",
                "podroll",
                "update_frequency",
                "hubs",
                "feed_limit",
                "locked",
            ]
        ),
        VALUES,
    )
)
def test_no_value_of_any_shape_raises(keys: dict[str, str]) -> None:
    """Any TOML value under any key of site.toml gives a site and a list of problems."""
    site, _ = parse_site("\n".join(f"{key} = {value}" for key, value in keys.items()))
    assert site.title


def test_an_author_may_be_a_table() -> None:
    """An author table, as in Jekyll's sites, gives the name, and Liquid reads the rest."""
    site, problems = parse_site('author = {name = "Ann", email = "a@b.example"}')
    assert (site.author, site.extra["author"]["email"], problems) == ("Ann", "a@b.example", ())


@pytest.mark.parametrize(
    ("text", "name", "so"),
    [
        ('hosts = [{name = "Ann", image = 5}, "Bo"]', "hosts.0.image", lambda site: [h.name for h in site.hosts] == ["Ann", "Bo"]),
        ('hosts = ["Ann", 5]', "hosts.1", lambda site: [host.name for host in site.hosts] == ["Ann"]),
        ('owner = {name = "Ann", email = [1]}', "owner.email", lambda site: site.owner.name == "Ann"),
        ('navigation = [{label = "A", url = "/a"}, {label = "B"}]', "navigation.1.url", lambda site: [n.label for n in site.navigation] == ["A"]),
        ('navigation = {A = "/a", B = 3}', "navigation", lambda site: site.navigation == (Link("A", "/a"),)),
        ('license = {name = "cc0-1.0", url = "nowhere"}', "license.url", lambda site: site.feed.license == License("cc0-1.0")),
        ('location = {name = "Here", geo = "x", osm = "R1"}', "location.0.geo", lambda site: site.feed.locations == (Location("Here", "", "R1"),)),
        ('funding = {A = "https://a.example", B = "b"}', "funding", lambda site: [f.label for f in site.feed.funding] == ["A"]),
        ('podroll = [{url = "https://a.example", guid = "x"}]', "podroll.0.guid", lambda site: site.feed.podroll[0].url == "https://a.example"),
        ('update_frequency = {text = "weekly", start = "soon"}', "update_frequency.start", lambda site: site.feed.schedule.text == "weekly"),
        ('hubs = ["https://h.example", "h"]', "hubs.1", lambda site: site.hubs == ("https://h.example",)),
        ('txt = ["a", {text = "b", purpose = 3}]', "txt.1.purpose", lambda site: [t.text for t in site.feed.txt] == ["a", "b"]),
        ('[shows.a]\nseasons = {1 = "One", 2 = 2}', "shows.a.seasons.2", lambda site: site.shows[0].feed.seasons == {"1": "One"}),
        ('[shows.a]\nlinks = [{label = "A", url = "/a"}, 3]\ntitle = "T"', "shows.a.links.1", lambda site: site.shows[0].title == "T"),
        ('[redirects]\n"/a" = "/b"\n"/c" = 3', "redirects./c", lambda site: site.redirects == {"/a": "/b"}),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_part_of_a_value_costs_itself(text: str, name: str, so: Callable[[Site], bool]) -> None:
    """Only the invalid part of a list or of a table in site.toml is left out."""
    site, problems = parse_site(text)
    assert [name in problem.expected for problem in problems] == [True]
    assert so(site)
