"""What the pages of a preview are told while they are open: which edition there is, and what is wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from longwave.catalogue import Catalogue
from longwave.edition import Keeper
from longwave.errors import Problem
from longwave.web.templating import check_templates

EVENTS = "/-/preview"
#: A stream holds a thread of the server for as long as its page is seen. A page past them asks again and again.
STREAMS = 24
#: Seconds after which a stream looks whether its page is still there.
_LOOK = 0.5


class News:
    """What there is to tell, and the streams (server-sent events) that tell it."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._changed = threading.Condition()
        self._edition = ""
        self._catalogue: Catalogue | None = None
        self._templates: tuple[Problem, ...] = ()
        self._moved: dict[str, str] = {}
        self._pictures = 0
        self._told = b""
        self._streams = 0
        self._ended = False
        keeper.on_look = self.look

    def look(self, saved: Collection[str] = ()) -> None:
        """Tell all streams what has come about; ``saved`` are files that were written."""
        edition = self._keeper.edition()
        pictures = str(edition.content / "images")
        with self._changed:
            # A picture may change under its name, and then the page is as it was.
            self._pictures += any(name.startswith(pictures) for name in saved)
            if edition.fingerprint != self._edition:
                self._edition, self._templates = edition.fingerprint, check_templates(edition.templates)
                if self._catalogue is not None:
                    self._moved |= moves(self._catalogue, edition.catalogue)
                self._catalogue = edition.catalogue
            self._tell(edition.content.parent)

    def broke(self, problem: Problem, edition: str) -> None:
        """A template couldn't be rendered for a page of ``edition``."""
        with self._changed:
            if edition == self._edition and problem not in self._templates:
                self._templates += (problem,)
                self._tell(self._keeper.edition().content.parent)

    def moved(self, path: str) -> str:
        """Where the episode is that was at ``path`` a while ago; empty when there was none, or is none."""
        seen = {path}
        while (goal := self._moved.get(path, "")) and goal not in seen:
            seen.add(goal)
            path = goal
        return path if len(seen) > 1 else ""

    def before(self, site: WSGIApplication) -> WSGIApplication:
        """``site`` with the streams in front of it, where nothing waits for a response's end."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ.get("PATH_INFO") != EVENTS:
                return site(environ, start_response)
            if environ["REQUEST_METHOD"] != "GET" or self._streams >= STREAMS or self._ended:
                start_response("503 Service Unavailable", [("Content-Length", "0"), ("Retry-After", "2")])
                return ()
            self.look()
            start_response("200 OK", [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")])
            return self._stream(environ.get("waitress.client_disconnected", lambda: False))

        return answer

    def end(self) -> None:
        """End all streams at once."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _stream(self, gone: Callable[[], bool]) -> Iterator[bytes]:
        told = b""
        with self._changed:
            self._streams += 1
        try:
            while not (self._ended or gone()):
                with self._changed:
                    if self._told == told:
                        self._changed.wait(_LOOK)
                    new = self._told
                if new != told:
                    told = new
                    yield b"retry: 1000\ndata: " + new + b"\n\n"
        finally:
            with self._changed:
                self._streams -= 1

    def _tell(self, root: Path) -> None:
        problems = {*self._keeper.problems, *self._templates}
        news = {
            "edition": self._edition,
            "pictures": self._pictures,
            "failure": self._keeper.failure,
            "problems": [asdict(problem) for problem in sorted(problems, key=lambda one: (-_saved(root, one), one))],
        }
        told = json.dumps(news).encode()
        if told != self._told:
            self._told = told
            self._changed.notify_all()


def moves(old: Catalogue, new: Catalogue) -> Mapping[str, str]:
    """Old path -> new path of the episodes whose address has changed: those of the same file, or of the same title."""
    gone = [episode for episode in old.episodes if new.episode(episode.show, episode.slug) is None]
    came = [episode for episode in new.episodes if old.episode(episode.show, episode.slug) is None]
    goals = {episode.title: episode.path for episode in reversed(came)}
    goals |= {episode.source: episode.path for episode in came}
    found = {episode.path: goals.get(episode.source) or goals.get(episode.title) for episode in gone}
    return {path: goal for path, goal in found.items() if goal}


def _saved(root: Path, problem: Problem) -> float:
    """When the problem's file was saved, so that what an author is at stands first."""
    try:
        return (root / problem.file).stat().st_mtime
    except OSError:
        return 0.0
