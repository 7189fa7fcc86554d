"""A site of 200 unusual Unicode characters: in words, names, titles, addresses, queries and file names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from lxml import etree
from support import Client, Site
from unusual_characters import UNUSUAL_CHARACTERS

from longwave import create_app
from longwave.edition.addresses import pages
from longwave.web.request_context import KEEPER

pytestmark = pytest.mark.slow


def yaml(value: Any) -> str:
    """Return a value as YAML, with every unusual character escaped."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(yaml, value)) + "]"
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08x}" for c in value) + '"'


def fill(site: Site) -> None:
    """Write an episode, a guest, a tag and a page for each unusual character, which occurs in all of their texts."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    for number, odd in enumerate(UNUSUAL_CHARACTERS):
        words = " ".join(f"wo{odd}rl{other}s" for other in UNUSUAL_CHARACTERS)
        meta = {
            "title": f"Ti{odd}tle", "description": f"De{odd}sc {odd}", "tags": [f"ta{odd}g", odd], "guid": f"g{number}{odd}",
            "guests": [{"name": f"An{odd}n Lee", "title": odd, "website": f"https://ex{odd}ample.com", "avatar": f"a{odd}.png"}],
            "chapters": [{"start": "0:01", "title": f"ch{odd}ap"}], "license": f"li{odd}c", "location": f"lo{odd}c",
            "aliases": [f"/old{number}/{odd}"], "audio": f"au{odd}.mp3", "transcript": f"{number}.vtt",
        }  # fmt: skip
        matter = "\n".join(f"{key}: {yaml(value)}" for key, value in meta.items())
        name = f"2026-01-02-{number}-na{odd if odd != '/' else ''}me.md"
        body = f"Wo{odd}rld {words}\n\n- 1:0{number % 10} -- mo{odd}ment\n- 0:0{odd} {odd}-- x\n\n*{odd}b* [{odd}]({odd}) `{odd}`"
        site.put(f"content/podcast/{name}", f"---\n{matter}\n---\n\n{body}\n")
        cue = f"WEBVTT\n\n00:01.000 --> 00:03.000\n<v Jo{odd}e>Sa{odd}id {words[:200]}\n"
        site.put(f"content/transcripts/podcast/{number}.vtt", cue)
        for kind in ("guests", "tags", "pages"):
            text = f"---\ntitle: {yaml(f'{kind}{odd}x')}\nname: {yaml(f'{kind}{odd}x')}\n---\nText {odd} {{{{ page.title }}}}\n"
            site.put(f"content/{kind}/{kind}{number}.md", text)


@pytest.fixture(scope="module")
def client(shared_site: Site) -> Iterator[FlaskClient]:
    """Yield a client of the site of unusual characters, after a check and a reindex."""
    fill(shared_site)
    checked, done = shared_site.run("check"), shared_site.run("reindex")
    for said in (checked.stdout, checked.stderr, done.stderr):
        assert "Error" not in said
        assert "Traceback" not in said
    assert done.stdout.startswith(f"{len(UNUSUAL_CHARACTERS)} added")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LONGWAVE_SEARCH_LIMIT", "0")
        app = create_app(shared_site.root)
    app.test_client_class = Client
    client = app.test_client()
    client.get("/")
    yield client
    app.extensions[KEEPER].close()


def test_every_page_and_every_feed_is_there(client: FlaskClient) -> None:
    """Each address of the site works, and each feed is well-formed and has all its episodes."""
    catalogue = client.application.extensions[KEEPER].current.catalogue
    assert len(catalogue.episodes) == len(UNUSUAL_CHARACTERS)
    statuses = [(client.get(quote(path)).status_code, path) for path in pages(catalogue)]
    for episode in catalogue.episodes:
        for file in ("transcript.vtt", "transcript.srt", "transcript.json", "transcript.html", "chapters.json"):
            path = f"{episode.path}/{file}"
            statuses.append((client.get(quote(path)).status_code, path))
    assert [pair for pair in statuses if pair[0] != 200] == []
    feeds = ["/feed", "/podcast/feed"]
    feeds += [f"/tags/{tag}/feed" for tag in catalogue.tags] + [f"/guests/{guest}/feed" for guest in catalogue.guests]
    for path in feeds:
        items = len(etree.fromstring(client.get(quote(f"{path}.xml")).data).findall("channel/item"))
        assert items == len(json.loads(client.get(quote(f"{path}.json")).data)["items"]) > 0, path
    for path in ("/sitemap.xml", "/shows.opml", "/opensearch.xml"):
        etree.fromstring(client.get(path).data)


@pytest.mark.parametrize("shape", ["wo{}rld", "{} wo{}rlʼs", 'guest:an{}n tag:{} "{} x" -y{} OR {}'])
def test_every_query_is_answered(client: FlaskClient, shape: str) -> None:
    """The search answers queries with each unusual character in words, phrases and fields, and finds its word."""
    for number, odd in enumerate(UNUSUAL_CHARACTERS):
        query = {"q": shape.replace("{}", odd)}
        response = client.get("/search.json", query_string=query)
        assert response.status_code == 200, query
        assert response.json["total"] or shape != "wo{}rld", query
        if number % 4 == 0:
            assert client.get("/search", query_string=query).status_code == 200, query
