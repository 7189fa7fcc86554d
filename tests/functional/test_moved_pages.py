"""The pages of a site that moved in from Jekyll: portraits, tags, plain pages, and players in notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jekyll_site import JekyllSite, png
from lxml import html
from support import Client

from longwave import create_app
from longwave.authoring.checks import findings
from longwave.authoring.checks.checked_content import Content
from longwave.config import read_settings
from longwave.edition.check.site_check import inspect_site, site_problems
from longwave.moving.import_report import Report
from longwave.moving.jekyll import carry_out, plan
from longwave.web.request_context import KEEPER

NOW = datetime(2026, 1, 31, tzinfo=UTC)


@pytest.fixture
def old(tmp_path: Path) -> JekyllSite:
    """Return a Jekyll site with settings, but without posts."""
    site = JekyllSite(tmp_path / "old")
    site.put("_config.yml", "title: Quay\nurl: https://quay.example\npermalink: /:title/\n")
    return site


def moved(site: JekyllSite) -> Report:
    """Import the site into the folder ``new`` beside it."""
    return carry_out(plan(site.root, site.root.parent / "new", NOW))


@contextmanager
def opened(site: JekyllSite) -> Iterator[FlaskClient]:
    """Yield a client of the new site's app."""
    app = create_app(site.root.parent / "new")
    app.test_client_class = Client
    try:
        yield app.test_client()
    finally:
        app.extensions[KEEPER].close()


def warnings(site: JekyllSite) -> list[str]:
    """Return all that `longwave check` says of the new site's content."""
    settings = read_settings({}, site.root.parent / "new")
    inspection = inspect_site(settings)
    problems = (*site_problems(settings, inspection), *findings(Content.of(inspection)))
    return [str(problem) for problem in problems]


def headings(page: str) -> list[str]:
    """Return the texts of a page's headings of level 1."""
    return [" ".join(heading.text_content().split()) for heading in html.fromstring(page).iter("h1")]


@pytest.mark.parametrize(
    ("named", "file", "warned"),
    [
        ("ida-falk", "assets/avatars/ida-falk.jpg", False),
        ("ida-falk", "assets/img/people/ida-falk.png", False),
        ("Ida Falk", "images/guests/ida_falk.webp", False),
        ("ida-falk.png", "assets/images/avatars/ida-falk.jpg", True),
        ("ida-falk-200x200.jpg", "assets/images/ida-falk.jpg", True),
        ("/assets/faces/ida-falk", "assets/faces/ida-falk-400w.jpg", False),
    ],
)
def test_a_portrait_keeps_its_guest(old: JekyllSite, named: str, file: str, warned: bool) -> None:
    """A portrait that front matter names inexactly is on the pages of episode and guest; a wrong name is a warning."""
    old.post("2021-03-01-one.md", guest="Ida Falk", guest_avatar=f'"{named}"')
    old.put(file, png())
    moved(old)
    (picture,) = (old.root.parent / "new/content/images").rglob("ida*")
    name = picture.relative_to(old.root.parent / "new/content/images").as_posix()
    with opened(old) as client:
        for page in ("/podcast/one", "/guests/ida-falk"):
            assert f"/{name}" in client.get(page).text
        assert client.get(f"/images/full/{name}").status_code == 200
    said = [one for one in warnings(old) if "ida" in one.lower()]
    assert len(said) == warned
    assert all(f"Did you mean '{picture.name}'?" in one for one in said)


def test_a_tag_is_called_as_posts_spell_it(old: JekyllSite) -> None:
    """A tag's chip shows the tag's own spelling; the title of its old page is the heading of its new page only."""
    old.post("2021-03-01-one.md", tags='[docker, "C#", rails, plain]')
    old.put("tags/docker.md", "---\ntag: docker\ntitle: Talks about Docker in the Wild\n---\n")
    old.put("tags/c-sharp.md", "---\nlayout: tag\ntitle: All about the C family\n---\nSharp.\n")
    old.put("tags/rails.md", "---\nname: Ruby on Rails\ntitle: On rails\n---\n")
    old.put("tags/plain.md", "---\ntitle: Plain\n---\n")
    report = moved(old)
    assert [one.subject for one in report.omissions if "as posts spell it" in one.reason] == ["tags/c-sharp.md"]
    with opened(old) as client:
        page = html.fromstring(client.get("/podcast/one").text)
        chips = {link.get("href"): link.text for link in page.iter("a") if link.get("rel") == "tag"}
        assert chips == {
            "/tags/docker": "docker",
            "/tags/c-sharp": "C#",
            "/tags/rails": "Ruby on Rails",
            "/tags/plain": "Plain",
        }
        titles = [headings(client.get(address).text) for address in chips]
        assert titles == [["Talks about Docker in the Wild"], ["All about the C family"], ["On rails"], ["Plain"]]


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        ('<div class="box"><h1>{{ page.title }}</h1><p>To all.</p></div>', "Many Thanks"),
        ("# Thank *you*\n\nTo all.\n\n# And you\n", "Thank you"),
        ("## To all\n\nText\n\n<H1 class=x>Thanks &amp; cheers</H1>\n", "Thanks & cheers"),
        ("<!-- <h1>Old</h1> -->\n\nTo all.\n", "Many Thanks"),
        ("<h1></h1>\n\nTo all.\n", "Many Thanks"),
        ("Thanks\n======\n\nTo all.\n", "Thanks"),
    ],
)
def test_a_page_has_one_heading(old: JekyllSite, body: str, heading: str) -> None:
    """A page's own heading stands alone; a page without one shows its title."""
    old.post("2021-03-01-one.md")
    old.put("thanks.html" if body.startswith("<d") else "thanks.md", f"---\ntitle: Many Thanks\n---\n{body}")
    moved(old)
    with opened(old) as client:
        page = client.get("/thanks").text
        assert [text for text in headings(page) if text] == [heading]
        assert "<title>Many Thanks" in page
        for address in ("/thanks.html", "/thanks/"):
            assert (client.get(address).status_code, client.get(address).headers["Location"]) == (301, "/thanks")


def test_notes_dont_repeat_the_title(old: JekyllSite) -> None:
    """Notes that begin with their episode's title as a heading show it once; another heading stays."""
    old.post("2021-03-01-one.md", "# {{ page.title }}\n\nWords.", title='"Salt & Pepper"')
    old.post("2021-03-02-two.md", "# Something else\n\nWords.", title="Two")
    moved(old)
    with opened(old) as client:
        assert client.get("/podcast/one").text.count(">Salt &amp; Pepper</h") == 1
        assert ">Something else</h2>" in client.get("/podcast/two").text


PLAYERS = (
    '<audio controls>\n<source src="{{ page.audio }}">\nOld browser.\n</audio>',
    '<div class="p"><video src="/assets/one.mp3" controls>Old browser.</video></div>',
    '<AUDIO controls src="{{ site.nowhere }}{{ page.nothing }}"><p>Old browser.</p></AUDIO>',
)


@pytest.mark.parametrize("player", PLAYERS)
def test_a_second_player_is_told(old: JekyllSite, player: str) -> None:
    """A player of the episode's own sound in its notes is one warning, and its fallback text is read nowhere."""
    sound = {"audio": "https://cdn.example/a/one.mp3", "mp3_bytes": 900000, "mp3_duration": '"1:00"'}
    old.post("2021-03-01-one.md", f"{player}\n\nWe talk about ropes.", **sound)
    moved(old)
    assert len([one for one in warnings(old) if "expected one player" in one]) == 1
    with opened(old) as client:
        assert "<description>We talk about ropes.</description>" in client.get("/podcast/feed.xml").text
        assert "0 " in client.get("/search?q=browser").text
        assert client.get("/search.json?q=browser").json["total"] == 0
        assert client.get("/search.json?q=ropes").json["total"] == 1


@pytest.mark.parametrize("other", ['<audio src="/assets/bonus.mp3"></audio>', "<p>audio</p>", ""])
def test_another_player_is_none_of_the_episode(old: JekyllSite, other: str) -> None:
    """A player of another file in the notes is no warning."""
    sound = {"audio": "https://cdn.example/a/one.mp3", "mp3_bytes": 900000, "mp3_duration": '"1:00"'}
    old.post("2021-03-01-one.md", f"{other}\n\nWords.", **sound)
    moved(old)
    assert not [one for one in warnings(old) if "expected one player" in one]


@pytest.mark.parametrize("tag", ["iframe", "object", "noscript", "video", "canvas", "template"])
def test_fallback_text_is_no_description(old: JekyllSite, tag: str) -> None:
    """Text for browsers that can't show an element is neither in the feed's description nor found by searches."""
    # In running text, kramdown takes an iframe for words.
    inside = "" if tag == "iframe" else f"<{tag}>plugins</{tag}> "
    old.post("2021-03-01-one.md", f"<{tag} data-x='1'>Enable plugins</{tag}>\n\nRopes, {inside}and knots.")
    moved(old)
    with opened(old) as client:
        assert "<description>Ropes, and knots.</description>" in client.get("/podcast/feed.xml").text
        assert client.get("/search.json?q=plugins").json["total"] == 0


def test_pages_called_index_are_pages(old: JekyllSite) -> None:
    """A page named index is a page, unless it, its include or its layout iterates over posts."""
    old.post("2021-03-01-one.md")
    old.put("_layouts/home.html", "{% for p in site.posts %}{{ p.title }}{% endfor %}{{ content }}")
    old.put("_layouts/page.html", "<aside>{% for p in site.posts limit:3 %}x{% endfor %}</aside>{{ content }}")
    old.put("_includes/all.html", "{% for p in paginator.posts %}{{ p.title }}{% endfor %}")
    old.put("about/index.md", "---\nlayout: page\ntitle: About us\n---\nWe *talk*.\n")
    old.put("press/kit/index.html", "---\ntitle: Kit\n---\n<p>Logos</p>\n")
    old.put("archive/index.md", "---\nlayout: home\ntitle: All\n---\n")
    old.put("every/index.html", "---\ntitle: Every\n---\n<h1>Every</h1>{% include all.html %}\n")
    old.put("index.md", "---\nlayout: page\ntitle: Home\n---\nHello!\n")
    report = moved(old)
    reasons = {one.subject: one.reason.partition(":")[0] for one in report.omissions if "index" in one.subject}
    assert reasons == {
        "archive/index.md": "a list",
        "every/index.html": "a list",
        "index.md": "the home page",
    }
    with opened(old) as client:
        assert "<em>talk</em>" in client.get("/about").text
        assert "Logos" in client.get("/kit").text
        for address, goal in (
            ("/about/", "/about"),
            ("/about/index.html", "/about"),
            ("/press/kit/", "/kit"),
            ("/archive/", "/"),
            ("/every/index.html", "/"),
            ("/index.html", "/"),
        ):
            assert (address, client.get(address).headers.get("Location")) == (address, goal)


def test_pages_of_one_name_stay_apart(old: JekyllSite) -> None:
    """A page whose name another page has is called after its folders, too, and its old address leads there."""
    old.post("2021-03-01-one.md")
    old.put("crew/contact.md", "---\ntitle: Crew\n---\nCrew.\n")
    old.put("press/contact/index.md", "---\ntitle: Press\n---\nPress.\n")
    moved(old)
    with opened(old) as client:
        assert client.get("/press/contact/").headers["Location"] == "/press-contact"
        assert client.get("/crew/contact.html").headers["Location"] == "/contact"
        assert (client.get("/contact").status_code, client.get("/press-contact").status_code) == (200, 200)


def test_a_page_that_teases_posts_keeps_its_words(old: JekyllSite) -> None:
    """A page with words of its own beside the newest few posts is a page; a list of all guests leads to Longwave's."""
    old.post("2021-03-01-one.md", guest="Ida Falk")
    words = "We have talked about ropes and knots since the harbour was built."
    teaser = "{% for p in site.posts limit: 3 %}<li>{{ p.title }}</li>{% endfor %}"
    old.put("about.md", f"---\ntitle: About\n---\n{words}\n\n<ul>{teaser}</ul>\n")
    old.put("guests/index.html", "---\ntitle: Guests\n---\n{% for p in site.posts %}{{ p.guest }}{% endfor %}\n")
    report = moved(old)
    assert ("about.md", "taken without the posts that it lists, which only Jekyll has") in [
        (one.subject, one.reason) for one in report.omissions
    ]
    assert not [one for one in warnings(old) if "redirect" in one]
    with opened(old) as client:
        assert words in client.get("/about").text
        assert client.get("/guests/index.html").headers["Location"] == "/guests/"


def test_an_include_that_cant_be_rendered_is_reported(old: JekyllSite) -> None:
    """An include with a plugin's tag is named by the report and by check, and pages go without its shell."""
    old.post(
        "2021-03-01-one.md", "Before.\n\n{% include card.html %}\n\n{% include services-used.html %}", tags="[rope]"
    )
    old.put("_includes/card.html", "<ul>{% cards %}<li>•</li></ul>\n")
    old.put("_includes/services-used.html", "<ul>{% each_service %}<li>•</li></ul>\n")
    report = moved(old)
    left = {one.subject for one in report.omissions}
    assert {"_includes/card.html: {% cards %}", "_includes/services-used.html: {% each_service %}"} <= left
    assert [one for one in warnings(old) if one.startswith("content/includes/card.html:1: warning")]
    with opened(old) as client:
        page = client.get("/podcast/one").text
        assert "•" not in page
        assert '<li><a href="/tags/rope">rope</a></li>' in page


def test_html_stays_html(old: JekyllSite) -> None:
    """A post or a page in HTML is shown as it is, even where Markdown would make code or emphasis of it."""
    text = "    <p>Ropes *and* knots</p>\n\n        <p>{{ page.title }}</p>\nsome_bare_words\n"
    old.put("_posts/2021-03-01-one.html", f"---\ntitle: One\n---\n{text}")
    old.put("_posts/2021-03-02-two.html", "---\ntitle: Two\n---\n<p>Two</p>\n<ul><li>0:00 Start</li></ul>\n")
    old.put("about.html", f"---\ntitle: About\n---\n{text}")
    moved(old)
    two = next((old.root.parent / "new/content").rglob("*two*.md"))
    assert two.read_bytes() == (old.root / "_posts/2021-03-02-two.html").read_bytes()
    with opened(old) as client:
        for address, title in (("/podcast/one", "One"), ("/about", "About")):
            page = client.get(address).text
            assert "<p>Ropes *and* knots</p>" in page
            assert f"<p>{title}</p>" in page
            assert "<code>" not in page
