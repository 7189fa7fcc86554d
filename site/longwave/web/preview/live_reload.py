"""Live reload: server-sent events tell the open pages of a preview about new editions and problems."""

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
#: The header by which a browser hands a response to pages of its own origin only, in an ``<img>`` or ``<audio>``, too.
OWN_ORIGIN = ("Cross-Origin-Resource-Policy", "same-origin")
#: The most streams, each of which holds a server thread while its page is visible. Further ones are refused and retry.
MAX_STREAMS = 24
#: The interval in which a stream checks whether its page is still connected.
_CHECK_SECONDS = 0.5


class LiveReload:
    """The streams (server-sent events) that tell a preview's open pages of new editions and problems."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._changed = threading.Condition()
        self._edition = ""
        self._catalogue: Catalogue | None = None
        self._template_problems: tuple[Problem, ...] = ()
        self._new_paths: dict[str, str] = {}
        self._pictures = 0
        self._news = b""
        self._streams = 0
        self._ended = False
        keeper.on_look = self.check

    def check(self, saved: Collection[str] = ()) -> None:
        """Send news of editions and problems to all streams; ``saved`` are the paths of files that were written."""
        edition = self._keeper.edition()
        pictures = str(edition.content / "images")
        with self._changed:
            # A picture that changes under its name makes no new edition, so pages learn of the change from a count.
            self._pictures += any(path.startswith(pictures) for path in saved)
            if edition.fingerprint != self._edition:
                self._edition, self._template_problems = edition.fingerprint, check_templates(edition.templates)
                if self._catalogue is not None:
                    self._new_paths |= moves(self._catalogue, edition.catalogue)
                self._catalogue = edition.catalogue
            self._publish(edition.content.parent)

    def report_template(self, problem: Problem, edition: str) -> None:
        """Send a problem of a template that couldn't be rendered for a page of ``edition`` (a fingerprint)."""
        with self._changed:
            if edition == self._edition and problem not in self._template_problems:
                self._template_problems += (problem,)
                self._publish(self._keeper.edition().content.parent)

    def new_path(self, path: str) -> str:
        """Return the path to which the episode formerly at ``path`` has moved; empty if there is no such episode."""
        visited = {path}
        while (following := self._new_paths.get(path, "")) and following not in visited:
            visited.add(following)
            path = following
        return path if len(visited) > 1 else ""

    def wrap(self, site: WSGIApplication) -> WSGIApplication:
        """Return ``site`` behind a middleware that answers requests for streams, so that nothing buffers these."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ.get("PATH_INFO") != EVENTS:
                return site(environ, start_response)
            if environ["REQUEST_METHOD"] != "GET" or self._streams >= MAX_STREAMS or self._ended:
                start_response("503 Service Unavailable", [("Content-Length", "0"), ("Retry-After", "2")])
                return ()
            self.check()
            headers = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), OWN_ORIGIN]
            start_response("200 OK", headers)
            return self._stream(environ.get("waitress.client_disconnected", lambda: False))

        return answer

    def end(self) -> None:
        """End all streams at once."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _stream(self, is_closed: Callable[[], bool]) -> Iterator[bytes]:
        sent = b""
        with self._changed:
            self._streams += 1
        try:
            while not (self._ended or is_closed()):
                with self._changed:
                    if self._news == sent:
                        self._changed.wait(_CHECK_SECONDS)
                    new = self._news
                if new != sent:
                    sent = new
                    yield b"retry: 1000\ndata: " + new + b"\n\n"
        finally:
            with self._changed:
                self._streams -= 1

    def _publish(self, root: Path) -> None:
        problems = {*self._keeper.problems, *self._template_problems}
        latest_first = sorted(problems, key=lambda problem: (-_saved_at(root, problem), problem))
        news = {
            "edition": self._edition,
            "pictures": self._pictures,
            "failure": self._keeper.failure,
            "problems": [asdict(problem) for problem in latest_first],
        }
        encoded = json.dumps(news).encode()
        if encoded != self._news:
            self._news = encoded
            self._changed.notify_all()


def moves(old: Catalogue, new: Catalogue) -> Mapping[str, str]:
    """Return the new paths of moved episodes by their old ones; an episode is known by its file, or else its title."""
    removed = [episode for episode in old.episodes if new.episode(episode.show, episode.slug) is None]
    added = [episode for episode in new.episodes if old.episode(episode.show, episode.slug) is None]
    new_paths = {episode.title: episode.path for episode in reversed(added)}
    new_paths |= {episode.source: episode.path for episode in added}
    pairs = {episode.path: new_paths.get(episode.source) or new_paths.get(episode.title) for episode in removed}
    return {path: new_path for path, new_path in pairs.items() if new_path}


def _saved_at(root: Path, problem: Problem) -> float:
    """Return the time of the last save of a problem's file, by which problems are sorted; 0 for a missing file."""
    try:
        return (root / problem.file).stat().st_mtime
    except OSError:
        return 0.0
