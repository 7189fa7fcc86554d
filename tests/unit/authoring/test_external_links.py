"""Checks of links to other sites, which pause between requests to a host and store the answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support import Site

from longwave.authoring.checks import external_links as links
from longwave.authoring.checks.checked_content import Content
from longwave.config import read_settings
from longwave.edition.check.site_check import inspect_site

PAUSE = 0.02


class _Elsewhere(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - shared by the requests of one test
    #: Seconds between a response that is no redirect and the next request.
    rests: list[float] = []  # noqa: RUF012 - as above
    answered = 0.0

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        if self.answered:
            self.rests.append(time.monotonic() - self.answered)
        _Elsewhere.answered = 0 if self.path in ("/moved", "/twice", "/today") else time.monotonic()
        if self.path in ("/moved", "/twice", "/today"):
            self.send_response(302 if self.path == "/today" else 301)
            self.send_header("Location", "/moved" if self.path == "/twice" else "/fine")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        status = {"/gone": 410, "/guarded": 403, "/down": 503}.get(self.path, 200)
        self.send_response(405 if self.path == "/no-head" and self.command == "HEAD" else status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Yield the address of a running server that stands for another site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    _Elsewhere.asked.clear()
    _Elsewhere.rests.clear()
    _Elsewhere.answered = 0
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_links_are_asked_once_and_remembered(tmp_path: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to a missing page is an error, a failed request a warning, a protected page fine; answers are stored.

    Between the requests to one host there is a pause.
    """
    monkeypatch.setattr(links, "_PAUSE_SECONDS", PAUSE)
    site = Site(tmp_path)
    paths = (
        "fine",
        "gone",
        "guarded",
        "down",
        "no-head",
        "fine#part",
        "fine#other",
        "moved#part",
        "moved",
        "twice",
        "today",
    )
    site.episode(body=" ".join(f"[x]({elsewhere}/{path})" for path in paths))
    settings = read_settings({}, tmp_path)
    content = Content.of(inspect_site(settings))
    told: list[tuple[int, int]] = []
    found = links.dead_external_links(
        content, tmp_path / "instance/links.sqlite", lambda *some: told.append(some), private=True
    )
    fine = f"Write {elsewhere}/fine"
    assert {(problem.found.rpartition("/")[2], problem.hint, problem.level) for problem in found} == {
        ("gone: the status 410", "", "error"),
        ("down: the status 503", "", "warning"),
        ("moved: moved for good", fine, "warning"),
        ("moved#part: moved for good", f"{fine}#part", "warning"),
        ("twice: moved for good", fine, "warning"),
    }
    assert told == [(8, 8)]
    asked = len(_Elsewhere.asked)
    assert _Elsewhere.asked.count("HEAD /fine") == 1 + 3, "once for itself, and once for each redirect to it"
    assert len(_Elsewhere.rests) > 8
    assert min(_Elsewhere.rests) >= PAUSE
    assert (
        links.dead_external_links(content, tmp_path / "instance/links.sqlite", lambda *_: None, private=True) == found
    )
    assert len(_Elsewhere.asked) == asked
