"""An edition as a server uses it: opened once, read by many threads, never changed."""

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
from longwave.content.site.theme import theme_css
from longwave.content.text.markdown import RENDERER, render
from longwave.content.text.sanitizer import SAFETY, safe
from longwave.edition.assembly import published_pages
from longwave.edition.edition_store import FORMAT, Store
from longwave.edition.index_folder import IndexFolder, hold
from longwave.edition.intake import tag_files
from longwave.edition.records import GUEST, PAGE, SITE, TEXT, TRANSCRIPT, digest, read_episode
from longwave.edition.templates import assets, read_folder, stamp
from longwave.feeds.cleaning import CLEANER, cleaned
from longwave.model import Episode, Moment, Notes, Page, Transcript, Words
from longwave.search.index_reader import Index

_log = logging.getLogger("longwave")


class ForeignError(Exception):
    """An edition is whole, but of another version of Longwave, or for another address; ``fingerprint`` is its own."""

    def __init__(self, fingerprint: str, text: str) -> None:
        super().__init__(text)
        self.fingerprint = fingerprint


class Edition:
    """Everything that the site publishes at one instant. Its files stay until nothing refers to it any more.

    ``made`` is when it became current. ``url`` is the site's address without a slash at its end (empty when nobody gave
    one). ``served`` are the files below ``content`` that it serves: ``audio/<show>/<file>`` and ``images/<path>``.
    ``search`` is None while a first index is still being made. ``templates`` holds the site's own templates;
    ``content`` and ``images`` are the folder of content and that of scaled pictures; ``version`` stands for the static
    files. ``theme`` is the owner's CSS and ``theme_version`` stands for it; both are empty when there is none.
    """

    def __init__(self, index: IndexFolder, fingerprint: str, content: Path, url: str | None = None) -> None:
        """Raises FileNotFoundError when it isn't there (any more), ForeignError, and whatever damage raises.

        ``url`` is the address that its pages must have; empty for the site's own, None where that doesn't matter.
        """
        folder = index.editions / fingerprint
        with contextlib.ExitStack() as stack:
            stack.callback(hold(folder).close)
            self._store = Store(folder)
            stack.callback(self._store.close)
            meta = self._store.meta()
            _refuse_foreign(folder, meta, url)
            if meta["templates"] != stamp(read_folder(folder / "templates")):
                raise ValueError(f"{folder / 'templates'} is damaged")
            self.fingerprint = fingerprint
            self.made = datetime.fromtimestamp((folder / "in-use").stat().st_mtime, UTC)
            self.version = str(meta["assets"])
            self.url = str(meta["url"])
            self.served = self._store.served()
            self.next_due = datetime.fromisoformat(meta["next_due"]) if meta["next_due"] else None
            self.problems = tuple(map(str, meta["problems"]))
            self.content, self.images, self.templates = content, index.images, folder / "templates"
            self._html = index.html
            self._published = self._store.published()
            self._feeds = self._store.feeds()
            self.catalogue = self._catalogue(meta["site"], meta["guests"])
            #: Part of the key of what is rendered, where the site has it cleaned.
            self._safety = (SAFETY,) if self.catalogue.site.html == "safe" else ()
            own = (TEXT.validate_json(record) for record in self._store.records("theme").values())
            self.theme = theme_css(self.catalogue.site.theme, "".join(own))
            self.theme_version = digest(self.theme)[:10] if self.theme else ""
            self.search: Index | None = None
            if meta["search"]:
                self.search = Index(folder / "search", self.catalogue.site.language)
                stack.callback(self.search.close)
            self._close = weakref.finalize(self, stack.pop_all().close)

    def close(self) -> None:
        """Let go of its files at once instead of when nothing refers to it."""
        self._close()

    @property
    def is_damaged(self) -> bool:
        """Whether a part of it couldn't be read when a page or a search needed it."""
        return self._store.is_damaged or (self.search is not None and self.search.is_damaged)

    def html(self, episode: Episode) -> str:
        """The rendered notes of a published episode."""
        return self.page_html(self.text(episode))

    def page_html(self, text: str) -> str:
        """Rendered Markdown; kept in the index folder, so that a restart renders nothing again."""
        host = urlsplit(self.url).netloc
        is_safe = bool(self._safety)
        name = digest(text, RENDERER, host, *self._safety)
        path = self._html / name[:2] / f"{name[2:]}.html"
        return _shown(text, lambda: _kept(path, lambda: safe(render(text, host)) if is_safe else render(text, host)))

    def feed_html(self, episode: Episode, link: str) -> str:
        """The notes as feeds carry them, all addresses absolute; ``link`` is the episode's page. Kept likewise."""
        # By the hash of the episode, so that a feed of a thousand reads none of their texts again.
        name = digest(self._published[episode.key].hash, RENDERER, self.url, CLEANER, link, *self._safety)
        path = self._html / name[:2] / f"{name[2:]}.html"
        return _shown(episode.description, lambda: _kept(path, lambda: cleaned(self.html(episode), link)))

    def feed_changed(self, path: str) -> datetime:
        """Since when the feed at ``path`` (``/podcast/feed``) says what it says, in whole seconds."""
        known = self._feeds.get(path)
        return known.since if known else self.made

    def text(self, episode: Episode) -> str:
        """The Markdown of a published episode, after Liquid."""
        body = self._store.body(self._published[episode.key].source)
        return body.text if body else ""

    def notes(self, episode: Episode) -> Notes:
        """The plain text and the moments of a published episode's notes."""
        body = self._store.body(self._published[episode.key].source)
        return body.read() if body else Notes()

    def chapters(self, episode: Episode) -> tuple[Moment, ...]:
        """A published episode's own chapters, else the moments of its notes, one for each second, in order of time."""
        if episode.chapters:
            return episode.chapters
        first = {moment.seconds: moment for moment in reversed(self.notes(episode).moments)}
        return tuple(replace(first[seconds], source="chapter") for seconds in sorted(first))

    def has_transcript(self, episode: Episode) -> bool:
        """Whether a published episode has a transcript with something in it."""
        return bool(self._published[episode.key].transcript)

    def transcript(self, episode: Episode) -> Transcript:
        """The transcript of a published episode; empty when it has none."""
        name = self._published[episode.key].transcript
        record = self._store.record(name) if name else ""
        return TRANSCRIPT.validate_json(record) if record else Transcript()

    def words(self, key: str) -> Words:
        """What can be searched of the published episode ``<show>/<slug>``; empty for any other."""
        show, _, slug = key.partition("/")
        episode = self.catalogue.episode(show, slug)
        return Words(self.notes(episode), self.transcript(episode)) if episode else Words()

    def _catalogue(self, site: str, guests: list[str]) -> Catalogue:
        whole = self._store.catalogue() or self._read(site, guests)
        records = self._store.records("page")
        names = published_pages((show.slug for show in whole.site.shows), records)
        return replace(whole, pages={slug: self._page(records[name], name) for slug, name in names.items()})

    def _read(self, site: str, guests: list[str]) -> Catalogue:
        """The catalogue without the plain pages, where another process made it."""
        files = {guest.slug: guest for guest in map(GUEST.validate_json, guests)}
        episodes = (read_episode(p.record) for p in self._published.values())
        return build_catalogue(SITE.validate_json(site), episodes, tag_files(self._store.records("tag")), files, {})

    def _page(self, record: str, name: str) -> Page:
        page, body = PAGE.validate_json(record), self._store.body(name)
        return Page(page.slug, page.title, page.description, body.text if body else "", page.page)


def open_current(index: IndexFolder, content: Path, url: str | None = None) -> Edition:
    """The edition to which the pointer points. Raises LookupError when there is none, and what ``Edition`` raises."""
    for _ in range(20):
        fingerprint = index.current()
        if not fingerprint:
            break
        # Between reading the pointer and holding the edition, another process may have moved on.
        with contextlib.suppress(FileNotFoundError):
            return Edition(index, fingerprint, content, url)
    raise LookupError(str(index.path))


def _refuse_foreign(folder: Path, meta: Mapping[str, Any], url: str | None) -> None:
    """Raise ForeignError where pages of this process would name files, or addresses, that aren't its own."""
    # Scripts and styles are kept for a year under the stamp of all of them.
    if (meta.get("format"), meta.get("version"), meta.get("assets")) != (FORMAT, VERSION, assets()):
        hint = "It is shown once this server is started again with that version."
        raise ForeignError(folder.name, f"{folder} was written by another version of Longwave. {hint}")
    wanted = url or SITE.validate_json(meta["site"]).url
    if url is not None and meta["url"] != wanted:
        found = f"{folder} was made for {meta['url'] or 'no address'}, and this server is at {wanted or 'none'}."
        hint = "Give both the same LONGWAVE_URL, or each its own LONGWAVE_INDEX."
        raise ForeignError(folder.name, f"{found} {hint}")


def _shown(text: str, make: Callable[[], str]) -> str:
    """Return what ``make`` returns, or the text as it is written, so that a page or a feed is there in any case.

    Most texts were rendered before they were published, but not those of guests and tags, nor any in a big site's first
    minute.
    """
    try:
        return make()
    except (OSError, sqlite3.Error):
        raise
    except Exception:  # noqa: BLE001 - whatever it is
        _log.exception("A text can't be rendered, and is shown as it is written.")
        return f"<pre>{escape(text)}</pre>"


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The text of the file at ``path``, made and written there first if it is missing or isn't what was written."""
    # Nobody waits for the disk here, so that a power cut may leave a file of any bytes: its first line stands for them.
    with contextlib.suppress(OSError, UnicodeDecodeError):
        mark, _, text = path.read_bytes().decode("utf-8").partition("\n")
        if mark == digest(text):
            return text
    text = make()
    temporary = path.parents[1] / f"{path.name}.{os.getpid()}.{threading.get_ident()}.tmp"
    # A full disk costs time at the next start, never the page.
    with contextlib.suppress(OSError):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(f"{digest(text)}\n{text}".encode())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return text
