"""The import of Jekyll sites by Jekyll's own rules for addresses, settings, dates and guids."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jekyll_site import JekyllSite

from longwave.content.episodes.episode_file import parse_episode
from longwave.content.site.redirects import path_spellings, redirect_target
from longwave.content.site.site_toml import parse_site
from longwave.errors import LongwaveError
from longwave.model import Episode
from longwave.moving.import_report import Report
from longwave.moving.jekyll import carry_out, old_addresses, plan
from longwave.moving.jekyll.import_parts import NewFile, write_files
from longwave.moving.jekyll.jekyll_site import SourceSite, open_jekyll_site
from longwave.moving.jekyll.old_audio import plan_audio
from longwave.moving.jekyll.old_feeds import read_feeds
from longwave.moving.jekyll.old_guids import guid_settings
from longwave.moving.jekyll.old_media import redirects_by_folder
from longwave.moving.jekyll.permalinks import (
    fill_permalink,
    jekyll_slug,
    page_address,
    permalink_template,
    permalink_values,
    post_id,
)
from longwave.moving.jekyll.placed_posts import place_posts
from longwave.moving.jekyll.posts import Post, read_posts
from longwave.moving.jekyll.show_decisions import decide_shows
from longwave.moving.jekyll.show_patterns import common_pattern
from longwave.moving.jekyll.site_settings import site_toml_from_config

NOW = datetime(2026, 1, 31, tzinfo=UTC)
DATE = datetime(2019, 3, 7, 9, 5, tzinfo=UTC)


@pytest.fixture
def old(tmp_path: Path) -> JekyllSite:
    """Return a Jekyll site with one post."""
    site = JekyllSite(tmp_path / "old")
    site.post("2019-03-07-1-first.md", category="podcast")
    return site


def opened(site: JekyllSite) -> SourceSite:
    """Return the site as the importer reads it."""
    return open_jekyll_site(site.root, site.root.parent / "new")


def placed(site: JekyllSite) -> tuple[tuple[Post, ...], Report]:
    """Return the site's posts in their places in the new site, and the report of both reading and placing them."""
    source = opened(site)
    posts, report = read_posts(source, NOW)
    shows = decide_shows(source, posts, read_feeds(source, posts))
    there, placed_report = place_posts(source, posts, shows.by_post, NOW)
    return there, report + placed_report


def settings(site: JekyllSite, *texts: str) -> dict[str, object]:
    """Return the values of the site.toml made of the site's ``_config.yml``; assert that it has no problems."""
    toml, _ = site_toml_from_config(opened(site), {"podcast": {}}, {}, texts, [])
    assert parse_site(toml)[1] == ()
    return tomllib.loads(toml)


@pytest.mark.parametrize(
    ("style", "address"),
    [
        ("", "/a b/podcast/2019/03/07/My_First.html"),
        ("date", "/a b/podcast/2019/03/07/My_First.html"),
        ("pretty", "/a b/podcast/2019/03/07/My_First/"),
        ("ordinal", "/a b/podcast/2019/066/My_First.html"),
        ("weekdate", "/a b/podcast/2019/W10/Thu/My_First.html"),
        ("none", "/a b/podcast/My_First.html"),
        ("/:slugified_categories/:i_month-:i_day/:slug", "/a-b/podcast/3-7/my-first"),
        ("/:short_year/:long_month/:hour:minute/:name", "/19/March/0905/2019-03-07-my-first"),
        ("/x/:unknown/:title/", "/x/:unknown/My_First/"),
        ("/../:title", "/My_First"),
    ],
)
def test_permalinks(style: str, address: str) -> None:
    """Each permalink style and each placeholder of a permalink template gives the same address as in Jekyll 4.3."""
    values = permalink_values("My_First", "2019-03-07-My_First", ("A b", "podcast", "a B"), DATE)
    assert fill_permalink(permalink_template(style), values) == address


@pytest.mark.parametrize(
    ("name", "permalink", "style", "address"),
    [
        ("about.md", "", "date", "/about.html"),
        ("about.md", "", "pretty", "/about/"),
        ("a/index.html", "", "pretty", "/a/"),
        ("about.md", "", "/:categories/:title", "/about"),
        ("about.md", "", "/:categories/:title/", "/about/"),
        ("about.md", "/over/here/", "pretty", "/over/here/"),
        ("a/feed.xml", "", "pretty", "/a/feed.xml"),
    ],
)
def test_addresses_of_pages(name: str, permalink: str, style: str, address: str) -> None:
    """A page's address ends as those of posts do, unless it has a permalink; other files keep their names."""
    assert page_address(name, permalink, style) == address


def test_slugs_are_jekylls() -> None:
    """In Jekyll's slugs letters of all scripts stay, all else is a hyphen; "pretty" keeps case and ._~!$&'()+,;=@."""
    assert jekyll_slug("Über_uns: C++ & 5%") == "über-uns-c-5"
    assert jekyll_slug("Über_uns (C++)", pretty=True) == "Über_uns-(C++)"
    assert post_id("/podcast/2019/03/07/first/", "first") == "/podcast/2019/03/07/first"


def episode(number: int, slug: str) -> Episode:
    """Return an episode with this number and slug, whose other values don't matter."""
    return Episode("podcast", f"{number}-{slug}", "", slug, DATE, number=number)


def test_a_pattern_stands_for_many() -> None:
    """A pattern with {number}, {slug} or {date} that fits most episodes' values is found; one episode gives none."""
    these = [episode(number, slug) for number, slug in enumerate("abcd", 1)]
    assert common_pattern([(one, f"ep-{one.number}.mp3") for one in these]) == "ep-{number}.mp3"
    assert common_pattern([(one, f"x:{one.slug}/2019-03-07") for one in these]) == "x:{slug}/{date}"
    assert common_pattern([(one, f"{one.number}" if one.number != 2 else "two") for one in these]) == "{number}"
    assert common_pattern([(one, one.title * 3) for one in these]) == ""
    assert common_pattern([(these[0], "ep-1.mp3")]) == ""
    assert common_pattern([(one, "episode.mp3") for one in these]) == ""
    assert common_pattern([(one, f"{one.number}.mp3") for one in these], lambda found: "number" not in found) == ""


def test_other_spellings_redirect_too() -> None:
    """A redirect also applies to its path with or without a final slash, .html or index.html; the exact path wins."""
    assert set(path_spellings("/a/index.html")) == set(path_spellings("/a")) | {"/a/index.html"}
    assert path_spellings("/") == ("/",)
    redirects = {"/{page}": "/pages/{page}", "/a": "/b"}
    assert (redirect_target(redirects, "/a"), redirect_target(redirects, "/c"), redirect_target(redirects, "/c/d")) == (
        "/b",
        "/pages/c",
        None,
    )


def test_folders_become_one_line() -> None:
    """Files that move to another folder share one redirect; each renamed file has its own, before the shared one."""
    rules = redirects_by_folder({"/a/x.png": "/b/x.png", "/a/y.png": "/b/y.png", "/a/z.png": "/c/w.png"})
    assert list(rules.items()) == [("/a/z.png", "/c/w.png"), ("/a/{file}", "/b/{file}")]


def test_patterns_of_redirects_are_checked(old: JekyllSite) -> None:
    """One redirect pattern covers the posts that it leads to the right page; other posts get redirects of their own."""
    old.put("_config.yml", "permalink: date\n")
    old.post("2019-03-07-Two_Words.md", category="podcast")
    posts, _ = placed(old)
    assert old_addresses.post_redirects(posts) == {
        "/podcast/2019/03/07/Two_Words.html": "/podcast/two-words",
        "/podcast/{year}/{month}/{day}/{slug}.html": "/podcast/{slug}",
    }


def test_the_settings_move(old: JekyllSite) -> None:
    """Values of _config.yml are written to site.toml, and those that the posts' Liquid reads keep their names."""
    old.put(
        "_config.yml",
        'title: "A: b"\nurl: https://pod.example/\nlang: pt_BR\ntimezone: Europe/Lisbon\nauthor: Ann\nemail: a@b.c\n'
        "itunes_category: Society & Culture/Documentary\nexplicit: no\npaginate: 7\nunread: 1\nmine: {a: [1, x]}\n"
        "social: {mastodon: m}\noff: false\n",
    )
    toml = settings(old, "{{ site.mine.a }}{% if site.off %}{% endif %}")
    assert toml == {
        "title": "A: b",
        "url": "https://pod.example",
        "language": "pt-BR",
        "timezone": "Europe/Lisbon",
        "author": "Ann",
        "owner": {"name": "Ann", "email": "a@b.c"},
        "categories": ["Society & Culture > Documentary"],
        "explicit": False,
        "per_page": 7,
        "mine": {"a": [1, "x"]},
        "off": False,
        "shows": {"podcast": {}},
    }


def test_unusable_settings_are_left(old: JekyllSite) -> None:
    """An unknown time zone, language or category in _config.yml is left out, and unknown settings are reported."""
    old.put(
        "_config.yml",
        "timezone: Mars/Base\nlang: 12\nitunes_category: Cooking\npaginate: many\nwhat: 1\nurl: nowhere\n",
    )
    toml, omissions = site_toml_from_config(opened(old), {}, {}, (), ())
    assert parse_site(toml)[1] == ()
    assert [one.subject for one in omissions if "what" in one.subject] == ["_config.yml: what"]


def test_data_that_is_read_moves(old: JekyllSite) -> None:
    """A file of _data that a post's Liquid reads is written to site.toml, be it list or map; other files aren't."""
    old.put("_data/crew.yml", "- name: Zed\n- name: Yan\n")
    old.put("_data/other.yml", "a: 1\n")
    toml = settings(old, "{% for one in site.data.crew %}{{ one.name }}{% endfor %}")
    assert toml["data"] == {"crew": [{"name": "Zed"}, {"name": "Yan"}]}


@pytest.mark.parametrize(
    ("name", "front", "show", "target"),
    [
        ("_posts/2020-01-01-a.md", "category: My Show", "my-show", "2020-01-01-a.md"),
        ("_posts/talks/2020-01-01-a.md", "", "talks", "2020-01-01-a.md"),
        ("_posts/2020/2020-01-01-a.md", "", "podcast", "2020-01-01-a.md"),
        ("Talks/_posts/2020-1-2-a.MARKDOWN", "category: other", "talks", "2020-1-2-a.MARKDOWN"),
        ("_posts/20-01-02-a.mkd", "categories: [one, two]", "one", "2020-01-02-a.md"),
        ("_posts/2020-01-01-a.md", "category: audio", "audio-show", "2020-01-01-a.md"),
    ],
)
def test_where_posts_go(old: JekyllSite, name: str, front: str, show: str, target: str) -> None:
    """A post's show is its first category, else its folder; Longwave reads date and slug from its new name."""
    old.put(name, f"---\ntitle: A\n{front}\n---\n")
    posts, _ = placed(old)
    post = next(post for post in posts if post.name == name)
    assert (post.show, post.target) == (show, f"content/{show}/{target}")
    assert post.episode is not None
    assert (post.episode.slug, post.episode.date.year) == ("a", 2020)


def test_defaults_of_the_settings_count(old: JekyllSite) -> None:
    """A category or permalink from the defaults of _config.yml applies, the narrower scope first."""
    old.put(
        "_config.yml",
        "defaults:\n  - {scope: {path: '', type: posts}, values: {category: all, permalink: /x/:title}}\n"
        "  - {scope: {path: _posts/some}, values: {category: some}}\n",
    )
    old.post("some/2020-01-01-a.md")
    old.post("2020-01-01-b.md")
    by_name = {post.name: (post.show, post.address) for post in placed(old)[0]}
    assert by_name["_posts/some/2020-01-01-a.md"] == ("some", "/x/a")
    assert by_name["_posts/2020-01-01-b.md"] == ("all", "/x/b")


@pytest.mark.parametrize(
    ("date", "hour", "told"),
    [
        ("2020-01-21 02:00:00", 21, True),
        ("2020-01-21T02:00:00", 21, True),
        ("2020-01-21 02:00:00.5", 21, True),
        ("2020-1-21 2:00:00   # a note", 21, True),
        ('"2020-01-21 02:00:00"', 2, False),
        ("2020-01-21 02:00", 2, False),
        ("2020-01-21", 0, False),
        ("2020-01-21 02:00:00 -0500", 2, False),
        ("2020-01-21 02:00:00 +0000", 21, False),
        ("2020-13-21 02:00:00", 0, False),
    ],
)
def test_dates_are_rubys(old: JekyllSite, date: str, hour: int, told: bool) -> None:
    """A post's date with neither zone nor quotes was UTC to Jekyll; site.toml states one that Longwave reads otherwise."""
    old.put("_config.yml", "timezone: America/New_York\npermalink: /:hour/:title\n")
    old.post("2020-01-21-a.md", category="podcast", date=date)
    assert placed(old)[0][-1].address == f"/{hour:02}/a"
    carry_out(plan(old.root, old.root / "new", NOW))
    toml = tomllib.loads((old.root / "new/content/site.toml").read_text("utf-8"))
    facts = toml["shows"]["podcast"].get("enclosures", {})
    assert [slug for slug, stated in facts.items() if stated == {"date": "2020-01-21 02:00:00 +0000"}] == ["a"] * told


def test_dates_without_a_zone_fit_a_site_in_utc(old: JekyllSite) -> None:
    """A post's date without a zone isn't reported for a site in UTC."""
    old.post("2020-01-21-a.md", date="2020-01-21 02:00:00")
    posts, report = placed(old)
    assert (posts[-1].date.hour, report.omissions) == (2, ())


@pytest.mark.parametrize(
    ("key", "value", "out"),
    [("published", "no", False), ("published", "Off", False), ("published", "yes", True), ("published", "n", True),
     ("draft", "yes", False), ("draft", "no", True)],
)  # fmt: skip
def test_truth_is_yamls(old: JekyllSite, key: str, value: str, out: bool) -> None:
    """In posts' front matter yes and on are true, no and off are false, as Jekyll reads YAML."""
    old.post("2020-01-21-a.md", **{key: value})
    assert placed(old)[0][-1].is_published == out


def test_the_future_may_be_published(old: JekyllSite) -> None:
    """A future post is published only with `future: yes` in the settings."""
    old.post("2026-02-01-a.md")
    assert not placed(old)[0][-1].is_published
    old.put("_config.yml", "future: yes\n")
    assert placed(old)[0][-1].is_published


def recordings(site: JekyllSite) -> dict[str, bytes]:
    """Import the site, and return the new site's audio files by their paths below content/audio."""
    carry_out(plan(site.root, site.root.parent / "new", NOW))
    audio = site.root.parent / "new/content/audio"
    return {path.relative_to(audio).as_posix(): path.read_bytes() for path in audio.rglob("*.mp3")}


def heard(site: JekyllSite) -> dict[str, str]:
    """Return the path of the audio file of each of the new site's episodes, by slug."""
    content = site.root.parent / "new/content"
    new_site = parse_site((content / "site.toml").read_text("utf-8"))[0]
    files = sorted((content / "podcast").glob("*.md"))
    parsed = (
        parse_episode(file.name, file.read_text("utf-8"), new_site, new_site.shows[0], 0).episode for file in files
    )
    return {one.slug: f"podcast/{one.enclosure.file}" for one in parsed if one.enclosure}


@pytest.mark.parametrize("numbers", [(1, 2, 3), ("a", "b", "c")])
def test_files_of_one_name_stay_apart(tmp_path: Path, numbers: tuple[object, ...]) -> None:
    """Recordings of the same name in a folder for each post are imported for their own episodes only."""
    old = JekyllSite(tmp_path / "old")
    for day, name in enumerate(numbers, 1):
        old.put(f"audio/{name}/episode.mp3", f"sound {name}")
        old.post(f"2019-03-0{day}-{name}-talk.md", category="podcast", mp3=f"/audio/{name}/episode.mp3")
    old.post("2019-04-01-text.md", category="podcast")
    files, named = recordings(old), heard(old)
    assert {slug: files.get(file) for slug, file in named.items()} == {
        **{f"{name}-talk": f"sound {name}".encode() for name in numbers},
        "text": None,
    }


def test_episodes_of_one_day_stay_apart(tmp_path: Path) -> None:
    """Recordings that are named by the posts' dates aren't confused on a day with two episodes."""
    old = JekyllSite(tmp_path / "old")
    for slug, file in (("a", "2019-03-01"), ("b", "2019-03-02"), ("c", "2019-03-03"), ("d", "2019-03-03-more")):
        old.put(f"audio/{file}.mp3", f"sound {slug}")
        old.post(f"{file[:10]}-{slug}.md", category="podcast", mp3=f"/audio/{file}.mp3")
    files, named = recordings(old), heard(old)
    assert {slug: files[file] for slug, file in named.items()} == {slug: f"sound {slug}".encode() for slug in "abcd"}


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """If two posts name recordings of the same file name, both are copied, and each episode gets its own."""
    old = JekyllSite(tmp_path / "old")
    for day in (1, 2):
        old.put(f"audio/{day}/e.mp3", f"sound {day}")
        old.post(f"2019-03-0{day}-{day}-talk.md", category="podcast", audio="e.mp3")
    item = "<item><link>/podcast/{0}-talk</link><guid>{0}</guid><enclosure url='/audio/{0}/e.mp3'/></item>"
    old.put("_config.yml", "permalink: /:categories/:title\n")
    old.put("_site/feed.xml", f"<rss><channel>{item.format(1)}{item.format(2)}</channel></rss>")
    assert recordings(old) == {"podcast/e.mp3": b"sound 1", "podcast/e-2.mp3": b"sound 2"}
    assert heard(old) == {"1-talk": "podcast/e.mp3", "2-talk": "podcast/e-2.mp3"}


def test_what_defaults_hide_stays_hidden(old: JekyllSite) -> None:
    """A post that only the defaults in _config.yml hide becomes a draft, and this is reported."""
    old.put(
        "_config.yml", "defaults: [{scope: {path: _posts/old}, values: {published: false, layout: x, image: a.png}}]\n"
    )
    old.post("old/2019-01-01-gone.md", category="podcast")
    old.post("old/2019-01-02-back.md", category="podcast", published="true", image="b.png")
    posts, report = placed(old)
    by_name = {post.name.rpartition("-")[2]: (post.target, post.is_published) for post in posts}
    assert by_name["gone.md"] == ("content/podcast/_drafts/2019-01-01-gone.md", False)
    assert by_name["back.md"] == ("content/podcast/2019-01-02-back.md", True)
    assert [omission.subject for omission in report.omissions] == [
        "_config.yml: image of 1 post",
        "content/podcast/_drafts/2019-01-01-gone.md",
    ]


def test_audio_without_posts(tmp_path: Path) -> None:
    """The audio files of a Jekyll site without posts go to the first show's folder, and this is reported."""
    old = JekyllSite(tmp_path / "old")
    old.put("_posts/readme.txt", "soon")
    old.put("assets/a.mp3", b"sound")
    part = plan_audio(opened(old), (), ()).part
    assert [file.name for file in part.files] == ["content/audio/podcast/a.mp3"]
    assert len(part.report.omissions) == 1


def test_a_damaged_cname_is_none(old: JekyllSite) -> None:
    """A Jekyll site's CNAME file that can't be decoded is ignored."""
    old.put("CNAME", b"\xff\xfe")
    assert opened(old).url == ""
    old.put("CNAME", "pod.example\n")
    assert opened(old).url == "https://pod.example"


def test_existing_files_stay(tmp_path: Path) -> None:
    """An import overwrites no file: one with the same bytes isn't reported, a different one is."""
    source = tmp_path / "a"
    source.write_bytes(b"one")
    files = [NewFile("x/a", source), NewFile("x/b", b"two")]
    assert write_files(files, tmp_path).omissions == ()
    assert write_files(files, tmp_path).omissions == ()
    (tmp_path / "x/b").write_bytes(b"mine")
    assert [omission.subject for omission in write_files(files, tmp_path).omissions] == ["x/b"]
    assert (tmp_path / "x/b").read_bytes() == b"mine"


def test_the_old_site_itself_is_no_place(old: JekyllSite) -> None:
    """The new site can't be in the folder of the old one, but may be in a folder below it."""
    with pytest.raises(LongwaveError, match="expected another folder"):
        plan(old.root, old.root, NOW)
    first = carry_out(plan(old.root, old.root / "new", NOW))
    nested = plan(old.root, old.root / "new", NOW)
    assert (nested.bytes, carry_out(nested)) == (0, first)


FEED = "{% for p in site.posts limit:1 %}<item><guid>{{ p.uid }}</guid></item>{% endfor %}"


@pytest.mark.parametrize("files", [{"feed.xml": f"---\n---\n{FEED}"},
                                   {"feed.xml": "---\nlayout: rss\n---\n", "_layouts/rss.xml": FEED}])  # fmt: skip
def test_guids_come_from_the_template(old: JekyllSite, files: dict[str, str]) -> None:
    """Posts get the guids made by the old feed's template (a page or a layout), even posts beyond the feed's limit."""
    for name, text in files.items():
        old.put(name, text)
    for day, uid in ((8, "abc"), (9, "xyz")):
        old.post(f"2019-03-0{day}-{day}-more.md", category="podcast", uid=uid)
    carry_out(plan(old.root, old.root / "new", NOW))
    toml = tomllib.loads((old.root / "new/content/site.toml").read_text("utf-8"))
    assert toml["shows"]["podcast"]["guids"] == {"8-more": "abc", "9-more": "xyz"}


def test_a_site_that_was_built_to_look_at_it(old: JekyllSite) -> None:
    """Guids beginning with localhost, as `jekyll serve` builds them, begin with the site's address after the import."""
    old.put("_config.yml", "url: https://pod.example\npermalink: none\n")
    item = "<item><link>http://localhost:4000/podcast/1-first.html</link><guid>http://localhost:4000/x</guid></item>"
    old.put("_site/feed.xml", f"<rss><channel>{item}</channel></rss>")
    carry_out(plan(old.root, old.root / "new", NOW))
    toml = tomllib.loads((old.root / "new/content/site.toml").read_text("utf-8"))
    assert toml["shows"]["podcast"]["guids"] == {"1-first": "https://pod.example/x"}


@pytest.mark.parametrize(("built", "end"), [("", "Gr%C3%BC%C3%9Fe%20an"), ("1-first", "Gr%C3%BC%C3%9Fe-an")])
def test_guids_of_jekyll_feed_are_escaped(old: JekyllSite, built: str, end: str) -> None:
    """Guids of the plugin jekyll-feed are percent-encoded addresses, also for posts that its built feed lacks."""
    old.put("_config.yml", "url: https://pod.example\nbaseurl: /é\npermalink: /x/:title\nplugins: [jekyll-feed]\n")
    old.post("2019-03-08-Grüße an.md", category="podcast")
    home = "https://pod.example/%C3%A9/x"
    if built:
        item = f"<item><link>{home}/{built}</link><guid>{home}/{built}</guid></item>"
        old.put("_site/feed.xml", f"<rss><channel>{item}</channel></rss>")
    source = opened(old)
    posts, _ = placed(old)
    feeds = read_feeds(source, posts)[:1]
    assert guid_settings(source, "podcast", posts, feeds)[0]["guids"]["grusse-an"] == f"{home}/{end}"
