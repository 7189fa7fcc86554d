"""Two servers of one folder that cache pages in one Redis, and the effect of its failures."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from flask.testing import FlaskClient
from support import Server, Site, serving, wait_until

from longwave.web.caching import redis_cache as ours

EPISODE, OTHER = "/podcast/1-first", "/podcast/2-other"


class Redis:
    """A real redis-server on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.start()

    @property
    def settings(self) -> dict[str, str]:
        """Return the environment for a server that uses this Redis."""
        return {"LONGWAVE_CACHE_TYPE": "RedisCache", "LONGWAVE_CACHE_REDIS_PORT": str(self.port)}

    @property
    def client(self) -> redis.Redis:
        """Return a client of this Redis."""
        return redis.Redis(port=self.port)

    @property
    def pages(self) -> set[bytes]:
        """Return the keys of the cached pages."""
        with self.client as client:
            return set(client.scan_iter("flask_cache_*"))

    def start(self) -> None:
        """Start Redis, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None
        try:
            with self.client as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def end(self) -> None:
        """Kill Redis."""
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(timeout=10)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Redis]:
    """Yield a running, empty Redis until the end of the block."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    store = Redis(folder)
    try:
        yield store
    finally:
        store.end()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """Yield a running Redis for the two servers of the module."""
    with running(tmp_path_factory.mktemp("redis")) as store:
        yield store


@pytest.fixture(scope="module")
def servers(shared_site: Site, store: Redis) -> Iterator[list[Server]]:
    """Yield two servers of the same site and Redis, each with a limit of four searches per minute for a client."""
    # Without a url in site.toml pages contain the server's own port, so two servers couldn't share them.
    shared_site.put("content/site.toml", 'url = "https://pod.example"\n')
    shared_site.episode(body="Before.")
    shared_site.episode("2026-01-03-2-other.md", title="Other")
    settings = {**store.settings, "LONGWAVE_SEARCH_LIMIT": "4 per minute"}
    with serving(shared_site.root, **settings) as one, serving(shared_site.root, **settings) as other:
        yield [one, other]


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[Redis]:
    """Yield a Redis for tests that kill or stop it."""
    with running(tmp_path) as store:
        yield store


@pytest.fixture
def client(
    site: Site, frail: Redis, open_client: Callable[[], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """Return a client of a site with one episode, whose cache is the Redis that tests kill or stop."""
    for name, value in frail.settings.items():
        monkeypatch.setenv(name, value)
    site.episode()
    return open_client()


def refused(site: Site, **environment: str) -> str:
    """Return the one error line with which a server refuses to start."""
    done = site.run("serve", "--host", "nowhere.invalid", **environment)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    return done.stderr


@pytest.mark.parametrize("kind", ["RedisSentinelCache", "rediscluster", "flask_caching.backends.RedisCache"])
def test_no_other_redis_is_taken(site: Site, kind: str) -> None:
    """A server refuses to start, in one line, with a cache type of flask-caching that would load pickles from Redis."""
    line = refused(site, LONGWAVE_CACHE_TYPE=kind)
    assert line.startswith(f"Error: LONGWAVE_CACHE_TYPE: expected RedisCache, found {kind!r}.")


def test_two_servers_show_one_edition(shared_site: Site, servers: list[Server], store: Redis) -> None:
    """Both servers show a new edition within two seconds, and use each other's cached pages."""
    before = store.pages
    for _ in range(2):
        for server in servers:
            assert "Before." in server.get(EPISODE).text
    assert len(store.pages - before) == 1
    took = []
    for word in ("Second", "Third", "Fourth"):
        shared_site.episode(body=f"{word}.")
        assert shared_site.run("reindex").returncode == 0
        began = time.monotonic()
        wait_until(lambda word=word: all(word in server.get(EPISODE).text for server in servers))
        took.append(time.monotonic() - began)
    # Only the fastest of several runs is checked, as the machine may be busy.
    assert min(took) < 2
    tags = {server.get(EPISODE, Accept_Encoding="br").headers["ETag"] for server in servers}
    assert len(tags) == 1


@pytest.mark.xdist_group("alone")
def test_redis_dying_costs_no_answer(
    client: FlaskClient, frail: Redis, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., None]
) -> None:
    """Pages and searches work while Redis is dead; once it is restarted, it caches pages again."""
    monkeypatch.setattr(ours, "_PAUSE_SECONDS", 1)
    paths = (EPISODE, "/", "/search?q=hello", "/search.json?q=hello", "/feed.xml")
    before = client.get(EPISODE).data
    assert len(frail.pages) == 1
    frail.end()
    began = time.monotonic()
    for _ in range(5):
        assert [client.get(path).status_code for path in paths] == [200] * len(paths)
    assert client.get(EPISODE).data == before
    assert time.monotonic() - began < 3
    frail.start()
    eventually(lambda: client.get(EPISODE).data == before and frail.pages)


@pytest.mark.xdist_group("alone")
def test_redis_hanging_costs_little(client: FlaskClient, frail: Redis) -> None:
    """A Redis that hangs delays a page by a fraction of a second now and then, not each page."""
    client.get(EPISODE)
    client.get("/search?q=hello")
    frail.process.send_signal(signal.SIGSTOP)
    took = []
    for _ in range(40):
        for path in (EPISODE, "/search?q=hello"):
            began = time.monotonic()
            assert client.get(path).status_code == 200
            took.append(time.monotonic() - began)
    assert max(took) < 1.5
    assert sorted(took)[len(took) // 2] < 0.1


def test_searches_count_in_all_processes(servers: list[Server]) -> None:
    """Searches at two servers share one rate limit, counted in Redis."""
    answers = [servers[number % 2].get("/search?q=hello").status for number in range(6)]
    assert answers == [200] * 4 + [429] * 2


#: Cache entries in a valid format, whose responses have an invalid status or header.
WRONG = [
    f'["{status}", [["{name}", "{value}"]], "", [], false]\nabc'.encode()
    for status, name, value in (
        ("abc", "Content-Length", "3"), ("200 OK", "Content-Length", "x"), ("200 OK", "Content-Length", "4"),
        ("200 OK\\r\\nA: b", "Content-Length", "3"), ("200 OK", "A", "b"),
    )
]  # fmt: skip
WRONG.append(b'["200 OK", [["Content-Length", "3"], ["A", "b\\nc: d"]], "", [], false]\nabc')


class Bomb:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mknod, (str(self.path),)


def test_what_others_write_runs_nothing(servers: list[Server], store: Redis, tmp_path: Path) -> None:
    """A pickle or other foreign bytes in place of a cached page count as a cache miss, and no pickle is loaded."""
    server, before = servers[0], store.pages
    right = server.get(OTHER).body
    (key,) = store.pages - before
    with store.client as client:
        for wrong in (
            b"!" + pickle.dumps(Bomb(tmp_path / "gone-off")),
            b"",
            b"\n",
            b"[1,2]\nx",
            b'{"a":1}\n',
            b"\xff",
            *WRONG,
        ):
            client.set(key, wrong)
            assert server.get(OTHER).body == right
    assert not (tmp_path / "gone-off").exists()


def test_redis_away_at_the_start(site: Site, serve: Callable[..., Server], free_port: int) -> None:
    """A server starts and answers even if its Redis can't be reached."""
    site.episode()
    server = serve(LONGWAVE_CACHE_TYPE="RedisCache", LONGWAVE_CACHE_REDIS_URL=f"redis://127.0.0.1:{free_port}/0")
    assert server.get(EPISODE).status == 200
    assert server.get("/search?q=hello").status == 200


def test_a_port_that_is_none_is_a_mistake(site: Site) -> None:
    """An invalid port of Redis is reported in one line at the start."""
    line = refused(site, LONGWAVE_CACHE_TYPE="RedisCache", LONGWAVE_CACHE_REDIS_PORT="x")
    assert line == "Error: LONGWAVE_CACHE_REDIS_PORT: expected a number, found 'x'.\n"
