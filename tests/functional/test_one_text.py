"""Faulty content files, and bugs that one file triggers, which must not stop the publication of the others."""

from __future__ import annotations

import json
import pkgutil
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from support import Server, Site

from longwave.edition.build.episode_assembly import EpisodeAssembler
from longwave.search import analysis

Open = Callable[[], FlaskClient]


@pytest.mark.parametrize("apostrophe", ["\u02bc", "\u02bb", "\ua78c", "\u07f4", "\u2019"])
def test_a_letter_that_is_an_apostrophe(site: Site, serve: Callable[..., Server], apostrophe: str) -> None:
    """A text with a letter used as an apostrophe passes the check, is shown, and is found by either spelling."""
    site.episode(title=f"The world{apostrophe}s first", body=f"All the world{apostrophe}s a stage.")
    site.put("content/site.toml", 'url = "https://podcast.example.com"\n')
    assert site.run("check").returncode == 0
    assert site.run("reindex").returncode == 0
    server = serve()
    assert f"world{apostrophe}s a stage" in server.get("/podcast/1-first").text
    for query in ("world", "worlds", f"world{apostrophe}s", "world's", f'"world{apostrophe}s a stage"'):
        response = server.get(f"/search.json?q={quote(query)}")
        assert (response.status, response.json["total"]) == (200, 1), query
        assert server.get(f"/search?q={quote(query)}").status == 200


def stumble(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Patch the Longwave function named ``place`` to raise an IndexError if an argument contains the word xyzzy."""
    real = pkgutil.resolve_name(place)

    def mistaken(*args: Any, **more: Any) -> Any:
        arguments = (arg for arg in (*args, *more.values()) if not isinstance(arg, EpisodeAssembler))
        if any("xyzzy" in repr(arg) for arg in arguments):
            raise IndexError("list index out of range")
        return real(*args, **more)

    monkeypatch.setattr(place, mistaken)
    # The cache is cleared, as words that were analysed before would never reach the injected bug.
    analysis.analyzer.cache_clear()


#: The functions that read, assemble and render an episode, and write it into feeds and the search index.
PLACES = [
    "longwave.edition.build.intake.parse_episode",
    "longwave.edition.build.intake.dump",
    "longwave.content.liquid.renderer.Reports",
    "longwave.content.episodes.notes._add_line",
    "longwave.edition.build.faults.render",
    "longwave.edition.build.episode_assembly.EpisodeAssembler.complete",
    "longwave.feeds.entries.shortened",
    "longwave.search.documents.Document",
    "longwave.search.analysis.fold",
]


@pytest.mark.parametrize("place", PLACES)
def test_a_mistake_of_ours_costs_one_episode(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    """A bug in any step of a build is reported for one episode's file; its last good version stays, if any."""
    body = "Hello.\n\nA line.\n\n"
    site.episode(body=f"{body}The first.")
    site.episode("2026-01-03-2-second.md", title="Second", body="Number two.")
    assert site.run("reindex").returncode == 0
    stumble(monkeypatch, place)
    site.episode(body=f"{body}The word is xyzzy{{{{ page.title }}}}.", description="xyzzy")
    site.episode("2026-01-04-3-third.md", title="Third", body="Another xyzzy {{ page.title }}.", description="xyzzy")
    site.episode("2026-01-05-4-fourth.md", title="Fourth", body="As good as ever.")
    with caplog.at_level("DEBUG", "longwave"):
        done = site.run("reindex")
    assert (done.returncode, done.stdout.partition(";")[0]) == (0, "1 added, 0 changed, 0 removed, 2 unchanged")
    lines = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "content/podcast/2026-01-02-1-first.md",
        "content/podcast/2026-01-04-3-third.md",
    ]
    assert all("IndexError: list index out of range (" in line for line in lines)
    assert any(record.exc_info for record in caplog.records)
    client = open_client()
    assert "The first." in client.get("/podcast/1-first").text
    assert client.get("/podcast/3-third").status_code == 404
    assert client.get("/podcast/4-fourth").status_code == 200
    assert client.get("/search.json?q=ever").json["total"] == 1
    assert client.get("/search.json?q=fourth").json["total"] == 1
    assert client.get("/podcast/feed.xml").text.count("<item>") == 3
    # Once the bug is fixed, the episodes are published without a change of their files.
    monkeypatch.undo()

    (site.root / "index/seen").unlink()
    assert site.run("reindex").stdout.startswith("1 added, 1 changed, 0 removed, 2 unchanged")


@pytest.mark.parametrize("place", PLACES)
def test_the_check_tells_what_publishing_will(site: Site, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """`longwave check` reports an episode's file on which a function of the build raises, with its line if known."""
    stumble(monkeypatch, place)
    site.episode(body="Hello.\n\nxyzzy {{ page.title }}.", description="xyzzy")
    site.episode("2026-01-03-2-second.md", title="Second")
    done = site.run("check", "--format", "json")
    problems = [one for one in json.loads(done.stdout)["problems"] if "IndexError" in one["found"]]
    assert done.returncode == 1
    assert [one["file"] for one in problems] == ["content/podcast/2026-01-02-1-first.md"]


def test_a_search_that_goes_wrong_is_answered_in_words(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in the search gives an error message on the page, in JSON and in `longwave search`, never a 500."""
    site.episode(body="A sentence.")
    client = open_client()
    assert client.get("/search.json?q=sentence").json["total"] == 1
    stumble(monkeypatch, "longwave.search.query_parser.composed")
    page, response = client.get("/search?q=xyzzy"), client.get("/search.json?q=xyzzy")
    assert (page.status_code, response.status_code) == (503, 503)
    assert "This search has gone wrong" in page.text
    assert "This search has gone wrong" in response.json["error"]
    assert page.headers["Retry-After"] == "10"
    assert page.headers["Cache-Control"] == "no-store"
    assert client.post("/search", data={"q": "xyzzy"}).status_code == 204
    assert client.get("/search.json?q=sentence").json["total"] == 1
    result = site.run("search", "xyzzy")
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert "IndexError" in result.stderr


@pytest.mark.parametrize("damage", ["cut", "overwritten", "deleted", "replaced"])
def test_a_search_index_that_is_spoilt_under_a_server(
    site: Site, serve: Callable[..., Server], eventually: Callable[..., None], damage: str
) -> None:
    """A search in a truncated or overwritten index is a 503; the server rebuilds it, or a deleted one, by itself."""
    for number in range(30):
        site.episode(f"2026-01-01-{number}-e.md", title=f"E{number}", body=f"Hello {number}. " * 50)
    server = serve()
    assert server.get("/search.json?q=hello").json["total"] == 30
    edition = server.get("/ready").json["edition"]
    for path in (site.root / "index/editions" / edition / "search").iterdir():
        size = path.stat().st_size
        if damage in ("deleted", "replaced"):
            path.unlink()
        if damage == "replaced":
            path.write_bytes(b"\xa5" * size)
        elif damage != "deleted":
            with path.open("r+b") as stream:
                stream.write(b"\xa5" * size)
                stream.truncate(size if damage == "overwritten" else size // 2)
    response = server.get("/search?q=hello")
    if damage in ("cut", "overwritten") and response.headers["X-Edition"] == edition:
        assert (response.status, response.headers["Retry-After"]) == (503, "10")
        assert "is being made" in response.text
    assert response.status == 503 or "30 episodes" in response.text
    eventually(lambda: server.get("/ready").json["edition"] != edition)
    assert server.get("/search.json?q=hello").json["total"] == 30
    assert server.get("/podcast/1-e").status == 200


def test_a_text_that_can_not_be_rendered_is_shown_as_it_is(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Markdown text whose rendering fails, such as a guest's, is shown unrendered on pages and in feeds."""
    site.episode(guest="Ann Lee", body="Other words.", description="What it is about.")
    site.put("content/guests/ann-lee.md", "---\nname: Ann Lee\n---\nSays <b>xyzzy</b>.\n")
    client = open_client()
    stumble(monkeypatch, "longwave.edition.serve.edition.render")
    page = client.get("/guests/ann-lee")
    assert page.status_code == 200
    assert re.search(r"<pre>\s*Says &lt;b&gt;xyzzy&lt;/b&gt;\.", page.text)
    monkeypatch.setattr("longwave.edition.serve.edition.cleaned", lambda *_: 1 / 0)
    feed = client.get("/podcast/feed.xml")
    assert (feed.status_code, "<pre>What it is about.</pre>" in feed.text) == (200, True)


def test_what_is_said_in_a_transcript_is_blamed_there(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transcript that the search can't index is reported with its line; its episode is published without it."""
    site.episode(body="All is well.")
    site.put("content/transcripts/podcast/1-first.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe word is xyzzy.\n")
    stumble(monkeypatch, "longwave.search.analysis.fold")
    done = site.run("reindex")
    assert (done.returncode, done.stdout[:7]) == (0, "1 added")
    assert done.stderr.startswith(
        "content/transcripts/podcast/1-first.vtt:4: expected a file that can be read, found IndexError"
    )


def test_what_can_not_be_published_at_all_is_left_out(
    site: Site, open_client: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose last good version can't be published either is left out, and the others are published."""
    site.episode(description="The word is xyzzy.")
    site.episode("2026-01-03-2-second.md", title="Second")
    assert site.run("reindex").returncode == 0
    stumble(monkeypatch, "longwave.edition.build.episode_assembly.EpisodeAssembler.complete")
    done = site.run("reindex", "--full")
    assert (done.returncode, done.stdout.partition(";")[0]) == (0, "0 added, 0 changed, 1 removed, 1 unchanged")
    assert "1-first.md:1: expected a file that can be read, found IndexError" in done.stderr
    client = open_client()
    assert client.get("/podcast/1-first").status_code == 404
    assert client.get("/podcast/2-second").status_code == 200
