"""Two servers of one folder that keep their pages in one Redis, and what it costs when that is away."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from support import Server, Site

EPISODE = "/podcast/1-first"


class Redis:
    """A real redis-server on a port of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.start()

    @property
    def settings(self) -> dict[str, str]:
        """What a server of ours is told."""
        return {"LONGWAVE_CACHE_TYPE": "RedisCache", "LONGWAVE_CACHE_REDIS_PORT": str(self.port)}

    @property
    def client(self) -> redis.Redis:
        """A client of it."""
        return redis.Redis(port=self.port)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                with self.client as client:
                    client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.02)
        raise AssertionError("redis-server doesn't answer")

    def end(self) -> None:
        """Kill it."""
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait(timeout=10)


@pytest.fixture
def store(tmp_path: Path, free_port: int) -> Iterator[Redis]:
    """An empty Redis."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    running = Redis(tmp_path, free_port)
    yield running
    running.end()


@pytest.mark.parametrize("kind", ["RedisSentinelCache", "rediscluster", "flask_caching.backends.RedisCache"])
def test_no_other_redis_is_taken(site: Site, kind: str) -> None:
    """A backend of flask-caching that would keep pickles in Redis is refused in one line."""
    done = site.run("reindex", LONGWAVE_CACHE_TYPE=kind)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: LONGWAVE_CACHE_TYPE: expected RedisCache, found {kind!r}.")
    assert done.stderr.count("\n") == 1


def test_two_servers_show_one_edition(site: Site, serve: Callable[..., Server], store: Redis) -> None:
    """What is published is shown by both within two seconds, from pages that either of them made."""
    site.episode(body="Before.")
    # Without an address of the site's own, a page names the port it came from, and each server has its own pages.
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    servers = [serve(**store.settings), serve(**store.settings)]
    for _ in range(2):
        for server in servers:
            assert "Before." in server.get(EPISODE).text
    with store.client as client:
        assert len(list(client.scan_iter("flask_cache_*"))) == 1
    for word in ("Second", "Third"):
        site.episode(body=f"{word}.")
        assert site.run("reindex").returncode == 0
        until = time.monotonic() + 2
        while not all(word in server.get(EPISODE).text for server in servers):
            assert time.monotonic() < until
    tags = {server.get(EPISODE, Accept_Encoding="br").headers["ETag"] for server in servers}
    assert len(tags) == 1


def test_redis_dying_costs_no_answer(
    site: Site, serve: Callable[..., Server], store: Redis, eventually: Callable[..., None]
) -> None:
    """Killed, pages and searches go on as before; back again, it keeps pages again."""
    site.episode()
    server = serve(**store.settings)
    paths = (EPISODE, "/", "/search?q=hello", "/search.json?q=hello", "/feed.xml")
    before = [server.get(path).body for path in paths[:1]]
    store.end()
    began = time.monotonic()
    for _ in range(5):
        assert [server.get(path).status for path in paths] == [200] * len(paths)
    assert [server.get(path).body for path in paths[:1]] == before
    assert time.monotonic() - began < 3
    store.start()

    def kept() -> bool:
        server.get(EPISODE)
        with store.client as client:
            return any(client.scan_iter("flask_cache_*"))

    eventually(kept)


def test_redis_hanging_costs_little(site: Site, serve: Callable[..., Server], store: Redis) -> None:
    """Stopped in its tracks, it costs one wait of a fraction of a second now and then, not one for each page."""
    site.episode()
    server = serve(**store.settings)
    server.get(EPISODE)
    server.get("/search?q=hello")
    store.process.send_signal(signal.SIGSTOP)
    took = []
    for _ in range(40):
        for path in (EPISODE, "/search?q=hello"):
            began = time.monotonic()
            assert server.get(path).status == 200
            took.append(time.monotonic() - began)
    assert max(took) < 1.5
    assert sorted(took)[len(took) // 2] < 0.1


def test_searches_count_in_all_processes(site: Site, serve: Callable[..., Server], store: Redis) -> None:
    """Who searches at both servers in turn meets the limit as if they were one."""
    site.episode()
    settings = {**store.settings, "LONGWAVE_SEARCH_LIMIT": "4 per minute"}
    servers = [serve(**settings), serve(**settings)]
    answers = [servers[number % 2].get("/search?q=hello").status for number in range(6)]
    assert answers == [200] * 4 + [429] * 2


#: Pages in the right form that no server could send.
WRONG = [
    f'["{status}", [["{name}", "{value}"]], "", [], false]\nabc'.encode()
    for status, name, value in (
        ("abc", "Content-Length", "3"), ("200 OK", "Content-Length", "x"), ("200 OK", "Content-Length", "4"),
        ("200 OK\\r\\nA: b", "Content-Length", "3"), ("200 OK", "A", "b"),
    )
]  # fmt: skip
WRONG.append(b'["200 OK", [["Content-Length", "3"], ["A", "b\\nc: d"]], "", [], false]\nabc')


class Bomb:
    """A pickle that makes a file when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mknod, (str(self.path),)


def test_what_others_write_runs_nothing(site: Site, serve: Callable[..., Server], store: Redis, tmp_path: Path) -> None:
    """A pickle, or any other bytes in a page's place, are as good as no page."""
    site.episode()
    server = serve(**store.settings)
    right = server.get(EPISODE).body
    with store.client as client:
        (key,) = client.scan_iter("flask_cache_*")
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
            assert server.get(EPISODE).body == right
    assert not (tmp_path / "gone-off").exists()


def test_redis_away_at_the_start(site: Site, serve: Callable[..., Server], free_port: int) -> None:
    """A server starts without it."""
    site.episode()
    server = serve(LONGWAVE_CACHE_TYPE="RedisCache", LONGWAVE_CACHE_REDIS_URL=f"redis://127.0.0.1:{free_port}/0")
    assert server.get(EPISODE).status == 200
    assert server.get("/search?q=hello").status == 200


def test_a_port_that_is_none_is_a_mistake(site: Site) -> None:
    """One line names the setting at the start, instead of one for each page."""
    done = site.run("reindex", LONGWAVE_CACHE_TYPE="RedisCache", LONGWAVE_CACHE_REDIS_PORT="x")
    assert (done.returncode, done.stderr) == (1, "Error: LONGWAVE_CACHE_REDIS_PORT: expected a number, found 'x'.\n")
