"""`/health` and `/ready` for load balancers."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from support import Server, Site, serving

from longwave import create_app
from longwave.edition import Keeper
from longwave.web.request_context import KEEPER, STOPPING

Open = Callable[[], FlaskClient]


@pytest.fixture(scope="module")
def server(shared_site: Site) -> Iterator[Server]:
    """Yield a server of a site with three episodes and a broken file."""
    for number in (1, 2, 3):
        shared_site.episode(f"2026-01-0{number}-{number}.md", title=f"Episode {number}")
    shared_site.put("content/podcast/broken.md", "---\ntitle: [\n---\n")
    with serving(shared_site.root, LONGWAVE_METRICS_TOKEN="s3cret") as server:
        yield server


def test_what_they_say(server: Server, eventually: Callable[..., None]) -> None:
    """`/health` is "ok"; `/ready` has the edition's ID, age, counts of episodes and problems, and if search works."""
    began = time.monotonic()
    health, first = server.get("/health"), server.get("/ready")
    assert (health.status, health.json) == (200, {"status": "ok"})
    assert first.status == 200
    state = first.json
    assert state["edition"] == server.get("/").headers["X-Edition"]
    assert (state["episodes"], state["problems"], state["search"]) == (3, 1, True)
    eventually(lambda: server.get("/ready").json["age"] >= state["age"] + 0.5)
    # The age is rounded to tenths of a second, so it may exceed the elapsed time by up to 0.2 seconds.
    assert server.get("/ready").json["age"] <= state["age"] + time.monotonic() - began + 0.2
    for path in ("/health", "/ready"):
        answer = server.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "nosniff" in answer.headers["X-Content-Type-Options"]
        assert server.get(path, "HEAD").status == 200


def test_problems_are_those_of_now(shared_site: Site, server: Server) -> None:
    """`/ready` counts a broken file, whose last good version is served, as a problem until it is mended."""
    path = shared_site.root / "content/podcast/2026-01-03-3.md"
    data, edition = path.read_bytes(), server.get("/ready").json["edition"]
    for text, count in ((b"", 2), (data, 1)):
        path.write_bytes(text)
        assert ("found none" in shared_site.run("reindex").stderr) is (count == 2)
        state = server.get("/ready").json
        assert (state["problems"], state["episodes"], state["edition"]) == (count, 3, edition)
        assert f"longwave_problems {count}.0" in server.get("/metrics", Authorization="Bearer s3cret").text


def test_before_the_first_edition(site: Site, eventually: Callable[..., None]) -> None:
    """Before the first edition is built `/health` is 200 and `/ready` 503; requests for pages wait for the edition."""
    site.episode()
    app = create_app(site.root)
    client = app.test_client()
    keeper = app.extensions[KEEPER]
    try:
        with keeper._lock:  # Holding the lock imitates a slow build of the edition.
            assert client.get("/health").json == {"status": "ok"}
            assert client.get("/ready").status_code == 503
            refused = client.post("/ready")
            assert refused.status_code == 405
            assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
            waiting = client.get("/ready")
            assert "being made" in waiting.json["reason"]
            assert waiting.headers["X-Content-Type-Options"] == "nosniff"
            statuses: list[int] = []
            page = threading.Thread(target=lambda: statuses.append(app.test_client().get("/").status_code))
            page.start()
            # The request blocks while the edition is built.
            eventually(lambda: sys._current_frames()[page.ident].f_code is Keeper.edition.__code__)
            assert statuses == []
        page.join()
        assert statuses == [200]
        eventually(lambda: client.get("/ready").status_code == 200)
    finally:
        keeper.close()


def test_without_an_edition(
    site: Site, eventually: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A server that can't build an edition runs, says why on /ready, and gives pages a 503 with security headers."""
    site.episode()
    # Neither the index folder nor a temporary one is writable.
    (site.root / "index").write_text("a file in the folder's place")
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    app = create_app(site.root)
    client = app.test_client()
    eventually(lambda: "being made" not in client.get("/ready").json["reason"])
    assert client.get("/health").status_code == 200
    answer = client.get("/podcast/1-first")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/audio/podcast/a.mp3").status_code == 503
    app.extensions[KEEPER].close()


def test_not_ready_as_soon_as_it_stops(site: Site, open_client: Open) -> None:
    """`/ready` is 503 as soon as the server begins to stop; pages are still served."""
    site.episode()
    client = open_client()
    assert client.get("/").status_code == 200
    assert client.get("/ready").status_code == 200
    client.application.extensions[STOPPING].set()
    answer = client.get("/ready")
    assert (answer.status_code, answer.json["reason"]) == (503, "The server is stopping.")
    assert (client.get("/health").status_code, client.get("/").status_code) == (200, 200)
