"""Parsing of an episode's Markdown file."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwave.content.episodes.enclosures import fill_episode_pattern
from longwave.content.episodes.episode_file import ParsedEpisode, parse_episode
from longwave.errors import ContentError
from longwave.model import Appearance, Chapter, License, Link, Location, Person, Show, Site, Soundbite

ME = Person("Ada")
SITE = Site("Site", "", "", "en", "Europe/Berlin", "Ada", ME)
SHOW = Show("podcast", "Podcast", "", "en", "Ada", ME)


def parse(matter: str, name: str = "2026-03-01-7-hello.md", show: Show = SHOW, modified: float = 0) -> ParsedEpisode:
    """Return the episode parsed from a file with this front matter."""
    return parse_episode(f"content/podcast/{name}", f"---\n{matter}\n---\nHello\n", SITE, show, modified)


def test_the_name_gives_date_slug_and_number() -> None:
    """An episode's date, slug and number are read from its file's name."""
    episode = parse("title: A").episode
    assert (episode.slug, episode.number, episode.path) == ("7-hello", 7, "/podcast/7-hello")
    assert episode.date.isoformat() == "2026-03-01T00:00:00+01:00"


def test_front_matter_overrules_the_name() -> None:
    """Date, slug and number of the front matter take precedence over those in the file's name."""
    episode = parse("title: A\ndate: 2019-11-18 12:00:00 -0500\nslug: Other One\nnumber: 42").episode
    assert (episode.slug, episode.number) == ("other-one", 42)
    assert episode.date == datetime(2019, 11, 18, 17, tzinfo=UTC)


def test_a_file_without_a_date_has_its_own_time_and_is_reported() -> None:
    """An episode without a date gets its file's modification time, and a problem is reported."""
    parsed = parse("title: A", "hello.md", modified=1_700_000_000)
    assert parsed.episode.date == datetime.fromtimestamp(1_700_000_000, UTC)
    assert "a date in the file's name" in str(parsed.problems[0])


def test_jekyll_guests_are_read() -> None:
    """The keys guest, guest_2_… of a Jekyll podcast site name people with their title, avatar and links."""
    episode = parse(
        "title: A\nguest: Ann Lee\nguest_avatar: ann.jpg\nguest_website: https://ann.example\nguest_twitter: '@ann'\n"
        "guest_title: Engineer\nguest_2_name: Bob\nguest_2_website: Bob's page\nguest_2_website_href: https://bob.example"
    ).episode
    ann, bob = episode.guests
    assert (ann.name, ann.title, ann.avatar) == ("Ann Lee", "Engineer", "ann.jpg")
    assert ann.links == (Link("ann.example", "https://ann.example"), Link("Twitter", "https://twitter.com/ann"))
    assert bob.links == (Link("Bob's page", "https://bob.example"),)


def test_what_only_feeds_read() -> None:
    """The keys for feeds (soundbites, alternates, license, place) are read; plain text counts as a map with one key."""
    episode = parse(
        'title: A\nsoundbites: [{start: "1:21", duration: 30, title: B}]\nlicense: cc0-1.0\nlocation: Paris\n'
        "alternates: [a.opus, {audio: 'https://c.example/v.mp4', type: video/mp4, bytes: 9, bitrate: 8, title: Film}]"
    ).episode
    assert episode.soundbites == (Soundbite(81, 30, "B"),)
    small, film = episode.alternates
    assert (small.enclosure.file, small.enclosure.type, small.enclosure.expected) == ("a.opus", "audio/ogg", True)
    assert (film.enclosure.url, film.enclosure.bytes) == ("https://c.example/v.mp4", 9)
    assert (film.enclosure.type, film.bitrate, film.title) == ("video/mp4", 8, "Film")
    assert (episode.license, episode.locations) == (License("cc0-1.0"), (Location("Paris"),))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("soundbites: [{start: soon, duration: 3}]", "a list such as"),
        ("soundbites: [{start: 3, duration: 0}]", "a list such as"),
        ("alternates: [{title: A}]", "a list of files"),
        ("license: {url: 'https://a.example'}", "an SPDX license such as"),
        ("location: {name: Here, geo: there}", "a geo such as"),
    ],
)
def test_what_feeds_cannot_use_is_reported(line: str, expected: str) -> None:
    """An invalid value of a key for feeds is a warning at its line, and the episode is published without it."""
    (problem,) = parse(f"title: A\n{line}").problems
    assert (problem.line, problem.level, problem.hint) == (3, "warning", "It is left out.")
    assert problem.expected.startswith(expected)


def test_jekyll_names_a_second_guest_without_a_suffix_too() -> None:
    """The key guest_2 names the second guest, as guest names the first."""
    assert [guest.name for guest in parse("title: A\nguest: Ann\nguest_2: Bob\nguest_3: Cy").episode.guests] == [
        "Ann",
        "Bob",
        "Cy",
    ]


def test_modern_guests_are_read() -> None:
    """The key guests is a list of people with role and accounts, whose handles become addresses."""
    episode = parse(
        "title: A\nguests:\n  - {name: Ann, role: co-host, mastodon: '@ann@fosstodon.org', github: ann}\n  - Bob"
    ).episode
    assert [(guest.name, guest.role) for guest in episode.guests] == [("Ann", "co-host"), ("Bob", "guest")]
    assert {link.url for link in episode.guests[0].links} == {"https://fosstodon.org/@ann", "https://github.com/ann"}


def test_all_known_keys_reach_the_model() -> None:
    """Each known key of front matter sets a field of the episode, and unknown ones are kept for templates."""
    episode = parse(
        "title: A\nhas_sponsor: true\nupdated_on: 2026-04-01\nunder_review: true\nmp3_bytes: '55765368'\n"
        "mp3_duration: '58:05'\nseason: 2\nepisode_type: bonus\nexplicit: true\nimage: a.png\naliases: [/old, older]\n"
        "guid: g\nchapters: [{start: '1:21', title: T}]\ntranscript: t.vtt\nmood: sunny\ntags: [aws, 'C#']"
    ).episode
    assert episode.enclosure is not None
    assert (episode.enclosure.bytes, episode.enclosure.seconds) == (55765368, 3485)
    assert (episode.season, episode.episode_type, episode.explicit, episode.guid) == (2, "bonus", True, "g")
    assert (episode.image, episode.aliases, episode.transcript) == ("a.png", ("/old", "/podcast/older"), "t.vtt")
    assert (episode.tags, episode.page["mood"], episode.page["under_review"]) == (("aws", "C#"), "sunny", True)
    assert episode.chapters == (Chapter(81, "T"),)
    assert episode.updated is not None


@pytest.mark.parametrize(
    ("matter", "audio", "expected"),
    [
        ("title: A", "", "7-hello.mp3"),
        ("title: A", "running-in-production-{number}.mp3", "running-in-production-7.mp3"),
        ("title: A\naudio: special.m4a", "p-{number}.mp3", "special.m4a"),
    ],
)
def test_audio_is_named_by_episode_pattern_or_slug(matter: str, audio: str, expected: str) -> None:
    """An episode's audio file is named by its own key, else by the show's audio pattern, else by the slug."""
    show = Show("podcast", "Podcast", "", "en", "Ada", ME, audio=audio)
    enclosure = parse(matter, show=show).episode.enclosure
    assert enclosure is not None
    assert enclosure.file == expected


def test_audio_may_lie_on_the_shows_other_host() -> None:
    """The show's audio_url gives an episode's file its address; an address in the front matter stays."""
    show = Show("podcast", "Podcast", "", "en", "Ada", ME, audio_url="https://cdn.example/{show}/{file}")
    enclosure = parse("title: A\naudio: b ü.m4a\nmp3_duration: 58:05", show=show).episode.enclosure
    assert enclosure is not None
    assert (enclosure.url, enclosure.file) == ("https://cdn.example/podcast/b%20%C3%BC.m4a", "b ü.m4a")
    own = parse("title: A\naudio: https://own.example/a.mp3", show=show).episode.enclosure
    assert own is not None
    assert (own.url, own.file) == ("https://own.example/a.mp3", "")


def test_audio_elsewhere_has_an_address_for_machines() -> None:
    """The enclosure's address of audio on another host is percent-encoded."""
    there = replace(SHOW, audio_url="https://пример.рф/größe/{file}")
    for matter, show in (("audio: https://пример.рф/größe/a 1.mp3", SHOW), ("audio: a 1.mp3", there)):
        enclosure = parse(f"title: A\n{matter}", show=show).episode.enclosure
        assert enclosure is not None
        assert enclosure.url == "https://xn--e1afmkfd.xn--p1ai/gr%C3%B6%C3%9Fe/a%201.mp3"


def test_audio_may_lie_elsewhere() -> None:
    """A web address under the key audio becomes the enclosure's address."""
    enclosure = parse("title: A\naudio: https://cdn.example.com/a.mp3?x=1").episode.enclosure
    assert enclosure is not None
    assert (enclosure.url, enclosure.file, enclosure.type) == ("https://cdn.example.com/a.mp3?x=1", "", "audio/mpeg")


def test_a_category_is_only_compared() -> None:
    """An episode's category that differs from its show's folder is a warning and changes nothing."""
    parsed = parse("title: A\ncategory: interview")
    assert parsed.episode.show == "podcast"
    assert [problem.level for problem in parsed.problems] == ["warning"]


@pytest.mark.parametrize(
    ("matter", "line", "expected"),
    [
        ("description: B", 1, "a title"),
        ("title: [A]", 2, "a title"),
        ("title: A\ndate: soon", 3, "a date"),
        ("title: A\ndate: [a]", 3, "a text in quotes"),
        # If such a value were ignored, a draft might be published, or podcast apps might take the episode for another.
        ("title: A\ndraft: perhaps", 3, "true or false"),
        ("title: A\npublished: [a]", 3, "true or false"),
        ("title: A\nslug: [a]", 3, "a text in quotes"),
        ("title: A\nguid: {a: b}", 3, "a text in quotes"),
    ],
)
def test_what_an_episode_can_not_be_without(matter: str, line: int, expected: str) -> None:
    """A missing title, an invalid date, or an invalid key that decides about publication is an error."""
    with pytest.raises(ContentError) as raised:
        parse(matter)
    assert expected in raised.value.problem.expected
    assert (raised.value.problem.line, raised.value.problem.level) == (line, "error")


@pytest.mark.parametrize(
    ("matter", "line", "expected", "left"),
    [
        ("tags: [a, [3], b]", 3, "tags", {"tags": ("a", "b")}),
        ("tag: {a: 3}", 3, "tags", {"tags": ()}),
        ("explicit: perhaps", 3, "true or false", {"explicit": None}),
        ("description: [a]\nsummary: B", 3, "a text in quotes", {"description": "B"}),
        ("image: {height: 3}", 3, "a picture", {"image": ""}),
        ("transcript: [a]", 3, "a text in quotes", {"transcript": ""}),
        ("number: many", 3, "a number such as 7 or 1.5", {"number": 7}),
        ("season: winter", 3, "a whole number", {"season": None}),
        ("season: -1", 3, "a whole number", {"season": None}),
        ("updated_on: lately", 3, "a date", {"updated": None}),
        ("category: {a: b}", 3, "a text in quotes", {"show": "podcast"}),
        ("guid_is_permalink: often", 3, "true or false", {"guid_is_permalink": False}),
        ("aliases: [/old, [3]]", 3, "old addresses", {"aliases": ("/old",)}),
        ("aliases: ['http://[x', /old]", 3, "on this site", {"aliases": ("/old",)}),
        ("aliases: [//evil, old]", 3, "on this site", {"aliases": ("/podcast/old",)}),
        ("aliases: ['', /old]", 3, "on this site", {"aliases": ("/old",)}),
        ("aliases: [/old/../x, /old.html]", 3, "on this site", {"aliases": ("/old.html",)}),
        ("aliases: ['/?p=3']", 3, "on this site", {"aliases": ()}),
        ("aliases: '/old#top /old'", 3, "on this site", {"aliases": ("/old",)}),
        ("guests: 3", 3, "names", {"guests": ()}),
        ("guests: [3, Ann]", 3, "names", {"guests": (Appearance("Ann"),)}),
        ("guests: [{role: host}, Ann]", 3, "a guest's name", {"guests": (Appearance("Ann"),)}),
        ("guest: A\nguest_website: '#'", 4, "https://", {"guests": (Appearance("A"),)}),
        ("guest: A\nguest_website: [a]", 4, "https://", {"guests": (Appearance("A"),)}),
        ("guest_2_name: A\nguest_2_website: B\nguest_2_website_href: no", 5, "https://", {"guests": (Appearance("A"),)}),
        ("guest: A\nguest_mastodon: '@a@b'", 4, "a name on a server", {"guests": (Appearance("A"),)}),
        ("guest: A\nguest_title: [a]", 4, "text as the guest's title", {"guests": (Appearance("A"),)}),
        ("guest: A\nguest_avatar: {a: b}", 4, "text as the guest's avatar", {"guests": (Appearance("A"),)}),
        ("guest_2_name: 3", 3, "a guest's name", {"guests": ()}),
        ("guests:\n- {name: A, website: nowhere}", 3, "https://", {"guests": (Appearance("A"),)}),
        ("guests:\n- {name: A, role: [x], title: T}", 3, "guest's role", {"guests": (Appearance("A", title="T"),)}),
        ("episode_type: odd", 3, "full, trailer or bonus", {"episode_type": "full"}),
        ("chapters: [{start: x}]", 3, "a start such as", {"chapters": ()}),
        ("chapters: [3, {start: 5, title: B}]", 3, "a start and a title", {"chapters": (Chapter(5, "B"),)}),
        ("chapters: {a: b}", 3, "a start such as", {"chapters": ()}),
        ("soundbites: [3, {start: 3, duration: 3}]", 3, "a list such as", {"soundbites": (Soundbite(3, 3, ""),)}),
        ("soundbites: [{start: 3, duration: 3, title: [a]}]", 3, "a list such as", {"soundbites": (Soundbite(3, 3, ""),)}),
        ("alternates: [{title: A}]", 3, "a list of files", {"alternates": ()}),
        ("license: {name: cc0-1.0, url: nowhere}", 3, "an address", {"license": License("cc0-1.0")}),
        ("location: {name: Here, geo: there}", 3, "a geo", {"locations": (Location("Here"),)}),
        ("location: [a, 5]", 3, "a place", {"locations": (Location("a"),)}),
    ],
)  # fmt: skip
def test_what_is_only_shown_costs_itself(matter: str, line: int, expected: str, left: dict[str, object]) -> None:
    """An invalid value that is only shown is left out with a warning at its line; the values beside it stay."""
    parsed = parse(f"title: A\n{matter}")
    assert [(problem.line, problem.level) for problem in parsed.problems] == [(line, "warning")]
    assert all(expected in problem.expected for problem in parsed.problems)
    assert {key: getattr(parsed.episode, key) for key in left} == left


@pytest.mark.parametrize("key", ["mp3_duration", "mp3_bytes", "audio"])
def test_what_is_said_of_the_sound_costs_itself(key: str) -> None:
    """An invalid length or size is replaced by the audio file's, and an invalid audio name by the default one."""
    parsed = parse(f"title: A\n{key}: [long]")
    assert parsed.episode.enclosure is not None
    assert (parsed.episode.enclosure.file, parsed.episode.enclosure.seconds) == ("7-hello.mp3", 0)
    assert [problem.level for problem in parsed.problems] == ["warning"]


@pytest.mark.parametrize(("pattern", "key"), [("ep-{number}", "number"), ("s{season}", "season")])
def test_what_a_guid_is_made_of_is_needed(pattern: str, key: str) -> None:
    """An invalid episode number is an error if the show's guid pattern contains the number."""
    with pytest.raises(ContentError, match="number"):
        parse(f"title: A\n{key}: many", show=replace(SHOW, guid=pattern))


def test_many_mistakes_are_no_front_matter() -> None:
    """An episode's file with more than a hundred invalid values is reported in one line."""
    with pytest.raises(ContentError, match="more than 100 mistakes"):
        parse(f"title: A\ntags: {[[number] for number in range(200)]}")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("tags: [2024, python, null]", {"tags": ("2024", "python")}),
        ("tag: machine learning\ntags: a b", {"tags": ("machine learning", "a", "b")}),
        ("tag: [a, 3]", {"tags": ("a", "3")}),
        ("image: {path: a.png, height: 3}", {"image": "a.png"}),
        ("explicit: clean", {"explicit": False}),
        ("explicit: 'Yes'", {"explicit": True}),
        ("explicit: No", {"explicit": False}),
        ("episode_type: Full", {"episode_type": "full"}),
        ("category: [podcast, x]", {}),
        ("category: []", {}),
        ("transcript: true", {"transcript": ""}),
        ("guest: Ann\nguest_mastodon: '@ann'", {"guests": (Appearance("Ann"),)}),
    ],
)
def test_what_jekyll_sites_write_is_read(line: str, found: dict[str, object]) -> None:
    """Keys and values as Jekyll, its plugins and older feeds spell them keep the meaning that they have there."""
    parsed = parse(f"title: A\n{line}")
    assert {key: getattr(parsed.episode, key) for key in found} == found
    assert parsed.problems == ()


def test_only_the_date_may_stand_in_the_name() -> None:
    """The hint for an invalid `date` offers the file's name as its place; that for an invalid `updated_on` doesn't."""
    with pytest.raises(ContentError, match="file's name"):
        parse("title: A\ndate: soon")
    assert "name" not in parse("title: A\nupdated_on: soon").problems[0].hint


@pytest.mark.parametrize(
    "written",
    [
        '[{start: "0:05.5", title: Five}, {start: 9, title: Nine}]',
        "['0:05.5 Five', '0:09 -- Nine']",
        '{"0:05.5": Five, "0:09": Nine}',
        "\n- 00:00:05.500 Five\n- 0:09: Nine",
        "|\n  0:05.5 Five\n  0:09 Nine",
    ],
)
def test_chapters_are_written_in_several_ways(written: str) -> None:
    """Chapters in front matter are a list of maps or of lines, a map of times, or a text of lines."""
    parsed = parse(f"title: A\nchapters: {written}")
    assert parsed.episode.chapters == (Chapter(5.5, "Five"), Chapter(9, "Nine"))
    assert (parsed.episode.chapters_file, parsed.problems) == ("", ())


def test_a_single_chapter_needs_no_list() -> None:
    """A map with a start is one chapter, and so is a text of one line with a time."""
    for written in ("{start: 5, title: Five}", '"0:05 Five"'):
        assert parse(f"title: A\nchapters: {written}").episode.chapters == (Chapter(5, "Five"),)


def test_chapters_may_be_the_name_of_a_file() -> None:
    """A text instead of a list under the key chapters is the name of the chapters file."""
    episode = parse("title: A\nchapters: a.json").episode
    assert (episode.chapters, episode.chapters_file) == ((), "a.json")


def test_patterns_fill_what_they_know() -> None:
    """Known placeholders of a pattern are replaced by the episode's values, and unknown ones stay."""
    assert (
        fill_episode_pattern("{show}-{number}-{date}-{slug}-{x}", parse("title: A").episode)
        == "podcast-7-2026-03-01-7-hello-{x}"
    )


KEYS = st.sampled_from(
    [
        "title",
        "date",
        "tags",
        "guest",
        "guests",
        "guest_website",
        "mp3_bytes",
        "mp3_duration",
        "number",
        "slug",
        "audio",
        "aliases",
        "chapters",
        "updated_on",
        "draft",
        "explicit",
    ]
)
VALUES = st.sampled_from(
    [
        "",
        "x",
        "[]",
        "[1, [2]]",
        "-1",
        "99999999999999999999",
        "~",
        "true",
        "'\\'",
        "1:2:3",
        "https://[",
        "[{name: 3}]",
        "!!binary x",
        "2019-99-99",
    ]
)


@given(st.dictionaries(KEYS, VALUES | st.text(max_size=12), max_size=8))
def test_no_front_matter_raises_anything_else(meta: dict[str, str]) -> None:
    """Any front matter gives an episode or raises ContentError."""
    with contextlib.suppress(ContentError):
        parse("\n".join(f"{key}: {value}" for key, value in meta.items()))


@pytest.mark.parametrize("title", ["' '", '"\\x01"'])
def test_a_title_has_words(title: str) -> None:
    """A blank title is an error, as a missing one is, since the feed's item would have no title."""
    with pytest.raises(ContentError, match="title"):
        parse(f"title: {title}")


def test_chapters_in_front_matter_are_as_all_others() -> None:
    """A chapter in front matter without a title, or later than any recording lasts, is left out."""
    episode = parse(
        "title: A\nchapters:\n- {start: '0:00', title: ''}\n- {start: 999999999, title: x}\n- {start: '0:05', title: Five}"
    ).episode
    assert episode.chapters == (Chapter(5, "Five"),)
