"""The import of Jekyll sites whose old feeds state shows, channels, sound and facts of episodes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jekyll_site import JekyllSite, png

from longwave.config import read_settings
from longwave.edition.check.site_check import inspect_site, render_feeds, site_problems
from longwave.moving.import_report import Report
from longwave.moving.jekyll import carry_out, plan
from longwave.moving.proof import still_lost
from longwave.moving.rss.feed_items import Item, item_from_element
from longwave.moving.rss.feed_parser import Document, read_document

NOW = datetime(2026, 1, 31, tzinfo=UTC)
#: A valid MP3: a header of 128 kbit/s and silence, eight times.
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 8
ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
ITEM = """<item><title>{{ p.title }}</title><link>{{ site.url }}{{ p.url }}</link>
<guid isPermaLink="false">{{ p.id }}</guid><pubDate>{{ p.date | date_to_rfc822 }}</pubDate>
<enclosure url="{{ p.sound }}" length="{{ p.weight }}" type="audio/mpeg"/><itunes:duration>{{ p.minutes }}</itunes:duration>
</item>"""
CHANNEL = """<title>Quay Talk</title><link>{{ site.url }}</link><description>Voices from the quay</description>
<language>en-gb</language><copyright>Quay</copyright><itunes:author>Ida Falk</itunes:author><itunes:type>serial</itunes:type>
<itunes:owner><itunes:name>Ida Falk</itunes:name><itunes:email>ida@quay.example</itunes:email></itunes:owner>
<itunes:image href="{{ '/art/quay.png' | absolute_url }}"/><itunes:explicit>yes</itunes:explicit>
<itunes:category text="Arts"><itunes:category text="Books"/></itunes:category>"""


def feed(loop: str = "site.posts", item: str = ITEM, channel: str = CHANNEL) -> str:
    """Return the template of a podcast feed that iterates over ``loop``."""
    items = f"{{% for p in {loop} %}}{item}{{% endfor %}}"
    return f'---\nlayout: null\n---\n<?xml version="1.0"?><rss version="2.0" {ITUNES}><channel>{channel}{items}</channel></rss>'


@pytest.fixture
def old(tmp_path: Path) -> JekyllSite:
    """Return a Jekyll site with settings and a cover, but without posts."""
    site = JekyllSite(tmp_path / "old")
    site.put("_config.yml", "title: Quay\nurl: https://quay.example\npermalink: /:title/\n")
    site.put("art/quay.png", png())
    return site


def talk(site: JekyllSite, day: int, sound: str, **more: object) -> None:
    """Write a post whose sound is under a key that only the feed's template reads."""
    site.post(f"2021-03-0{day}-talk-{day}.md", sound=sound, weight=9_000_000 + day, minutes=f"'3{day}:00'", **more)


def moved(site: JekyllSite) -> Report:
    """Import the site into the folder ``new`` beside it."""
    return carry_out(plan(site.root, site.root.parent / "new", NOW))


def toml(site: JekyllSite) -> dict[str, Any]:
    """Return the new site's settings."""
    return tomllib.loads((site.root.parent / "new/content/site.toml").read_text("utf-8"))


def new_feed(site: JekyllSite, show: str = "podcast") -> tuple[Document, Mapping[str, Item]]:
    """Return a feed of the new site, and its items by title."""
    settings = read_settings({}, site.root.parent / "new")
    document = read_document(render_feeds(settings)[show], show)
    return document, {item.title: item for item in (item_from_element(each, NOW) for each in document.items)}


def problems(site: JekyllSite) -> list[str]:
    """Return the problems and warnings that `longwave check` finds in the new site's files."""
    settings = read_settings({}, site.root.parent / "new")
    return [str(problem) for problem in site_problems(settings, inspect_site(settings))]


def test_the_feed_states_channel_and_sound(old: JekyllSite) -> None:
    """The new feed has all that the old feed's template states, although no key of it is one of Longwave's."""
    old.put("feed.xml", feed())
    for day, sound in (
        (1, "https://cdn.example/q/one-final.mp3"),
        (2, "https://other.example/2?x=1"),
        (3, "https://cdn.example/3/c.mp3"),
    ):
        talk(old, day, sound, title=f"T{day}")
    report = moved(old)
    document, items = new_feed(old)
    channel = document.channel
    texts = [
        channel.first_text(name)
        for name in ("title", "description", "language", "copyright", "itunes:author", "itunes:type")
    ]
    assert texts == ["Quay Talk", "Voices from the quay", "en-gb", "Quay", "Ida Falk", "serial"]
    assert channel.all("itunes:owner")[0].first_text("itunes:email") == "ida@quay.example"
    assert channel.attribute("itunes:image", "href") == "https://quay.example/images/full/art/quay.png"
    assert channel.all("itunes:category")[0].all("itunes:category")[0].get("text") == "Books"
    assert channel.first_text("itunes:explicit") == "true"
    assert [(item.guid, item.enclosure and item.enclosure.url, item.enclosure and item.enclosure.bytes, item.seconds) for item in items.values()] == [
        ("/talk-3", "https://cdn.example/3/c.mp3", 9_000_003, 33 * 60),
        ("/talk-2", "https://other.example/2?x=1", 9_000_002, 32 * 60),
        ("/talk-1", "https://cdn.example/q/one-final.mp3", 9_000_001, 31 * 60),
    ]  # fmt: skip
    assert problems(old) == []
    assert not [one for one in report.omissions if "notice" in one.reason]
    for post in old.root.glob("_posts/*"):
        assert (old.root.parent / "new/content/podcast" / post.name).read_bytes() == post.read_bytes()


def test_a_stale_build_makes_nothing_worse(old: JekyllSite) -> None:
    """A built feed that lacks posts and sound is completed from its template, and its guids hold."""
    old.put("feed.xml", feed("site.posts limit:1"))
    for day in (1, 2):
        talk(old, day, f"https://cdn.example/{day * 7}.mp3", title=f"T{day}")
    item = "<item><title>T2</title><link>https://quay.example/talk-2/</link><guid>from-the-build</guid></item>"
    old.put("_site/feed.xml", f'<rss version="2.0" {ITUNES}><channel>{item}</channel></rss>')
    moved(old)
    _, items = new_feed(old)
    assert {title: (item.guid, item.enclosure and item.enclosure.url) for title, item in items.items()} == {
        "T2": ("from-the-build", "https://cdn.example/14.mp3"),
        "T1": ("/talk-1", "https://cdn.example/7.mp3"),
    }


def test_a_feed_of_all_posts_is_one_show(old: JekyllSite) -> None:
    """Topics, seasons and years among the categories of one feed's posts make no shows, and the report names them."""
    old.put("feed.xml", feed())
    for day, category in ((1, "people"), (2, "2021"), (3, "season-2")):
        talk(old, day, f"https://cdn.example/{day}.mp3", categories=f"[{category}, audio-talks]")
    report = moved(old)
    assert list(toml(old)["shows"]) == ["podcast"]
    assert {one.subject for one in report.omissions if "topic" in one.reason} == {
        "people (1 post)", "2021 (1 post)", "season-2 (1 post)",
    }  # fmt: skip


def test_feeds_of_two_categories_are_two_shows(old: JekyllSite) -> None:
    """Two podcast feeds of two categories are two shows with their feeds' titles; the feed of both is the site's."""
    for name in ("hill", "vale"):
        old.put(f"{name}.xml", feed(f"site.categories.{name}", channel=CHANNEL.replace("Quay Talk", f"The {name}")))
        talk(old, 1 + (name == "vale"), f"https://cdn.example/{name}.mp3", categories=name)
    old.put("all.xml", feed(channel="<title>Everything</title>"))
    moved(old)
    shows = toml(old)["shows"]
    assert {name: table["title"] for name, table in shows.items()} == {"hill": "The hill", "vale": "The vale"}
    redirects = toml(old)["redirects"]
    assert (redirects["/hill.xml"], redirects["/all.xml"]) == ("/hill/feed.xml", "/feed.xml")
    assert toml(old)["copyright"] == "Quay"


def test_feeds_of_two_formats_are_one_show(old: JekyllSite) -> None:
    """The MP3 is the enclosure and the other format an alternate if two feeds have the same posts in two formats."""
    for kind, mime in (("m4a", "audio/mp4"), ("mp3", "audio/mpeg")):
        item = ITEM.replace("{{ p.sound }}", f"https://cdn.example/{{{{ p.forms.{kind} }}}}").replace(
            "audio/mpeg", mime
        )
        old.put(f"episodes.{kind}.rss", feed(item=item))
    talk(old, 1, "", title="T1", forms="{mp3: a1.mp3, m4a: b1.m4a}")
    moved(old)
    item = new_feed(old)[1]["T1"]
    assert item.enclosure is not None
    assert item.enclosure.url == "https://cdn.example/a1.mp3"
    sources = [source.get("uri") for each in item.element.all("podcast:alternateEnclosure") for source in each.children]
    assert sources == ["https://cdn.example/b1.m4a"]
    assert toml(old)["redirects"]["/episodes.m4a.rss"] == "/podcast/feed.xml"


def test_posts_beside_the_podcast_stay_out_of_its_feed(old: JekyllSite) -> None:
    """A post that the podcast's feed leaves out goes to another show, and the old /feed.xml leads to the podcast's."""
    old.put("feed.xml", feed("site.posts", item=f"{{% if p.sound %}}{ITEM}{{% endif %}}"))
    talk(old, 1, "https://cdn.example/1.mp3", title="T1")
    old.post("2021-04-01-words.md", title="Words")
    moved(old)
    assert list(new_feed(old)[1]) == ["T1"]
    assert (old.root.parent / "new/content/blog/2021-04-01-words.md").is_file()
    assert toml(old)["redirects"]["/feed.xml"] == {"to": "/podcast/feed.xml", "force": True}


@pytest.mark.parametrize("built", [False, True])
def test_sound_on_the_own_host_keeps_its_address(old: JekyllSite, built: bool) -> None:
    """Sound that lies on the old site's own server stays at its address; report and check say where to copy it."""
    old.put("feed.xml", feed(item=ITEM.replace("{{ p.sound }}", "{{ site.url }}/files/{{ p.sound }}")))
    talk(old, 1, "one.mp3", title="T1")
    talk(old, 2, "two.mp3", title="T2")
    if built:
        old.put("files/two.mp3", MP3)
    report = moved(old)
    _, items = new_feed(old)
    urls = {title: item.enclosure.url for title, item in items.items() if item.enclosure}
    assert urls == {"T2": "https://quay.example/files/two.mp3", "T1": "https://quay.example/files/one.mp3"}
    awaited = 1 if built else 2
    assert f"\nTo do: Copy {awaited} file" in report.text()
    assert "/files on the old server into content/audio/podcast/" in report.text()
    assert [one for one in problems(old) if one.startswith("content/audio/podcast/: expected 2 files of audio")]
    (old.root.parent / "new/content/audio/podcast").mkdir(parents=True, exist_ok=True)
    for name in ("one", "two"):
        (old.root.parent / f"new/content/audio/podcast/{name}.mp3").write_bytes(MP3)
    assert not [one for one in problems(old) if "files of audio" in one]


@pytest.mark.parametrize(
    "prefix",
    ["https://dts.podtrac.com/redirect.mp3/", "https://op3.dev/e/https://www.", "https://chtbl.com/track/A/pdst.fm/e/"],
)
def test_tracked_sound_on_the_own_host_is_served_here(old: JekyllSite, prefix: str) -> None:
    """Sound on the own host behind a counting service is awaited at its own path, and the report names the service."""
    old.put("feed.xml", feed(item=ITEM.replace("{{ p.sound }}", f"{prefix}quay.example/files/{{{{ p.sound }}}}")))
    talk(old, 1, "one.mp3", title="T1")
    report = moved(old)
    item = new_feed(old)[1]["T1"]
    assert item.enclosure is not None
    assert item.enclosure.url == "https://quay.example/files/one.mp3"
    assert "Copy 1 file of audio from /files on the old server" in report.text()
    assert [one for one in report.omissions if "counts downloads" in one.reason]
    assert [one for one in problems(old) if one.startswith("content/audio/podcast/: expected 1 file")]


@pytest.mark.parametrize(
    ("before", "value"),
    [("", "site.posts"), ("{% assign all = site.posts | where_exp: 'x', 'x.sound' %}", "all")],
)
def test_an_include_may_loop_over_its_parameter(old: JekyllSite, before: str, value: str) -> None:
    """A feed is read whose include loops over the posts that it is given as a parameter."""
    old.put("_includes/f/rss.xml", feed("include.shown").split("---\n")[2])
    old.put("feed.xml", f"---\n---\n{before}{{% include f/rss.xml shown={value} mood='calm' %}}")
    talk(old, 1, "https://cdn.example/1.mp3", title="T1")
    moved(old)
    document, items = new_feed(old)
    assert document.channel.first_text("title") == "Quay Talk"
    assert items["T1"].enclosure
    assert items["T1"].enclosure.bytes == 9_000_001


def test_an_unread_feed_is_reported(old: JekyllSite) -> None:
    """A feed whose loop can't be found is named in the report; sitemaps and the feeds that are read aren't."""
    old.put("feed.xml", feed())
    old.put("sitemap.xml", "---\n---\n<urlset>{% for p in site.posts %}<url/>{% endfor %}</urlset>")
    old.put("odd.xml", "---\n---\n<rss><channel>{% tablerow p in site.posts %}<item/>{% endtablerow %}</channel></rss>")
    talk(old, 1, "https://cdn.example/1.mp3", title="T1")
    report = moved(old)
    assert [one.subject for one in report.omissions if "no entry could be evaluated" in one.reason] == ["odd.xml"]


def test_awaited_files_of_one_name_stay_apart(old: JekyllSite) -> None:
    """Files of one name in several folders of the old server are awaited below folders of their own."""
    old.put("feed.xml", feed(item=ITEM.replace("{{ p.sound }}", "https://www.quay.example{{ p.sound }}")))
    talk(old, 1, "/s/1/episode.mp3", title="T1")
    talk(old, 2, "/s/2/episode.mp3", title="T2", audio="s/2/episode.mp3")
    moved(old)
    urls = {title: item.enclosure.url for title, item in new_feed(old)[1].items() if item.enclosure}
    assert urls == {f"T{day}": f"https://quay.example/s/{day}/episode.mp3" for day in (2, 1)}
    assert [one for one in problems(old) if "Copy 2/episode.mp3, episode.mp3 from" in one]


def test_the_task_says_the_name_of_each_awaited_file(old: JekyllSite) -> None:
    """The report's task says that awaited files of several folders lie flat, and the names of those that can't."""
    old.put("feed.xml", feed(item=ITEM.replace("{{ p.sound }}", "{{ site.url }}{{ p.sound }}")))
    talk(old, 1, "/s/1/part.mp3", title="T1")
    talk(old, 2, "/s/2/part.mp3", title="T2")
    text = moved(old).text()
    assert "each without its old folder, but /s/" in text
    assert "/part.mp3 as " in text


def test_a_dropped_query_is_reported(old: JekyllSite) -> None:
    """The report names the query that an address of sound on the own host loses."""
    old.put("feed.xml", feed(item=ITEM.replace("{{ p.sound }}", "{{ site.url }}{{ p.sound }}?source=feed")))
    talk(old, 1, "/dl/one.mp3", title="T1")
    assert [one.subject for one in moved(old).omissions if "the query" in one.reason] == [
        "_posts/2021-03-01-talk-1.md: ?source=feed"
    ]


def test_facts_of_episodes_come_from_the_feed(old: JekyllSite) -> None:
    """Season, number, type, explicitness, picture and subtitle that only the feed states are kept in site.toml."""
    more = """<itunes:season>{{ p.where.s }}</itunes:season><itunes:episode>{{ p.where.e }}</itunes:episode>
<itunes:episodeType>bonus</itunes:episodeType><itunes:explicit>no</itunes:explicit><itunes:subtitle>{{ p.lede }}</itunes:subtitle>
<itunes:image href="{{ site.url }}/art/{{ p.where.e }}.png"/></item>"""
    old.put("feed.xml", feed(item=ITEM.replace("</item>", more)))
    old.put("art/7.png", png(7))
    talk(old, 1, "https://cdn.example/1.mp3", title="T1", where="{s: 2, e: 7}", lede="Short and dry")
    talk(old, 2, "https://cdn.example/2.mp3", title="T2", where="{s: 2, e: 8}", lede="Long and wet")
    report = moved(old)
    item = new_feed(old)[1]["T1"]
    assert (item.season, item.number, item.type, item.explicit) == (2, 7, "bonus", False)
    assert item.image == "https://quay.example/images/full/art/7.png"
    assert item.element.first_text("description") == "Short and dry"
    assert "Copy 1 picture" in report.text()
    assert [one for one in problems(old) if "art/8.png" in one]


def test_collections_hold_episodes(old: JekyllSite) -> None:
    """Documents of a collection with sound are the episodes of one show, below collections_dir and without posts, too."""
    old.put(
        "_config.yml",
        "title: Q\nurl: https://quay.example\ncollections_dir: stuff\ncollections: {tapes: {output: true, permalink: '/tapes/:name/'}, crew: {}}\n",
    )
    old.put(
        "stuff/_tapes/04-fog.md",
        "---\ntitle: Fog\ndate: 2022-01-05\naudio_url: https://cdn.example/x.mp3\nbytes: 7654321\n---\nN\n",
    )
    old.put(
        "stuff/_tapes/05-rain.html",
        "---\ntitle: Rain\ndate: 2022-02-05\naudio_url: https://cdn.example/y.mp3\n---\n<p>N</p>\n",
    )
    old.put("stuff/_crew/ida.md", "---\nname: Ida\n---\n")
    moved(old)
    _, items = new_feed(old, "tapes")
    assert {title: (item.number, item.enclosure and item.enclosure.url) for title, item in items.items()} == {
        "Rain": (5, "https://cdn.example/y.mp3"), "Fog": (4, "https://cdn.example/x.mp3"),
    }  # fmt: skip
    assert {path.name for path in (old.root.parent / "new/content/tapes").iterdir()} == {"04-fog.md", "05-rain.md"}


def test_the_source_may_be_a_folder(old: JekyllSite) -> None:
    """A site whose settings name another folder as its source is read from there, and AsciiDoc is named as lost."""
    old.put("_config.yml", "title: Q\nurl: https://quay.example\nsource: ./site-source\n")
    old.put("site-source/feed.xml", feed())
    old.put("site-source/_posts/2021-01-01-a.html", "---\ntitle: A\nsound: https://cdn.example/a.mp3\n---\n<p>Hi</p>\n")
    old.put("site-source/news/_posts/2021-01-02-b.adoc", "---\ntitle: B\n---\n= B\n")
    report = moved(old)
    assert new_feed(old)[1]["A"].enclosure
    assert [one.subject for one in report.omissions if "lost" in one.reason] == ["news/_posts/2021-01-02-b.adoc"]


@pytest.mark.parametrize(
    ("front", "url", "size", "seconds"),
    [
        ("file: https://x.example/a.mp3\nlength: 12345678", "https://x.example/a.mp3", 12345678, 0),
        ("enclosure: {url: 'https://x.example/a.m4a', length: '12,345,678', duration: '1:02:03'}", "https://x.example/a.m4a", 12345678, 3723),
        ("podcast:\n  file: a.mp3\n  size: 12345678\n  runtime: 62 min", "https://cdn.example/pod/a.mp3", 12345678, 3720),
        ("itunes: {enclosure: {href: 'https://x.example/a', bytes: 12345678}}", "https://x.example/a", 12345678, 0),
        ("audio:\n- {url: 'https://x.example/a.opus', size: 11111}\n- {url: 'https://x.example/a.mp3', size: 22222}", "https://x.example/a.mp3", 22222, 0),
        ("link: https://x.example/a.mp3\npodcast_duration: '10:00'", "https://x.example/a.mp3", 0, 600),
        ("audio: {m4a: a.m4a, mp3: a.mp3}\nfilesize: {m4a: 44444, mp3: 55555}", "https://cdn.example/pod/a.mp3", 55555, 0),
        ("mp3: /pod/a.mp3\nmp3_bytes: 12345", "https://quay.example/pod/a.mp3", 12345, 0),
    ],
)  # fmt: skip
def test_any_key_may_state_the_sound(old: JekyllSite, front: str, url: str, size: int, seconds: int) -> None:
    """Without a feed, a post's sound is found under the keys that Jekyll podcasts use, with its size and duration."""
    old.put("_config.yml", "title: Q\nurl: https://quay.example\ndownload_url: https://cdn.example/pod/\n")
    old.put("_posts/2021-01-01-a.md", f"---\ntitle: A\n{front}\n---\nNotes\n")
    moved(old)
    item = new_feed(old)[1]["A"]
    assert item.enclosure is not None
    assert (item.enclosure.url, item.enclosure.bytes, item.seconds) == (url, size, seconds)
    assert not [one for one in problems(old) if "expected a text" in one]


def test_a_link_to_a_page_is_no_sound(old: JekyllSite) -> None:
    """A post's link to a page, or a file that isn't sound, gives the post no enclosure."""
    old.put("_posts/2021-01-01-a.md", "---\ntitle: A\nlink: https://x.example/page\nfile: slides.pdf\n---\nNotes\n")
    moved(old)
    assert new_feed(old)[1]["A"].enclosure is None


@pytest.mark.parametrize(
    "settings",
    [
        "links:\n  repo: https://git.example/x\n  subscribe:\n    itunes: https://podcasts.apple.com/1\n    spotify: https://open.spotify.com/show/2\n",
        "subscribe:\n- {name: Apple Podcasts, url: 'https://podcasts.apple.com/1'}\n- {name: Spotify, url: 'https://open.spotify.com/show/2'}\n",
        "apple_podcasts_url: https://podcasts.apple.com/1\npodcast_spotify: https://open.spotify.com/show/2\n",
        "podcast:\n  platforms:\n    first: https://podcasts.apple.com/1\n    second: https://open.spotify.com/show/2\n",
    ],
)
def test_places_to_subscribe_become_buttons(old: JekyllSite, settings: str) -> None:
    """Addresses at podcast services in _config.yml, however deep, become the show's subscribe buttons."""
    old.put("_config.yml", f"title: Q\nurl: https://quay.example\n{settings}")
    talk(old, 1, "")
    moved(old)
    assert toml(old)["shows"]["podcast"]["links"] == [
        {"label": "Apple Podcasts", "url": "https://podcasts.apple.com/1"},
        {"label": "Spotify", "url": "https://open.spotify.com/show/2"},
    ]


@pytest.mark.parametrize(("layout", "language"), [("<html lang='pt-BR'>", "pt-BR"), ("<html>", None)])
def test_the_layout_states_the_language(old: JekyllSite, layout: str, language: str | None) -> None:
    """The language of the layouts is the site's if neither the settings nor a feed states one."""
    old.put("_layouts/default.html", f"<!doctype html>{layout}<body>{{{{ content }}}}</body></html>")
    talk(old, 1, "")
    moved(old)
    found = toml(old).get("language")
    assert found == (language.lower() if language else None)


def test_the_import_is_repeatable(old: JekyllSite) -> None:
    """Two imports of the same site give the same settings, byte for byte."""
    old.put("feed.xml", feed())
    talk(old, 1, "https://cdn.example/1.mp3")
    first, second = (plan(old.root, old.root.parent / name, NOW) for name in ("one", "two"))
    assert [(file.name, file.data) for file in first.files] == [(file.name, file.data) for file in second.files]
    assert first.report == second.report


def test_texts_of_an_item_stay_apart(old: JekyllSite) -> None:
    """An item's description, subtitle, short title and author that only the feed states are in the new feed as well."""
    told = """<description>{{ p.told }}</description><itunes:summary>Salt, at length</itunes:summary>
<itunes:subtitle>{{ p.under }}</itunes:subtitle><itunes:title>Salt only</itunes:title><itunes:author>{{ p.by }}</itunes:author></item>"""
    old.put("feed.xml", feed(item=ITEM.replace("</item>", told)))
    talk(old, 1, "https://cdn.example/1.mp3", title="T1", told="Salt and sea", under="Dry matters", by="Bo Lind")
    talk(old, 2, "https://cdn.example/2.mp3", title="T2", told="Wind and sea", under="Wet matters", by="Ida Falk")
    moved(old)
    _, items = new_feed(old)
    names = ("description", "itunes:subtitle", "itunes:title")
    assert [items["T1"].element.first_text(name) for name in names] == ["Salt and sea", "Dry matters", "Salt only"]
    assert items["T1"].author == "Bo Lind"
    assert "author" not in toml(old)["shows"]["podcast"]["enclosures"]["talk-2"]
    assert problems(old) == []


def test_a_post_in_another_language_is_lost(old: JekyllSite) -> None:
    """A post in Textile is lost for the verdict and for `check`, until an episode's file has its name."""
    old.put("feed.xml", feed())
    talk(old, 1, "https://cdn.example/1.mp3", title="T1")
    old.put("_posts/2021-03-02-ropes.textile", "---\ntitle: Ropes\n---\nh1. Ropes\n")
    old.put("_drafts/knots.adoc", "= Knots\n")
    report = moved(old)
    assert report.verdicts[0].startswith("Subscribers will notice: they lose 1 post")
    new = old.root.parent / "new"
    settings = read_settings({}, new)
    assert [one.file for one in still_lost(settings, inspect_site(settings))] == ["_posts/2021-03-02-ropes.textile"]
    (new / "content/podcast/2021-03-02-ropes.md").write_text("---\ntitle: Ropes\n---\nRopes.\n", "utf-8")
    assert still_lost(settings, inspect_site(settings)) == ()


@pytest.mark.parametrize(
    ("keys", "season", "number", "kind"),
    [
        ({"itunes": "{file: 'https://cdn.example/1.mp3', episodeType: trailer, season: 3}"}, 3, None, "trailer"),
        ({"audio_url": "https://cdn.example/1.mp3", "episode": "S02E07"}, 2, 7, "full"),
        ({"attachments": "['https://cdn.example/1.mp3']", "episodeNumber": 4}, None, 4, "full"),
    ],
)
def test_keys_have_many_spellings(
    old: JekyllSite, keys: Mapping[str, object], season: int | None, number: int | None, kind: str
) -> None:
    """Sound, season, number and type are read from camelCase keys, from maps, from `S02E07` and from attachments."""
    old.post("2021-03-01-reef.md", title="Reef", **keys)
    moved(old)
    item = new_feed(old)[1]["Reef"]
    assert item.enclosure
    assert (item.enclosure.url, item.season, item.number, item.type) == (
        "https://cdn.example/1.mp3",
        season,
        number,
        kind,
    )


def test_the_only_show_with_sound_has_the_sites_title(old: JekyllSite) -> None:
    """Without a feed, the one folder of posts that has sound is a show with the site's title; that of news is not."""
    old.post("episodes/2021-03-01-reef.md", title="Reef", audio_url="https://cdn.example/1.mp3")
    old.post("news/2021-03-02-harbour.md", title="Harbour")
    moved(old)
    shows = toml(old)["shows"]
    assert shows["episodes"]["title"] == "Quay"
    assert shows.get("news", {}).get("title") != "Quay"
