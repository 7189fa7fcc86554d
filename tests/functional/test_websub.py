"""WebSub: a real hub is told by a real server when an episode comes out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient
from support import Server, Site

from longwave.edition import keeper, websub

Wait = Callable[..., None]


class Hub:
    """A hub that notes what it is told, and answers what it is set to."""

    def __init__(self, port: int = 0) -> None:
        self.told: list[str] = []
        self.first = datetime.max.replace(tzinfo=UTC)
        self.status = 204
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                if hub.status == 204:
                    assert form["hub.mode"] == ["publish"]
                    hub.first = min(hub.first, datetime.now(UTC))
                    hub.told.append(form["hub.url"][0])
                self.send_response(hub.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hub"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Hear nothing any more."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub."""
    made = Hub()
    yield made
    made.close()


@pytest.fixture
def running(site: Site, hub: Hub, serve: Callable[..., Server], eventually: Wait) -> Server:
    """A site of one old episode with a hub, served, and done with its first look."""
    site.put("content/site.toml", f'url = "https://pod.example"\nhubs = ["{hub.url}"]\n')
    site.episode()
    server = serve()
    eventually(lambda: (site.root / "instance" / "websub.sqlite").exists())
    return server


FEEDS = ["https://pod.example/feed.xml", "https://pod.example/podcast/feed.xml"]


def test_a_new_episode_is_told_once(site: Site, hub: Hub, running: Server, eventually: Wait) -> None:
    """The feeds of the site and of the show are told to the hub once the new episode is served, and only then."""
    assert hub.told == []
    site.episode("2026-01-03-2-new.md")
    assert site.run("reindex").returncode == 0
    eventually(lambda: sorted(hub.told) == FEEDS)
    site.episode("2026-01-03-2-new.md", title="Another title")
    assert site.run("reindex").returncode == 0
    eventually(lambda: "Another title" in running.get("/podcast/2-new").text)
    eventually(lambda: not websub.is_due(site.root / "instance", 1e12))
    assert sorted(hub.told) == FEEDS


def test_two_servers_tell_once(
    site: Site, hub: Hub, running: Server, serve: Callable[..., Server], eventually: Wait
) -> None:
    """However many servers show the new episode, the hub hears of it once."""
    serve()
    site.episode("2026-01-03-2-new.md")
    assert site.run("reindex").returncode == 0
    eventually(lambda: len(hub.told) >= 2)
    threading.Event().wait(2.5)
    assert sorted(hub.told) == FEEDS


def test_a_date_that_arrives_is_told(site: Site, hub: Hub, running: Server, eventually: Wait) -> None:
    """An episode that publishes itself is told, too."""
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=6)
    site.episode("2-soon.md", date=soon.strftime("%Y-%m-%d %H:%M:%S +0000"))
    assert site.run("reindex").returncode == 0
    eventually(lambda: sorted(hub.told) == FEEDS, 20)
    assert hub.first >= soon


def test_nobody_is_told_of_a_deleted_index(site: Site, hub: Hub, running: Server, eventually: Wait) -> None:
    """An index that is made anew brings no news."""
    running.stop()
    for path in sorted((site.root / "index").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert site.run("reindex").returncode == 0
    assert not websub.is_due(site.root / "instance", 1e12)
    assert hub.told == []


def test_a_hub_that_is_down_is_told_later(
    site: Site, hub: Hub, running: Server, serve: Callable[..., Server], eventually: Wait
) -> None:
    """What a hub refuses is kept over a restart, tried again after a pause, and said once."""
    hub.status = 503
    site.episode("2026-01-03-2-new.md")
    assert site.run("reindex").returncode == 0
    instance = site.root / "instance"
    eventually(lambda: websub.is_due(instance, 1e12) and not websub.is_due(instance, datetime.now(UTC).timestamp()))
    running.stop()
    hub.status = 204
    now = datetime.now(UTC).timestamp()
    websub.tell(instance, now)
    assert hub.told == []
    websub.tell(instance, now + 200)
    assert sorted(hub.told) == FEEDS
    websub.tell(instance, now + 10_000)
    assert sorted(hub.told) == FEEDS


def test_a_hub_is_given_up_after_a_day(
    site: Site, hub: Hub, running: Server, eventually: Wait, caplog: pytest.LogCaptureFixture
) -> None:
    """A hub that is down for a day is forgotten with one line in the log for each feed."""
    running.stop()
    hub.status = 500
    instance: Path = site.root / "instance"
    with websub._opened(instance) as database:
        database.execute("insert into pings values (?, ?, 0, 0, 9)", (hub.url, FEEDS[0]))
    websub.tell(instance)
    assert not websub.is_due(instance, 1e12)
    assert "is given up: HTTP Error 500" in caplog.text


def test_what_cannot_be_noted_is_noted_later(
    site: Site, hub: Hub, eventually: Wait, open_client: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the folder for it can't be written just then, an edition's episodes are noted as soon as it can."""
    monkeypatch.setattr(keeper, "_LONGEST", 0.2)
    site.put("content/site.toml", f'url = "https://pod.example"\nhubs = ["{hub.url}"]\n')
    site.episode()
    (site.root / "instance").write_text("a file in the folder's place")
    open_client().get("/")
    threading.Event().wait(0.5)
    (site.root / "instance").unlink()
    eventually(lambda: (site.root / "instance" / "websub.sqlite").exists())


def test_addresses_in_other_letters_are_those_of_machines(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """A site and a hub with names in other letters than ASCII stand in headers and feeds as their ASCII form."""
    site.put("content/site.toml", 'url = "https://подкаст.рф/ü"\nhubs = ["https://концентратор.рф:8080/a?b=ü"]\n')
    site.episode()
    answer = open_client().get("/podcast/feed.xml")
    assert answer.headers.getlist("Link") == [
        '<https://xn--80ajombdeocqc6b.xn--p1ai:8080/a?b=%C3%BC>; rel="hub"',
        '<https://xn--80ahsoeqh.xn--p1ai/%C3%BC/podcast/feed.xml>; rel="self"',
    ]
    assert "<link>https://xn--80ahsoeqh.xn--p1ai/%C3%BC/podcast/1-first</link>" in answer.text
