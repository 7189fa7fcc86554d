"""The publication of an edition: its folder is written beside the current one, and the pointer is moved to it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from longwave.catalogue import Catalogue
from longwave.config import TEMPLATES, VERSION, Settings
from longwave.content.text.markdown import RENDERER
from longwave.disk import sync
from longwave.edition.build.assembly import all_problems, catalogue_of, pages_of
from longwave.edition.build.build_cache import BuildCache
from longwave.edition.build.build_report import Report, report_of
from longwave.edition.build.due import Due
from longwave.edition.build.faults import failures_by_file, with_notes
from longwave.edition.build.feed_dates import TextDigests, date_feeds, digest_entries
from longwave.edition.build.intake import READ_NOW, TranscriptReading
from longwave.edition.build.search_documents import SearchDocuments
from longwave.edition.build.served_files import served_files
from longwave.edition.build.survey import Survey
from longwave.edition.past.history import History, Past
from longwave.edition.past.promises import broken_promises, lost_url, past_after
from longwave.edition.store.edition_data import Body, Contents, Published
from longwave.edition.store.edition_store import FORMAT, Store
from longwave.edition.store.edition_writer import new_texts_limit, write
from longwave.edition.store.index_folder import IndexFolder
from longwave.edition.store.records import EPISODE, GUEST, SITE, digest, dump, has_cues
from longwave.edition.store.template_files import folder_digest, read_folder, static_version, write_folder
from longwave.edition.store.transcript_records import transcripts_digest
from longwave.errors import Problem
from longwave.feeds.feed_digests import Change
from longwave.isolation import isolated
from longwave.search.documents import episode_key, languages_of
from longwave.search.index_manifest import INDEXING
from longwave.search.index_writer import write_index

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The options of a build, which ``build_edition`` describes."""

    full: bool = False
    thorough: bool = False
    search_up_to: int | None = None
    progress: Progress | None = None
    only_due: bool = False
    by_hand: bool = False
    transcripts: TranscriptReading = READ_NOW


@dataclass(frozen=True, slots=True)
class Previous:
    """The previous edition: its open databases (None if they can't be read) and their contents."""

    store: Store | None = None
    contents: Contents = field(default_factory=Contents)


@dataclass(slots=True)
class Publication:
    """The publication of the edition that the ``survey`` of the site's folder at ``now`` describes.

    With ``due``, only episodes whose date has come are new in the edition.
    """

    settings: Settings
    index: IndexFolder
    options: BuildOptions
    cache: BuildCache
    previous: Previous
    history: History
    past: Past
    survey: Survey
    now: datetime
    due: Due | None
    #: The site's own templates, read once, so that the published copies are those that the fingerprint covers.
    templates: Mapping[str, bytes] = field(init=False)
    catalogue: Catalogue = field(init=False)

    def publish(self, began: float) -> Report:
        """Write the edition and make it the current one, unless it is the same as the current one; return the report.

        ``began`` is the monotonic time at which the build began. Raises FailuresError, which lists exceptions by file.
        """
        contents = self._contents()
        fingerprint = contents.meta["fingerprint"]
        target = self.index.editions / fingerprint
        if not target.is_dir():
            self._write(target, contents)
        else:
            self._update(target, contents)
        lost = self._write_history(contents)
        if self.index.current() != fingerprint:
            (target / "in-use").touch()
            self.index.point(fingerprint)
        self.index.clean()
        if self.options.full:
            # A full build empties these caches, and servers fill them again on demand.
            for folder in (self.index.html, self.index.images):
                shutil.rmtree(folder, ignore_errors=True)
        seconds = time.monotonic() - began
        return replace(report_of(self.previous.contents, contents, self.survey, self.past, seconds), lost=lost)

    def _contents(self) -> Contents:
        """Return the contents of the new edition, with its fingerprint and its folder, which the fingerprint names."""
        intake, assembly, before = self.survey.intake, self.survey.assembly, self.previous.contents
        # A build for due episodes uses the previous edition's templates, as the current ones may be unfinished.
        root = before.folder if self.due else None
        self.templates = read_folder((root or self.settings.root) / "templates")
        published = dict(isolated(assembly.episodes, lambda key: self._files(key)[0], self._published))
        meta = self._meta()
        url = str(meta["url"])
        self.catalogue = catalogue = catalogue_of(intake, assembly)
        entries = digest_entries(catalogue, url, TextDigests(intake.sources, published), before.entries)
        dated = replace(before, feeds={**self.past.feeds, **before.feeds})
        feeds = date_feeds(catalogue, url, entries, dated, self.now, self.cache.read_episode)
        served = served_files(intake, assembly, catalogue, self.templates, self.settings.url, self.cache.redirect_goals)
        fingerprint = self._fingerprint(published, feeds, meta, served)
        problems = [str(problem) for problem in all_problems(intake, assembly)]
        meta = {**meta, "fingerprint": fingerprint, "problems": problems}
        folder = self.index.editions / fingerprint
        return Contents(folder, meta, intake.sources, assembly.sounds, published, feeds, entries, served, catalogue)

    def _update(self, folder: Path, contents: Contents) -> None:
        """Update the databases of an existing edition in ``folder`` that has the same fingerprint as the new one.

        They also hold data that visitors don't see, such as the times of the content files.
        """
        before = self.previous.contents
        if (before.folder, before.sources, before.meta) != (folder, contents.sources, contents.meta):
            self._write_databases(folder, contents)
            sync(folder)
        if self.options.thorough and contents.meta["search"]:
            # The call only fills the cache: the next build compares its search documents with these hashes.
            self._searchable().hashes()

    def _write_history(self, contents: Contents) -> tuple[Problem, ...]:
        """Write the site's history, and return warnings about addresses of the last edition that no longer work."""
        if self.settings.preview:
            return ()
        identity, sources = self.survey.identity, self.survey.intake.sources
        catalogue = replace(self.catalogue, pages=pages_of(self.survey.intake))
        broken = broken_promises(self.past, catalogue, sources)
        lost = (*identity.lost, *broken, *lost_url(self.past, self.survey.intake.site.url, sources))
        episodes = (episode for episode, _, _ in self.survey.assembly.episodes.values())
        given = self.past, identity, episodes, catalogue, contents, self._text, self.now
        self.history.write(past_after(*given, trust_clock=self.options.by_hand))
        return lost

    def _text(self, name: str) -> str | None:
        store = self.previous.store
        body = self.survey.intake.bodies.get(name) or (store.body(name) if store else None)
        return body.text if body else None

    def _write_databases(self, folder: Path, contents: Contents) -> None:
        before, searchable = self.previous.contents, contents.meta["search"]
        many = len(self.survey.intake.bodies) > new_texts_limit(contents.sources)
        rewrite = many or searchable != before.meta.get("search")
        bodies = self._new_bodies(searchable=searchable)
        write(folder, before, contents, bodies, rewrite=rewrite, latest=self.cache.contents)

    def _new_bodies(self, *, searchable: bool) -> Iterator[Body]:
        """Yield the texts that are new in this edition, with their timestamps and plain text if it is ``searchable``.

        A first edition without a search index skips these two, as parsing thousands of texts takes a while.
        """
        bodies, store = self.survey.intake.bodies, self.previous.store
        if not searchable:
            yield from bodies.values()
            return
        searched_before = self.previous.contents.meta.get("search")
        without_notes = store.without_notes() if store is not None and not searched_before else ()
        new = chain(bodies.values(), (body for body in without_notes if body.name not in bodies))
        yield from (body for _, body in isolated(new, lambda body: body.name, with_notes))

    def _published(self, key: str) -> Published:
        episode, source, name = self.survey.assembly.episodes[key]
        transcript = name if name and has_cues(self.survey.intake.sources[name].record) else ""
        texts = self._text_digests(key)

        def make() -> Published:
            record = dump(EPISODE, episode)
            return Published(key, source.name, transcript, record, digest(record, *texts))

        return self.cache.published.get(key, (source.record, episode, source.name, transcript, texts), make)

    def _text_digests(self, key: str) -> tuple[str, str]:
        """Return the digests of an episode's notes and of its transcripts (empty if it has none)."""
        episode, source, transcript = self.survey.assembly.episodes[key]
        sources = self.survey.intake.sources
        return source.text_digest, transcripts_digest(episode, transcript, lambda name: sources[name].text_digest)

    def _meta(self) -> Mapping[str, Any]:
        """Return the values that describe the edition in total, except its fingerprint and its problems."""
        assembly, before, limit = self.survey.assembly, self.previous.contents.meta, self.options.search_up_to
        due = assembly.next_due
        return {
            "format": FORMAT,
            "version": VERSION,
            "indexing": INDEXING,
            "url": self.settings.url or self.survey.intake.site.url,
            "site": dump(SITE, assembly.site),
            "guests": [dump(GUEST, guest) for guest in assembly.guests],
            "next_due": due.isoformat() if due else "",
            "search": before.get("search", False) or limit is None or len(assembly.episodes) <= limit,
            "preview": self.settings.preview,
            "unread": sum(s.is_deferred for s in self.survey.intake.sources.values() if s.kind == "transcript"),
            "assets": static_version(),
            "templates": folder_digest(self.templates),
            "salt": os.urandom(8).hex() if self.options.full else before.get("salt", ""),
        }

    def _fingerprint(
        self,
        published: Mapping[str, Published],
        feeds: Mapping[str, Change],
        meta: Mapping[str, Any],
        served: frozenset[str],
    ) -> str:
        """Return 16 hexadecimal digits, which differ for any two editions between which visitors see a difference."""
        others = [
            (source.record, source.text_digest)
            for _, source in sorted(self.survey.intake.sources.items())
            if source.kind in ("tag", "page", "theme")
        ]
        built_in = folder_digest(read_folder(TEMPLATES))
        episodes = sorted((each.key, each.hash) for each in published.values())
        # Dates of feeds are included, as they differ even if all content is that of an earlier edition again.
        since = ((path, feed.since.isoformat()) for path, feed in feeds.items())
        files = digest(*sorted(served))
        return digest(repr((sorted(meta.items()), episodes, sorted(since), others, files, built_in, RENDERER)))[:16]

    def _write(self, target: Path, contents: Contents) -> None:
        """Write the edition's folder under a temporary name, sync its files to the disk, and rename the folder."""
        work = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, work, ignore_errors=True)
            work.mkdir()
            (work / "in-use").touch()
            write_folder(self.templates, work / "templates")
            self._write_databases(work, contents)
            if contents.meta["search"]:
                self._write_index(work)
            sync(work)
            work.rename(target)
            sync(self.index.editions)

    def _write_index(self, folder: Path) -> None:
        before = self.previous.contents
        reusable = before.folder if before.meta.get("search") and not self.options.full else None
        searchable = self._searchable()
        with closing(Store(folder)) as store, failures_by_file(self.settings.root, self._files):
            write_index(
                folder / "search",
                searchable.hashes(),
                lambda key: searchable.document(key, store),
                reusable / "search" if reusable else None,
                languages_of(self.catalogue.site),
                self.options.progress,
                self.cache.search,
            )

    def _searchable(self) -> SearchDocuments:
        return SearchDocuments(self.survey, self.catalogue, self.cache)

    def _files(self, key: str) -> tuple[str, ...]:
        """Return the names of an episode's files: its Markdown file, its main transcript, and its other transcripts."""
        episode, source, transcript = self.survey.assembly.episodes[episode_key(key)]
        return source.name, transcript, *(each.file for each in episode.transcripts if each.file != transcript)
