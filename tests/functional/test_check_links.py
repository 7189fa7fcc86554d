"""`longwave check` rejects exactly those addresses within the site that the server answers with a 404."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PIL import Image
from support import Server, Site

TOML = """
title = "Site"
url = "https://pod.example"
[redirects]
"/episodes/{slug}" = "/podcast/{slug}"
"/gone/{slug}" = "/nothing/{slug}"
"/away" = "https://elsewhere.example/"
[shows.podcast]
"""
ADDRESSES = [
    "/",
    "/podcast/",
    "/podcast",
    "/podcast/index.html",
    "/podcast/1-first",
    "/podcast/1-first/",
    "/podcast/1-first.html",
    "/podcast/1-frist",
    "/podcast/2-two",
    "/was",
    "/tags",
    "/tags/",
    "/tags/python",
    "/tags/python.html",
    "/tags/pyton",
    "/guests/",
    "/guests/ann-lee",
    "/guests/ann",
    "/about",
    "/about/",
    "/about.html",
    "/abut",
    "/search",
    "/search/",
    "/search?q=x",
    "/search.json?q=x",
    "/opensearch.xml",
    "/feed.xml",
    "/feed.json",
    "/podcast/feed.xml",
    "/podcast/feed.json",
    "/tags/python/feed.xml",
    "/guests/ann-lee/feed.json",
    "/letters/feed.xml",
    "/podcast/1-first/feed.xml",
    "/tags/none/feed.xml",
    "/shows.opml",
    "/sitemap.xml",
    "/robots.txt",
    "/favicon.ico",
    "/apple-touch-icon.png",
    "/embed/podcast/1-first",
    "/embed/podcast/none",
    "/embed/x",
    "/oembed?url=https://pod.example/podcast/1-first",
    "/health",
    "/ready",
    "/images/full/c.png",
    "/images/64/avatars/ann.png",
    "/images/full/ann.png",
    "/images/c.png",
    "/images/7/c.png",
    "/images/full/none.png",
    "/podcast/none.png",
    "/audio/podcast/1-first.mp3",
    "/audio/podcast/none.mp3",
    "/audio/1-first.mp3",
    "/podcast/1-first/transcript.vtt",
    "/podcast/1-first/transcript.html",
    "/podcast/none/transcript.vtt",
    "/podcast/1-first/none.vtt",
    "/episodes/1-first",
    "/episodes/none",
    "/gone/1-first",
    "/podcast/3-draft",
    "/a/b/c",
    "/index.html",
    "/../about",
    "/podcast/%31-first",
    "/../../etc/passwd",
    "//",
]


@pytest.fixture
def whole(site: Site, mp3: object) -> Site:
    """Return a site with an episode, draft, page, picture, recording, transcript, alias, tag and guest."""
    site.put("content/site.toml", TOML)
    for name in ("c.png", "avatars/ann.png"):
        path = site.root / "content/images" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (80, 80), "teal").save(path)
    site.episode(tags=["python"], guest="Ann Lee")
    site.episode("2026-01-03-2-two.md", title="Two", aliases=["/was"])
    site.episode("2026-01-04-3-draft.md", title="Draft", draft=True)
    site.put("content/pages/about.md", "---\ntitle: About\n---\n## The people\n")
    site.put("content/audio/podcast/1-first.mp3", mp3.read_bytes())  # type: ignore[attr-defined]
    site.put("content/transcripts/podcast/1-first.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n")
    return site


def judged(site: Site) -> dict[str, dict[str, object]]:
    """Return the problems that `check` finds in links and pictures, by the faulty address."""
    problems = json.loads(site.run("check", "--format", "json").stdout)["problems"]
    return {one["found"].strip("'\""): one for one in problems if one["rule"] in ("link", "image")}


def test_the_check_and_the_server_agree(whole: Site, serve: Callable[..., Server]) -> None:
    """Each address that `check` rejects is a 404; each other one is a page, a file or a redirect to one."""
    whole.episode("2026-02-01-4-links.md", title="Links", body="\n".join(f"[x](<{one}>)" for one in ADDRESSES))
    broken = judged(whole)
    server = serve()

    def answers(address: str) -> bool:
        for _ in range(3):
            answer = server.get(address)
            if answer.status not in (301, 308):
                return answer.status == 200
            address = answer.headers["Location"]
        return False

    for address in ADDRESSES:
        path = address.removeprefix("/..").removeprefix("/..")
        assert (address not in broken) == (address == "//" or answers(path)), address
    assert broken["/podcast/1-frist"]["hint"] == "Did you mean /podcast/1-first?"
    assert broken["/images/c.png"]["hint"] == "Did you mean /images/full/c.png?"
    assert broken["/podcast/none.png"]["hint"] == "Put it into content/images/ and show it as /images/full/none.png."
    assert broken["/podcast/3-draft"]["level"] == "warning"


def test_every_link_of_the_text_is_judged(whole: Site) -> None:
    """Links in Markdown, HTML, audio and iframes, site.toml and other files are checked, each reported on its line."""
    whole.episode(
        "2026-02-01-4-links.md",
        title="Links",
        body='[a][r] [a2][r]\n<https://pod.example/b>\n<a href="/c">c</a> /c\n<audio src="/audio/podcast/d.mp3"></audio>\n'
        "[e](e)\n[e](e)\n[gap][nothing]\n`[no](/no)`\n\n[r]: /ref\n",
    )
    whole.put("content/guests/ann-lee.md", "---\nname: Ann Lee\n---\n[f](/f)\n")
    whole.put("content/tags/python.md", "---\ntitle: Python\n---\n![g](/images/full/g.png)\n")
    whole.put(
        "content/site.toml",
        TOML.replace("[redirects]", 'navigation = [{label = "H", url = "/h"}]\n[redirects]\n"/i" = "/j"'),
    )
    problems = json.loads(whole.run("check", "--format", "json").stdout)["problems"]
    places = {
        (one["file"].rpartition("/")[2], one["line"], one["found"].strip("'"))
        for one in problems
        if one["rule"] in ("link", "image")
    }
    links, start = "2026-02-01-4-links.md", 6
    assert places == {
        (links, start, "https://pod.example/b"),
        (links, start + 1, "/c"),
        (links, start + 2, "/audio/podcast/d.mp3"),
        (links, start + 3, "e"),
        (links, start + 4, "e"),
        (links, start + 5, "none"),
        (links, start + 8, "/ref"),
        ("ann-lee.md", 4, "/f"),
        ("python.md", 4, "/images/full/g.png"),
        ("site.toml", 4, "/h"),
        ("site.toml", 6, "/j"),
    }  # fmt: skip


def test_headings_are_known(whole: Site) -> None:
    """A link to a heading, footnote or anchor that the page has is fine; one to a missing heading is a warning."""
    good = [
        "#t=0:03",
        "#1:21",
        "/about#the-people",
        "/about/#the-people",
        "#own",
        "#fn:1",
        "#page-transcript",
        "#",
        "/was#top",
    ]
    bad = ["#none", "/about#people", "/about.html#none"]
    body = "\n".join(f"[x]({one})" for one in good + bad) + "\n\n# Own\n\nNote[^1].\n\n[^1]: One.\n"
    whole.episode("2026-02-01-4-links.md", title="Links", body=body)
    broken = judged(whole)
    assert set(broken) == set(bad)
    assert {one["level"] for one in broken.values()} == {"warning"}


def test_a_draft_may_link_to_drafts(whole: Site) -> None:
    """A draft's link to another draft is no problem."""
    whole.episode(
        "2026-01-05-4-draft.md",
        title="Links",
        draft=True,
        body="[x](/podcast/3-draft) [y](/podcast/4-draft#a)\n\n# a\n",
    )
    assert judged(whole) == {}
