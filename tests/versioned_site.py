"""A site whose files all state their version, readers that request it all the time, and checks of their responses.

Each version's number is written into five files: site.toml, an episode, a transcript, a tag and a template. A response
that mixes two editions would have two numbers.
"""

from __future__ import annotations

import fcntl
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

from support import BackgroundThreads, Server, Site

#: The paths of the site, and the kinds of files whose version numbers each of them shows.
_SHOWN = {
    "/": {"site", "note", "page"},
    "/podcast/1-marked": {"site", "note", "page"},
    "/podcast/2-spoken": {"site", "note", "cue", "page"},
    "/tags/steady": {"site", "note", "tag", "page"},
    "/podcast/feed.xml": {"site", "note"},
    "/search.json?q=steady": {"note"},
    "/search?q=steady": {"site", "note", "page"},
}
PATHS = tuple(_SHOWN)
_MARK = re.compile(r"(site|note|cue|tag|page)mark(\d+)")


def mark(site: Site, number: int) -> None:
    """Write the five files that state the site's version, with the version ``number``."""
    site.put("content/site.toml", f'title = "Marked sitemark{number}"\nurl = "https://pod.example"\n')
    marked_text = f"notemark{number}"
    site.episode("2030-01-01-1-marked.md", title=f"Steady {marked_text}", description=f"It is {marked_text}", tags=["steady"],
                 body=f"- 0:01 -- Steady {marked_text}\n\nWritten as {marked_text}.", date="2020-01-02")  # fmt: skip
    site.episode("2030-01-01-2-spoken.md", title="Spoken", tags=["steady"], date="2020-01-01")
    cue = f"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nSpoken cuemark{number}\n"
    site.put("content/transcripts/podcast/2-spoken.vtt", cue)
    site.put("content/tags/steady.md", f"---\ntitle: Steady\n---\n\nAbout tagmark{number}\n")
    page = f'{{% extends "default:base.html" %}}\n{{% block footer %}}<p>pagemark{number}</p>{{% endblock %}}\n'
    site.put("templates/base.html", page)


def others(site: Site, count: int) -> None:
    """Write further episodes without a version number, numbered from 3 to ``count`` + 2."""
    for number in range(3, count + 3):
        words = " ".join(f"word{number * step % 997}" for step in range(1, 40))
        site.episode(f"2010-01-01-{number}-other.md", title=f"Other {number}", tags=["other"], body=words)


def marks(text: str) -> dict[str, set[int]]:
    """Return the version numbers in a page's text, by the kind of file that states each, such as a tag's."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for kind, number in _MARK.findall(text):
        numbers[kind].add(int(number))
    return dict(numbers)


def torn(path: str, status: int, text: str) -> str:
    """Return what is wrong with a response, such as version numbers of two editions on one page, or an empty text."""
    if status != 200:
        return f"{path}: {status}"
    versions = marks(text)
    if versions.keys() != _SHOWN[path] or any(len(numbers) > 1 for numbers in versions.values()):
        return f"{path}: {versions}, expected one number each of {sorted(_SHOWN[path])}"
    if path == "/podcast/1-marked" and "Written as notemark" not in text:
        return f"{path}: its notes aren't there"
    return ""


def disagreements(get: Callable[[str], Any], searchable: bool = True) -> tuple[set[int], list[str]]:
    """Return the version numbers on all pages, and a line for each fault; ``get`` requests a path."""
    wrong, numbers, editions = list[str](), set[int](), set[str]()
    for path in PATHS:
        if "search" in path and not searchable:
            continue
        answer = get(path)
        editions.add(answer.headers["X-Edition"])
        wrong += filter(None, [torn(path, int(str(answer.status)[:3]), answer.text)])
        numbers |= set().union(*marks(answer.text).values())
    if len(numbers) != 1:
        wrong.append(f"the pages say {sorted(numbers)}")
    for number in numbers if searchable else ():
        for word, page in (("note", "/podcast/1-marked"), ("cue", "/podcast/2-spoken")):
            answer = get(f"/search.json?q=%22{word}mark{number}%22")
            editions.add(answer.headers["X-Edition"])
            urls = [result["url"] for result in answer.json["results"]]
            if urls != [page]:
                wrong.append(f"{word}mark{number}, which {page} says, is found in {urls}")
    if len(editions) > 1:
        return disagreements(get, searchable)  # Another edition was published between the requests.
    return numbers, wrong


def leftovers(index: Path) -> list[str]:
    """Return the paths of the temporary files that killed processes have left below the index folder."""
    names = (path.relative_to(index).as_posix() for path in index.rglob("*"))
    return [name for name in names if name.endswith((".tmp", ".gone")) or ".tmp/" in name]


def is_locked(index: Path) -> bool:
    """Return whether a process holds the build lock in the index folder."""
    with (index / "lock").open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


class Readers(BackgroundThreads):
    """The threads that request every page of a server without a pause, and record each edition's version numbers.

    ``wrong`` has the faulty responses. Responses that a killed server didn't finish aren't in it if ``leave`` was called
    before the kill.
    """

    def __init__(self, count: int = 2) -> None:
        self.asked = 0
        self.wrong: list[str] = []
        self.seen: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        #: The version numbers written while LONGWAVE_WATCH was on, as an edition may then still have files of the one
        #: before.
        self.loose: set[int] = set()
        self._server: Server | None = None
        self._lock = threading.Lock()
        super().__init__(self._read, ((number,) for number in range(count)))

    def turn_to(self, server: Server) -> None:
        """Let all reader threads send their requests to this server from now on."""
        self._server = server

    def leave(self) -> None:
        """Send no more requests until ``turn_to`` is called."""
        self._server = None

    def mixtures(self) -> Iterator[str]:
        """Yield a line for each edition whose pages showed two version numbers, and so mixed files of two versions."""
        for edition, said in self.seen.items():
            numbers = set().union(*said.values())
            spoilt = any(len(some) > 1 for some in said.values())
            late = max(numbers) in self.loose and min(numbers) == max(numbers) - 1
            if spoilt or not (len(numbers) == 1 or late):
                yield f"edition {edition} says {dict(said)}"

    def _read(self, at: int) -> None:
        while not self._stop.is_set():
            server, at = self._server, at + 1
            if server is None:
                self._stop.wait(0.01)
                continue
            path = PATHS[at % len(PATHS)]
            self._stop.wait(0.005)
            try:
                answer = server.get(path)
                is_filling = path.startswith("/search") and "being made" in answer.text
                problem = "" if is_filling else torn(path, answer.status, answer.text)
                versions, edition = marks(answer.text), answer.headers["X-Edition"] or ""
            except (OSError, HTTPException, ValueError) as error:
                problem, versions, edition = f"{path}: {type(error).__name__}: {error}", {}, ""
            with self._lock:
                self.asked += 1
                if problem and self._server is server:
                    self.wrong.append(problem)
                elif not problem:
                    for kind, numbers in versions.items():
                        self.seen[edition][kind] |= numbers
