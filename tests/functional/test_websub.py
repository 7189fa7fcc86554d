"""WebSub: a real server notifies a hub, a small web server here, of new episodes."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient
from support import Server, Site

from longwave.edition.serve import websub
from longwave.web.request_context import KEEPER

Wait = Callable[..., None]


class Hub:
    """A WebSub hub that records the feeds of which it is notified, and answers with ``status``."""

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
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """Stop the hub's server."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """Yield a running WebSub hub, which records its notifications."""
    made = Hub()
    yield made
    made.close()


@pytest.fixture
def pinging(site: Site, hub: Hub) -> Site:
    """Return a site with one old episode, whose settings name the hub."""
    site.put("content/site.toml", f'url = "https://pod.example"\nhubs = ["{hub.url}"]\n')
    site.episode()
    return site


@pytest.fixture
def client(pinging: Site, open_client: Callable[[], FlaskClient], eventually: Wait) -> FlaskClient:
    """Return a client of the site, once the app has stored its episodes as old, of which the hub isn't notified."""
    client = open_client()
    assert client.get("/").status_code == 200
    eventually((pinging.root / "instance" / "websub.sqlite").exists)
    return client


@pytest.fixture
def running(pinging: Site, serve: Callable[..., Server], eventually: Wait) -> Server:
    """Return a server of the site, once it has stored its episodes as old, of which the hub isn't notified."""
    server = serve()
    eventually((pinging.root / "instance" / "websub.sqlite").exists)
    return server


def publish(site: Site, title: str) -> None:
    """Write the second episode with this title and reindex."""
    site.episode("2026-01-03-2-new.md", title=title)
    assert site.run("reindex").returncode == 0


def tries(instance: Path) -> list[int]:
    """Return, for each feed of which the hub must still be notified, the number of failed attempts."""
    with websub._opened(instance) as database:
        return [count for (count,) in database.execute("select tries from pings")]


def close(client: FlaskClient) -> None:
    """Stop the background threads of a client's app."""
    client.application.extensions[KEEPER].close()


NEW = "/podcast/2-new"
FEEDS = ["https://pod.example/feed.xml", "https://pod.example/podcast/feed.xml"]


def test_a_new_episode_is_told_once(site: Site, hub: Hub, running: Server, eventually: Wait) -> None:
    """The hub is notified of the site's and the show's feed once the new episode is served, and only then."""
    assert hub.told == []
    publish(site, "New")
    eventually(lambda: sorted(hub.told) == FEEDS)
    publish(site, "Another title")
    eventually(lambda: "Another title" in running.get(NEW).text)
    eventually(lambda: not websub.has_due_ping(site.root / "instance", 1e12))
    assert sorted(hub.told) == FEEDS


def test_two_servers_tell_once(site: Site, hub: Hub, running: Server, client: FlaskClient, eventually: Wait) -> None:
    """Several servers notify the hub of a new episode once."""
    publish(site, "New")
    eventually(lambda: len(hub.told) >= 2)
    # A server that shows the next edition has sent all notifications of the previous one.
    eventually(lambda: running.get(NEW).status == client.get(NEW).status_code == 200)
    publish(site, "Another title")
    eventually(lambda: "Another title" in running.get(NEW).text and "Another title" in client.get(NEW).text)
    eventually(lambda: not websub.has_due_ping(site.root / "instance", 1e12))
    assert sorted(hub.told) == FEEDS


def test_a_date_that_arrives_is_told(site: Site, hub: Hub, client: FlaskClient, eventually: Wait) -> None:
    """The hub is notified of a scheduled episode when its date has come."""
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    site.episode("2-soon.md", date=soon.strftime("%Y-%m-%d %H:%M:%S +0000"))
    assert site.run("reindex").returncode == 0
    eventually(lambda: sorted(hub.told) == FEEDS)
    assert hub.first >= soon


def test_a_broadcast_is_told_when_it_begins_and_when_it_is_recorded(
    site: Site, hub: Hub, client: FlaskClient, eventually: Wait, mp3: Path
) -> None:
    """The hub is notified of an episode's announcement, of the start of its broadcast, and of the recording."""
    live = {"start": "2030-01-01", "url": "https://stream.example/"}
    for number, changed in enumerate((live, {**live, "status": "live"}, {**live, "status": "ended"}), 1):
        site.episode("2026-01-03-2-new.md", live=changed)
        assert site.run("reindex").returncode == 0
        eventually(lambda number=number: len(hub.told) >= 2 * min(number, 2))
        eventually(lambda changed=changed: f'"{changed.get("status", "pending")}"' in client.get(NEW).text)
    assert len(hub.told) == 4
    site.put("content/audio/podcast/2-new.mp3", mp3.read_bytes())
    assert site.run("reindex").returncode == 0
    eventually(lambda: len(hub.told) == 6)


def test_nobody_is_told_of_a_deleted_index(site: Site, hub: Hub, client: FlaskClient) -> None:
    """The hub isn't notified when a deleted index is rebuilt."""
    close(client)
    shutil.rmtree(site.root / "index")
    assert site.run("reindex").returncode == 0
    assert not websub.has_due_ping(site.root / "instance", 1e12)
    assert hub.told == []


def test_a_hub_that_is_down_is_told_later(site: Site, hub: Hub, client: FlaskClient, eventually: Wait) -> None:
    """A notification that the hub refused survives a restart and is repeated after a pause."""
    hub.status = 503
    publish(site, "New")
    instance = site.root / "instance"
    eventually(lambda: tries(instance) == [1, 1])
    close(client)
    hub.status = 204
    timestamp = datetime.now(UTC).timestamp()
    websub.send_due_pings(instance, timestamp)
    assert hub.told == []
    websub.send_due_pings(instance, timestamp + 200)
    assert sorted(hub.told) == FEEDS
    websub.send_due_pings(instance, timestamp + 10_000)
    assert sorted(hub.told) == FEEDS


def test_a_hub_is_given_up_after_a_day(
    site: Site, hub: Hub, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A notification that the hub has refused for a day is given up, with one log line for each feed."""
    close(client)
    hub.status = 500
    instance: Path = site.root / "instance"
    with websub._opened(instance) as database:
        database.execute("insert into pings values (?, ?, 0, 0, 9)", (hub.url, FEEDS[0]))
    websub.send_due_pings(instance)
    assert not websub.has_due_ping(instance, 1e12)
    assert caplog.text.count("is given up: the status 500") == 1


def test_what_cannot_be_noted_is_noted_later(
    pinging: Site,
    eventually: Wait,
    open_client: Callable[[], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """If instance/ can't be written at first, the list of old episodes, which aren't announced, is written later."""
    monkeypatch.setattr(websub, "_RETRY_NOTE", 0.2)
    instance = pinging.root / "instance"
    instance.write_text("a file in the folder's place")
    open_client().get("/")
    eventually(lambda: "can't be told of new episodes yet" in caplog.text)
    instance.unlink()
    eventually((instance / "websub.sqlite").exists)


def test_addresses_in_other_letters_are_those_of_machines(site: Site, open_client: Callable[[], FlaskClient]) -> None:
    """The addresses of a site and a hub with non-ASCII host names are in their ASCII form in headers and feeds."""
    site.put("content/site.toml", 'url = "https://подкаст.рф"\nhubs = ["https://концентратор.рф:8080/a?b=ü"]\n')
    site.episode()
    answer = open_client().get("/podcast/feed.xml")
    assert answer.headers.getlist("Link") == [
        '<https://xn--80ajombdeocqc6b.xn--p1ai:8080/a?b=%C3%BC>; rel="hub"',
        '<https://xn--80ahsoeqh.xn--p1ai/podcast/feed.xml>; rel="self"',
    ]
    assert "<link>https://xn--80ahsoeqh.xn--p1ai/podcast/1-first</link>" in answer.text
