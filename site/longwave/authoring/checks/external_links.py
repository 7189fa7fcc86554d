"""Links to other sites, each asked for once: few at a time, one after the other on each host, and remembered."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
import urllib.error
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Literal
from urllib.parse import urldefrag, urlsplit

from longwave.authoring.checks.checked_content import Content
from longwave.content.site.site_toml import FILE as SITE_FILE
from longwave.errors import Problem
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message

#: Hosts at a time; seconds between two requests to one, for all of them together, and for which answers are believed.
_AT_ONCE, _PAUSE, _LONGEST, _GOOD, _BAD = 8, 0.5, 900, 86_400, 3600
_GONE = (404, 410)
#: What servers say to programs, whatever a person would get.
_GUARDED = (401, 403, 405, 406, 429, 451, 999)
_FEW_BYTES = 1000
_SCHEMA = "create table if not exists answers (address text primary key, said text, gone integer, moved text, at real)"
_KNOWN = "select address, said, gone, moved, at from answers"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an address: nothing to say, or why it can't be had; ``gone`` where it never will.

    ``moved`` is where it has gone for good.
    """

    said: str = ""
    gone: bool = False
    moved: str = ""


def external(
    content: Content, cache: Path, progress: Callable[[int, int], None], *, private: bool = False
) -> tuple[Problem, ...]:
    """A problem for each link out of the site that leads nowhere: an error where it is gone, else a warning.

    One that has moved for good is a warning with its new address. ``cache`` is a database that remembers good answers
    for a day and others for an hour. It takes fifteen minutes at most; what wasn't asked by then is told, too.
    ``private``: ask this machine's own networks as well.
    """
    places = _places(content)
    answers = _Asker(cache, Fetcher("link check", private=private), progress).ask(sorted(places))
    found = []
    for address, answer in answers.items():
        level: Literal["error", "warning"] = "error" if answer.gone else "warning"
        what, hint = f"{address}: {answer.said or 'moved for good'}"[:200], ""
        if answer.moved and not answer.said:
            hint = f"Write {answer.moved[:300]}"
        for file in sorted(places[address]) if answer.said or answer.moved else ():
            found += [
                Problem(file, line, "a link that leads somewhere", what, hint, level, "external")
                for line in content.lines(file, address)
            ]
    return tuple(sorted(found))


def _places(content: Content) -> Mapping[str, set[str]]:
    """The files in which each address out of the site stands."""
    places: dict[str, set[str]] = defaultdict(set)
    for text in content.texts:
        pictures = (picture.address for picture in text.references.pictures)
        for address in (*text.references.links, *text.references.embedded, *pictures):
            places[f"https:{address}" if address.startswith("//") else address].add(text.file)
    for episode in content.episodes:
        for link in (link for guest in episode.guests for link in guest.links):
            places[link.url].add(episode.source)
    site = content.intake.site
    for link in (*site.navigation, *(link for show in site.shows for link in show.links)):
        places[link.url].add(SITE_FILE)
    own = urlsplit(content.url).netloc
    return {address: files for address, files in places.items() if _leads_out(address, own)}


def _leads_out(address: str, own: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc not in ("", own)


_LATE = Answer(f"not asked, as {_LONGEST // 60} minutes were over; run it again for the rest")


class _Asker:
    def __init__(self, cache: Path, fetcher: Fetcher, progress: Callable[[int, int], None]) -> None:
        self._cache, self._fetcher, self._progress = cache, fetcher, progress
        self._lock, self._until = threading.Lock(), time.monotonic() + _LONGEST

    def ask(self, addresses: Sequence[str]) -> Mapping[str, Answer]:
        """What became of each address."""
        answers = dict(self._known(addresses))
        hosts: dict[str, list[str]] = defaultdict(list)
        for address in addresses:
            if address not in answers:
                hosts[urlsplit(address).netloc.lower()].append(address)
        total, done = sum(map(len, hosts.values())), 0
        pool = ThreadPoolExecutor(_AT_ONCE)
        try:
            for some in pool.map(self._host, hosts.values()):
                answers.update(some)
                self._remember(some)
                done += len(some)
                self._progress(done, total)
        except BaseException:
            self._until = 0
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        return answers | {address: _LATE for address in addresses if address not in answers}

    def _host(self, addresses: Sequence[str]) -> Mapping[str, Answer]:
        answers: dict[str, Answer] = {}
        for number, address in enumerate(addresses):
            if time.monotonic() > self._until:
                break
            if number:
                time.sleep(_PAUSE)
            answers[address] = self._one(urldefrag(address)[0])
        return answers

    def _one(self, address: str) -> Answer:
        answer = Answer()
        for method in ("HEAD", "GET"):
            if method == "GET":
                time.sleep(_PAUSE)
            try:
                found = self._fetcher.fetch(address, method, limit=0 if method == "HEAD" else _FEW_BYTES)
            except urllib.error.HTTPError as error:
                if error.code in _GUARDED and method == "GET":
                    return Answer()
                answer = Answer(error_message(error), error.code in _GONE)
            except HTTPException as error:
                # Some servers hang up on a method that they don't know.
                answer = Answer(error_message(error))
            except FETCH_ERRORS as error:
                return Answer(error_message(error))
            else:
                return Answer(moved=found.permanent_url)
        return answer

    def _known(self, addresses: Sequence[str]) -> Iterator[tuple[str, Answer]]:
        wanted, now = set(addresses), time.time()
        with self._opened() as database:
            for address, text, gone, moved, at in database.execute(_KNOWN):
                if address in wanted and now - at < (_BAD if text else _GOOD):
                    yield address, Answer(text, bool(gone), moved)

    def _remember(self, answers: Mapping[str, Answer]) -> None:
        now = time.time()
        with self._opened() as database:
            rows = [(address, answer.said, answer.gone, answer.moved, now) for address, answer in answers.items()]
            database.executemany("insert or replace into answers values (?, ?, ?, ?, ?)", rows)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._cache, timeout=10)
            try:
                database.execute(_SCHEMA)
                with database:
                    yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise OSError(5, str(error), str(self._cache)) from error
