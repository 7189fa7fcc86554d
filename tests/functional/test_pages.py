"""The HTML of all kinds of pages, redirects, and the owner's templates."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import jinja2.meta
import pytest
from flask.testing import FlaskClient
from lxml import html
from PIL import Image
from support import Client, Site

from longwave import create_app
from longwave.config import TEMPLATES
from longwave.web.page_contexts import Page
from longwave.web.request_context import KEEPER
from longwave.web.templating import _environment
from longwave.web.views import page_kinds

Open = Callable[[], FlaskClient]
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}&'


@pytest.fixture(scope="module")
def client(shared_site: Site, mp3: Path) -> Iterator[FlaskClient]:
    """Yield a client of a site of two shows, with a guest, tags, audio, a transcript, a page and an alias."""
    site = shared_site
    site.put(
        "content/site.toml",
        'title = "Site"\nurl = "https://pod.example"\nrepo = "https://github.com/a/b"\nper_page = 2\n',
    )
    for number in range(1, 6):
        site.episode(
            f"2026-01-0{number}-{number}-ep.md", title=f"Episode {number}", description="D", tags=["aws", "C#"], guest="José Núñez",
            guest_website="https://j.example", body="- 0:02 -- Start [here](https://x.example) -- now", updated_on="2026-02-01",
        )  # fmt: skip
        site.put(f"content/audio/podcast/{number}-ep.mp3", mp3.read_bytes())
    site.episode("2025-01-01-letter.md", show="letters", title="A letter", aliases=["/old/letter"])
    site.put("content/transcripts/podcast/5.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Spoken words.\n")
    site.put("content/pages/about.md", "---\ntitle: About\n---\n\nWho *we* are.\n")
    site.put("content/tags/aws.md", "---\ntitle: AWS\ndescription: Clouds.\nhomepage: https://aws.example\n---\n")
    site.put("content/guests/jose-nunez.md", "---\nname: José Núñez\n---\n\nHe is **here**.\n")
    app = create_app(site.root)
    app.test_client_class = Client
    yield app.test_client()
    app.extensions[KEEPER].close()


def tree(client: FlaskClient, path: str) -> html.HtmlElement:
    """Return the parsed page at ``path``."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.fromstring(answer.get_data(as_text=True))


def test_every_page_is_well_formed(client: FlaskClient) -> None:
    """Each page has one h1, a title, a description, its canonical address and the feed; nothing loads from another host."""
    for path in (
        "/",
        "/podcast/",
        "/podcast/5-ep",
        "/letters/letter",
        "/tags/",
        "/tags/aws",
        "/guests/",
        "/guests/jose-nunez",
        "/about",
    ):
        page = tree(client, path)
        assert len(page.xpath("//h1")) == 1, path
        assert page.xpath("//title/text()")[0].strip(), path
        assert page.xpath("//link[@rel='canonical']/@href") == [f"https://pod.example{path}"]
        assert page.xpath("//link[@type='application/rss+xml']"), path
        assert page.xpath("//html/@lang") == ["en"]
        loads = page.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src | //audio/@src")
        assert all(address.startswith("/") for address in loads), path


def test_an_episode_has_all_its_parts(client: FlaskClient) -> None:
    """An episode's page has player, guest, tags, notes, transcript, neighbours, both dates and a link to its source."""
    page = tree(client, "/podcast/4-ep")
    entry = page.xpath("//article[contains(@class, 'h-entry')]")[0]
    assert entry.xpath(".//h1[contains(@class, 'p-name')]/text()") == ["Episode 4"]
    assert entry.xpath(".//audio/@src") == ["/audio/podcast/4-ep.mp3"]
    assert entry.xpath(".//*[contains(@class, 'dt-published')]/@datetime")[0].startswith("2026-01-04")
    assert entry.xpath(".//*[contains(@class, 'dt-updated')]")
    assert entry.xpath(".//a[contains(@class, 'p-category')]/@href") == ["/tags/aws", "/tags/c-sharp"]
    assert entry.xpath(".//a[@href='/guests/jose-nunez']")
    assert entry.xpath(".//*[contains(@class, 'p-author')]")
    assert page.xpath("//a[@rel='prev']/@href") == ["/podcast/3-ep"]
    assert page.xpath("//a[@rel='next']/@href") == ["/podcast/5-ep"]
    assert entry.xpath(".//a[contains(@href, 'github.com')]/@href") == [
        "https://github.com/a/b/edit/main/content/podcast/2026-01-04-4-ep.md"
    ]
    moment = entry.xpath(".//*[contains(@class, 'e-content')]//a[@data-seek]")[0]
    assert (moment.get("href"), moment.get("data-seek"), moment.text) == ("#t=0:02", "2", "0:02")
    outside = entry.xpath(".//a[@href='https://x.example']")[0]
    assert (outside.get("rel"), outside.get("target")) == ("noopener", "_blank")
    assert "Spoken words." in tree(client, "/podcast/5-ep").xpath("string(//section[contains(@class, 'transcript')])")


def test_only_the_notes_are_the_content(client: FlaskClient) -> None:
    """The element of class e-content (microformats) on an episode's page holds the rendered notes alone."""
    content = tree(client, "/podcast/4-ep").xpath("//*[contains(@class, 'e-content')]")
    assert len(content) == 1
    assert " ".join(content[0].text_content().split()) == "0:02 – Start here – now"


def test_machines_read_the_episode(client: FlaskClient) -> None:
    """An episode's page has its audio in OpenGraph, and JSON-LD with a PodcastEpisode of a PodcastSeries."""
    page = tree(client, "/podcast/4-ep")
    assert page.xpath("//meta[@property='og:audio']/@content") == ["https://pod.example/audio/podcast/4-ep.mp3"]
    data = json.loads(page.xpath("//script[@type='application/ld+json']/text()")[0])
    assert (data["@type"], data["partOfSeries"]["@type"], data["associatedMedia"]["duration"]) == (
        "PodcastEpisode",
        "PodcastSeries",
        "PT6S",
    )
    series = json.loads(tree(client, "/podcast/").xpath("//script[@type='application/ld+json']/text()")[0])
    assert series["@type"] == "PodcastSeries"


def test_long_lists_are_paged(client: FlaskClient) -> None:
    """Long lists are split into pages with addresses of their own; a page past the end is a 404."""
    for path in ("/podcast/", "/tags/aws", "/guests/jose-nunez"):
        second = tree(client, f"{path}?page=2")
        assert second.xpath("//link[@rel='canonical']/@href") == [f"https://pod.example{path}?page=2"]
        assert second.xpath("//h3/a/text()") == ["Episode 3", "Episode 2"]
        assert second.xpath("//nav[@class='pager']/a/@href") == [path, f"{path}?page=3"]
        for wrong in ("0", "4", "x", "-1", "1e9", "٢", "9" * 50):
            assert client.get(f"{path}?page={wrong}").status_code == 404, wrong


def test_tags_and_guests_are_enriched_by_their_files(client: FlaskClient) -> None:
    """A tag's or a guest's page shows the text of its file, and the lists of tags and guests count episodes."""
    assert "https://aws.example" in client.get("/tags/aws").text
    assert "<strong>here</strong>" in client.get("/guests/jose-nunez").text
    index = tree(client, "/tags/")
    assert {a.text: a.getnext().text for a in index.xpath("//ul[contains(@class, 'counted')]//a")} == {
        "AWS": "5",
        "C#": "5",
    }


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/podcast", "/podcast/"), ("/tags", "/tags/"), ("/podcast/4-ep/", "/podcast/4-ep"), ("/podcast/4-ep.html", "/podcast/4-ep"),
        ("/tags/aws/", "/tags/aws"), ("/about/", "/about"), ("/about.html", "/about"), ("/old/letter", "/letters/letter"),
        ("/index.html", "/"), ("/search/", "/search"), ("/podcast?utm=1", "/podcast/?utm=1"),
    ],
)  # fmt: skip
def test_other_spellings_redirect(client: FlaskClient, path: str, location: str) -> None:
    """Aliases and paths with a missing slash, an extra one or .html redirect to the page's path, whatever the Host."""
    answer = client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"]) == (301, location)


def test_patterns_of_old_addresses_redirect(site: Site, open_client: Open) -> None:
    """A redirect in site.toml may have a pattern, whose matched parts fill the new address."""
    site.episode()
    site.put("content/site.toml", '[redirects]\n"/assets/old-{number}.mp3" = "/audio/podcast/{number}.mp3"\n')
    client = open_client()
    assert client.get("/assets/old-12.mp3").headers["Location"] == "/audio/podcast/12.mp3"
    assert client.get("/assets/old-x.mp3").status_code == 404
    site.put("content/site.toml", '[redirects]\n"/then" = "/podcast/1-first#t=10"\n')
    assert open_client().get("/then?utm=1").headers["Location"] == "/podcast/1-first?utm=1#t=10"
    site.put("content/site.toml", '[redirects]\n"/old-{a²}" = "/new-{a²}"\n')
    assert open_client().get("/nothing-here").status_code == 404
    site.put(
        "content/site.toml", '[redirects]\n"/there" = "https://подкаст.рф/ü"\n"/bad" = "https://a.example/\\r\\nX: y"\n'
    )
    client = open_client()
    assert client.get("/there").headers["Location"] == "https://xn--80ahsoeqh.xn--p1ai/%C3%BC"
    assert client.get("/bad").status_code == 404
    assert "a path or an address" in site.run("check").stdout
    site.put("content/site.toml", '[redirects]\n"/z/{slug}" = "https://archive.example/{slug}/x"\n')
    client = open_client()
    for given in ("%0d%0aX-A:1", "a%3Fb%23c", "%C3%BC", "..%5C@evil.example"):
        answer = client.get(f"/z/{given}")
        location = f"https://archive.example/{given.replace(':', '%3A').replace('@', '%40')}/x"
        assert (answer.status_code, answer.headers["Location"].lower()) == (301, location.lower())


def test_the_host_header_never_comes_back(client: FlaskClient) -> None:
    """The Host header appears in no page, feed or redirect."""
    for path in ("/", "/podcast/4-ep", "/podcast/feed.xml", "/sitemap.xml", "/robots.txt", "/nope", "/podcast"):
        answer = client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert b"evil" not in answer.data + str(answer.headers).encode(), path


def test_everything_written_is_escaped(site: Site, open_client: Open) -> None:
    """HTML in titles, names, tags, descriptions and search queries is escaped on every page."""
    site.put("content/site.toml", f"title = '''{HOSTILE}'''\ndescription = '''{HOSTILE}'''\n")
    site.episode(title=HOSTILE, description=HOSTILE, tags=[HOSTILE], guests=[{"name": HOSTILE, "title": HOSTILE}])
    client = open_client()
    slug = re.search(r'/tags/([^"]+)"', client.get("/tags/").text)
    assert slug is not None
    paths = [
        "/",
        "/podcast/",
        "/podcast/1-first",
        "/tags/",
        f"/tags/{slug[1]}",
        "/guests/",
        "/nope",
        "/search?q=%22%3E%3Cscript%3Ealert",
    ]
    for path in paths:
        text = client.get(path).text
        assert "<script>alert" not in text, path


def test_a_sites_own_templates(site: Site, open_client: Open) -> None:
    """A site's template replaces or extends the built-in one and reads all front matter; a broken one is ignored."""
    site.episode(mood="sunny", season=4)
    site.put("templates/page.html", "replaced {{ title }}")
    site.put(
        "templates/episode.html",
        '{% extends "default:episode.html" %}{% block footer %}'
        "Mood: {{ page.mood }}, {{ episode.model.season + 1 }}{% endblock %}",
    )
    site.put("templates/tags.html", "{% if %}")
    site.put("templates/guests.html", "{{ 1 // 0 }}")
    site.put("content/pages/about.md", "---\ntitle: About\n---\n")
    client = open_client()
    assert client.get("/about").text == "replaced About"
    episode = client.get("/podcast/1-first").text
    assert "Mood: sunny, 5" in episode
    assert '<div class="e-content">' in episode
    for path in ("/tags/", "/guests/"):
        assert (client.get(path).status_code, "<h1>" in client.get(path).text) == (200, True)
    assert "templates/tags.html:1" in site.run("check").stdout


@pytest.mark.parametrize("page", page_kinds(), ids=lambda page: page.template)
def test_templates_use_only_documented_fields(page: type[Page]) -> None:
    """A built-in template reads no names but the fields of its page's context and the functions of all templates."""
    environment = _environment(None)
    documented = {part.name for part in dataclasses.fields(page)} | environment.globals.keys()
    for name in (page.template, "base.html"):
        source = (TEMPLATES / name).read_text("utf-8")
        imported = set(re.findall(r"{% import \S+ as (\w+) %}", source))
        assert jinja2.meta.find_undeclared_variables(environment.parse(source)) <= documented | imported, name


def test_pictures_come_in_the_size_that_is_shown(site: Site, open_client: Open) -> None:
    """A guest's picture from any folder below images/ is served as a thumbnail; other sizes and paths are 404."""
    (site.root / "content/images/avatars").mkdir(parents=True)
    Image.new("RGB", (900, 900), "teal").save(site.root / "content/images/avatars/ann.png")
    site.episode(guest="Ann", guest_avatar="ann.png")
    client = open_client()
    source = re.search(r'src="(/images/[^"]+)"', client.get("/podcast/1-first").text)
    assert source is not None
    answer = client.get(source[1], buffered=True)
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert len(answer.data) < (site.root / "content/images/avatars/ann.png").stat().st_size
    for path in (
        "/images/99/avatars/ann.png",
        "/images/64/../site.toml",
        "/images/64/%2e%2e/site.toml",
        "/images/64/x.png",
    ):
        assert client.get(path).status_code == 404, path


def test_nothing_in_a_request_is_an_error_of_ours(client: FlaskClient) -> None:
    """Any request gets a page, a redirect or a refusal; never a 500."""
    paths = ["/%00", "/%ff%fe", "/podcast/%00", "//evil.example", "/podcast//4-ep", "/audio/podcast/%2e%2e/%2e%2e/site.toml", "/" + "a" * 3000,
             "/search?q=%00%ff", "/search.json?q=" + "(" * 500, "/search?page=99999999999999999999", "/tags/%2f", "/images/64/%00.png",
             "/podcast/?page=%00", "/static/../app.py", "/static/%2e%2e/app.py", "/feed.xml?x[]=1&x[]=2", "/search?sort=odd&year=x"]  # fmt: skip
    for path in paths:
        for method in ("GET", "HEAD", "POST", "OPTIONS", "DELETE"):
            answer = client.open(path, method=method)
            assert answer.status_code < 500, (method, path)


def test_pages_run_in_the_direction_of_their_language(site: Site, open_client: Open) -> None:
    """A site in a right-to-left language has dir="rtl"; others have no dir."""
    site.put("content/site.toml", 'language = "ar"\n[shows.podcast]\n[shows.letters]\nlanguage = "en"\n')
    site.episode()
    site.episode(show="letters")
    client = open_client()
    assert '<html lang="ar" dir="rtl">' in client.get("/podcast/1-first").text
    assert '<html lang="en">' in client.get("/letters/1-first").text
