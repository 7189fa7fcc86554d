"""The edition as a server uses it: it is opened once, read by many threads, and never changed."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from longwave.catalogue import Catalogue, build_catalogue
from longwave.config import VERSION
from longwave.content.episodes.chapter_entries import chapters_of_notes
from longwave.content.site.theme import theme_css
from longwave.content.text.markdown import RENDERER, render
from longwave.content.text.sanitizer import SANITIZER, sanitize
from longwave.edition.build.assembly import page_files, read_tags
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.store.edition_store import FORMAT, Store
from longwave.edition.store.index_folder import IndexFolder, hold
from longwave.edition.store.records import GUEST, PAGE, SITE, TEXT, digest
from longwave.edition.store.template_files import folder_digest, read_folder, static_version
from longwave.edition.store.transcript_records import read_transcript
from longwave.feeds.cleaning import CLEANER, cleaned
from longwave.model import Chapter, Episode, Notes, Page, Transcript, Words
from longwave.search.documents import languages_of
from longwave.search.index_manifest import INDEXING
from longwave.search.index_reader import Index

_log = logging.getLogger("longwave")


class ForeignError(Exception):
    """An error for an edition that was made by another version of Longwave or for another address."""

    def __init__(self, fingerprint: str, text: str) -> None:
        super().__init__(text)
        self.fingerprint = fingerprint


class Edition:
    """An edition: everything that the site publishes at one instant. Its files stay as long as this object exists.

    ``made`` is the time at which it became current. ``url`` is the site's address without a slash at its end (empty if
    it has none). ``served`` are the files below ``content`` that it serves: ``audio/<show>/<file>`` and
    ``images/<path>``. ``search`` is None while the first index is still being built, and ``unread`` is the number of
    transcripts that aren't read yet. ``templates`` has the site's own templates; ``content`` and ``images`` are the
    folders of content and of scaled pictures. ``version`` identifies the static files. ``theme`` is the owner's CSS and
    ``theme_version`` its digest; both are empty if there is none.
    """

    def __init__(
        self,
        index: IndexFolder,
        fingerprint: str,
        content: Path,
        url: str | None = None,
        cache: BuildCache | None = None,
    ) -> None:
        """Open the edition with this fingerprint.

        ``url`` is the site's address for which the edition must have been made: empty for that in site.toml, None for
        any. Raises FileNotFoundError if the edition is gone, ForeignError if it isn't for this server, and
        sqlite3.Error, IndexDamaged, OSError or ValueError if it is damaged.
        """
        cache = BuildCache() if cache is None else cache
        folder = index.editions / fingerprint
        with contextlib.ExitStack() as stack:
            stack.callback(hold(folder).close)
            self._store = Store(folder, cache.contents)
            stack.callback(self._store.close)
            meta = self._store.meta()
            _refuse_foreign(folder, meta, url)
            if meta["templates"] != folder_digest(read_folder(folder / "templates")):
                raise ValueError(f"{folder / 'templates'} is damaged")
            self.fingerprint = fingerprint
            self.made = datetime.fromtimestamp((folder / "in-use").stat().st_mtime, UTC)
            self.version = str(meta["assets"])
            self.url = str(meta["url"])
            self.served = self._store.served()
            self.next_due = datetime.fromisoformat(meta["next_due"]) if meta["next_due"] else None
            self.problems = tuple(map(str, meta["problems"]))
            self.unread = int(meta["unread"])
            self.content, self.images, self.templates = content, index.images, folder / "templates"
            self._html = index.html
            self._published = self._store.published()
            self._feeds = self._store.feeds()
            self.catalogue = self._catalogue(meta["site"], meta["guests"], cache.read_episode)
            #: An additional part of the cache keys of rendered texts, if the site has its texts sanitized.
            self._safety = (SANITIZER,) if self.catalogue.site.html == "safe" else ()
            own = (TEXT.validate_json(record) for record in self._store.records("theme").values())
            self.theme = theme_css(self.catalogue.site.theme, "".join(own))
            self.theme_version = digest(self.theme)[:10] if self.theme else ""
            self.search: Index | None = None
            if meta["search"]:
                self.search = Index(folder / "search", languages_of(self.catalogue.site), cache.search)
                stack.callback(self.search.close)
            self._close = weakref.finalize(self, stack.pop_all().close)

    def close(self) -> None:
        """Close the edition's files at once, instead of when the last reference to the object is gone."""
        self._close()

    @property
    def is_damaged(self) -> bool:
        """Return whether reading the edition's databases or search index has ever failed."""
        return self._store.is_damaged or (self.search is not None and self.search.is_damaged)

    def html(self, episode: Episode) -> str:
        """Return the rendered notes of a published episode."""
        return self.page_html(self.text(episode))

    def page_html(self, text: str) -> str:
        """Return the HTML of a Markdown text, from a cache in the index folder that outlasts restarts."""
        host = urlsplit(self.url).netloc
        is_safe = bool(self._safety)
        name = digest(text, RENDERER, host, *self._safety)
        path = self._html / name[:2] / f"{name[2:]}.html"
        return _or_as_written(
            text, lambda: _cached(path, lambda: sanitize(render(text, host)) if is_safe else render(text, host))
        )

    def feed_html(self, episode: Episode, link: str) -> str:
        """Return an episode's notes as HTML for feeds, from a cache on disk; ``link`` is the episode's URL."""
        # The key contains the episode's hash instead of its text, so that a feed of a thousand episodes reads no texts.
        name = digest(self._published[episode.key].hash, RENDERER, self.url, CLEANER, link, *self._safety)
        path = self._html / name[:2] / f"{name[2:]}.html"
        return _or_as_written(episode.description, lambda: _cached(path, lambda: cleaned(self.html(episode), link)))

    def feed_changed(self, path: str) -> datetime:
        """Return the time of the last change of the feed at ``path`` (``/podcast/feed``), in whole seconds."""
        change = self._feeds.get(path)
        return change.since if change else self.made

    def text(self, episode: Episode) -> str:
        """Return the Markdown of a published episode, after Liquid."""
        body = self._store.body(self._published[episode.key].source)
        return body.text if body else ""

    def notes(self, episode: Episode) -> Notes:
        """Return the plain text and the timestamps of a published episode's notes."""
        body = self._store.body(self._published[episode.key].source)
        return body.read() if body else Notes()

    def chapters(self, episode: Episode) -> tuple[Chapter, ...]:
        """Return a published episode's chapters, else the timestamps of its notes, one per second, sorted by time."""
        return episode.chapters or chapters_of_notes(self.notes(episode).moments)

    def has_transcript(self, episode: Episode) -> bool:
        """Return whether a published episode has a transcript with at least one cue."""
        return bool(self._published[episode.key].transcript)

    def transcript(self, episode: Episode, language: str = "") -> Transcript:
        """Return the main transcript of a published episode, or the one in ``language``; an empty one without it."""
        files = {each.file: each for each in episode.transcripts}
        named = next((each.file for each in files.values() if each.language == language), "")
        name = named if language else self._published[episode.key].transcript
        show = self.catalogue.shows[episode.show]
        return read_transcript(self._store.record(name) if name else "", files.get(name), show.language)

    def words(self, key: str) -> Words:
        """Return the searchable texts of the published episode ``<show>/<slug>``, or empty ones for any other key."""
        show, _, slug = key.partition("/")
        episode = self.catalogue.episode(show, slug)
        if episode is None:
            return Words()
        others = tuple(self.transcript(episode, each.language) for each in episode.transcripts[1:])
        return Words(self.notes(episode), self.transcript(episode), others)

    def _catalogue(self, site: str, guests: list[str], read_episode: Callable[[str], Episode]) -> Catalogue:
        catalogue = self._store.catalogue() or self._read_catalogue(site, guests, read_episode)
        records = self._store.records("page")
        files = page_files((show.slug for show in catalogue.site.shows), records)
        return replace(catalogue, pages={slug: self._page(records[name], name) for slug, name in files.items()})

    def _read_catalogue(self, site: str, guests: list[str], read_episode: Callable[[str], Episode]) -> Catalogue:
        """Return the catalogue without the plain pages, built from records that another process has written."""
        profiles = {guest.slug: guest for guest in map(GUEST.validate_json, guests)}
        episodes = (read_episode(published.record) for published in self._published.values())
        tags = read_tags(self._store.records("tag"))
        return build_catalogue(SITE.validate_json(site), episodes, tags, profiles, {})

    def _page(self, record: str, name: str) -> Page:
        page, body = PAGE.validate_json(record), self._store.body(name)
        return Page(page.slug, page.title, page.description, body.text if body else "", page.page)


def open_current(index: IndexFolder, content: Path, url: str | None = None, cache: BuildCache | None = None) -> Edition:
    """Return the current edition, opened. Raises LookupError if there is none, and the exceptions of ``Edition``."""
    for _ in range(20):
        fingerprint = index.current()
        if not fingerprint:
            break
        # Another process may have deleted the edition since the pointer to it was read: try the next one.
        with contextlib.suppress(FileNotFoundError):
            return Edition(index, fingerprint, content, url, cache)
    raise LookupError(str(index.path))


def _refuse_foreign(folder: Path, meta: Mapping[str, Any], url: str | None) -> None:
    """Raise ForeignError if the edition's pages contain static files' versions or addresses of a different server."""
    # The version of the static files must match, as browsers cache scripts and styles for a year under their version.
    expected = {"format": FORMAT, "version": VERSION, "indexing": INDEXING, "assets": static_version()}
    if any(meta.get(name) != value for name, value in expected.items()):
        hint = "It is shown once this server is started again with that version."
        raise ForeignError(folder.name, f"{folder} was written by another version of Longwave. {hint}")
    wanted = url or SITE.validate_json(meta["site"]).url
    if url is not None and meta["url"] != wanted:
        found = f"{folder} was made for {meta['url'] or 'no address'}, and this server is at {wanted or 'none'}."
        hint = "Give both the same LONGWAVE_URL, or each its own LONGWAVE_INDEX."
        raise ForeignError(folder.name, f"{found} {hint}")


def _or_as_written(text: str, make: Callable[[], str]) -> str:
    """Return the HTML that ``make`` renders from ``text``, or ``text`` itself, escaped, if rendering fails.

    Most texts are rendered once as a test before publication, but not those of guests and tags, nor any text of a big
    site in its first minute.
    """
    try:
        return make()
    except (OSError, sqlite3.Error):
        raise
    except Exception:  # noqa: BLE001 - any mistake of Longwave's costs this text only
        _log.exception("A text can't be rendered, and is shown as it is written.")
        return f"<pre>{escape(text)}</pre>"


def _cached(path: Path, make: Callable[[], str]) -> str:
    """Return the text of the cache file at ``path``, or the result of ``make``, which is written to that file.

    The file is ignored if it is damaged.
    """
    # The cache file's first line is a digest of the rest, as a power cut may damage the file, which isn't synced.
    with contextlib.suppress(OSError, UnicodeDecodeError):
        mark, _, text = path.read_bytes().decode("utf-8").partition("\n")
        if mark == digest(text):
            return text
    text = make()
    temporary = path.parents[1] / f"{path.name}.{os.getpid()}.{threading.get_ident()}.tmp"
    # A failure to write, as on a full disk, only means that the text is rendered again later.
    with contextlib.suppress(OSError):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(f"{digest(text)}\n{text}".encode())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return text
