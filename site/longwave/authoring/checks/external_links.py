"""Links to other sites, each requested once: a few hosts at a time, one request after another on each, and cached."""

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
from urllib.parse import urldefrag, urlsplit

from longwave.authoring.checks.chapter_sources import chapter_source
from longwave.authoring.checks.checked_content import Content
from longwave.content.site.site_toml import SITE_FILE
from longwave.errors import Level, Problem
from longwave.fetching import FETCH_ERRORS, Fetcher, error_message

_MAX_HOSTS_AT_ONCE = 8
#: The seconds between two requests to one host, and the limit for the whole check.
_PAUSE_SECONDS, _MAX_SECONDS = 0.5, 900
#: The seconds for which a good and a bad answer are cached.
_GOOD_SECONDS, _BAD_SECONDS = 86_400, 3600
_GONE = (404, 410)
#: Status codes with which servers turn programs away, whatever they would answer a person.
_TURNED_AWAY = (401, 403, 405, 406, 429, 451, 999)
_MAX_BODY_BYTES = 1000
_SCHEMA = "create table if not exists answers (address text primary key, said text, gone integer, moved text, at real)"
_SELECT = "select address, said, gone, moved, at from answers"


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The result of requesting a link: ``error`` is empty, or says why the page can't be fetched.

    ``gone`` tells whether the page is gone for good. ``moved`` is the new address of a page that has moved for good.
    """

    error: str = ""
    gone: bool = False
    moved: str = ""


def dead_external_links(
    content: Content, cache: Path, progress: Callable[[int, int], None], *, private: bool = False
) -> tuple[Problem, ...]:
    """Return a problem for each external link that fails: an error where the page is gone, else a warning.

    A page that moved for good is a warning with the new address. ``cache`` is the SQLite file that keeps good answers
    for a day and others for an hour. The check takes 15 minutes at most, and warns about the links not requested by
    then. ``private`` allows requests to this machine's own networks. ``progress`` is called with the number of links
    done and the number of all.
    """
    places = _places(content)
    results = _LinkChecker(cache, Fetcher("link check", private=private), progress).results(sorted(places))
    problems = []
    for address, result in results.items():
        level: Level = "error" if result.gone else "warning"
        found, hint = f"{address}: {result.error or 'moved for good'}"[:200], ""
        if result.moved and not result.error:
            fragment = urldefrag(address)[1]
            hint = f"Write {result.moved[:300]}{'#' if fragment else ''}{fragment[:100]}"
        for file in sorted(places[address]) if result.error or result.moved else ():
            problems += [
                Problem(file, line, "a link that leads somewhere", found, hint, level, "external")
                for line in content.lines(file, address)
            ]
    return tuple(sorted(problems))


def _places(content: Content) -> Mapping[str, set[str]]:
    """Return the names of the files that contain each external address, by the address."""
    places: dict[str, set[str]] = defaultdict(set)
    for text in content.texts:
        pictures = (picture.address for picture in text.references.pictures)
        for address in (*text.references.links, *text.references.embedded, *pictures):
            places[f"https:{address}" if address.startswith("//") else address].add(text.file)
    for episode in content.episodes:
        people = (*episode.guests, *(episode.hosts or ()))
        urls = [link.url for link in (*episode.funding, *(link for person in people for link in person.links))]
        urls += [sponsor.url for sponsor in episode.sponsors if sponsor.url]
        for url in urls:
            places[url].add(episode.source)
        source = chapter_source(content, episode) if episode.chapters else ""
        for chapter in episode.chapters:
            # Links within audio are reported at the episode, as the audio has no lines.
            places[chapter.url].add(episode.source if source.startswith("content/audio/") else source)
    site = content.intake.site
    for link in (
        *site.navigation,
        *site.feed.funding,
        *(link for show in site.shows for link in (*show.links, *show.feed.funding)),
    ):
        places[link.url].add(SITE_FILE)
    own = urlsplit(content.url).netloc
    return {address: files for address, files in places.items() if _is_external(address, own)}


def _is_external(address: str, own: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc not in ("", own)


_TOO_LATE = LinkResult(f"not asked, as {_MAX_SECONDS // 60} minutes were over; run it again for the rest")


class _LinkChecker:
    """A checker of links with its cache, its fetcher and its deadline."""

    def __init__(self, cache: Path, fetcher: Fetcher, progress: Callable[[int, int], None]) -> None:
        self._cache, self._fetcher, self._progress = cache, fetcher, progress
        self._lock, self._until = threading.Lock(), time.monotonic() + _MAX_SECONDS

    def results(self, addresses: Sequence[str]) -> Mapping[str, LinkResult]:
        """Return the result for each address, cached or requested: each page once, whatever the fragments."""
        pages = {address: urldefrag(address)[0] for address in addresses}
        found = self._page_results(sorted({*pages.values()}))
        return {address: found.get(page, _TOO_LATE) for address, page in pages.items()}

    def _page_results(self, addresses: Sequence[str]) -> Mapping[str, LinkResult]:
        """Return the result for each address without a fragment, unless it is too late to request that page."""
        results = dict(self._cached(addresses))
        hosts: dict[str, list[str]] = defaultdict(list)
        for address in addresses:
            if address not in results:
                hosts[urlsplit(address).netloc.lower()].append(address)
        total, done = sum(map(len, hosts.values())), 0
        pool = ThreadPoolExecutor(_MAX_HOSTS_AT_ONCE)
        try:
            for of_host in pool.map(self._request_host, hosts.values()):
                results.update(of_host)
                self._cache_results(of_host)
                done += len(of_host)
                self._progress(done, total)
        except BaseException:
            self._until = 0
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        return results

    def _request_host(self, addresses: Sequence[str]) -> Mapping[str, LinkResult]:
        """Return the results for the addresses of one host, requested one after the other until the deadline."""
        results: dict[str, LinkResult] = {}
        for number, address in enumerate(addresses):
            if time.monotonic() > self._until:
                break
            if number:
                time.sleep(_PAUSE_SECONDS)
            results[address] = self._request(address)
        return results

    def _request(self, address: str) -> LinkResult:
        result = LinkResult()
        for method in ("HEAD", "GET"):
            if method == "GET":
                time.sleep(_PAUSE_SECONDS)
            try:
                answer = self._fetcher.fetch(address, method, limit=0 if method == "HEAD" else _MAX_BODY_BYTES)
            except urllib.error.HTTPError as error:
                if error.code in _TURNED_AWAY and method == "GET":
                    return LinkResult()
                result = LinkResult(error_message(error), error.code in _GONE)
            except HTTPException as error:
                # Some servers close the connection after HEAD, so the error only counts if GET fails, too.
                result = LinkResult(error_message(error))
            except FETCH_ERRORS as error:
                return LinkResult(error_message(error))
            else:
                return LinkResult(moved=answer.permanent_url)
        return result

    def _cached(self, addresses: Sequence[str]) -> Iterator[tuple[str, LinkResult]]:
        wanted, now = set(addresses), time.time()
        with self._database() as database:
            for address, text, gone, moved, at in database.execute(_SELECT):
                if address in wanted and now - at < (_BAD_SECONDS if text else _GOOD_SECONDS):
                    yield address, LinkResult(text, bool(gone), moved)

    def _cache_results(self, results: Mapping[str, LinkResult]) -> None:
        now = time.time()
        with self._database() as database:
            rows = [(address, result.error, result.gone, result.moved, now) for address, result in results.items()]
            database.executemany("insert or replace into answers values (?, ?, ?, ?, ?)", rows)

    @contextlib.contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        """Yield the cache's connection within a transaction. Raises OSError when SQLite can't use the file."""
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
